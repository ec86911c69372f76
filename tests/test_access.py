"""Who may open what (N5): every address of the URLconf × everybody, compared with the tables below.

A new address without a row fails. The tables are written out on purpose instead of being worked out from the
permissions: they are the second opinion.
"""

import hashlib
import re
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.test import Client, override_settings
from django.urls import URLPattern, get_resolver, reverse
from django.views import defaults
from time_machine import travel

from credentials.actions import (
    data_requests,
    enrolment_letters,
    enrolments,
    holds,
    learners,
    shares,
    wallet_offers,
)
from credentials.models import AttainmentFile, ContinuityPack, Learner
from quality import rectifying
from quality.actions import (
    audits,
    bundles,
    complaints,
    evidence,
    meetings,
    panels,
    pilots,
    plans,
    rectifications,
    reports,
    seats,
    surveys,
)
from quality.models import Survey, SurveyInvitation
from registry.access import Role
from registry.actions import accounts, codelists, joint, partner_keys, people, recognition_notes
from registry.models import Letter, OfferingVersion
from tests.factories import AT
from tests.factories.agreements import AgreementFactory, RectificationWindowFactory
from tests.factories.bundles import ready
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.evidence import ContactFactory, ForesightFactory, LinkFactory, MeetingFactory
from tests.factories.issuing import issued, run, started
from tests.factories.quality import FindingFactory, PanelMemberFactory, fresh, sent, standing_panel
from tests.factories.registry import (
    InstitutionFactory,
    OfferingFactory,
    OfferingVersionFactory,
    PathwayFactory,
    RealisationFactory,
    UserFactory,
    member,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]

STAFF = "author quality reviewer publisher issuer admin rectorate"
REVIEW = "author quality reviewer publisher rectorate"
FEEDBACK = "author quality reviewer publisher rectorate"

