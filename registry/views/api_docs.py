from csp.constants import SELF
from csp.decorators import csp_update
from django.utils import translation
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class ApiSchema(SpectacularAPIView):
    """The contract as OpenAPI 3.1, in English whoever asks; docs/openapi.yaml is the same."""

    def dispatch(self, request, *args, **kwargs):
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)


# Swagger UI writes style attributes; only this page may. Its scripts come from us, in files.
@method_decorator(csp_update({"style-src": [SELF, "'unsafe-inline'"]}), name="dispatch")
class ApiDocs(SpectacularSwaggerSplitView):
    """The contract as a page, without asking any other host."""

    url_name = "api-schema"
