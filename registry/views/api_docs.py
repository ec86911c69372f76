"""The contract of the API: as OpenAPI 3.1, and as a page that needs no script."""

from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.views.generic import TemplateView
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.views import SpectacularAPIView

SHAPES = "#/components/schemas/"


class ApiSchema(SpectacularAPIView):
    """The contract as OpenAPI 3.1, in English whoever asks; docs/openapi.yaml is the same."""

    def dispatch(self, request, *args, **kwargs):
        with translation.override("en"):
            return super().dispatch(request, *args, **kwargs)


class ApiDocs(TemplateView):
    """The contract to read: each address with its parameters and answers, and the shapes in them."""

    template_name = "registry/api_docs.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **contract(), site=settings.SITE_URL, schema_url=reverse("api-schema"), **kwargs
        )


@lru_cache
def contract() -> dict:
    """`operations` and `shapes` of the contract in plain rows. It is written in English."""
    with translation.override("en"):
        made = SchemaGenerator().get_schema(request=None, public=True)
    operations = [
        _operation(path, method, said)
        for path, methods in made["paths"].items()
        for method, said in methods.items()
    ]
    shapes = [_shape(name, said) for name, said in made["components"]["schemas"].items()]
    return {"operations": operations, "shapes": shapes}


def _operation(path: str, method: str, said: dict) -> dict:
    return {
        "id": said["operationId"],
        "path": path,
        "method": method.upper(),
        "summary": said["summary"],
        "description": _said(said),
        "needs_key": {} not in said.get("security", [{}]),
        "parameters": [
            {
                "name": one["name"],
                "in_path": one["in"] == "path",
                "description": _said(one),
                **_type(one["schema"]),
            }
            for one in said.get("parameters", [])
        ],
        "bodies": list(said.get("requestBody", {}).get("content", {})),
        "answers": [_answer(code, one) for code, one in said["responses"].items()],
    }


def _answer(code: str, said: dict) -> dict:
    kind, content = next(iter(said.get("content", {}).items()), ("", {}))
    return {
        "code": code,
        "description": _said(said),
        "kind": kind,
        **_type(content.get("schema", {})),
    }


def _shape(name: str, said: dict) -> dict:
    return {
        "name": name,
        # A list of codes describes itself line by line; the codes alone are enough here.
        "description": "" if "enum" in said else _said(said),
        "codes": [str(code) for code in said.get("enum", [])],
        "fields": [
            {
                "name": field,
                "description": _said(one),
                **_type(one),
            }
            for field, one in said.get("properties", {}).items()
        ],
    }


def _said(schema: dict) -> str:
    """The description without the marks of code: the page has its own."""
    return schema.get("description", "").replace("`", "")


def _type(schema: dict) -> dict:
    """What kind of value it is: {"type": in words, "shape": the name of a shape or "", "codes"}."""
    if "items" in schema:
        inner = _type(schema["items"])
        return inner | {"type": f"list of {inner['type']}"}
    inner = next((one for one in schema.get("allOf", schema.get("oneOf", [])) if "$ref" in one), schema)
    shape = inner.get("$ref", "").removeprefix(SHAPES)
    named = schema.get("type", "")
    words = " or ".join(named) if isinstance(named, list) else named
    words = " ".join(filter(None, [words, f"({schema['format']})" if "format" in schema else ""]))
    return {"type": shape or words, "shape": shape, "codes": [str(one) for one in schema.get("enum", [])]}
