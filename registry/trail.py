"""The append-only log of who did what and who saw whose data (N6), part of the action's transaction."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry import access, storing
from registry.models import Institution, Membership, OfferingVersion, Realisation, TrailEntry, User

# What pages call the words of the trail; a move between states is called by the state it led to.
VERBS = {
    "created": _("Created"),
    "edited": _("Edited"),
    "revised": _("Copied to a new version"),
    "imported": _("Imported"),
    **{str(status): status.label for status in OfferingVersion.Status},
    "taken_over": _("Review taken over"),
    "appointed": _("Appointed to the panel"),
    "declared": _("Declared on conflicts of interest"),
    "left": _("Left the panel"),
    "entered": _("Came by an invitation"),
    "answered": _("Ratings given"),
    "panel_started": _("Panel began to read"),
    "plan_draft": _("Planning"),
    "plan_review": _("Plan in review"),
    "plan_returned": _("Plan returned"),
    "plan_approved": _("Approved for publication"),
    "do": pgettext_lazy("review cycle", "Running"),
    "check_open": _("Check going on"),
    "check_review": _("Check in review"),
    "check_moved": _("Check moved to another day"),
    "act": _("Corrective action"),
    "act_verify": _("Actions being verified"),
    "found": _("Finding written"),
    "acted": _("Action done, to be verified"),
    "verified": _("Verified"),
    "handed_over": _("Handed over"),
    "audit_planned": _("Audit planned"),
    "evidence_added": _("Evidence added"),
    "evidence_removed": _("Evidence taken back"),
    "held": _("Issuing held"),
    "lifted": _("Hold lifted"),
    "closed": pgettext_lazy("meeting", "Closed"),
    "closed_continue": _("Closed, continues"),
    "closed_retire": _("Closed, retired"),
    "recorded": _("Attainment recorded"),
    "corrected": _("Attainment corrected"),
    "composite_asked": _("Composite credential asked for"),
    "updated": _("Details changed"),
    "invited": _("Invited"),
    "claimed": _("Account opened"),
    "read": _("File read in"),
    "waiting": _("Waiting for a worker"),
    "running": pgettext_lazy("batch", "Running"),
    "done": _("Done"),
    "issued": _("Credential issued"),
    "revoked": _("Credential revoked"),
    "shared": _("Credential shared"),
    "share_withdrawn": _("Sharing withdrawn"),
    "share_reminded": _("Owner reminded of a share link"),
    "wallet_offered": _("Credential offered to a wallet"),
    "wallet_taken": _("Credential taken by a wallet"),
    "wallet_cancelled": _("Offer to a wallet cancelled"),
    "downloaded": _("Credential downloaded"),
    "exported": _("Attainments exported for the study-info system"),
    "valid": _("Credential valid again"),
    "replaced": _("Credential replaced"),
    "looked_at": _("Looked at"),
    "listed": _("Listed"),
    "term_planned": _("Planned for a term"),
    "planned": _("Realisation planned"),
    "open": _("Realisation opened"),
    "cancelled": _("Cancelled"),
    "ended": _("Realisation ended"),
    "enrolled": _("Enrolled"),
    "received": _("Received, not decided yet"),
    "queued": _("In the queue"),
    "accepted": _("Accepted"),
    "completed": _("Completed"),
    "role_given": _("Role given"),
    "role_taken": _("Role taken away"),
    "key_made": _("API key made"),
    "key_revoked": _("API key revoked"),
    "signing_key_made": _("Signing key made"),
    "signing_key_retired": _("Signing key retired"),
    "signing_key_leaked": _("Signing key marked as leaked"),
    "document_made": _("Document made"),
    "certificates_tried_again": _("Certificates of a batch tried again"),
    "note_written": _("Recognition note written"),
    "note_removed": _("Recognition note removed"),
    "contact_added": _("Contact added"),
    "contact_changed": _("Contact changed"),
    "contact_removed": _("Contact removed"),
    "link_added": _("Link added"),
    "link_changed": _("Link changed"),
    "link_removed": _("Link removed"),
    "recorded_meeting": _("Meeting recorded"),
    "noted_foresight": _("Foresight noted"),
    "parent_changed": _("Course of the degree changed"),
    "parent_revised": _("Change of the degree taken into a new version"),
    "parent_no_effect": _("Change of the degree has no effect"),
    "level_described": _("Level step described"),
    "rule_set_chosen": _("Rule set chosen"),
    "certificate_mode_chosen": _("Way of handing over certificates chosen"),
    "certificate_moment_chosen": _("Time of making certificates chosen"),
    "joint_invited": _("Invited to a joint offering"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn"),
    "survey_agreed": _("Agreed to surveys"),
    "survey_refused": _("Refused surveys"),
    "survey_sent": _("Survey sent"),
    "results_added": _("Results of a survey added"),
    "complained": _("Complaint made"),
    "upheld": _("Complaint upheld"),
    "dismissed": _("Complaint not upheld"),
    "pilot_started": _("Pilot started"),
    "pilot_reported": _("Pilot reported"),
    "end_proposed": _("Proposed to end"),
    "appealed": _("Appealed against the rejection"),
    "granted": _("Appeal granted"),
    "appeal_dismissed": _("Appeal dismissed"),
    "bundle_asked": _("Evidence bundle asked for"),
    "failed": pgettext_lazy("evidence bundle", "Could not be made"),
    "removed": pgettext_lazy("evidence bundle", "No longer kept"),
    "bundle_fetched": _("Evidence bundle fetched"),
    "pack_asked": _("Continuity pack asked for"),
    "pack_fetched": _("Continuity pack fetched"),
    "reading_granted": _("Reading granted to somebody outside"),
    "reading_withdrawn": _("Reading withdrawn"),
    "trigger_found": _("Cause for a Check found"),
    "trigger_set_aside": _("Cause for a Check set aside"),
    "indicator_recorded": _("Value of an indicator recorded"),
    "indicator_forgotten": _("Value of an indicator taken away"),
    "indicator_aimed": _("Goal of an indicator set"),
    "report_frozen": _("Report frozen"),
    "agreement_made": _("Agreement made"),
    "agreement_changed": _("Agreement changed"),
    "agreement_evaluated": _("Evaluation meeting held"),
    "rectification_opened": _("Window of rectification opened"),
    "rectification_changed": _("Window of rectification changed"),
    "rectification_asked": _("Rectification asked for"),
    "identity_kept": _("Personal identity code kept"),
    "identity_seen": _("Personal identity code looked at"),
    "identity_erased": _("Personal identity code erased"),
    "own_data_fetched": _("Own data downloaded"),
    "data_asked": _("Correction or erasure of own data asked for"),
    "data_done": _("Request about own data done"),
    "data_refused": _("Request about own data refused"),
    "data_withdrawn": _("Request about own data withdrawn"),
    "data_erased": _("Data of the learner erased"),
    "account_closed": _("Account closed by the learner"),
    "rectification_granted": _("Rectification granted"),
    "rectification_denied": _("Rectification not granted"),
    "rectification_withdrawn": _("Request for rectification withdrawn"),
    "board_asked": _("Examination board asked"),
    "board_granted": _("Granted by the examination board"),
    "board_denied": _("Not granted by the examination board"),
    "recognition_refused": _("Recognition refused elsewhere"),
    "report_read": _("Report read by somebody outside"),
}
# What only learners do: the institution's pages tell of it without their names.
BY_LEARNERS = frozenset(
    {
        "claimed",
        "composite_asked",
        "shared",
        "share_withdrawn",
        "wallet_offered",
        "wallet_taken",
        "wallet_cancelled",
    }
)
# The role of a deed that the staff may do too, when the learner concerned did it: no name of it either.
LEARNER = "learner"
# Why somebody looked: the task of the page that showed it, kept as the reason of "looked_at" and "listed".
LOOKS = frozenset({"looked_at", "listed"})
PURPOSES = {
    "why_register": _("Keeping the register of learners"),
    "why_attainments": _("Recording and correcting attainments"),
    "why_participants": _("Enrolments and participants"),
    "why_export": _("Export to the study-info system"),
    "why_credentials": _("Issuing and keeping credentials"),
    "why_rectification": _("Handling a request for rectification"),
    "why_request": _("Answering a request of the person themselves"),
}
# Of looks whose page told no task: by what was looked at.
PURPOSE_OF = {
    "learner": "why_register",
    "attainment": "why_attainments",
    "enrolment": "why_participants",
    "credential": "why_credentials",
    "batch": "why_credentials",
    "rectificationwindow": "why_rectification",
    "rectification": "why_rectification",
    "datarequest": "why_request",
}
# What pages call the kinds of rows that `about` names.
KINDS = {
    "version": _("Version"),
    "offering": _("Offering"),
    "pathway": _("Pathway"),
    "reviewcycle": _("Review"),
    "standingpanel": _("Standing panel"),
    "panelmeeting": _("Panel meeting"),
    "realisation": _("Realisation"),
    "enrolment": _("Enrolment"),
    "learner": _("Learner"),
    "attainment": _("Attainment"),
    "attainmentfile": _("File of attainments"),
    "offeringfile": _("File of offerings"),
    "offeringdefaults": _("Default values of new offerings"),
    "batch": _("Batch"),
    "audit": _("Audit"),
    "bundle": _("Evidence bundle"),
    "evidence": _("Evidence"),
    "finding": _("Finding"),
    "issuinghold": _("Hold on issuing"),
    "credential": _("Credential"),
    "share": _("Share link"),
    "user": _("Person"),
    "institution": _("Institution"),
    "meetingrecord": _("Meeting"),
    "foresightnote": _("Foresight note"),
    "partnerkey": _("API key"),
    "signingkey": _("Signing key"),
    "recognitionnote": _("Recognition note"),
    "roleinvitation": _("Invitation to a role"),
    "leveldescriptor": _("Level step"),
    "jointinvitation": _("Invitation to a joint offering"),
    "complaint": _("Complaint"),
    "pilot": _("Pilot"),
    "report": _("Report"),
    "partnershipagreement": _("Agreement with a partner"),
    "rectificationwindow": _("Window of rectification"),
    "rectification": _("Request for rectification"),
    "datarequest": _("Request about own data"),
}


def about(row: models.Model) -> str:
    """What the trail calls a row: "version:OAMK-MC-2026-001.v1", "credential:<uuid>"; a role as its
    person."""
    if isinstance(row, OfferingVersion):
        return f"version:{row.offering.code}.v{row.number}"
    if isinstance(row, Membership):
        return f"user:{row.user_id}"
    if isinstance(row, Realisation):
        return f"realisation:{row.version.offering.code}.v{row.version.number}.{row.key}"
    public = getattr(row, "uid", None) or getattr(row, "code", None) or row.pk
    return f"{row._meta.model_name}:{public}"


def owner(row: models.Model) -> models.Model | None:
    """The row that names the institution: itself, or the offering it belongs to."""
    if hasattr(row, "institution_id"):
        return row
    return row.version.offering if isinstance(row, Realisation) else getattr(row, "offering", None)


def _institution_id(row: models.Model) -> int | None:
    return row.pk if isinstance(row, Institution) else getattr(owner(row), "institution_id", None)


def _roles(by: User | None, institution_id: int | None, *, verb: str) -> str:
    """The roles that the person holds in the institution; a learner's deed is nobody's in a role."""
    if by is None or verb in BY_LEARNERS:
        return ""
    held = set(by.memberships.filter(institution=institution_id).values_list("role", flat=True))
    return ", ".join(role for role in access.ROLES if role in held)


def record(
    *,
    verb: str,
    row: models.Model,
    by: User | None,
    at: datetime,
    role: str = "",
    was: str = "",
    became: str = "",
    reason: str = "",
    learner: UUID | None = None,
    content_hash: str = "",
) -> TrailEntry:
    """Write down one deed. `verb` is one of VERBS, a stable word; `learner` the person concerned.

    `role` is the one that let the person do it; where it is not told, all that the person holds there.
    """
    institution_id = _institution_id(row)
    return TrailEntry.objects.create(
        at=at,
        by=by,
        institution_id=institution_id,
        role=role or _roles(by, institution_id, verb=verb),
        verb=verb,
        about=about(row),
        learner=learner,
        was=was,
        became=became,
        reason=reason,
        content_hash=content_hash,
    )


def record_each(
    *,
    verb: str,
    pairs: Iterable[tuple[models.Model, UUID | None]],
    by: User | None,
    at: datetime,
    role: str = "",
    became: str = "",
    reason: str = "",
    hashes: Mapping[Any, str] | None = None,
) -> None:
    """Write down one deed done to many rows of one institution at once; pairs of (row, learner concerned).

    `hashes` are those of the rows' contents, by key.
    A list page that shows learners says so here with the verb "listed" (N6), and why with one of PURPOSES.
    """
    pairs = list(pairs)
    if pairs and not role:
        role = _roles(by, _institution_id(pairs[0][0]), verb=verb)
    storing.insert(
        [
            TrailEntry(
                at=at,
                by=by,
                institution_id=_institution_id(row),
                role=role,
                verb=verb,
                about=about(row),
                learner=learner,
                became=became,
                reason=reason,
                content_hash=(hashes or {}).get(row.pk, ""),
            )
            for row, learner in pairs
        ]
    )


def of(*, row: models.Model) -> models.QuerySet[TrailEntry]:
    """The entries about one row, newest first."""
    return (
        TrailEntry.objects.filter(about=about(row)).select_related("by", "institution").order_by("-at", "-pk")
    )


def of_learner(*, learner: UUID) -> models.QuerySet[TrailEntry]:
    """Who looked at or changed one learner's data, newest first."""
    return (
        TrailEntry.objects.filter(learner=learner).select_related("by", "institution").order_by("-at", "-pk")
    )


