"""An institution's own rows for its own systems: with a key of the scope "own"."""

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.response import Response

from registry import catalogue
from registry.api.problems import PROBLEMS
from registry.api.versions import RealisationSerializer, VersionSerializer
from registry.filters import OwnVersionFilter
from registry.models import OfferingVersion, Realisation
from registry.rest import KeyEndpoint


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
        versions = catalogue.own_versions(request.auth.institution).filter(offering__code=code)
        wanted = request.query_params.get("version")
        found = sorted(versions, key=lambda one: one.number)
        if wanted is not None:
            found = [one for one in found if str(one.number) == wanted]
        if not found:
            raise Http404
        return Response(self.get_serializer(found[-1]).data)


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