# Pages of an institution: the answer to a GET, and the roles that get it. Its other people get 403, everybody
# else who is signed in 404, a stranger is sent to sign in. 405 is an address for POST alone, 302 leads on.
INSTITUTION = {
    "staff-home": (200, STAFF),
    "offering-list": (200, STAFF),
    "offering-columns": (405, STAFF),
    "offering-table": (200, STAFF),
    "offering-several": (302, STAFF),
    "offering-stages": (200, STAFF),
    "offering-term": (405, "author"),
    "supply-calendar": (200, STAFF),
    "offering-new": (200, "author"),
    "offering-from-text": (200, "author"),
    "offering-defaults": (200, "author"),
    "offering-export": (200, STAFF),
    "offering-file-new": (200, "author"),
    "offering-file-template": (200, "author"),
    "offering-file": (200, "author"),
    "offering-file-import": (405, "author"),
    "offering-file-rejected": (200, "author"),
    "version-similar": (200, STAFF),
    "offering-history": (200, STAFF),
    "version-revise": (405, "author"),
    "version-detail": (200, STAFF),
    "version-preview": (200, STAFF),
    "version-edit": (200, "author"),
    "version-keep": (405, "author"),
    "version-discard": (405, "author"),
    "version-difference": (200, STAFF),
    "version-review": (302, REVIEW),
    "version-assess": (200, "author"),
    "version-submit": (200, "author"),
    "version-publish": (200, "publisher"),
    "version-suspend": (200, "quality rectorate"),
    "version-resume": (200, "rectorate"),
    "version-end-propose": (200, "author"),
    "version-retire": (200, "quality"),
    "version-reopen": (200, "author"),
    "review-list": (200, REVIEW),
    "review-detail": (200, REVIEW),
    "review-panel": (200, "quality"),
    "review-panel-use": (405, "quality"),
    "review-member-invite": (405, "quality"),
    "review-member-release": (200, "quality"),
    "review-member-substitute": (200, "quality"),
    "review-start": (405, "quality"),
    "review-declare": (200, "quality reviewer"),
    "review-rate": (200, "quality reviewer"),
    "review-comment": (405, "quality reviewer"),
    "review-comment-withdraw": (405, "quality reviewer"),
    "review-answer": (405, "author"),
    "review-return": (200, "quality"),  # the chair
    "review-approve": (200, "quality"),  # the chair
    "review-reject": (200, "quality"),  # the chair
    "review-appeal": (200, "author"),
    "review-appeal-answer": (404, "rectorate"),  # before an appeal has been sent
    "version-evaluate": (200, "author"),
    "review-check-open": (200, "quality"),
    "review-check-move": (200, "quality"),
    "review-check-send": (200, "author"),
    "review-evidence-new": (200, "author"),
    "review-finding-new": (200, "quality reviewer"),  # the panel that reads
    "review-act": (200, "quality"),  # the chair
    "review-continue": (200, "quality"),  # the chair
    "review-actions-send": (405, REVIEW),  # the owners of the findings
    "review-actions-return": (405, "quality"),
    "review-close": (200, "quality"),
    "finding-list": (200, REVIEW),
    "offering-findings": (200, REVIEW),
    "finding-new": (200, "quality"),
    "finding-detail": (200, REVIEW),
    "finding-act": (200, REVIEW),  # its owner
    "finding-evidence-new": (200, REVIEW),  # its owner
    "finding-verify": (409, "quality"),  # nobody has acted yet
    "finding-reopen": (409, "quality"),  # it is open
    "finding-hand-over": (200, REVIEW),  # its owner, and quality
    "evidence-file": (200, REVIEW),
    "evidence-remove": (405, REVIEW),  # who added it
    "audit-list": (200, REVIEW),
    "audit-plan": (200, "quality"),
    "audit-new": (200, "quality"),
    "audit-detail": (200, REVIEW),
    "audit-edit": (200, "quality"),
    "audit-finish": (200, "quality"),
    "audit-recommend": (200, "quality"),
    "bundle-list": (200, "quality rectorate"),
    "bundle-detail": (200, "quality rectorate"),
    "bundle-state": (200, "quality rectorate"),
    "bundle-again": (405, "quality rectorate"),
    "bundle-file": (200, "quality rectorate"),
    "bundle-grant-withdraw": (405, "quality rectorate"),
    "panel-list": (200, "quality"),
    "panel-edit": (200, "quality"),
    "panel-member-new": (405, "quality"),
    "panel-member-remove": (405, "quality"),
    "panel-meeting-list": (200, "quality reviewer"),
    "panel-meeting-new": (200, "quality"),
    "panel-meeting": (200, "quality reviewer"),
    "panel-meeting-edit": (200, "quality"),
    "panel-meeting-pack": (200, "quality reviewer"),
    "panel-meeting-close": (405, "quality"),
    "staff-pathway-list": (200, STAFF),
    "staff-pathway": (200, STAFF),
    "staff-pathway-new": (200, "author"),
    "staff-pathway-edit": (200, "author"),
    "staff-pathway-publish": (405, "author"),
    "staff-pathway-take-back": (405, "author"),
    "offering-contacts": (200, STAFF),
    "contact-new": (200, "author"),
    "contact-edit": (200, "author"),
    "contact-remove": (405, "author"),
    "offering-contacts-copy": (405, "author"),
    "link-new": (200, "author"),
    "link-edit": (200, "author"),
    "link-remove": (405, "author"),
    "need-list": (200, STAFF),
    "meeting-new": (200, "author"),
    "meeting-edit": (200, "author"),
    "foresight-new": (200, "author"),
    "foresight-edit": (200, "author"),
    "rule-set": (200, "quality"),
    "hold-list": (200, "quality rectorate issuer"),
    "hold-new": (200, "quality rectorate"),
    "hold-lift": (200, "quality rectorate"),
    "attainment-hold": (200, "issuer"),
    "parent-list": (200, STAFF),
    "parent-new": (200, "author"),
    "parent-file": (200, "author"),
    "parent-template": (200, "author"),
    "parent-answer": (200, "author"),
    "level-steps": (200, "quality admin"),
    "people-list": (200, "admin"),
    "people-take-role": (405, "admin"),
    "people-invitation-withdraw": (405, "admin"),
    "trail-list": (200, "quality admin rectorate"),
    "partner-home": (200, "partner"),
    "partner-offering": (200, "partner"),
    "partner-note-new": (200, "partner"),
    "partner-note-list": (200, "partner"),
    "partner-note-edit": (200, "partner"),
    "partner-note-remove": (200, "partner"),
    "version-partners": (200, "author"),
    "version-partner-withdraw": (200, "author"),
    "invitation-list": (200, "quality"),
    "invitation-detail": (200, "quality"),
    "api-key-list": (200, "admin"),
    "api-key-revoke": (200, "admin"),
    "key-list": (200, "admin"),
    "pack-list": (200, "admin"),
    "pack-file": (410, "admin"),
    "key-rotate": (200, "admin"),
    "key-retire": (200, "admin"),
    "key-leaked": (200, "admin"),
    "certificate-mode": (200, "admin"),
    "realisation-list": (200, STAFF),
    "realisation-new": (200, "author publisher"),
    "realisation-edit": (200, "author publisher"),
    "realisation-open": (405, "author publisher"),
    "realisation-cancel": (200, "author publisher"),
    "participant-list": (200, "issuer"),
    "participant-new": (200, "issuer"),
    "participant-file": (200, "issuer"),
    "participant-template": (200, "issuer"),
    "participant-statuses": (200, "issuer"),
    "participant-status-template": (200, "issuer"),
    "participant-results": (200, "issuer"),
    "participant-cancel": (200, "issuer"),
    "learner-list": (200, "issuer"),
    "learner-new": (200, "issuer"),
    "learner-detail": (200, "issuer"),
    "learner-edit": (200, "issuer"),
    "learner-invite": (405, "issuer"),
    "learner-attainment-new": (200, "issuer"),
    "learner-identity-code": (200, "issuer"),
    "learner-identity-code-erase": (405, "issuer"),
    "attainment-list": (200, "issuer"),
    "virta-export": (200, "issuer"),
    "attainment-new": (200, "issuer"),
    "attainment-correct": (200, "issuer"),
    "attainment-file-new": (200, "issuer"),
    "attainment-file-template": (200, "issuer"),
    "attainment-file": (200, "issuer"),
    "attainment-file-import": (405, "issuer"),
    "attainment-file-rejected": (200, "issuer"),
    "batch-list": (200, "issuer"),
    "batch-new": (200, "issuer"),
    "batch-detail": (200, "issuer"),
    "batch-progress": (200, "issuer"),
    "batch-retry": (405, "issuer"),
    "batch-certificates-retry": (405, "issuer"),
    "composite-list": (200, "issuer"),
    "composite-issue": (405, "issuer"),
    "credential-list": (200, "issuer"),
    "credential-detail": (200, "issuer"),
    "credential-certificate": (200, "issuer"),
    "batch-certificates": (200, "issuer"),
    "credential-revoke": (200, "issuer"),
    "credential-correct": (200, "issuer"),
    "credential-suspend": (200, "issuer"),
    "credential-restore": (200, "issuer"),
    "offering-feedback": (200, FEEDBACK),
    "realisation-feedback": (200, FEEDBACK),
    "employer-survey": (200, "author publisher"),
    "feedback-result-import": (200, "author publisher"),
    "feedback-result-template": (200, "author publisher"),
    "complaint-list": (200, "quality"),
    "complaint-answer": (200, "quality"),
    "pilot-list": (200, FEEDBACK),
    "pilot-new": (200, "author publisher"),
    "pilot-report": (200, "author publisher"),
    "trigger-list": (200, FEEDBACK),
    "trigger-new": (200, "quality"),
    "trigger-open": (200, "quality"),
    "trigger-set-aside": (200, "quality"),
    "worklist": (200, STAFF),
    "dashboard": (200, REVIEW),
    "dashboard-chart": (200, REVIEW),
    "indicator-detail": (200, REVIEW),
    "indicator-chart": (200, REVIEW),
    "indicator-record": (200, "quality"),
    "indicator-aim": (200, "quality"),
    "indicator-forget": (405, "quality"),
    "network-comparison": (200, "quality rectorate"),
    "partner-comparison": (200, "partner"),
    "report-list": (200, REVIEW),
    "report-new": (200, "quality rectorate"),
    "report-detail": (200, REVIEW),
    "report-file": (200, REVIEW),
    "agreement-list": (200, REVIEW),
    "agreement-new": (200, "quality publisher"),
    "agreement-edit": (200, "quality publisher"),
    "agreement-meeting": (200, "quality publisher"),
    "rectification-list": (200, "issuer quality"),
    "rectification-new": (200, "issuer"),
    "rectification-edit": (200, "issuer"),
    "rectification-request": (200, "issuer"),
    "rectification-paper": (200, "issuer"),
    "rectification-paper-new": (200, "issuer"),
    "data-request-list": (200, "issuer"),
    "data-request": (200, "issuer"),
    "recognition-refusal-new": (200, "quality"),
    "report-readers": (200, "quality rectorate"),
    "report-grant-withdraw": (405, "quality rectorate"),
}

