"""`POST /api/v1/verifications/`: a credential in, the lines of the report out; `…/codes/`: many codes."""

from allauth.account.adapter import get_adapter
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import Throttled
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.response import Response
from rest_framework.views import APIView

from credentials import verification
from credentials.verification import lists
from registry import attempts
from registry.rest import PROBLEM, PerMinute, problem

MEDIA_TYPES = (
    "application/json",
    "application/ld+json",
    "application/vc",
    "application/vc+ld+json",
    "application/vc+jwt",
    "application/dc+sd-jwt",
    "application/jose+json",
    "application/pdf",
    "application/xml",
    "text/xml",
    "image/png",
    "image/jpeg",
    "image/webp",
    "image/svg+xml",
)
TEXTS = ("application/vc+jwt", "application/dc+sd-jwt", "application/xml", "text/xml", "image/svg+xml")
FILES = ("application/pdf", "image/png", "image/jpeg", "image/webp")
SCHEMAS = (
    {one: {"type": "object"} for one in MEDIA_TYPES}
    | {one: {"type": "string"} for one in TEXTS}
    | {one: {"type": "string", "format": "binary"} for one in FILES}
)


class _AsSent(BaseParser):
    """The bytes as they came; one more than may be read tells that there are too many."""

    def parse(self, stream, media_type=None, parser_context=None) -> bytes:
        return verification.read_at_most(stream)


PARSERS = [type("AsSent", (_AsSent,), {"media_type": one}) for one in MEDIA_TYPES]


class CheckSerializer(serializers.Serializer):
    """One line of the report."""

    name = serializers.ChoiceField(
        choices=verification.NAMES, help_text="Stable. A check with nothing to look at is left out."
    )
    outcome = serializers.ChoiceField(choices=[str(one) for one in verification.Outcome])
    message = serializers.CharField(help_text="For people, in the language of Accept-Language.")


class ReportSerializer(serializers.Serializer):
    """The outcome is the worst of the checks: invalid, else unknown, else warning, else valid."""

    outcome = serializers.ChoiceField(choices=[str(one) for one in verification.Outcome])
    checks = CheckSerializer(many=True)


class CodesSerializer(serializers.Serializer):
    """Verification codes as people write them, or the addresses behind QR codes."""

    codes = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=1, max_length=lists.MOST_CODES
    )


class LineSerializer(serializers.Serializer):
    """What came of one code: what its public page tells, never whose it is."""

    code = serializers.CharField(help_text="ABCD-EFGH-JKLM; empty where there was none.")
    outcome = serializers.ChoiceField(choices=[str(one) for one in verification.Outcome])
    message = serializers.CharField(help_text="What is not in order, in the language of Accept-Language.")
    title = serializers.CharField(help_text="Empty where the code was not found.")
    issuer = serializers.CharField()
    issued_on = serializers.CharField()


class LinesSerializer(serializers.Serializer):
    results = LineSerializer(many=True, help_text="In the order of the codes.")


def refusal(text: str) -> OpenApiResponse:
    return OpenApiResponse({"$ref": "#/components/schemas/Problem"}, description=text)


class Verifications(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (PerMinute,)
    parser_classes = PARSERS

    @extend_schema(
        summary="Verify a credential",
        description=(
            "The body is the credential itself: JSON with its proof, a JWT, an SD-JWT with the claims its "
            "holder shows, a European Digital Credential with its JAdES seal, a study record (ELMO), a "
            "certificate as PDF, or a badge picture with a credential baked in. Of a picture or PDF without "
            "one the QR code is read: the check `file` then says that the file itself is unproven. It is "
            "checked with the keys and status lists of this register and of issuers that its keeper has "
            "listed; nothing else is fetched and nothing is kept. What is no credential, or a damaged one, "
            "is no error but an outcome."
        ),
        request=SCHEMAS,
        responses={
            200: ReportSerializer,
            (413, PROBLEM): refusal("The body is more than 10 MB."),
            (415, PROBLEM): refusal("The body is of a kind that no credential has."),
            (429, PROBLEM): refusal("Too many requests, or wrong codes; Retry-After says when to go on."),
        },
        examples=[
            OpenApiExample(
                "A revoked credential",
                response_only=True,
                value={
                    "outcome": "invalid",
                    "checks": [
                        {
                            "name": "status",
                            "outcome": "invalid",
                            "message": "The issuer has revoked the credential.",
                        }
                    ],
                },
            )
        ],
    )
    def post(self, request):
        document = request.data if isinstance(request.data, bytes) else b""
        report = verification.verify(document=document, at=timezone.now())
        if report.code:
            self.count_code(request, is_wrong=report.credential is None)
        if len(document) > verification.MAX_BYTES:
            return problem(status=413, code="too_large", title=report.checks[0].message)
        return Response(ReportSerializer(report).data)

    def count_code(self, request, *, is_wrong: bool) -> None:
        """Wrong codes are limited as on the page, or a picture of one would be the way around."""
        address = get_adapter().get_client_ip(request)
        if seconds := attempts.wait(kind="code", address=address):
            raise Throttled(wait=seconds)
        if is_wrong:
            attempts.add(kind="code", address=address)


class Codes(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (PerMinute,)
    parser_classes = (JSONParser,)

    @extend_schema(
        summary="Verify up to 500 codes",
        description=(
            "The verification codes of certificates; nothing is kept. An address may send twenty lists an "
            "hour. After twenty codes that are not found the rest of a list is not looked up: its outcome "
            "is unknown."
        ),
        request=CodesSerializer,
        responses={
            200: LinesSerializer,
            (400, PROBLEM): refusal("The list is empty, too long, or no list of texts."),
            (415, PROBLEM): refusal("The body is not JSON."),
            (429, PROBLEM): refusal("Too many lists; Retry-After says when to go on."),
        },
    )
    def post(self, request):
        sent = CodesSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        address = get_adapter().get_client_ip(request)
        if seconds := attempts.wait(kind="list", address=address):
            raise Throttled(wait=seconds)
        attempts.add(kind="list", address=address)
        lines = lists.plain(sent.validated_data["codes"])
        return Response(LinesSerializer({"results": lists.check(lines, at=timezone.now())}).data)
