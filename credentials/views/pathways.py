"""The learner's progress on pathways: what counts, what is missing, what is closest next."""

from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from credentials import progress
from credentials.progress import Progress
from registry import pathways
from registry.templatetags.texts import in_reader_language
from registry.web import SignedInView


@method_decorator(never_cache, name="dispatch")
class MyPathways(SignedInView, TemplateView):
    template_name = "credentials/my_pathways.html"

    def get_context_data(self, **kwargs):
        found = progress.of(self.request.user, at=timezone.now())
        return super().get_context_data(rows=[row(one) for one in found], **kwargs)


def row(one: Progress) -> dict:
    verdict, pathway = one.verdict, one.pathway
    closest = [_offering(one, code) for code in verdict.closest or ()]
    return {
        "code": pathway.code,
        "name": in_reader_language(pathway.name),
        "url": reverse("pathway-detail", args=[pathway.code]),
        "is_complete": verdict.is_complete,
        "state": _("Complete") if verdict.is_complete else _("In progress"),
        "ects": _credits(one),
        "value": float(min(verdict.ects, one.of)) if one.of else 0,
        "of": float(one.of) if one.of else 0,
        "overlap": pathways.amount(verdict.overlap) if verdict.overlap else "",
        "counted": [_offering(one, code) for code in verdict.counted],
        "left_out": [
            {**_offering(one, code), "why": pathways.LEFT_OUT[why]} for code, why in verdict.left_out
        ],
        "missing": [
            {
                "said": pathways.missing_in_words(group),
                "offerings": [_offering(one, code) for code in group.codes],
            }
            for group in verdict.missing
        ],
        "closest": closest,
        "is_closed": verdict.closest is None,
        "awarding_body": pathway.awarding_body,
        "whole": one.whole,
        "asked_at": one.asked_at,
        "is_diploma": pathway.is_diploma,
    }


def _credits(one: Progress) -> str:
    """As "16/16", or the credits alone where the pathway has no size."""
    counted = pathways.amount(one.verdict.ects)
    return f"{counted}/{pathways.amount(one.of)}" if one.of else counted


def _offering(one: Progress, code: str) -> dict:
    """An offering by its title, with its page where the catalogue has it."""
    version = one.versions.get(code)
    if version is None:
        return {"title": {"text": code}, "url": ""}
    return {
        "title": in_reader_language(version.title),
        "ects": pathways.amount(version.ects),
        "url": reverse("catalogue-offering", args=[code]),
    }
