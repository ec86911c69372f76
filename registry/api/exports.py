"""`/api/v1/exports/{name}`: what the list's filters leave of the catalogue, in other people's shapes."""

import json
from collections.abc import Callable

from django.http import FileResponse, Http404, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import generics

from registry import catalogue
from registry.api import dump
from registry.api.offerings import CatalogueBackend
from registry.api.problems import PROBLEMS
from registry.errors import Refused
from registry.exports import kouta, loq, ripa, table
from registry.exports.facts import Offered
from registry.filters import OfferingApiFilter
from registry.models import Offering
from registry.rest import PublicEndpoint
from registry.spreadsheets import XLSX, csv_bytes, xlsx_bytes

JSON, CSV = "application/json", "text/csv; charset=utf-8"
DUMP = "catalogue.json"


def _json(data) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


# By name: media type, and how the offerings become bytes.
EXPORTS: dict[str, tuple[str, Callable[[list[Offered]], bytes]]] = {
    "kouta.json": (JSON, lambda offered: _json(kouta.document(offered))),
    "qdr.xml": ("application/xml", loq.document),
    "ripa.json": (JSON, lambda offered: _json(ripa.references(offered))),
    "ripa.csv": (CSV, lambda offered: csv_bytes(header=ripa.HEADER, rows=ripa.rows(offered))),
    "offerings.csv": (CSV, lambda offered: csv_bytes(header=table.HEADER, rows=table.rows(offered))),
    "offerings.xlsx": (XLSX, lambda offered: xlsx_bytes(header=table.HEADER, rows=table.rows(offered))),
}
BINARY = {
    (200, media): OpenApiTypes.BINARY
    for media in sorted({media.partition(";")[0] for media, _make in EXPORTS.values()} - {JSON})
}


class NoDump(Refused):
    """The night of the first file has not come yet."""

    code, status = "no_dump", 404


class Export(PublicEndpoint, generics.GenericAPIView):
    queryset = Offering.objects.none()  # names the model for the filters; the rows come from memory
    filter_backends = (CatalogueBackend,)
    filterset_class = OfferingApiFilter
    pagination_class = None
    known_parameters = ()

    def perform_content_negotiation(self, request, force=False):
        """The name in the address says the form, whatever the Accept header."""
        return super().perform_content_negotiation(request, force=True)

    @extend_schema(
        operation_id="export",
        summary="The catalogue in another form",
        description=(
            "`kouta.json` in Opintopolku's shapes, `qdr.xml` for Europass (ELM 3.3.1), `ripa.json` and "
            "`ripa.csv` for cross-institutional studies, `offerings.csv` and `offerings.xlsx` for "
            "spreadsheets; all take the filters of `/offerings/`. `catalogue.json` is all open data in one "
            "file, made every night. "
            "Licence: CC BY 4.0."
        ),
        parameters=[
            OpenApiParameter(
                "name",
                OpenApiTypes.STR,
                OpenApiParameter.PATH,
                enum=[*EXPORTS, DUMP],
                description="The form.",
            )
        ],
        responses={(200, JSON): OpenApiResponse(OpenApiTypes.ANY, description="The catalogue in this form.")}
        | BINARY
        | PROBLEMS,
        tags=["exports"],
    )
    def get(self, request, name):
        if name == DUMP:
            return self._dump(request)
        if name not in EXPORTS:
            raise Http404
        media, make = EXPORTS[name]
        found = self.filter_queryset(self.get_queryset())
        offered = catalogue.exported(card.pk for card in found[:])
        return HttpResponse(make(offered), content_type=media, headers=_download(name))

    def _dump(self, request):
        if (file := dump.opened()) is None:
            raise NoDump(_("The file is made every night; it has not been made yet."))
        body, facts = file
        tag = dump.etag(facts)
        if tag in parse_etags(request.headers.get("If-None-Match", "")):
            body.close()
            return HttpResponseNotModified(headers={"ETag": tag})
        return FileResponse(body, content_type=JSON, headers={"ETag": tag, **_download(DUMP)})


def _download(name: str) -> dict:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
