"""Open data that machines keep up to date: `/api/v1/versions/`, `/realisations/`, `/code-lists/`.

Rows come by the moment of change and then by their key, so that a reader who goes on from the last moment
it saw misses nothing.
"""

from itertools import groupby

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers

from registry import catalogue
from registry.api.offerings import CodesField, OfferingDetail
from registry.api.problems import PROBLEMS
from registry.filters import CodeFilter, RealisationFilter, VersionFilter
from registry.models import Code, Realisation
from registry.rest import PublicEndpoint, TextsField


class VersionSerializer(OfferingDetail):
    """One version with every element, without the list of its offering's other versions."""

    versions = None

    class Meta(OfferingDetail.Meta):
        fields = tuple(name for name in OfferingDetail.Meta.fields if name != "versions")
        read_only_fields = fields


class VersionList(PublicEndpoint, generics.ListAPIView):
    serializer_class = VersionSerializer
    filterset_class = VersionFilter
    known_parameters = ()  # the filter knows, and refuses what it does not

    def get_queryset(self):
        return catalogue.changed_versions()

    @extend_schema(
        operation_id="versions",
        summary="Every version that is or was published",
        description=(
            "Also suspended, superseded and retired ones, by the moment of change: ask with `updated_since` "
            "what has happened since the last `updated_at` you have. Licence: CC BY 4.0."
        ),
        responses={200: VersionSerializer(many=True)} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)


class RealisationSerializer(serializers.ModelSerializer):
    """One run of a version."""

    code = serializers.CharField(source="version.offering.code", help_text="Of the offering.")
    version = serializers.IntegerField(source="version.number")
    institution = serializers.CharField(source="version.offering.institution.code")
    places = serializers.IntegerField(allow_null=True)  # the two databases name different limits
    languages = CodesField()
    locations = CodesField()
    note = TextsField()

    class Meta:
        model = Realisation
        fields = (
            "code", "version", "institution", "key", "status", "starts_on", "ends_on", "enrolment",
            "enrolment_url", "enrol_from", "enrol_by", "places", "has_queue", "price_eur", "languages",
            "locations", "network", "ripa_id", "note", "updated_at",
        )  # fmt: skip


class RealisationList(PublicEndpoint, generics.ListAPIView):
    serializer_class = RealisationSerializer
    filterset_class = RealisationFilter
    known_parameters = ()

    def get_queryset(self):
        return catalogue.changed_realisations()

    @extend_schema(
        operation_id="realisations",
        summary="Realisations of the published versions",
        description="Dates, places and enrolment, by the moment of change. Licence: CC BY 4.0.",
        responses={200: RealisationSerializer(many=True)} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)


def code_lists(codes: QuerySet[Code] | None = None) -> list[dict]:
    """Codes by list: all of them, or these."""
    rows = (Code.objects.all() if codes is None else codes).order_by("list", "order", "pk")
    by_list = groupby(rows, key=lambda row: row.list)
    return [{"list": name, "codes": list(codes)} for name, codes in by_list]


class CodeSerializer(serializers.Serializer):
    code = serializers.CharField()
    uri = serializers.CharField(help_text="The same or the nearest code of an EU or UN vocabulary.")
    national_code = serializers.CharField()
    label = TextsField()
    description = TextsField()


class CodeListSerializer(serializers.Serializer):
    """One code list."""

    list = serializers.CharField()
    codes = CodeSerializer(many=True)


class CodeListList(PublicEndpoint, generics.ListAPIView):
    serializer_class = CodeListSerializer
    filterset_class = CodeFilter
    known_parameters = ()

    def get_queryset(self):
        return Code.objects.order_by("list", "order", "pk")

    def filter_queryset(self, queryset):
        rows = super().filter_queryset(queryset)
        return [
            {"list": name, "codes": list(codes)} for name, codes in groupby(rows, key=lambda row: row.list)
        ]

    @extend_schema(
        operation_id="code-lists",
        summary="Code lists",
        description="What the codes in the other data mean, in three languages. Licence: CC BY 4.0.",
        responses={200: CodeListSerializer(many=True)} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)
