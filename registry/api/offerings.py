"""Open data of the catalogue: `/api/v1/offerings/`, the same filters as the page."""

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.response import Response

from registry import catalogue, pathways
from registry.api.problems import PROBLEMS
from registry.filters import OfferingApiFilter
from registry.models import (
    Contact,
    LearningOutcome,
    Link,
    Offering,
    OfferingVersion,
    Pathway,
    Realisation,
    Statement,
)
from registry.models import texts as model_texts
from registry.rest import PublicEndpoint, TextsField

INTERNAL = {"funding", "rdi", "virta", "meetings", "foresight", "commissioner"}


class CodesField(serializers.ListField):
    child = serializers.CharField()

    def __init__(
        self, *, encoder=None, decoder=None, **kwargs
    ):  # a ModelSerializer gives them to any JSON column
        super().__init__(**kwargs)


class InstitutionSummary(serializers.Serializer):
    code = serializers.CharField()
    name = TextsField()


class PathwaySummary(serializers.Serializer):
    code = serializers.CharField()
    name = TextsField()


class RunSerializer(serializers.ModelSerializer):
    places = serializers.IntegerField(allow_null=True)  # the two databases name different limits

    class Meta:
        model = Realisation
        fields = ("key", "starts_on", "ends_on", "enrol_by", "places")
        extra_kwargs = {"key": {"help_text": "Names the realisation within its version."}}


class OfferingRow(serializers.Serializer):
    """One offering of a list; `/offerings/{code}/` has the rest."""

    code = serializers.CharField()
    version = serializers.IntegerField(source="number")
    status = serializers.ChoiceField(choices=["published", "suspended"])
    institution = InstitutionSummary()
    awarding_bodies = CodesField()
    title = TextsField()
    summary = TextsField()
    primary_language = serializers.CharField()
    ects = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    workload_hours = serializers.IntegerField(allow_null=True)
    eqf_level = serializers.IntegerField(allow_null=True, help_text="Indicative.")
    competence_level = serializers.CharField()
    education_form = serializers.CharField()
    participation_modes = CodesField()
    teaching_languages = CodesField()
    okm_field = serializers.CharField()
    fee_eur = serializers.DecimalField(max_digits=8, decimal_places=2, allow_null=True)
    skills = CodesField(help_text="Skill keywords of the learning outcomes, in Finnish.")
    pathways = serializers.SerializerMethodField()
    realisations = RunSerializer(source="runs", many=True)
    published_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField(
        help_text="When its content or state changed; realisations have a moment of their own."
    )

    def get_pathways(self, card) -> list[str]:
        return [code for code, _name in card.pathways]

    def to_representation(self, card) -> dict:
        """Made once for a state of the catalogue: it holds every language and is the same for all."""
        rows, key = self.context["view"].shown.rows, ("api", card.pk)
        if (row := rows.get(key)) is None:
            row = super().to_representation(card)
            rows.update({key: row})
        return row


class OutcomeSerializer(serializers.ModelSerializer):
    text = TextsField()
    skill_keywords = CodesField()
    skills = serializers.ListField(child=serializers.DictField(), help_text="Links to ESCO or the like.")

    class Meta:
        model = LearningOutcome
        fields = ("kind", "text", "skill_keywords", "skills")


class StatementSerializer(serializers.ModelSerializer):
    is_check_late = serializers.SerializerMethodField()

    class Meta:
        model = Statement
        fields = ("criteria_set", "decided_on", "approved_until", "check_due_on", "is_check_late")

    def get_is_check_late(self, statement) -> bool:
        return statement.is_check_late(today=timezone.localdate())


class OtherVersion(serializers.Serializer):
    version = serializers.IntegerField(source="number")
    status = serializers.CharField()
    published_at = serializers.DateTimeField()
    superseded_at = serializers.DateTimeField(allow_null=True)


class CourseSerializer(serializers.Serializer):
    """A course of a degree that the offering is derived from."""

    code = serializers.CharField(required=False)
    name = TextsField(required=False)
    ects = serializers.FloatField(required=False)


class ShareSerializer(serializers.Serializer):
    institution = serializers.CharField()
    ects = serializers.FloatField()


class ContactSerializer(serializers.ModelSerializer):
    class Meta:
        model = Contact
        fields = ("function", "name", "email", "phone")


class LinkSerializer(serializers.ModelSerializer):
    label = TextsField()

    class Meta:
        model = Link
        fields = ("label", "url")


