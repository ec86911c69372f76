"""The demo's register with a day's work in it: drafts, participants, partners and evidence of OAMK's."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from credentials import wallet
from credentials.actions import (
    attainments,
    data_requests,
    enrolment_letters,
    enrolments,
    shares,
    wallet_offers,
)
from credentials.models import Attainment, Credential, Learner
from quality import rectifying
from quality.actions import demo, rectifications
from registry.actions import (
    joint,
    levels,
    needs,
    offerings,
    parents,
    partner_keys,
    pathways,
    people,
    realisations,
    recognition_notes,
)
from registry.models import Institution, Letter, Offering, Pathway, User
from tests.browser.conftest import session_of
from tests.factories.issuing import issued


class Register:
    """Whose pages are looked at: everybody of OAMK's, its learner Aino, and partners of other houses."""

    def __init__(self):
        self.at = timezone.now().replace(microsecond=0)
        demo.load(at=self.at)
        self.house = Institution.objects.get(code="OAMK")
        self.author, self.issuer, self.admin, self.quality = map(
            self.person, ("author", "issuer", "admin", "quality")
        )
        self.aino = User.objects.get(email="aino.esimerkki@example.com")
        self.offering = Offering.objects.get(code="OAMK-MC-2026-001")
        self.shown = self.offering.published
        self.run = self.shown.realisations.get(key="R2")
        issued(Attainment.objects.get(learner__user=self.aino, version=self.shown), at=self.at)
        self.badge = self._badge()
        self._shares()
        self._rectification()
        self._participants()
        self._draft()
        self._evidence()
        self._partners()
        self.pathway = self._pathway()
        self._degree()
        self._offered_role()

    def person(self, role: str, *, house: str = "oamk") -> User:
        return User.objects.get(email=f"{role}@{house}.example")

    def cookie(self, who: str) -> dict | None:
        """Of the person's visit, signed in; nothing for a stranger."""
        user = getattr(self, who, None)
        return session_of(user) if user else None

    def _badge(self) -> Credential:
        """Of who came to the whole of it and was not assessed."""
        learner = Learner.objects.get(user=self.aino, institution=self.house)
        attended = attainments.record(
            institution=self.house, learner=learner, version=self.shown, realisation=None,
            completed_on=self._day(0), grade="", by=self.issuer, at=self.at,
            documentation=attainments.Documentation(
                documented_as="participation_badge", no_credits_reason="Paikalla, ei arviointia"
            ),
        )  # fmt: skip
        return issued(attended, at=self.at)

    def _rectification(self) -> None:
        """Aino asks for one of her results, and is content with another."""
        told = [one for one in rectifying.decisions(self.aino) if one.can_be_asked(self._day(0))]
        self.result, asked = told[0], told[-1]
        self.rectification = rectifications.ask(
            decision=asked, grounds="Kolmas tehtävä jäi arvioimatta.", by=self.aino, at=self.at
        )
        learner = Learner.objects.get(user=self.aino, institution=self.house)
        self.data_request = data_requests.ask(
            learner=learner, kind="erasure", text="Sähköpostiosoite.", by=self.aino, at=self.at
        )

    def _shares(self) -> None:
        """Aino's links: to one whole credential, and to all that she has without her name and grades."""
        own = list(wallet.credentials(self.aino))
        chosen = {"months": None, "by": self.aino, "at": self.at}
        _share, whole = shares.create(credentials=own[:1], purpose="work", **chosen)
        left_out, pathway = ["name", "grade"], Pathway.objects.get(code="PATH-AI-16")
        self.share, part = shares.create(
            credentials=own, purpose="profile", left_out=left_out, pathway=pathway, **chosen
        )
        shares.count_viewing(share=self.share, kind="page", at=self.at)
        self.secrets = [whole, part]
        self.wallet, _code, _digits = wallet_offers.offer(
            credential=own[0], form="wallet-sd-jwt", by=self.aino, at=self.at
        )

    def _participants(self) -> None:
        """Of the coming run, and of one that is over and waits for its results."""
        facts = {
            "starts_on": self._day(-60),
            "ends_on": self._day(-1),
            "enrolment": "none",
            "languages": ["fi"],
        }
        self.past = realisations.add(version=self.shown, facts=facts, by=self.author, at=self.at)
        realisations.announce(realisation=self.past, by=self.author, at=self.at - timedelta(days=2))
        names = [("Aino-Maija", "Koelampi-Esimerkinen"), ("Björn", "Testström"), ("Liisa", "Mallinen")]
        learners = [
            Learner.objects.create(
                institution=self.house, given_names=given, family_name=family, email=f"o{n}@example.com",
                birth_date=date(1990, 1, n), created_at=self.at,
            )
            for n, (given, family) in enumerate(names, 1)
        ]  # fmt: skip
        for run in (self.run, self.past):
            enrolments.enrol_all(realisation=run, learners=learners, by=self.issuer, at=self.at)
        for enrolment in self.past.enrolments.all():
            enrolments.accept(enrolment=enrolment, at=self.at)
        self.enrolment = enrolments.enrol(
            realisation=self.run, user=self.aino, person={"birth_date": date(1991, 4, 12)}, join_queue=False,
            at=self.at,
        )  # fmt: skip
        self.receipt = enrolment_letters.secret(self.enrolment)

    def _draft(self) -> None:
        """The next version of what is shown, on its way."""
        self.draft = offerings.revise(offering=self.offering, by=self.author, at=self.at)
        title = self.draft.title | {"fi": "Vastuullisen tekoälyn käytön perusteet työelämässä"}
        summary = self.draft.summary | {"fi": "Opit käyttämään tekoälyä työssäsi turvallisesti ja reilusti."}
        offerings.save(
            version=self.draft, content={"title": title, "summary": summary, "ects": Decimal(2)},
            outcomes=None, by=self.author, at=self.at,
        )  # fmt: skip
        self.draft.refresh_from_db()

    def _evidence(self) -> None:
        self.meeting = needs.record_meeting(
            institution=self.house, held_on=self._day(-30), by=self.author, at=self.at,
            topic={"fi": "Osaajapula", "sv": "Kompetensbrist", "en": "Lack of skills"},
            participants=[{"name": "Pohjolan Paja Oy", "sector": "company"}],
        )  # fmt: skip
        self.foresight = needs.note_foresight(
            institution=self.house, source="Osaamisbarometri", horizon_year=2030,
            text={"fi": "Tekoälyä tarvitaan joka alalla", "sv": "AI behövs överallt", "en": "AI is needed"},
            by=self.author, at=self.at,
        )  # fmt: skip

    def _partners(self) -> None:
        theirs = Institution.objects.get(code="JAMK")
        self.sent = joint.invite(
            version=self.draft, institution=theirs, ects=Decimal("0.5"), by=self.author, at=self.at
        )
        title = {
            "fi": "Yhteinen kyberturvallisuus",
            "sv": "Gemensam cybersäkerhet",
            "en": "Joint cybersecurity",
        }
        other = self.person("author", house="jamk")
        version = offerings.create(
            institution=theirs, title=title, primary_language="fi", by=other, at=self.at
        )
        offerings.save(version=version, content={"ects": Decimal(6)}, outcomes=None, by=other, at=self.at)
        version.refresh_from_db()
        self.received = joint.invite(
            version=version, institution=self.house, ects=Decimal(2), by=other, at=self.at
        )
        self.key, _secret = partner_keys.make(
            institution=self.house, name="Peppi", scopes=["own", "catalogue"], daily_quota=5000,
            by=self.admin, at=self.at,
        )  # fmt: skip
        self.reader = self.person("reader", house="laurea")
        self.note = recognition_notes.write(
            institution=Institution.objects.get(code="LAUREA"), offering=self.offering, ects=Decimal(1),
            degree={"fi": "Tradenomi (AMK), liiketalous", "sv": "Tradenom (YH)", "en": "BBA"},
            note={"fi": "Korvaa jakson Tekoäly työssä."},
            by=self.reader, at=self.at,
        )  # fmt: skip

    def _pathway(self):
        content = {
            "model": "salkku", "is_composite": False, "is_diploma": False, "is_ordered": False,
            "name": {"fi": "Tekoälyn salkku", "sv": "AI-portföljen", "en": "AI portfolio"},
            "total_ects": None, "counts_towards": {},
            "rule": {"n_of": 1, "from": ["OAMK-MC-2026-001", "KAMK-MC-2026-002"]},
        }  # fmt: skip
        return pathways.create(
            institution=self.house, code="OAMK-PATH-1", content=content, by=self.author, at=self.at
        )

    def _degree(self) -> None:
        """A change in what an offering is derived from, and own words for a level step."""
        offerings.save(
            version=self.draft, content={"parent_courses": [{"code": "TT00AB", "ects": 5}]},
            outcomes=None, by=self.author, at=self.at,
        )  # fmt: skip
        [self.change] = parents.note(
            institution=self.house, course="TT00AB", change="Laajuus kasvaa 5 opintopisteestä 10:een",
            changed_on=self._day(40), by=self.author, at=self.at,
        )  # fmt: skip
        said = {"fi": "Tekee itse", "sv": "Gör själv", "en": "Does alone"}
        levels.describe(institution=self.house, descriptions={"applied": said}, by=self.quality, at=self.at)

    def _offered_role(self) -> None:
        people.invite(
            institution=self.house, email="uusi@oamk.example", language="fi", role="author", by=self.admin,
            at=self.at,
        )  # fmt: skip
        letter = Letter.objects.get(to="uusi@oamk.example")
        self.role_secret = letter.body.split("/role/")[1].split("/")[0]

    def _day(self, days: int) -> date:
        return timezone.localdate(self.at) + timedelta(days=days)
