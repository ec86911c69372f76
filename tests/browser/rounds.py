"""A house with a round in every state: the pages of quality as the person who runs them sees them."""

import re
from datetime import timedelta

from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quality.actions import (
    audits,
    bundles,
    evidence,
    findings,
    meetings,
    panels,
    pilots,
    reports,
    seats,
    triggers,
)
from quality.models import Audit, Bundle, ReviewCycle
from quality.views.seats import KEY
from registry.actions import codelists
from registry.models import Institution, Letter, Membership
from tests.browser.conftest import session_of
from tests.factories.agreements import AgreementFactory, RectificationWindowFactory
from tests.factories.credentials import LearnerFactory
from tests.factories.quality import (
    CycleFactory,
    FindingFactory,
    PanelMemberFactory,
    assessed,
    fresh,
    rated,
    standing_panel,
)
from tests.factories.registry import InstitutionFactory, MembershipFactory, UserFactory

S = ReviewCycle.Status
TITLE = {
    "fi": "Vastuullisen tekoälyn hyödyntäminen hyvinvointialueen perusterveydenhuollossa",
    "sv": "Ansvarsfull användning av artificiell intelligens inom välfärdsområdets primärvård",
    "en": "Responsible use of artificial intelligence in primary health care",
}
PDF = b"%PDF-1.7\n%%EOF"


