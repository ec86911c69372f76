"""An institution's own rows for its own systems: with a key of the scope "own"."""

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, generics
from rest_framework.response import Response

from registry import catalogue
from registry.api.problems import PROBLEMS, Problem
from registry.api.versions import RealisationSerializer, VersionSerializer
from registry.filters import OwnVersionFilter
from registry.models import OfferingVersion, Realisation
from registry.rest import PROBLEM, KeyEndpoint, problem


class OwnVersionSerializer(VersionSerializer):
    """A version in any state; what is not published yet is not open data."""

    class Meta(VersionSerializer.Meta):
        fields = (*VersionSerializer.Meta.fields, "funding", "rdi", "virta", "created_at")
        read_only_fields = fields


class OwnVersionList(KeyEndpoint, generics.ListAPIView):
    serializer_class = OwnVersionSerializer
    filterset_class = OwnVersionFilter
    known_parameters = ()
    queryset = OfferingVersion.objects.none()  # names the model; the rows are the key's institution's

    def get_queryset(self):
        return catalogue.own_versions(self.request.auth.institution)

    @extend_schema(
        operation_id="own-versions",
        summary="Your institution's versions, drafts included",
        responses={200: OwnVersionSerializer(many=True)} | PROBLEMS,
        tags=["own"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)


class OwnVersionOne(KeyEndpoint, generics.GenericAPIView):
    serializer_class = OwnVersionSerializer
    known_parameters = ("version",)
    queryset = OfferingVersion.objects.none()
    filter_backends = ()

    @extend_schema(
        operation_id="own-version",
        summary="The newest version of one of your institution's offerings, or another one",
        parameters=[OpenApiParameter("version", OpenApiTypes.INT)],
        responses={200: OwnVersionSerializer} | PROBLEMS,
        tags=["own"],
    )
    def get(self, request, code):
        return Response(self.get_serializer(self._version(code)).data)

    @extend_schema(
        operation_id="own-version-change",
        summary="Refused: a key only reads, and a version that was published never changes",
        description="A published version is a 409 with the address of the page that begins a new one.",
        parameters=[OpenApiParameter("version", OpenApiTypes.INT)],
        request=None,
        responses={(409, PROBLEM): OpenApiResponse(Problem, description="The version is closed.")} | PROBLEMS,
        tags=["own"],
    )
    def patch(self, request, code):
        version = self._version(code)
        if version.is_editable:
            raise exceptions.MethodNotAllowed(request.method)
        page = reverse(
            "version-detail", args=[version.offering.institution.code.lower(), code, version.number]
        )
        said = _("This version is closed and stays as it is. Copy it to a new version and write there.")
        return problem(
            status=409, code="frozen", title=str(said), new_version=request.build_absolute_uri(page)
        )

    def _version(self, code: str) -> OfferingVersion:
        """The one that is asked for, else the newest."""
        versions = catalogue.own_versions(self.request.auth.institution).filter(offering__code=code)
        wanted = self.request.query_params.get("version")
        found = sorted(versions, key=lambda one: one.number)
        if wanted is not None:
            found = [one for one in found if str(one.number) == wanted]
        if not found:
            raise Http404
        return found[-1]


class OwnRealisationList(KeyEndpoint, generics.ListAPIView):
    serializer_class = RealisationSerializer
    filter_backends = ()
    queryset = Realisation.objects.none()

    def get_queryset(self):
        return catalogue.own_realisations(self.request.auth.institution)

    @extend_schema(
        operation_id="own-realisations",
        summary="Your institution's realisations, planned and cancelled ones included",
        responses={200: RealisationSerializer(many=True)} | PROBLEMS,
        tags=["own"],
    )
    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs)
