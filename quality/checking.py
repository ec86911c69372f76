"""The Check and what follows it as people see them: figures, findings, and why somebody may not act."""

from datetime import date

from django.db.models import Count
from django.utils.translation import gettext as _

from quality import few, finding_lists
from quality.actions import checks, cycles, publishing
from quality.models import Evidence, ReviewCycle
from registry.access import Permission
from registry.models import Institution, User

P = Permission
Stage = ReviewCycle.Stage


def beside(cycle: ReviewCycle) -> dict:
    """What a review's page shows beside the text: the figures of the Check, the findings."""
    findings = cycle.findings.select_related("owner").order_by("due_on", "pk")
    return {"snapshot": snapshot(cycle), "findings": list(findings)}


def evidence(cycle: ReviewCycle, *, user: User, permissions: frozenset[Permission]) -> list[Evidence]:
    """What the person may see of the round's evidence, the newest first."""
    rows = cycle.evidence.select_related("cycle", "finding").order_by("-dated_on", "pk")
    return [one for one in rows if finding_lists.may_read(one, user=user, permissions=permissions)]


def snapshot(cycle: ReviewCycle) -> dict:
    """The newest figures kept for the Check, as rows; empty before it opens."""
    kept = cycle.snapshots.order_by("-taken_at").first()
    if kept is None:
        return {}
    return {"taken_at": kept.taken_at, "sha256": kept.sha256, "rows": rows(kept.figures)}


def rows(figures: dict) -> list[dict]:
    """Figures in words; a mean of few answers is hidden, which is not the same as none."""
    share = figures["completion_percent"]
    completed = _("not measured") if share is None else f"{figures['completed']} ({share} %)"
    hidden = few.words() if few.is_few(figures["participants"]) else ""  # a guest of the panel reads it, too
    return [
        {"label": _("Realisations that have ended"), "value": figures["runs"]},
        {"label": _("Participants"), "value": hidden or figures["participants"]},
        {"label": _("Completed"), "value": hidden or completed},
        {"label": _("Learners' feedback"), "value": _mean(figures["feedback"])},
        {"label": _("Employers' feedback"), "value": _mean(figures["employers"])},
        {"label": _("Impact on work"), "value": _mean(figures["career"])},
        {"label": _("Complaints"), "value": figures["complaints"]},
        {"label": _("Complaints upheld"), "value": figures["upheld_complaints"]},
        {"label": _("Credentials issued"), "value": figures["credentials"]},
    ]


def _mean(found: dict) -> str:
    if found["hidden"]:
        return few.words_of_answers()
    if found["mean"] is None:
        return _("not measured")
    return _("%(mean)s of %(scale)s (%(n)s answers)") % found


# Why not: the words beside an act that the person cannot do now; "" where they can


def why_not_open(cycle: ReviewCycle, *, permissions: frozenset[Permission], on: date) -> str:
    if P.CHECK_OPEN not in permissions:
        return _("A quality coordinator of your institution opens the Check.")
    return checks.why_not_open(cycle, on=on)


def why_not_send(cycle: ReviewCycle, *, permissions: frozenset[Permission], on: date) -> str:
    if P.OFFERING_WRITE not in permissions:
        return _("The authors evaluate the offering and send the Check to its panel.")
    missing = cycles.unassessed(cycle, Stage.CHECK)
    if missing:
        said = _("Assess the offering by each principle before you send it; open: %(codes)s.")
        return said % {"codes": ", ".join(missing)}
    return checks.without_pilot_report(cycle, on=on)


def why_not_send_actions(cycle: ReviewCycle, *, user: User) -> str:
    return checks.why_not_send_own(cycle, by=user) or checks.why_not_send_actions(cycle)


def why_not_return_actions(cycle: ReviewCycle, *, permissions: frozenset[Permission]) -> str:
    return _without_verifying(permissions) or checks.why_not_return_actions(cycle)


def why_not_close(cycle: ReviewCycle, *, user: User, permissions: frozenset[Permission]) -> str:
    said = _without_verifying(permissions) or checks.why_not_close_own(cycle, by=user)
    return said or " ".join(text for text, _code in checks.why_not_close(cycle))


def why_not_resume(cycle: ReviewCycle, *, permissions: frozenset[Permission]) -> str:
    if P.ROUND_LEAD not in permissions:
        return _("The rectorate or the head of the unit lets the offering go on.")
    return publishing.why_not_resume(cycle)


def _without_verifying(permissions: frozenset[Permission]) -> str:
    if P.FINDING_VERIFY in permissions:
        return ""
    return _("A quality coordinator who owns none of the findings verifies the actions.")


def open_findings(institution: Institution, *, user: User, permissions: frozenset[Permission]) -> dict:
    """How many findings wait for the person: to act on, to verify."""
    return institution.findings.aggregate(
        act=Count("pk", filter=finding_lists.to_act(user=user)),
        verify=Count("pk", filter=finding_lists.to_verify(user=user, permissions=permissions)),
    )