class Rounds:
    """`chief` holds every role, writes nothing and chairs every panel; `guest` sits without an account."""

    def __init__(self):
        codelists.load()
        self.at = timezone.now().replace(microsecond=0)
        self.today = timezone.localdate(self.at)
        self.house: Institution = InstitutionFactory(code="OAMK")
        self.chief = UserFactory(name="Kerttu Katselmoija-Laatukoordinaattori")
        for role in Membership.Role.values:
            MembershipFactory(user=self.chief, institution=self.house, role=role)
        self.rounds = {status: self._round(status) for status in S.values}
        self.panel = standing_panel(self.house)
        self.members = {}
        self._reading(S.PLAN_REVIEW, "plan")
        self._reading(S.CHECK_REVIEW, "check")
        self.undeclared = self._round(S.PLAN_REVIEW)
        self.seat = PanelMemberFactory(cycle=self.undeclared, user=self.chief, declared_at=None)
        self._findings()
        self._guest()
        self._called()
        self._audits()
        self._heard()
        self._reported()

    def cookie(self, who: str) -> dict | None:
        """Of the chief's visit, or of the guest's, who has no account."""
        if who == "guest":
            return {"name": settings.SESSION_COOKIE_NAME, "value": self.session}
        return session_of(self.chief) if who == "chief" else None

    def of(self, status: str) -> dict:
        """The address of a round."""
        return {"institution": "oamk", "uid": self.rounds[status].uid}

    def version(self, status: str) -> dict:
        version = self.rounds[status].version
        return {"institution": "oamk", "code": version.offering.code, "number": version.number}

    def _round(self, status: str) -> ReviewCycle:
        cycle = CycleFactory(
            status=status,
            version__offering__institution=self.house,
            version__title=TITLE,
            version__participation_modes=["onsite"],
            opened_at=self.at - timedelta(days=40),
            due_on=self.today + timedelta(days=3),
            check_due_on=self.today + timedelta(days=20),
        )
        cycle.version.authors.add(UserFactory(name="Kirjoittaja Kirsi-Marjatta Kumpulainen"))
        return fresh(cycle)

    def _reading(self, status: str, stage: str) -> None:
        """The chief chairs; everybody has rated, one principle with evidence, after the authors did."""
        cycle = assessed(self.rounds[status], stage)
        seated = {"cycle": cycle, "stage": stage, "appointed_at": self.at, "declared_at": self.at}
        self.chair = PanelMemberFactory(**seated, user=self.chief, seat="chair", origin="own_unit")
        self.members[stage] = PanelMemberFactory(**seated)
        PanelMemberFactory(**seated, user=None, seat="working_life", origin="working_life")
        rated(cycle, stage)
        if stage == "plan":
            seats.comment(member=self.chair, field="summary", text="Kenelle?", language="fi", at=self.at)

    def _findings(self) -> None:
        """One that waits for its owner, one to verify and one verified, with a file each."""
        self.findings = {}
        for status in ("open", "acted", "verified"):
            cycle = self.rounds[S.ACT if status == "open" else S.ACT_VERIFY]
            found = FindingFactory(cycle=cycle, due_on=self.today - timedelta(days=2), found_at=self.at)
            about = {"title": "Arviointimatriisi-ja-kalibrointipöytäkirja", "kind": "file"}
            evidence.add_file(
                about=evidence.About(**about, dated_on=self.today, finding=found), name="matriisi.pdf",
                data=PDF, institution=self.house, by=found.owner, at=self.at,
            )  # fmt: skip
            if status != "open":
                findings.act(finding=found, text={"fi": "Matriisi tehtiin."}, by=found.owner, at=self.at)
            if status == "verified":
                findings.verify(finding=found, note="Toimii.", by=self.chief, at=self.at)
            self.findings[status] = {"institution": "oamk", "uid": found.uid}
        mine = FindingFactory(cycle=self.rounds[S.ACT], owner=self.chief, found_at=self.at)
        self.findings["mine"] = {"institution": "oamk", "uid": mine.uid}

    def _guest(self) -> None:
        """Two without an account: one has come in by the letter, the other has the letter still."""
        cycle = self.rounds[S.PLAN_REVIEW]
        guest = cycle.panel.get(user=None)
        evidence.add_file(
            about=evidence.About(title="Työelämän lausunto", kind="file", dated_on=self.today, cycle=cycle),
            name="lausunto.pdf", data=PDF, institution=self.house, by=self.chief, at=self.at,
        )  # fmt: skip
        self.invited = self._secret(guest)
        client = Client()
        client.post(reverse("panel-invitation", args=[self.invited]))
        assert KEY in client.session
        self.session = client.session.session_key
        other = PanelMemberFactory(cycle=self.undeclared, user=None, email="toinen@firma.example")
        self.unused = self._secret(other)

    def _secret(self, member) -> str:
        panels.invite_again(member=member, by=self.chief, at=self.at)
        letter = Letter.objects.filter(to=member.email).latest("pk")
        return re.search(r"/panel/([^/\s]+)/", letter.body)[1]

    def _called(self) -> None:
        self.meeting = meetings.call(
            institution=self.house, held_at=self.at, place="Teams", by=self.chief, at=self.at,
            cycles=[self.rounds[S.PLAN_REVIEW], self.rounds[S.CHECK_REVIEW]],
        )  # fmt: skip

    def _audits(self) -> None:
        area = audits.Area(area="continuous_learning")
        facts = {"kind": Audit.Kind.EXTERNAL, "year": self.today.year, "cycle": 4, "note": {}}
        self.audit = audits.record(
            institution=self.house, facts=facts, covered=[area], by=self.chief, at=self.at
        )

    def _heard(self) -> None:
        """A pilot without its report, and a cause for an early Check of a running round."""
        offering = self.rounds[S.DO].offering
        self.pilot = pilots.start(
            offering=offering, host="Pohjolan Paja Oy", starts_on=self.today - timedelta(days=60),
            ends_on=self.today - timedelta(days=1), by=self.chief, at=self.at,
        )  # fmt: skip
        self.cause = triggers.note(
            offering=offering, kind="rules", text="Laki muuttuu.", by=self.chief, at=self.at
        )

    def _reported(self) -> None:
        """A frozen report and a bundle that a reader outside has links to; an agreement, a rectification."""
        by = {"by": self.chief, "at": self.at}
        year = self.today.year
        self.report = reports.freeze(institution=self.house, title="Laatukatsaus", year=year, **by)
        self.bundle = Bundle.objects.create(
            institution=self.house, begins_on=self.today.replace(month=1, day=1), ends_on=self.today,
            language="fi", status=Bundle.Status.DONE, requested_at=self.at, requested_by=self.chief,
            made_at=self.at, sha256="0" * 64, size=123456, counts={"offerings": 13, "findings": 4},
        )  # fmt: skip
        said = {"reader": "Karvin arviointiryhmä", "ends_on": self.today + timedelta(days=7)}
        _grant, self.link = bundles.grant(bundle=self.bundle, **said, **by)
        self.agreement = AgreementFactory(
            institution=self.house,
            responsible=self.chief,
            meetings_a_year=1,
            url="https://example.com/sopimus",
        )
        learner = LearnerFactory(institution=self.house)
        self.window = RectificationWindowFactory(learner=learner, handler=self.chief)
        _grant, self.report_link = reports.grant(report=self.report, purpose="Auditointi", **said, **by)
