"""The public catalogue: the list with its search and facets, and the institutions behind it."""

import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from operator import add
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.defaultfilters import date as localised_date
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers, set_response_etag
from django.utils.decorators import method_decorator
from django.utils.formats import number_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page
from django.views.generic import TemplateView
from django_htmx.http import HttpResponseClientRedirect

from registry import catalogue
from registry.filters import SORT_LABELS, OfferingFilter, OfferingPageFilter
from registry.models import OfferingVersion
from registry.models.texts import CONTROL
from registry.templatetags.texts import chosen, in_reader_language
from registry.web import is_stranger

PAGE_SIZE = 20
CHIPS = 3  # skills on a card
NEAREST = 3  # offerings shown where nothing was found
COMPARED = 4  # offerings side by side
# Facets that are open when the page opens; the others open where something is chosen in them.
OPEN = frozenset({"mode", "size", "field"})
COUNT = "\N{OBJECT REPLACEMENT CHARACTER}"  # stands for the numbers while a facet is kept
NETWORK_LABELS = {"pinko": "PINKO"}
SIZE_LABELS = {"1-3": "1–3", "4-5": "4–5", "6-15": "6–15", "16-59": "16–59", "60": "60"}


@method_decorator(conditional_page, name="dispatch")
class PublicPage(TemplateView):
    """A page that everybody may read. A browser keeps it and asks with its ETag whether it still holds."""

    def render_to_response(self, context, **kwargs):
        return kept_private(super().render_to_response(context, **kwargs))


def kept_private(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_cache=True, private=True)
    patch_vary_headers(response, ["Cookie"])
    return response


class Catalogue(PublicPage):
    """The list. What a stranger saw is kept for the next, until something is published or the day ends."""

    template_name = "catalogue/list.html"

    def get(self, request, *args, **kwargs):
        if "compare" in request.GET:
            return _to_comparison(request)
        self.shown = catalogue.current()
        if not is_stranger(request):
            return super().get(request, *args, **kwargs)
        key = (request.get_full_path(), timezone.localdate())
        if (kept := self.shown.pages.get(key)) is None:
            made = set_response_etag(super().get(request, *args, **kwargs).render())
            kept = (zlib.compress(made.content, level=1), made.headers["ETag"])
            self.shown.pages.update({key: kept})
        body, etag = kept
        return kept_private(HttpResponse(zlib.decompress(body), headers={"ETag": etag}))

    def get_context_data(self, **kwargs):
        shown = self.shown
        asked = OfferingPageFilter(self.request.GET, shown=shown, language=get_language())
        found, today = asked.qs, timezone.localdate()
        picked = compared_codes(self.request.GET)
        page = Paginator(found, PAGE_SIZE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            words=asked.query.words,
            problems=_problems(asked),
            facets=[
                _facet(name, query=asked.query, counts=found.counts[name], shown=shown)
                for name in catalogue.FACETS
            ],
            chosen=_chosen(asked.query, shown=shown, address=self.request.GET),
            sorts=SORT_LABELS.items(),
            sort=asked.query.sort,
            total=shown.everything.bit_count(),
            institutions=len(shown.options["institution"]),
            number_found=_number_found(len(found)),
            list_url=reverse("catalogue"),
            cards=[card_row(one, shown=shown, today=today, picked=picked) for one in page.object_list],
            corrected=found.corrected,
            nearest=[] if found else _nearest(asked, shown=shown, today=today, picked=picked),
            picked=_picked(picked, here=page.object_list, address=self.request.GET),
            too_many=len(picked) > COMPARED,
            clear_url=_address(catalogue_codes=picked),
            page=page,
            linked_data=_list_data(page.object_list),
            glyphs=glyphs(),
            **kwargs,
        )


class Institutions(PublicPage):
    """The universities of applied sciences, with how much each of them offers."""

    template_name = "catalogue/institutions.html"

    def get_context_data(self, **kwargs):
        shown = catalogue.current()
        counts = shown.options["institution"]
        rows = [
            {
                "name": text(one.name),
                "letters": letters(one.short_name),
                "city": one.city,
                "site": f"https://{one.domain}/",
                "is_partner": one.is_pinko_partner,
                "count": counts.get(one.code, 0).bit_count(),
                "url": f"{reverse('catalogue')}?institution={one.code}",
            }
            for one in shown.institutions.values()
        ]
        partners = f"{reverse('catalogue')}?network=pinko"
        return super().get_context_data(rows=rows, partners_url=partners, **kwargs)


