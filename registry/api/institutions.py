from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers

from registry import catalogue
from registry.api.problems import PROBLEMS
from registry.models import Institution
from registry.rest import PublicEndpoint, TextsField


class InstitutionSerializer(serializers.ModelSerializer):
    name = TextsField()
    offerings = serializers.SerializerMethodField(help_text="How many offerings the catalogue shows.")

    class Meta:
        model = Institution
        fields = (
            "code", "oppilaitosnumero", "organisation_oid", "name", "short_name", "city", "country", "domain",
            "main_language", "offerings",
        )  # fmt: skip

    def get_offerings(self, institution) -> int:
        return self.context["counts"].get(institution.code, 0).bit_count()


class InstitutionList(PublicEndpoint, generics.ListAPIView):
    serializer_class = InstitutionSerializer
    filter_backends = ()

    @extend_schema(
        operation_id="institutions",
        summary="Universities of applied sciences",
        description="Every institution that may award here, and how much the catalogue shows of it.",
        responses={200: InstitutionSerializer(many=True)} | PROBLEMS,
        tags=["catalogue"],
    )
    def get(self, request, *args, **kwargs):
        self.shown = catalogue.current()
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        return list(self.shown.institutions.values())

    def get_serializer_context(self):
        return {"counts": self.shown.options["institution"]}
