"""What a person may do next with a version: derived from its state, their permissions and the checklist."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.access import Permission
from registry.elements import Checklist
from registry.models import OfferingVersion

P = Permission
Status = OfferingVersion.Status


@dataclass(frozen=True)
class Step:
    """`page` is where it is done; `action`, where set, takes the POST at once."""

    label: str
    page: str
    action: str = ""
    is_blocked: bool = False


def steps(
    version: OfferingVersion, *, permissions: frozenset[Permission], checklist: Checklist | None
) -> list[Step]:
    """The most likely step first. `checklist` is needed while the version can be written."""
    found = _STEPS[Status(version.status)](version, checklist)
    return [step for needed, step in found if needed in permissions]


def _writing(version: OfferingVersion, checklist: Checklist) -> list[tuple[Permission, Step]]:
    write = Step(_("Go on writing"), page=_address("version-edit", version, "basics"))
    assess = Step(_("Self-assessment by principle"), page=_address("version-assess", version))
    submit = Step(
        _("Send to review"), page=_address("version-submit", version), is_blocked=not checklist.ready
    )
    order = [submit, write, assess] if checklist.ready else [write, assess, submit]
    found = [(P.OFFERING_WRITE, step) for step in order]
    if version.status == Status.CHANGES_REQUESTED:
        answer = Step(_("Read and answer the comments"), page=_address("version-review", version))
        found.insert(0, (P.OFFERING_WRITE, answer))
    return found


def _reviewing(version: OfferingVersion, _checklist) -> list[tuple[Permission, Step]]:
    return [(P.REVIEW_READ, Step(_("Go to the review"), page=_address("version-review", version)))]


def _approved(version: OfferingVersion, _checklist) -> list[tuple[Permission, Step]]:
    return [(P.OFFERING_PUBLISH, Step(_("Preview and publish"), page=_address("version-preview", version)))]


def _published(version: OfferingVersion, _checklist) -> list[tuple[Permission, Step]]:
    return [
        (P.OFFERING_WRITE, _revise(version)),
        (P.OFFERING_STOP, Step(_("Suspend"), page=_address("version-suspend", version))),
        (P.OFFERING_END, _retire(version)),
    ]


def _suspended(version: OfferingVersion, _checklist) -> list[tuple[Permission, Step]]:
    return [
        (P.ROUND_LEAD, Step(_("Resume"), page=_address("version-resume", version))),
        (P.OFFERING_WRITE, _revise(version)),
        (P.OFFERING_END, _retire(version)),
    ]


def _ended(version: OfferingVersion, _checklist) -> list[tuple[Permission, Step]]:
    return [(P.OFFERING_WRITE, _revise(version))]


def _none(_version, _checklist) -> list[tuple[Permission, Step]]:
    return []


def _revise(version: OfferingVersion) -> Step:
    args = [version.offering.institution.code.lower(), version.offering.code]
    return Step(
        _("Copy to a new version"),
        page=_address("version-detail", version),
        action=reverse("version-revise", args=args),
    )


def _retire(version: OfferingVersion) -> Step:
    return Step(_("End the offering"), page=_address("version-retire", version))


def _address(name: str, version: OfferingVersion, *more) -> str:
    return reverse(
        name, args=[version.offering.institution.code.lower(), version.offering.code, version.number, *more]
    )


_STEPS = {
    Status.DRAFT: _writing,
    Status.CHANGES_REQUESTED: _writing,
    Status.SUBMITTED: _reviewing,
    Status.IN_REVIEW: _reviewing,
    Status.APPROVED: _approved,
    Status.PUBLISHED: _published,
    Status.SUSPENDED: _suspended,
    Status.SUPERSEDED: _none,
    Status.RETIRED: _ended,
    Status.REJECTED: _ended,
}