def card_row(
    one: catalogue.Card, *, shown: catalogue.Shown, today: date, picked: Sequence[str] | None = None
) -> str:
    """One offering of a list as HTML, made once per language and day.

    `picked` are the codes in the comparison; None where a list has no boxes to pick with.
    """
    is_picked = None if picked is None else one.code in picked
    key = (one.pk, get_language(), today, is_picked)
    if (row := shown.rows.get(key)) is None:
        values = {"one": card(one, shown=shown, today=today), "is_picked": is_picked}
        row = render_to_string("catalogue/card.html", values)
        shown.rows.update({key: row})
    return row


def _number_found(count: int) -> str:
    return ngettext("%(count)s offering", "%(count)s offerings", count) % {"count": count}


def _nearest(
    asked: OfferingFilter, *, shown: catalogue.Shown, today: date, picked: Sequence[str]
) -> list[str]:
    """Where nothing was found: the offerings that come nearest to the question."""
    found = shown.nearest(asked.query)[:NEAREST]
    return [card_row(one, shown=shown, today=today, picked=picked) for one in found]


def compared_codes(address: QueryDict) -> list[str]:
    """What has been picked for comparison, each once, in the order of picking. The address holds it."""
    return [code for code in dict.fromkeys(address.getlist("code")) if code and not CONTROL.search(code)][:20]


def _to_comparison(request) -> HttpResponse:
    """The button of the list sends the whole form; the comparison's own address needs the codes alone."""
    codes = QueryDict(mutable=True)
    codes.setlist("code", compared_codes(request.GET))
    address = f"{reverse('compare')}?{codes.urlencode()}"
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _picked(codes: list[str], *, here: Iterable[catalogue.Card], address: QueryDict) -> list[dict]:
    """What has been picked, by its name; those without a card on this page are carried along hidden."""
    on_page = {one.code: one for one in here}
    named = on_page | catalogue.in_force(code for code in codes if code not in on_page)
    titles = {code: text(one.title, main=one.primary_language)["text"] for code, one in named.items()}
    return [
        {
            "code": code,
            "title": titles.get(code, ""),
            "is_hidden": code not in on_page,
            "url": _without(address, name="code", code=code),
        }
        for code in codes
    ]


def _address(*, catalogue_codes: list[str]) -> str:
    """The whole list, with what has been picked for comparison."""
    codes = QueryDict(mutable=True)
    codes.setlist("code", catalogue_codes)
    return f"{reverse('catalogue')}?{codes.urlencode()}" if catalogue_codes else reverse("catalogue")


def _list_data(cards: Iterable[catalogue.Card]) -> dict:
    """The offerings of the page for search engines (schema.org)."""
    return {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "url": settings.BASE_URL + offering_url(one.code, get_language()),
            }
            for position, one in enumerate(cards, 1)
        ],
    }


@lru_cache(maxsize=10_000)
def offering_url(code: str, _language: str) -> str:
    """The address of an offering; twenty of them on a page are worth keeping."""
    return reverse("catalogue-offering", args=[code])


def card(one: catalogue.Card, *, shown: catalogue.Shown, today: date) -> dict:
    """One offering of a list, in the reader's language where it has it."""
    run = one.next_run(today=today)
    return {
        "url": offering_url(one.code, get_language()),
        "code": one.code,
        "title": text(one.title, main=one.primary_language),
        "seal": seal(one.institution.short_name),
        "institutions": ", ".join(institution_names(one.awarding_bodies, shown=shown))
        or one.institution.short_name,
        "starts": localised_date(run.starts_on, "j.n.Y") if run and run.starts_on >= today else "",
        "is_running": bool(run and run.starts_on < today),
        "modes": ", ".join(labels("participation_mode", one.participation_modes, shown=shown)),
        "eqf": one.eqf_level,
        "ects": size(one.ects),
        "price": price(one.fee_eur),
        "skills": one.skills[:CHIPS],
        "skills_language": "" if get_language() == "fi" else "fi",  # skill words are written in Finnish
        "pathways": [text(name) for _code, name in one.pathways],
        "is_suspended": one.status == OfferingVersion.Status.SUSPENDED,
        "is_pilot": one.is_pilot,
    }