INDICATOR = ["indicator-detail", "indicator-chart"]
# One's own figures, whatever the address names beside the institution
NO_ROW = {*INDICATOR, "dashboard-chart"}
STAFF_PATHWAY = [name for name in INSTITUTION if name.startswith("staff-pathway")]

# The same answer to everybody, signed in or not.
EVERYBODY = {
    "home": 302,
    "accessibility": 200,
    "accessibility-feedback-sent": 200,
    "privacy": 200,
    "catalogue": 200,
    "catalogue-offering": 200,
    "catalogue-version": 200,
    "catalogue-difference": 200,
    "compare": 200,
    "concept": 200,
    "rdi-offerings": 200,
    "robots": 200,
    "sitemap": 200,
    "sitemap-part": 200,
    "offering-picture": 200,
    "pathway-list": 200,
    "pathway-detail": 200,
    "institution-list": 200,
    "achievement": 302,
    "pathway-permanent": 302,
    "verify": 200,
    "verify-list": 200,
    "verify-frame": 200,
    "verify-code": 200,
    "share": 200,
    "share-bytes": 200,
    "share-credential": 200,
    "share-presentation": 200,
    "share-picture": 200,
    "enrolment": 200,
    "enrolment-cancel": 200,
    "role-invitation": 200,
    "panel-invitation": 200,
    "panel-left": 200,
    "bundle-link": 200,
    "report-link": 200,
    **dict.fromkeys(  # without the seat of an invitation
        [
            f"panel-{one}"
            for one in ("detail", "declare", "rate", "comment", "comment-withdraw", "evidence", "end")
        ],
        410,
    ),
    "account-new": 200,
    "account-sent": 200,
    "account-open": 200,
    "claim": 200,
    "claim-again": 200,
    "claim-sent": 200,
    "survey": 200,
    "survey-thanks": 200,
    "complaint-new": 200,
    "complaint-sent": 200,
    "did-document": 200,
    "log-head": 404,
    "log-entry": 404,
    "log-growth": 404,
    "status-list": 200,
    "wallet-issuer": 200,
    "wallet-authorization-server": 200,
    "wallet-offer": 200,
    "wallet-token": 405,
    "wallet-nonce": 405,
    "wallet-credential": 405,
    "api-offerings": 200,
    "api-offering": 200,
    "api-difference": 200,
    "api-institutions": 200,
    "api-pathways": 200,
    "api-versions": 200,
    "api-realisations": 200,
    "api-code-lists": 200,
    "api-export": 200,
    "api-own-versions": 401,
    "api-own-version": 401,
    "api-own-realisations": 401,
    "api-verifications": 405,
    "api-verification-codes": 405,
    "api-schema": 200,
    "api-docs": 200,
    "health-live": 200,
    "health-ready": 200,
    "metrics": 200,  # where no token is set; test_health.py has the rest
    "account_email": 404,
}