def find(
    *, institution: Institution, about: str = "", person: str = "", verb: str = ""
) -> models.QuerySet[TrailEntry]:
    """The institution's entries, newest first; `about` and `person` are parts of names."""
    found = institution.trail.select_related("by").order_by("-at", "-pk")
    if about:
        found = found.filter(about__icontains=about)
    if person:
        pattern = re.escape(person)
        found = found.exclude(Q(verb__in=BY_LEARNERS) | Q(role=LEARNER)).filter(
            Q(by__name__iregex=pattern) | Q(by__email__iregex=pattern)
        )
    return found.filter(verb=verb) if verb else found


def is_by_learner(entry: TrailEntry) -> bool:
    return entry.verb in BY_LEARNERS or entry.role == LEARNER


def purpose(entry: TrailEntry) -> str:
    """Why somebody looked, in words; nothing for what is no look."""
    if entry.verb == "identity_seen":
        return entry.reason
    if entry.verb not in LOOKS:
        return ""
    kind = entry.about.partition(":")[0]
    word = entry.reason if entry.reason in PURPOSES else PURPOSE_OF.get(kind, "")
    return PURPOSES[word] if word else ""


def people(entries: Iterable[TrailEntry]) -> dict[str, User]:
    """The people whom entries are about, by the name they have there."""
    ids = {entry.about.removeprefix("user:") for entry in entries if entry.about.startswith("user:")}
    return {f"user:{person.pk}": person for person in User.objects.filter(pk__in=ids)}
