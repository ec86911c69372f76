"""The page of one offering: plain words first, the elements of the Council Recommendation below."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import date as localised_date
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import RedirectView

from registry import catalogue
from registry.actions import levels
from registry.models import OfferingVersion, Realisation, Statement
from registry.models.texts import LANGUAGES
from registry.templatetags.texts import ONLY_IN
from registry.views import linked_data, recognition_notes
from registry.views.catalogue import PublicPage, institution_names, labels, letters, price, size, text

Status = OfferingVersion.Status
EU_FUNDS = {"esf_plus", "erdf"}  # their support is told wherever the offering is (F-01)


class CatalogueOffering(PublicPage):
    """The published version, or the last one of an offering that has ended."""

    template_name = "catalogue/offering.html"

    def get_context_data(self, *, code, number=None, **kwargs):
        versions = catalogue.public_versions().filter(offering__code=code)
        if number is None:
            version = _shown_version(list(versions))
        else:
            version = get_object_or_404(versions, number=number)
        return super().get_context_data(
            **page(version, shown=catalogue.current(), today=timezone.localdate()),
            others=_others(version),
            social=linked_data.social(version),
            linked_data=linked_data.course(version, shown=catalogue.current()),
            **kwargs,
        )


class Achievement(RedirectView):
    """The address inside credentials: to the version's page in the reader's language."""

    def get_redirect_url(self, code, number):
        get_object_or_404(catalogue.public_versions(), offering__code=code, number=number)
        return reverse("catalogue-version", args=[code, number])


def page(version: OfferingVersion, *, shown: catalogue.Shown, today: date) -> dict:
    """All that templates/catalogue/offering_body.html shows of a version, also before it is published."""
    main, institution = version.primary_language, version.offering.institution
    said = catalogue.statement(version)
    return {
        "version": version,
        "code": version.offering.code,
        "letters": letters(institution.short_name),
        "title": text(version.title, main=main),
        "summary": text(version.summary, main=main),
        "language_note": _language_note(version),
        "target_group": text(version.target_group, main=main),
        "institutions": ", ".join(institution_names(version.awarding_bodies, shown=shown))
        or institution.short_name,
        "state": _state(version, said=said),
        "figures": _figures(version, shown=shown),
        "outcomes": [
            {**text(one.text, main=main), "kind": one.get_kind_display(), "skills": one.skill_keywords}
            for one in version.outcomes.all()
        ],
        "level": text(_description(shown, version)),
        "level_name": "".join(
            labels("competence_level", filter(None, [version.competence_level]), shown=shown)
        ),
        "prerequisites": text(version.prerequisites, main=main),
        "assessment": text(version.assessment_description, main=main),
        "runs": sorted(
            (_run(one, version=version, shown=shown, today=today) for one in version.realisations.all()),
            key=lambda run: run["is_over"],
        ),
        "can_enrol": version.status == Status.PUBLISHED,
        "taught_until": _taught_until(version, today=today),
        "pathways": [
            {"name": text(one.name), "towards": text(one.counts_towards)}
            for one in version.offering.pathways.all()
        ],
        "recognised": recognition_notes.hints(version),
        "stackable": "".join(labels("stackability", filter(None, [version.stackability]), shown=shown)),
        "towards": text(version.stackability_towards, main=main),
        "fee": " · ".join(
            filter(
                None,
                [price(version.fee_eur), *_labels(shown, version, "fee_rule" if version.fee_eur else "")],
            )
        ),
        "guidance": text(version.guidance, main=main),
        "contacts": [
            {"function": one.get_function_display(), "name": one.name, "email": one.email, "phone": one.phone}
            for one in version.offering.contacts.all()
        ],
        "links": [{**text(one.label, main=main), "url": one.url} for one in version.offering.links.all()],
        "has_eu_funding": any(row.get("type") in EU_FUNDS for row in version.funding),
        "situations": _labels(shown, version, "target_situations"),
        "groups": _labels(shown, version, "target_groups"),
        "quality": _quality(said, version=version, today=today),
        "elements": elements(version, shown=shown),
        "address": f"{settings.BASE_URL}/offerings/{version.offering.code}/v{version.number}",
    }


def elements(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    """Rows of the table of Annex I elements that a version holds; each value is a list of texts."""
    main = version.primary_language

    def named(field: str) -> list[dict]:
        return [{"text": one} for one in _labels(shown, version, field)]

    def written(field: str) -> list[dict]:
        return [one] if (one := text(getattr(version, field), main=main))["text"] else []

    outcomes = [text(one.text, main=main) for one in version.outcomes.all()]
    bodies = [
        text(shown.institutions[one].name) for one in version.awarding_bodies if one in shown.institutions
    ]
    rows = [
        ("M2", _("Title"), written("title")),
        ("M3", _("Country and region of the issuer"), named("country") + named("region")),
        ("M4", _("Awarding bodies"), bodies),
        ("M6", _("Learning outcomes"), outcomes),
        ("M7", _("Workload"), [{"text": _workload(version)}]),
        ("M8", _("Level of the learning experience (indicative)"), _levels(version, shown=shown)),
        (
            "M9",
            _("Assessment"),
            named("assessment_types") + written("assessment_criteria") + named("grading_scale"),
        ),
        (
            "M10",
            _("Form of participation"),
            named("participation_modes") + named("teaching_times") + _places(version),
        ),
        ("M11", _("Quality assurance"), named("quality_assurance_types") + written("quality_assurance")),
        ("O1", _("Prerequisites"), written("prerequisites")),
        ("O2", _("Supervision and identity check in assessment"), named("identity_verification")),
        ("O4", _("Stackability"), named("stackability") + written("stackability_towards")),
        ("O5", _("Language of instruction"), named("teaching_languages")),
        ("O5", _("Language of assessment"), named("assessment_languages")),
        ("O5", _("Fields"), named("isced_f") + named("okm_field")),
        ("O5", _("Sustainable Development Goals"), named("sdgs") + written("sdg_not_applicable")),
        ("O5", _("Derived from a degree"), [_course(row, main=main) for row in version.parent_courses]),
        ("O5", _("Target groups"), named("target_groups")),
        ("O5", _("Situations of use"), named("target_situations")),
        ("O5", _("Support for the language"), named("language_support")),
        ("O5", _("Direction of the cooperation"), named("cooperation_direction")),
        ("O5", _("Shares of the credits"), _shares(version, shown=shown)),
        ("O5", _("Online and distance teaching"), _digital(version, shown=shown)),
        ("O5", _("Need in working life or society"), written("relevance")),
        ("O5", _("Validity of the credential"), _validity(version)),
    ]
    return [
        {"element": element, "label": label, "values": values} for element, label, values in rows if values
    ]


def _shown_version(versions: list[OfferingVersion]) -> OfferingVersion:
    """The version in force; of an offering that has ended, its last one."""
    in_force = [version for version in versions if version.offering.published_id == version.pk]
    if not (in_force or versions):
        raise Http404
    return (in_force or versions)[0]


def _others(version: OfferingVersion) -> list[dict]:
    """The offering's other public versions, newest first."""
    rows = catalogue.public_versions().filter(offering=version.offering_id).exclude(pk=version.pk)
    return [
        {
            "number": one.number,
            "state": one.get_status_display(),
            "status": one.status,
            "published": localised_date(timezone.localdate(one.published_at), "j.n.Y"),
            "is_current": one.pk == version.offering.published_id,
            "url": _version_url(one, current=version.offering.published_id),
            "difference_url": _difference_url(version, one),
        }
        for one in rows
    ]