# A learner's own rows: the answer to their owner. Others get 404, a stranger is sent to sign in.
OWN = {
    "my-credential": 200,
    "my-certificate": 200,
    "my-downloads": 200,
    "my-download": 200,
    "my-share": 200,
    "share-withdraw": 200,
    "my-wallet-new": 200,
    "wallet-cancel": 200,
    "my-rectification-new": 302,  # asked already
    "my-rectification": 200,
    "my-rectification-withdraw": 200,
    "my-request-withdraw": 200,
}

# What shows everybody who is signed in their own; a stranger is sent to sign in.
SIGNED_IN = {
    "my-credentials": 200,
    "my-trail": 200,
    "my-pathways": 200,
    "my-composite-ask": 405,
    "my-results": 200,
    "my-data": 200,
    "my-data-file": 302,
    "my-data-read": 200,
    "my-consents-withdraw": 200,
    "my-account-close": 200,
    "my-request-new": 200,
    "my-shares": 200,
    "my-share-new": 200,
    "my-wallet": 200,
    "my-enrolments": 200,
    "enrol": 200,
    "my-wishes": 200,
}

# Pages of the account: (answer to a stranger, answer to whoever is signed in).
ACCOUNT = {
    "account_login": (200, 302),
    "account_logout": (302, 200),
    "account_inactive": (200, 200),
    "account_signup": (200, 302),
    "account_reauthenticate": (302, 200),
    "account_email_verification_sent": (200, 200),
    "account_change_password": (302, 200),
    "account_set_password": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 200),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 200),
    "account_confirm_login_code": (302, 302),
    "account_confirm_email": (200, 200),
    "mfa_index": (302, 200),
    "mfa_authenticate": (302, 302),
    "mfa_reauthenticate": (302, 302),
    "mfa_activate_totp": (302, 302),
    "mfa_deactivate_totp": (302, 404),
    "mfa_view_recovery_codes": (302, 404),
    "mfa_generate_recovery_codes": (302, 302),
    "mfa_download_recovery_codes": (302, 404),
}

ACCOUNT_SECRET = accounts.SIGNER.sign_object({"email": "uusi@example.com", "language": "fi", "back": "/fi/"})

# What fits no table has a test of its own below.
OTHERS = {"staff", "credential-bytes"}


def addresses(patterns) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name
        else:
            yield from addresses(pattern.url_patterns)


def test_every_address_has_its_row():
    names = set(addresses(get_resolver().url_patterns))

    assert names == {*INSTITUTION, *EVERYBODY, *OWN, *SIGNED_IN, *ACCOUNT, *OTHERS}


