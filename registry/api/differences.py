"""What differs between two versions: `/api/v1/offerings/{code}/versions/{n}/difference/{m}/`."""

from django.http import Http404
from django.utils import translation
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.response import Response

from registry import catalogue, differences
from registry.api.problems import PROBLEMS
from registry.models import OfferingVersion
from registry.models.texts import LANGUAGES
from registry.rest import PublicEndpoint, TextsField

PIECE = {
    "type": "object",
    "properties": {
        "change": {"type": "string", "enum": ["same", "removed", "added"]},
        "text": {"type": "string"},
    },
    "required": ["change", "text"],
}


@extend_schema_field({"description": "A value as it is stored; null where there is none."})
class ValueField(serializers.JSONField):
    pass


@extend_schema_field(
    {
        "type": "object",
        "description": "Texts word by word, for each language in which something has changed.",
        "additionalProperties": {"type": "array", "items": PIECE},
    }
)
class WordsField(serializers.JSONField):
    pass


class ChangeSerializer(serializers.Serializer):
    element = serializers.CharField(help_text="Element of Annex I, such as M2; empty for other fields.")
    field = serializers.CharField(source="name")
    label = TextsField()
    item = serializers.IntegerField(allow_null=True, help_text="Which learning outcome, counted from 1.")
    before = ValueField()
    after = ValueField()
    words = WordsField()


class DifferenceSerializer(serializers.Serializer):
    """The changes that lead from one version to the other."""

    code = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    changes = ChangeSerializer(many=True)


class Difference(PublicEndpoint, generics.GenericAPIView):
    queryset = OfferingVersion.objects.none()
    serializer_class = DifferenceSerializer

    @extend_schema(
        operation_id="difference",
        summary="What differs between two versions of an offering",
        description="Field by field; both versions are or were published. Licence: CC BY 4.0.",
        responses={200: DifferenceSerializer} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, code, number, other):
        versions = {one.number: one for one in catalogue.public_versions().filter(offering__code=code)}
        if number not in versions or other not in versions:
            raise Http404
        changes = differences.between(versions[number], versions[other], without=differences.PRIVATE)
        body = {"code": code, "before": number, "after": other, "changes": [_change(one) for one in changes]}
        return Response(self.get_serializer(body).data)


def _change(one: differences.Change) -> dict:
    return {
        "element": one.element,
        "name": one.field,
        "label": _label(one.field),
        "item": one.item,
        "before": one.before,
        "after": one.after,
        "words": {
            language: [{"change": change, "text": said} for change, said in pieces]
            for language, pieces in one.words.items()
        },
    }


def _label(field: str) -> dict:
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = differences.field_name(field)
    return found
