"""Up to four offerings side by side, by element of the Council Recommendation (H-3, P-15, P-16)."""

from django.http import QueryDict
from django.template.defaultfilters import date as localised_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry import catalogue
from registry.actions import levels
from registry.models import OfferingVersion
from registry.views.catalogue import (
    COMPARED,
    PublicPage,
    compared_codes,
    institution_names,
    labels,
    price,
    text,
)
from registry.views.catalogue_offering import elements


class Compare(PublicPage):
    """The address names the offerings: `?code=A&code=B`. A row says in words where they differ."""

    template_name = "catalogue/compare.html"

    def get_context_data(self, **kwargs):
        asked = compared_codes(self.request.GET)
        found = catalogue.in_force(asked[:COMPARED])
        versions = [found[code] for code in asked if code in found]
        rows = _rows(versions, shown=catalogue.current())
        only = self.request.GET.get("show") == "differences" and len(versions) > 1
        codes = [version.offering.code for version in versions]
        return super().get_context_data(
            columns=[_column(version, codes=codes) for version in versions],
            rows=[row for row in rows if row["differs"] or not only],
            count=sum(row["differs"] for row in rows),
            only=only,
            only_url=_address(codes, show="differences"),
            all_url=_address(codes),
            add_url=_address(codes, page="catalogue"),
            can_add=len(versions) < COMPARED,
            too_many=len(asked) > COMPARED,
            unknown=[code for code in asked[:COMPARED] if code not in found],
            **kwargs,
        )


def _column(version: OfferingVersion, *, codes: list[str]) -> dict:
    code = version.offering.code
    return {
        "code": code,
        "title": text(version.title, main=version.primary_language),
        "url": reverse("catalogue-offering", args=[code]),
        "remove_url": _address([one for one in codes if one != code]),
    }


def _address(codes: list[str], *, page: str = "compare", **more: str) -> str:
    query = QueryDict(mutable=True)
    query.setlist("code", codes)
    query.update(more)
    return f"{reverse(page)}?{query.urlencode()}" if codes else reverse(page)


def _rows(versions: list[OfferingVersion], *, shown: catalogue.Shown) -> list[dict]:
    """Facts that help to choose first, then every element that one of the offerings has."""
    own = levels.own_of(versions)
    tables = [
        _facts(version, shown=shown, own_level=own[version.pk]) + elements(version, shown=shown)
        for version in versions
    ]
    order = list(dict.fromkeys((row["element"], row["label"]) for table in tables for row in _sorted(table)))
    values = [{(row["element"], row["label"]): row["values"] for row in table} for table in tables]
    rows = []
    for element, label in sorted(order, key=_place):
        cells = [table.get((element, label), []) for table in values]
        said = {tuple(one["text"] for one in cell) for cell in cells}
        rows.append({"element": element, "label": label, "cells": cells, "differs": len(said) > 1})
    return rows


def _sorted(table: list[dict]) -> list[dict]:
    return sorted(table, key=lambda row: _place((row["element"], row["label"])))


def _place(key: tuple[str, str]) -> tuple[int, int]:
    """Facts without an element, then M2 … M11, then O1 … O5; rows of one element stay as they come."""
    element = key[0]
    return ("MO".find(element[:1]) + 1 if element else 0, int(element[1:] or 0))


def _facts(version: OfferingVersion, *, shown: catalogue.Shown, own_level: dict) -> list[dict]:
    institution = version.offering.institution.short_name
    level = text(own_level or shown.descriptions.get(("competence_level", version.competence_level), {}))
    rows = [
        (
            _("Offered by"),
            ", ".join(institution_names(version.awarding_bodies, shown=shown)) or institution,
        ),
        (_("How demanding it is"), level["text"]),
        (_("What it takes"), _effort(version, shown=shown)),
        (_("Price"), price(version.fee_eur)),
        (_("Starts next"), _next(version)),
    ]
    return [
        {"element": "", "label": label, "values": [{"text": said}] if said else []} for label, said in rows
    ]


def _effort(version: OfferingVersion, *, shown: catalogue.Shown) -> str:
    """How and when one studies, and how much work it is (P-15): "Lähiopetus; iltaisin; Oulu; 133 h"."""
    modes = ", ".join(labels("participation_mode", version.participation_modes, shown=shown))
    times = ", ".join(labels("teaching_time", version.teaching_times, shown=shown))
    hours = f"{version.workload_hours} h" if version.workload_hours else ""
    return "; ".join(filter(None, [modes, times, ", ".join(version.locations), hours]))


def _next(version: OfferingVersion) -> str:
    today = timezone.localdate()
    coming = (run for run in version.realisations.all() if run.starts_on >= today)
    run = next(coming, None)
    return localised_date(run.starts_on, "j.n.Y") if run else ""