class World:
    """Two institutions with people of every role; the rows belong to the first, OAMK."""

    def __init__(self):
        codelists.load()
        self.house, other = InstitutionFactory(code="OAMK"), InstitutionFactory(code="LAB")
        self.credential = issued(AttainmentFactory(institution=self.house))
        self.owner = UserFactory()
        learner = self.credential.learner
        Learner.objects.filter(pk=learner.pk).update(user=self.owner)
        self.share, self.secret = shares.create(
            credentials=[self.credential], purpose="profile", months=1, by=self.owner, at=AT
        )
        learner.refresh_from_db()
        self.wallet, self.wallet_code, _digits = wallet_offers.offer(
            credential=self.credential, form="wallet-sd-jwt", by=self.owner, at=AT
        )
        author = UserFactory()
        self.people = {role: member(self.house, role) for role in Role}
        self.draft = self._version(author=author, status=OfferingVersion.Status.DRAFT)
        self.cycle = self._review(author=author)
        parts = [self.credential.version.offering]
        self.pathway = PathwayFactory(institution=self.house, parts=parts)
        self.shown_pathway = PathwayFactory(institution=self.house, parts=parts, status="published")
        self.batch = started(AttainmentFactory(institution=self.house))
        run(self.batch)
        newcomer = AttainmentFactory(institution=self.house).learner
        self.claim = self._claim(newcomer)
        self.offered = people.invite(
            institution=self.house, email="uusi@a.example", language="fi", role="author", by=author, at=AT
        )
        self.file = AttainmentFile.objects.create(
            institution=self.house, name="x.csv", sha256="0" * 64, uploaded_at=AT, uploaded_by=author
        )
        self.offering_file = self.house.offering_files.create(
            name="x.csv", sha256="0" * 64, uploaded_at=AT, uploaded_by=author
        )
        offering = self.credential.version.offering
        self.contact = ContactFactory(offering=offering)
        self.link = LinkFactory(offering=offering)
        self.parent_change = self.house.parent_notices.create(
            offering=offering, course="TT00", change="x", changed_on=AT, noted_at=AT, noted_by=author
        )
        self.meeting = MeetingFactory(institution=self.house)
        self.note = ForesightFactory(institution=self.house)
        self._partners(other, author=author)
        self.run = RealisationFactory(version=self.credential.version, key="R1")
        [self.enrolment] = enrolments.enrol_all(realisation=self.run, learners=[newcomer], by=author, at=AT)
        self.hold = holds.place(
            version=self.credential.version, learner=None, reason="Vilppiepäily", by=author, at=AT
        )
        self._feedback(author=author)
        self._findings(author=author)
        [decision] = rectifying.decisions(self.owner)
        self.data_request = data_requests.ask(learner=learner, kind="erasure", text="", by=self.owner, at=AT)
        self.request = rectifications.ask(decision=decision, grounds="x", by=self.owner, at=AT)
        self.own = {role: self._signed_in(person) for role, person in self.people.items()}
        self.theirs = {role: self._signed_in(member(other, role)) for role in Role}
        self.nobody, self.learner = self._signed_in(UserFactory()), self._signed_in(self.owner)

    def _feedback(self, *, author):
        """A complaint, a pilot, a cause for an early Check and a survey's link."""
        offering = self.credential.version.offering
        self.complaint = complaints.make(
            offering=offering, kind="other", text="x", email="", language="fi", at=AT
        )
        day = AT.date()
        self.pilot = pilots.start(
            offering=offering, host="Paja", starts_on=day, ends_on=day, by=author, at=AT
        )
        self.trigger = offering.triggers.create(kind="rules", key="x", found_at=AT)
        asked = Survey.objects.create(realisation=self.run, kind="employer", opens_on=day, closes_on=day)
        invitation = SurveyInvitation(survey=asked, email="a@firma.example", sent_at=AT)
        self.survey = surveys.secret_of(invitation)
        invitation.secret_hash = hashlib.sha256(self.survey.encode()).hexdigest()
        invitation.save()

    def _partners(self, other, *, author):
        """A key, a note about the other's offering, and an invitation each way."""
        self.key, _secret = partner_keys.make(
            institution=self.house, name="x", scopes=["own"], daily_quota=9, by=author, at=AT
        )
        self.theirs_shown = OfferingVersionFactory(
            offering=OfferingFactory(institution=other), status=OfferingVersion.Status.PUBLISHED
        )
        self.hint = recognition_notes.write(
            institution=self.house,
            offering=self.theirs_shown.offering,
            degree={"fi": "Insinööri"},
            ects=None,
            note={},
            by=author,
            at=AT,
        )
        draft = OfferingVersionFactory(offering=OfferingFactory(institution=other))
        self.sent = joint.invite(version=self.draft, institution=other, ects=Decimal(1), by=author, at=AT)
        self.received = joint.invite(version=draft, institution=self.house, ects=Decimal(1), by=author, at=AT)

    def _version(self, *, author, status) -> OfferingVersion:
        version = OfferingVersionFactory(offering=OfferingFactory(institution=self.house), status=status)
        version.authors.add(author)
        return version

    def _findings(self, *, author):
        """A finding with its evidence, which is a file, a bundle with a reader outside, and an audit."""
        self.finding = FindingFactory(cycle=self.cycle, owner=self.people[Role.AUTHOR])
        about = evidence.About(title="x", kind="file", dated_on=AT.date(), finding=self.finding)
        self.evidence = evidence.add_file(
            institution=self.house, about=about, name="x.pdf", data=b"%PDF-1.7", by=author, at=AT
        )
        self.bundle = ready(institution=self.house, by=author)
        self.pack = ContinuityPack.objects.create(
            institution=self.house,
            status="done",
            requested_at=AT,
            requested_by=author,
            made_at=AT,
            sha256="0" * 64,
        )
        self.reader, self.bundle_secret = bundles.grant(
            bundle=self.bundle, reader="Aino Arvioija", ends_on=AT.date(), by=author, at=AT
        )
        facts = {"kind": "internal", "year": AT.year, "note": {}}
        covered = [audits.Area(area="continuous_learning")]
        self.audit = audits.record(institution=self.house, facts=facts, covered=covered, by=author, at=AT)
        self.report = reports.freeze(institution=self.house, title="x", year=AT.year, by=author, at=AT)
        self.agreement = AgreementFactory(institution=self.house, responsible=author)
        learner = LearnerFactory(institution=self.house)
        self.window = RectificationWindowFactory(institution=self.house, learner=learner, handler=author)
        self.report_reader, self.report_secret = reports.grant(
            report=self.report, reader="Aino", purpose="x", ends_on=AT.date(), by=author, at=AT
        )

    def _review(self, *, author):
        """A plan that is read: the quality coordinator chairs, the reviewer and a guest sit with them."""
        version = self._version(author=author, status=OfferingVersion.Status.DRAFT)
        cycle = sent(version, by=author)
        chair = PanelMemberFactory(
            cycle=cycle, user=self.people[Role.QUALITY], seat="chair", origin="own_unit"
        )
        PanelMemberFactory(cycle=cycle, user=self.people[Role.REVIEWER])
        self.guest = PanelMemberFactory(cycle=cycle, user=None, seat="working_life", origin="working_life")
        plans.start(cycle=fresh(cycle), by=chair.user, at=AT)
        panels.invite_again(member=self.guest, by=chair.user, at=AT)
        seats.comment(member=chair, field="title", text="Miksi?", language="fi", at=AT)
        self.panel = standing_panel(self.house)
        self.meeting_of_panel = meetings.call(
            institution=self.house, held_at=AT, place="", cycles=[cycle], by=chair.user, at=AT
        )
        return fresh(cycle)

    def _seat(self) -> str:
        """The secret of the link in the letter that invites to a panel."""
        letter = Letter.objects.filter(to=self.guest.email, body__contains="/panel/").latest("pk")
        return re.search(r"/panel/([^/]+)/", letter.body)[1]

    def _claim(self, learner) -> str:
        """The secret of the link in the learner's letter."""
        learners.invite(learner=learner, by=None, at=AT)
        return re.search(r"/claim/([^/]+)/", Letter.objects.get(to=learner.email).body)[1]

    def _offer(self) -> str:
        """The secret of the link in the letter that offers a role."""
        return re.search(r"/role/([^/]+)/", Letter.objects.get(to=self.offered.email).body)[1]

    def _signed_in(self, person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    def everybody(self) -> dict[str, Client]:
        """Clients by who they are: a stranger, one without a role, the learner, every role of both houses."""
        return {
            "stranger": Client(),
            "signed in": self.nobody,
            "learner": self.learner,
            **{f"own {role}": client for role, client in self.own.items()},
            **{f"other {role}": client for role, client in self.theirs.items()},
        }

    def url(self, name: str, institution: str = "oamk") -> str:
        """The address with arguments that lead to a row of OAMK's."""
        version = self._version_for(name)
        arguments = {
            "institution": institution,
            "code": version.offering.code,
            "number": version.number,
            "other": version.number,
            "language": "fi",
            "section": "pages",
            "tab": "basics",
            "uid": self._uid_for(name),
            "uuid": self.credential.pk,
            "comment": self.cycle.comments.get().uid,
            "member": self.panel.members.first().pk if name.startswith("panel") else self.guest.uid,
            "grant": self.report_reader.uid if name.startswith("report") else self.reader.uid,
            "secret": {
                "claim": self.claim,
                "role-invitation": self._offer(),
                "account-open": ACCOUNT_SECRET,
                "survey": self.survey,
                "panel-invitation": self._seat(),
                "bundle-link": self.bundle_secret,
                "report-link": self.report_secret,
            }.get(name, self.secret),
            "pk": self.trigger.pk,
            "public_id": self.credential.status_list.public_id,
            "uidb36": "1",
            "key": "x-y",
            "name": "kouta.json",
            "form": "csv",
            "kind": "erasure",
        }
        arguments |= {
            "did-document": {"code": "oamk"},
            "log-head": {"code": "oamk"},
            "log-entry": {"code": "oamk", "sha256": "0" * 64},
            "log-growth": {"code": "oamk", "old": 1, "new": 2},
            **{
                one: {"code": "oamk", "secret": self.wallet_code}
                for one in EVERYBODY
                if one.startswith("wallet")
            },
            "my-download": {"uuid": self.credential.pk, "form": "badge"},
            "verify-code": {"code": self.credential.human_code},
            **{
                one: {"institution": institution, "fragment": self.credential.key.fragment}
                for one in ("key-rotate", "key-retire", "key-leaked")
            },
            "pathway-detail": {"code": self.shown_pathway.code},
            "pathway-permanent": {"code": self.shown_pathway.code},
            "dashboard-chart": {"institution": institution, "name": "findings"},
            **{one: {"institution": institution, "key": "learners"} for one in INDICATOR},
            **{one: {"institution": institution, "code": self.pathway.code} for one in STAFF_PATHWAY},
            "enrolment": {"secret": enrolment_letters.secret(self.enrolment)},
            "enrolment-cancel": {"secret": enrolment_letters.secret(self.enrolment)},
        }.get(name, {})
        if name.startswith(("realisation", "participant", "enrol", "employer-survey")):
            arguments["key"] = self.run.key
        wanted = _arguments(name)
        return reverse(name, kwargs={key: value for key, value in arguments.items() if key in wanted})

    def _version_for(self, name: str) -> OfferingVersion:
        if name in {"partner-offering", "partner-note-new"}:
            return self.theirs_shown
        if name in {"version-edit", "version-partner-withdraw"}:
            return self.draft
        in_round = {"version-review", "version-end-propose", "version-retire"}
        return self.cycle.version if name in in_round else self.credential.version

    def _uid_for(self, name: str):
        rows = {
            "review": self.cycle,
            "panel-meeting": self.meeting_of_panel,
            "panel": self.panel,
            "learner": self.credential.learner,
            "composite": self.credential.learner,
            "attainment-file": self.file,
            "offering-file": self.offering_file,
            "attainment": self.credential.attainment,
            "batch": self.batch,
            "parent-answer": self.parent_change,
            "people-invitation": self.offered,
            "api-key": self.key,
            "partner-note": self.hint,
            "version-partner": self.sent,
            "invitation": self.received,
            "share": self.share,
            "my-share": self.share,
            "wallet": self.wallet,
            "contact": self.contact,
            "link": self.link,
            "meeting": self.meeting,
            "foresight": self.note,
            "participant": self.enrolment,
            "hold": self.hold,
            "finding": self.finding,
            "evidence": self.evidence,
            "audit": self.audit,
            "bundle": self.bundle,
            "pack": self.pack,
            "complaint": self.complaint,
            "pilot": self.pilot,
            "report": self.report,
            "agreement": self.agreement,
            "rectification-request": self.request,
            "rectification-paper-new": self.credential.learner,
            "rectification": self.window,
            "my-rectification-new": self.credential.attainment,
            "my-rectification": self.request,
            "my-request-withdraw": self.data_request,
            "data-request": self.data_request,
        }
        return next((row.uid for word, row in rows.items() if name.startswith(word)), None)


def _arguments(name: str) -> set[str]:
    [(_pattern, wanted)] = get_resolver().reverse_dict.getlist(name)[0][0][:1]
    return set(wanted)


@pytest.fixture(scope="module")
def made(made_once, tmp_path_factory):
    """The rows and who has signed in; each test begins with these."""
    found, folder = [], tmp_path_factory.mktemp("access")
    kept = override_settings(EVIDENCE_DIR=folder / "evidence", BUNDLE_DIR=folder / "bundles")
    with kept, travel(AT, tick=False), made_once(lambda: found.append(World())):
        yield found[0]


@pytest.fixture
def world(made, db, time_machine, monkeypatch):
    # Thousands of refusals, of which only the number is looked at; other tests read their pages.
    empty = SimpleNamespace(render=lambda *_arguments, **_named: "")
    monkeypatch.setattr(defaults, "loader", SimpleNamespace(get_template=lambda _name: empty))
    time_machine.move_to(AT, tick=False)
    return made


def signs_in(answer) -> bool:
    return answer.status_code == 302 and "/accounts/login/" in answer["Location"]


def test_institution_pages_open_to_the_roles_of_the_table_only(world):
    found, wanted = {}, {}
    for name, (status, roles) in INSTITUTION.items():
        url = world.url(name)
        for who, client in world.everybody().items():
            answer = client.get(url)
            found[name, who] = "sign in" if signs_in(answer) else answer.status_code
            house, _space, role = who.partition(" ")
            if who == "stranger":
                wanted[name, who] = "sign in"
            elif house == "own":
                wanted[name, who] = status if role in roles.split() else 403
            else:
                wanted[name, who] = 404

    assert _differences(found, wanted) == {}


@pytest.mark.on_each
@pytest.mark.services
def test_pages_open_on_postgresql_to_those_who_may(world):
    """The queries of every page, which a server reads more strictly; the first half asks all the others."""
    found, wanted = {}, {}
    for name, (status, roles) in INSTITUTION.items():
        found[name] = world.own[Role(roles.split()[0])].get(world.url(name)).status_code
        wanted[name] = status
    for name, status in (EVERYBODY | OWN | SIGNED_IN).items():
        found[name] = world.learner.get(world.url(name)).status_code
        wanted[name] = status

    assert _differences(found, wanted) == {}


def test_institution_pages_take_posts_from_those_roles_only(world):
    """Whoever may not look may not write either; nothing is posted by those who may."""
    found, wanted = {}, {}
    for name, (_status, roles) in INSTITUTION.items():
        url = world.url(name)
        for who, client in world.everybody().items():
            house, _space, role = who.partition(" ")
            if house == "own" and role in roles.split():
                continue
            answer = client.post(url)
            found[name, who] = "sign in" if signs_in(answer) else answer.status_code
            wanted[name, who] = "sign in" if who == "stranger" else 403 if house == "own" else 404

    assert _differences(found, wanted) == {}


def test_rows_of_another_institution_are_not_found_under_ones_own_name(world):
    """/staff/lab/…/<a row of OAMK's>: 404, also for a POST, whatever role one has at LAB."""
    found = {}
    for name, (_status, roles) in INSTITUTION.items():
        if _arguments(name) - {"form"} == {"institution"} or name in NO_ROW:  # names no row
            continue
        url = world.url(name, institution="lab")
        client = world.theirs[Role(roles.split()[0])]
        found[name] = {
            client.get(url).status_code,
            client.post(url, {"reason": "x", "seen": "on"}).status_code,
        }

    assert {name: got for name, got in found.items() if got - {404, 405} or 404 not in got} == {}


def test_public_pages_answer_everybody_alike(world):
    everybody = world.everybody()
    some = ("stranger", "signed in", "learner", "own admin", "other partner")
    found = {
        (name, who): everybody[who].get(url).status_code
        for name in EVERYBODY
        for url in [world.url(name)]
        for who in some
    }

    assert _differences(found, {(name, who): EVERYBODY[name] for name, who in found}) == {}


def test_learners_pages_open_to_their_owner_only(world):
    found, wanted = {}, {}
    for name, status in (OWN | SIGNED_IN).items():
        url = world.url(name)
        for who, client in world.everybody().items():
            answer = client.get(url)
            found[name, who] = "sign in" if signs_in(answer) else answer.status_code
            others = status if name in SIGNED_IN else 404
            wanted[name, who] = {"stranger": "sign in", "learner": status}.get(who, others)

    assert _differences(found, wanted) == {}


def test_a_share_is_withdrawn_by_its_owner_only(world):
    url = world.url("share-withdraw")
    answers = {who: client.post(url).status_code for who, client in world.everybody().items()}

    assert {who for who, status in answers.items() if status == 404} == set(answers) - {"stranger", "learner"}


def test_account_pages_answer_strangers_and_people(world):
    found, wanted = {}, {}
    for name, (stranger, signed_in) in ACCOUNT.items():
        url = world.url(name)
        found[name] = (Client().get(url).status_code, world.nobody.get(url).status_code)
        wanted[name] = (stranger, signed_in)

    assert _differences(found, wanted) == {}


def test_signed_bytes_go_to_their_owner_and_to_the_issuers_staff(world):
    url = world.url("credential-bytes")
    answers = {who: client.get(url) for who, client in world.everybody().items()}

    assert {who for who, answer in answers.items() if answer.status_code == 200} == {"learner", "own issuer"}
    assert {who for who, answer in answers.items() if signs_in(answer)} == {"stranger"}
    assert {answer.status_code for answer in answers.values()} == {200, 302, 404}


def test_workspace_leads_staff_to_their_institution(world):
    answers = {who: client.get(reverse("staff")) for who, client in world.everybody().items()}

    led = {who: answer["Location"] for who, answer in answers.items() if answer.status_code == 302}
    assert led == {
        "stranger": f"{reverse('account_login')}?next={reverse('staff')}",
        **{f"own {role}": reverse("staff-home", args=["oamk"]) for role in STAFF.split()},
        **{f"other {role}": reverse("staff-home", args=["lab"]) for role in STAFF.split()},
    }
    assert {answer.status_code for who, answer in answers.items() if who not in led} == {403}


def _differences(found: dict, wanted: dict) -> dict:
    """What is not as the table says: found and wanted."""
    return {key: (found[key], wanted[key]) for key in wanted if found[key] != wanted[key]}