def text(texts: dict, *, main: str = "") -> dict:
    """A text as a page shows it: {"text", "language" if another, "note" that says so} (rule 16)."""
    return in_reader_language(texts, main=main)


def labels(code_list: str, codes, *, shown: catalogue.Shown) -> list[str]:
    """Labels of codes in the reader's language, which every code list has. An unknown code shows as it is."""
    return [chosen(shown.labels.get(code_list, {}).get(code))[1] or code for code in codes]


def institution_names(codes, *, shown: catalogue.Shown) -> list[str]:
    return [shown.institutions[code].short_name if code in shown.institutions else code for code in codes]


def letters(name: str) -> str:
    """At most ten letters for the seal: initials of several words, else the word."""
    words = name.replace("-", " ").split()
    return "".join(word[0] for word in words)[:4].upper() if len(words) > 1 else name[:10]


@lru_cache(maxsize=1_000)
def seal(name: str) -> str:
    """The seal of an institution as SVG, for the lists that show twenty of them."""
    return render_to_string("components/seal.svg", {"letters": letters(name)})


@lru_cache(maxsize=1)
def glyphs() -> str:
    """The icons of the cards once, instead of twenty times: a card points to them."""
    return render_to_string("catalogue/glyphs.html")


def size(ects) -> str:
    """A number of credits: "5", "2,5"."""
    return _size(ects, get_language())


def price(fee) -> str:
    return _price(fee, get_language())


# Few numbers, on every card: worked out once in each language.


@lru_cache(maxsize=1_000)
def _size(ects, _language: str) -> str:
    return "" if ects is None else number_format(ects.normalize() if ects % 1 else int(ects))


@lru_cache(maxsize=1_000)
def _price(fee, _language: str) -> str:
    if fee is None:
        return ""
    return (
        _("%(amount)s €") % {"amount": number_format(fee, 2 if fee % 1 else 0)}
        if fee
        else _("Free of charge")
    )


def _problems(asked: OfferingFilter) -> list[dict]:
    return [{"name": name, "text": " ".join(messages)} for name, messages in asked.errors.items()]


def _facet(name: str, *, query: catalogue.Query, counts: dict[str, int], shown: catalogue.Shown) -> str:
    """A facet as HTML: the options that some offering has, or that are chosen, in the order of their code
    list. It is made once per choice and language; only the numbers differ from answer to answer."""
    picked = tuple(query.picks.get(name, ()))
    key = (name, picked, query.language)
    if (kept := shown.rows.get(key)) is None:
        codes = [code for code in shown.choices(name) if code in counts or code in picked]
        options = [
            {"code": code, "label": option(name, code, shown=shown), "is_on": code in picked}
            for code in codes
        ]
        values = {"name": name, "label": OfferingFilter.base_filters[name].label, "options": options}
        is_open = bool(picked) or name in OPEN
        html = render_to_string("catalogue/facet.html", values | {"number": COUNT, "is_open": is_open})
        kept = (codes, html.split(COUNT))
        shown.rows.update({key: kept})
    codes, (first, *rest) = kept
    numbers = (str(counts.get(code, 0)) for code in codes)
    return mark_safe(first + "".join(map(add, numbers, rest)))  # noqa: S308


def option(facet: str, code: str, *, shown: catalogue.Shown) -> str:
    if facet == "institution":
        return shown.institutions[code].short_name
    if facet == "network":
        return NETWORK_LABELS[code]
    if facet == "size":
        return _("%(size)s ECTS credits") % {"size": SIZE_LABELS[code]}
    return labels(catalogue.FACETS[facet], [code], shown=shown)[0]


def _chosen(query: catalogue.Query, *, shown: catalogue.Shown, address: QueryDict) -> list[dict]:
    """What is chosen in the facets, each with the address of the same list without it."""
    return [
        {"label": option(name, code, shown=shown), "url": _without(address, name=name, code=code)}
        for name, codes in query.picks.items()
        for code in codes
    ]


def _without(address: QueryDict, *, name: str, code: str) -> str:
    """The address without one choice, from its first page on."""
    rest = [
        (key, value)
        for key, values in address.lists()
        for value in values
        if key != "page" and (key, value) != (name, code)
    ]
    return f"?{urlencode(rest)}"