def _difference_url(one: OfferingVersion, other: OfferingVersion) -> str:
    """From the older to the newer."""
    before, after = sorted([one.number, other.number])
    return reverse("catalogue-difference", args=[one.offering.code, before, after])


def _version_url(version: OfferingVersion, *, current: int | None) -> str:
    if version.pk == current:
        return reverse("catalogue-offering", args=[version.offering.code])
    return reverse("catalogue-version", args=[version.offering.code, version.number])


def _state(version: OfferingVersion, *, said: Statement | None) -> dict:
    """What a reader must know before the rest, where the version is not simply in force."""
    notes = {
        Status.SUSPENDED: _(
            "This offering is suspended: nobody can enrol now. Credentials already issued stay valid."
        ),
        Status.SUPERSEDED: _("This is an earlier version: a newer one has superseded it."),
        Status.RETIRED: _(
            "This offering has ended: nobody can enrol any more. Credentials already issued stay valid."
        ),
    }
    note = notes.get(version.status, "")
    if version.status == Status.SUSPENDED and said and said.suspended_why:
        note = _("%(note)s The reason: %(reason)s") % {"note": note, "reason": said.suspended_why}
    url = (
        reverse("catalogue-offering", args=[version.offering.code])
        if version.status == Status.SUPERSEDED
        else ""
    )
    return {"status": version.status, "label": version.get_status_display(), "note": note, "url": url}