class OfferingDetail(serializers.ModelSerializer):
    """One version of an offering with every element of Annex I that a version holds."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        model_texts.TextsField: TextsField,
        model_texts.CodesField: CodesField,
    }

    code = serializers.CharField(source="offering.code")
    version = serializers.IntegerField(source="number")
    institution = InstitutionSummary(source="offering.institution")
    workload_hours = serializers.IntegerField(allow_null=True)
    parent_courses = CourseSerializer(many=True)
    shares = ShareSerializer(many=True)
    digital_pedagogy = serializers.DictField(
        child=TextsField(), help_text="What is done about each criterion of the code list digital_pedagogy."
    )
    further_information_url = serializers.CharField(help_text="An address, or empty.")
    contacts = ContactSerializer(source="offering.contacts", many=True)
    links = LinkSerializer(source="offering.links", many=True)
    learning_outcomes = OutcomeSerializer(source="outcomes", many=True)
    realisations = RunSerializer(many=True)
    pathways = PathwaySummary(source="offering.pathways", many=True)
    quality_statement = serializers.SerializerMethodField()
    versions = OtherVersion(many=True, source="offering.public_versions")

    class Meta:
        model = OfferingVersion
        # Money, RDI, study-register codes and the evidence of the need are the institution's own bookkeeping.
        fields = (
            "code", "version", "status", "institution", "rule_set", "workload_hours", "learning_outcomes",
            *(name for name in OfferingVersion.CONTENT if name not in INTERNAL),
            "contacts", "links",
            "realisations", "pathways", "quality_statement", "published_at", "superseded_at", "updated_at",
            "content_hash", "versions",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(StatementSerializer(allow_null=True))
    def get_quality_statement(self, version) -> dict | None:
        newest = catalogue.statement(version)
        return StatementSerializer(newest).data if newest else None


class CatalogueBackend(DjangoFilterBackend):
    """Answers from the catalogue in memory instead of a queryset."""

    def get_filterset_kwargs(self, request, queryset, view):
        view.shown = catalogue.current()
        return {"data": request.query_params, "shown": view.shown, "language": get_language()}


class OfferingList(PublicEndpoint, generics.ListAPIView):
    queryset = Offering.objects.none()  # names the model for the filters; the rows come from memory
    serializer_class = OfferingRow
    filter_backends = (CatalogueBackend,)
    filterset_class = OfferingApiFilter
    known_parameters = ()  # the filter knows, and refuses what it does not

    @extend_schema(
        operation_id="offerings",
        summary="Search the published offerings",
        description=(
            "Values of one parameter are alternatives; different ones narrow. With `updated_since` the rows "
            "come in the order of change; an offering that has left the catalogue is found in `/versions/`, "
            "where every published version keeps its row. Licence: CC BY 4.0."
        ),
        responses={200: OfferingRow(many=True)} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)


class OfferingOne(PublicEndpoint, generics.GenericAPIView):
    queryset = OfferingVersion.objects.none()
    serializer_class = OfferingDetail
    known_parameters = ("version",)

    @extend_schema(
        operation_id="offering",
        summary="One offering, or one of its versions",
        description="Every version that is or was published stays readable. Licence: CC BY 4.0.",
        parameters=[
            OpenApiParameter(
                "version",
                OpenApiTypes.INT,
                description="A version; without it the one in force, or the last.",
            )
        ],
        responses={200: OfferingDetail} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, code):
        versions = list(catalogue.public_versions().filter(offering__code=code))
        version = _chosen(versions, wanted=request.query_params.get("version"))
        version.offering.public_versions = versions
        return Response(self.get_serializer(version).data)


def _chosen(versions: list[OfferingVersion], *, wanted: str | None) -> OfferingVersion:
    if not versions:
        raise Http404
    if wanted is None:
        return next((one for one in versions if one.pk == one.offering.published_id), versions[0])
    for one in versions:
        if str(one.number) == wanted:
            return one
    raise serializers.ValidationError({"version": [_("There is no such version.")]})


PATHWAY_RULE = {
    "type": "object",
    "description": (
        "What completes the pathway: a group and, beside it, conditions. A group is `all_of`, `any_of`, "
        "`n_of` with `from`, or `min_ects` with `from`; its items are codes of offerings or groups. "
        "Conditions: `min_level` (EQF), `max_age_months`, `after` (code → codes that come first), "
        "`overlaps` (`parts`, `ects` counted once)."
    ),
    "additionalProperties": True,
}


class PathwaySerializer(serializers.ModelSerializer):
    name = TextsField()
    counts_towards = TextsField()
    institution = serializers.SlugRelatedField(slug_field="code", read_only=True)
    awarding_body = serializers.SlugRelatedField(slug_field="code", read_only=True, allow_null=True)
    rule = serializers.SerializerMethodField()
    offerings = serializers.SerializerMethodField()

    class Meta:
        model = Pathway
        fields = (
            "code", "model", "name", "institution", "awarding_body", "is_composite", "is_diploma",
            "is_ordered", "total_ects", "rule", "counts_towards", "offerings",
        )  # fmt: skip

    @extend_schema_field(PATHWAY_RULE)
    def get_rule(self, pathway) -> dict:
        return pathway.rule

    def get_offerings(self, pathway) -> list[str]:
        return sorted(pathways.versions(pathway))


class PathwayList(PublicEndpoint, generics.ListAPIView):
    serializer_class = PathwaySerializer
    filter_backends = ()

    def get_queryset(self):
        return catalogue.pathways()

    @extend_schema(
        operation_id="pathways",
        summary="Ways of stacking offerings",
        description="Packages, portfolios and routes, with the offerings in them that the catalogue shows.",
        responses={200: PathwaySerializer(many=True)} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)