def _figures(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    rows = [
        (size(version.ects), _("ECTS credits")),
        (version.workload_hours, _("hours of work")),
        (f"EQF {version.eqf_level}" if version.eqf_level else "", _("indicative level")),
        (price(version.fee_eur), _("price")),
    ]
    return [{"value": value, "label": label} for value, label in rows if value not in ("", None)]


def _run(run: Realisation, *, version: OfferingVersion, shown: catalogue.Shown, today: date) -> dict:
    """One realisation: its dates, where enrolment stands, what is left, and the way in while it is open."""
    window, is_over = run.window(today), run.ends_on < today or run.status == Realisation.Status.ENDED
    has_enrolment = run.enrolment != Realisation.Enrolment.NONE
    can_enrol = has_enrolment and not is_over and window == Realisation.Window.OPEN
    can_enrol = can_enrol and version.status == Status.PUBLISHED
    return {
        "key": run.key,
        "starts": localised_date(run.starts_on, "j.n.Y"),
        "ends": localised_date(run.ends_on, "j.n.Y"),
        "enrol_from": localised_date(run.enrol_from, "j.n.Y") if window == Realisation.Window.BEFORE else "",
        "enrol_by": localised_date(run.last_day_to_enrol, "j.n.Y"),
        "is_over": is_over,
        "has_enrolment": has_enrolment,
        "is_open": not is_over and window == Realisation.Window.OPEN,
        "places": run.places,
        "left": run.places_left if run.enrolment == Realisation.Enrolment.HERE else None,
        "is_full": can_enrol and run.is_full,
        "has_queue": run.has_queue,
        "queued": run.queued,
        "price": price(run.price_eur) if run.price_eur not in (None, version.fee_eur) else "",
        "languages": ", ".join(labels("teaching_language", run.languages, shown=shown)),
        "locations": ", ".join(run.locations),
        "network": run.network,
        "note": text(run.note, main=version.primary_language),
        "url": _enrol_url(run, version=version) if can_enrol else "",
        "is_outside": run.enrolment == Realisation.Enrolment.OUTSIDE,
    }


def _enrol_url(run: Realisation, *, version: OfferingVersion) -> str:
    if run.enrolment == Realisation.Enrolment.OUTSIDE:
        return run.enrolment_url
    return reverse("enrol", args=[version.offering.code, version.number, run.key])


def _taught_until(version: OfferingVersion, *, today: date) -> str:
    """The last day of what goes on, where nobody can enrol any more."""
    if version.status == Status.PUBLISHED:
        return ""
    days = [
        one.ends_on
        for one in version.realisations.all()
        if one.status == Realisation.Status.OPEN and one.ends_on >= today
    ]
    return localised_date(max(days), "j.n.Y") if days else ""


def _late(days: int) -> str:
    return ngettext("The Check is %(n)d day late", "The Check is %(n)d days late", days) % {"n": days}


def _quality(said: Statement | None, *, version: OfferingVersion, today: date) -> dict:
    """The newest quality statement in a sentence or three: the plan's approval, and a Check since."""
    if said is None:
        return {}
    approved_on = timezone.localdate(version.approved_at) if version.approved_at else said.decided_on

    def day(value: date | None) -> str:
        return localised_date(value, "j.n.Y") if value else ""

    return {
        "approved": day(approved_on),
        "checked": day(said.decided_on) if said.decided_on > approved_on else "",
        "until": day(said.approved_until),
        "check": day(said.check_due_on),
        "is_late": said.is_check_late(today=today),
        "late": _late((today - said.check_due_on).days if said.is_check_late(today=today) else 0),
        "criteria_set": said.criteria_set,
        "strengths": [text(name, main="fi")["text"] for name in said.strengths],
    }


def _language_note(version: OfferingVersion) -> str:
    """Said once on top where the title is not in the reader's language; else each text says it."""
    filled = tuple(one for one in LANGUAGES if version.title.get(one))
    shown = text(version.title, main=version.primary_language)
    return ONLY_IN[filled] if shown["language"] else ""


def _description(shown: catalogue.Shown, version: OfferingVersion) -> dict:
    """What the version's level step means: in the institution's own words, else in those common to all."""
    common = shown.descriptions.get(("competence_level", version.competence_level), {})
    return levels.own(version) or common


def _labels(shown: catalogue.Shown, version: OfferingVersion, field: str) -> list[str]:
    """Labels of the code, or codes, that a field of the version holds."""
    if not field:
        return []
    value = getattr(version, field)
    codes = value if isinstance(value, list) else [value]
    return labels(
        OfferingVersion.CODE_LISTS[field],
        [str(code) for code in codes if code not in ("", None)],
        shown=shown,
    )


def _workload(version: OfferingVersion) -> str:
    return _("%(ects)s ECTS credits, %(hours)s hours of work") % {
        "ects": size(version.ects),
        "hours": version.workload_hours,
    }


def _levels(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    eqf = [f"EQF: {one}" for one in _labels(shown, version, "eqf_level")]
    nqf = [
        _("National framework: %(level)s") % {"level": one} for one in _labels(shown, version, "nqf_level")
    ]
    rest = _labels(shown, version, "ehea_cycle") + _labels(shown, version, "competence_level")
    return [{"text": one} for one in eqf + nqf + rest]


def _course(row: dict, *, main: str) -> dict:
    """A course of a degree: "Data-analytiikka, 10 op" (C-09)."""
    name = text(row.get("name", {}), main=main)
    ects = _("%(ects)s ECTS credits") % {"ects": size(Decimal(str(row["ects"])))} if row.get("ects") else ""
    return {**name, "text": ", ".join(filter(None, [name["text"] or row.get("code", ""), ects]))}


def _shares(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    rows = version.shares
    names = institution_names([row["institution"] for row in rows], shown=shown)
    return [
        {"text": f"{name}: " + _("%(ects)s ECTS credits") % {"ects": size(Decimal(str(row["ects"])))}}
        for name, row in zip(names, rows, strict=True)
    ]


def _digital(version: OfferingVersion, *, shown: catalogue.Shown) -> list[dict]:
    """What is done about each criterion; an answer may be in one language only (rule 16)."""
    found = []
    for criterion in OfferingVersion.DIGITAL_CRITERIA:
        if answer := version.digital_pedagogy.get(criterion):
            said = text(answer, main=version.primary_language)
            [name] = labels("digital_pedagogy", [criterion], shown=shown)
            found.append({**said, "name": name})
    return found


def _places(version: OfferingVersion) -> list[dict]:
    return [{"text": ", ".join(version.locations)}] if version.locations else []


def _validity(version: OfferingVersion) -> list[dict]:
    if not version.validity_months:
        return [{"text": _("Valid indefinitely")}]
    months = version.validity_months
    return [{"text": ngettext("%(n)d month", "%(n)d months", months) % {"n": months}}]
