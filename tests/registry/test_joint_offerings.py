"""Joint offerings (C-27, 5.4/3): invitation, own share and reviewer, the sum of the shares, letters."""

from decimal import Decimal

import pytest
from django.urls import reverse

from registry import elements
from registry.access import Role
from registry.actions import joint, offerings
from registry.errors import Invalid, Refused, StateChanged
from registry.models import Letter, OfferingVersion
from tests.factories import AT
from tests.factories.catalogue import shown
from tests.factories.registry import InstitutionFactory, OfferingFactory, OfferingVersionFactory, member

pytestmark = pytest.mark.django_db


class World:
    """OAMK leads a draft of 10 credits; LAUREA has a quality coordinator and a reviewer."""

    def __init__(self):
        shown()  # code lists and a catalogue
        self.lead, self.partner = InstitutionFactory(code="OAMK"), InstitutionFactory(code="LAUREA")
        self.author = member(self.lead, Role.AUTHOR)
        self.quality = member(self.partner, Role.QUALITY)
        self.reviewer = member(self.partner, Role.REVIEWER)
        offering = OfferingFactory(institution=self.lead, code="OAMK-MC-2026-001")
        self.version = OfferingVersionFactory(offering=offering, ects=10)
        self.version.authors.add(self.author)

    def invite(self, ects=4, institution=None):
        return joint.invite(
            version=self.version,
            institution=institution or self.partner,
            ects=Decimal(ects),
            by=self.author,
            at=AT,
        )

    def accept(self, invitation, ects=4, reviewer="own"):
        reviewer = self.reviewer if reviewer == "own" else reviewer
        joint.accept(invitation=invitation, ects=Decimal(ects), reviewer=reviewer, by=self.quality, at=AT)

    @property
    def shares(self) -> list[tuple]:
        rows = OfferingVersion.objects.get(pk=self.version.pk).shares
        return [(row["institution"], row["ects"]) for row in rows]


def _remarked(version) -> set[str]:
    checklist = elements.of(version=version)
    return {remark.field for remark in (*checklist.reasons, *checklist.warnings)}


@pytest.fixture
def world(time_machine):
    time_machine.move_to(AT, tick=False)
    return World()


def field(refusal) -> str:
    [(name, _text)] = refusal.value.reasons
    return name


def test_invitation_reserves_a_share_and_tells_who_may_answer(world):
    world.invite()

    letter = Letter.objects.get()
    assert world.shares == [("OAMK", 6)]
    assert (letter.to, "OAMK-MC-2026-001" in letter.body) == (world.quality.email, True)


def test_shares_make_the_size_when_everybody_has_accepted(world):
    """Until then the version is not complete: nobody sends it to review with an open invitation."""
    invitation = world.invite()
    world.version.refresh_from_db()
    waiting = _remarked(world.version)
    world.accept(invitation)
    world.version.refresh_from_db()
    done = _remarked(world.version)

    assert world.shares == [("OAMK", 6), ("LAUREA", 4)]
    assert ("shares" in waiting, "shares" in done) == (True, False)
    invitation.refresh_from_db()
    assert (invitation.status, invitation.reviewer, invitation.answered_by) == (
        "accepted",
        world.reviewer,
        world.quality,
    )
    assert {letter.to for letter in Letter.objects.all()} == {
        world.quality.email,
        world.author.email,
        world.reviewer.email,
    }


def test_share_that_breaks_the_sum_is_refused(world):
    """5.4/3: shares not equal to the total: error."""
    invitation = world.invite(4)

    with pytest.raises(Invalid) as refusal:
        world.accept(invitation, ects=5)

    assert field(refusal) == "ects"
    assert world.shares == [("OAMK", 6)]


@pytest.mark.parametrize(("ects", "name"), [("10", "ects"), ("0", "ects"), ("1.3", "ects")])
def test_share_that_cannot_be_is_refused(world, ects, name):
    with pytest.raises(Invalid) as refusal:
        world.invite(ects)

    assert field(refusal) == name


def test_own_institution_and_one_twice_are_refused(world):
    world.invite()
    with pytest.raises(Invalid):
        world.invite()
    with pytest.raises(Invalid):
        world.invite(institution=world.lead)


def test_reviewer_is_ones_own_and_no_author(world):
    invitation = world.invite()
    stranger = member(InstitutionFactory(), Role.REVIEWER)
    world.version.authors.add(world.reviewer)

    for reviewer in (stranger, world.reviewer, None):
        with pytest.raises(Invalid) as refusal:
            world.accept(invitation, reviewer=reviewer)
        assert field(refusal) == "reviewer"


def test_declining_gives_the_share_back_and_tells_why(world):
    invitation = world.invite()
    joint.decline(invitation=invitation, reason="Ei resursseja", by=world.quality, at=AT)

    assert world.shares == []
    assert "Ei resursseja" in Letter.objects.get(to=world.author.email).body
    with pytest.raises(StateChanged):
        world.accept(invitation)


def test_declining_needs_a_reason(world):
    with pytest.raises(Invalid) as refusal:
        joint.decline(invitation=world.invite(), reason=" ", by=world.quality, at=AT)

    assert field(refusal) == "reason"


def test_withdrawing_gives_the_share_back_also_after_acceptance(world):
    invitation = world.invite()
    world.accept(invitation)
    joint.withdraw(invitation=invitation, by=world.author, at=AT)

    assert world.shares == []
    assert Letter.objects.filter(to=world.quality.email).count() == 2
    assert world.invite().status == "open"  # and may be invited again


def test_shares_of_the_version_before_stay_when_one_more_is_invited(world):
    """Who agreed to the version that was copied keeps the share, and can be asked anew."""
    shares = [{"institution": "OAMK", "ects": 6.0}, {"institution": "LAUREA", "ects": 4.0}]
    OfferingVersion.objects.filter(pk=world.version.pk).update(shares=shares)

    with pytest.raises(Invalid):
        world.invite(6, institution=InstitutionFactory(code="LAB"))
    world.invite(2, institution=InstitutionFactory(code="SAMK"))
    kept = world.shares
    world.invite(3)

    assert kept == [("OAMK", 4), ("LAUREA", 4)]
    assert world.shares == [("OAMK", 5)]  # 2 and 3 wait for their answers


def test_closed_version_takes_no_partners(world):
    invitation = world.invite()
    OfferingVersion.objects.filter(pk=world.version.pk).update(
        status="submitted", submitted_at=AT, submitted_by=world.author
    )

    for act in (lambda: world.accept(invitation), world.invite):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == "locked"


# Pages


def test_author_invites_and_withdraws_on_the_page(client, world):
    client.force_login(world.author)
    page = reverse("version-partners", args=["oamk", "OAMK-MC-2026-001", 1])

    client.post(page, {"institution": "LAUREA", "ects": "4"})
    [row] = client.get(page).context["rows"]
    client.post(row["withdraw_url"])

    assert (row["invitation"].institution, row["invitation"].ects) == (world.partner, Decimal(4))
    assert client.get(page).context["rows"][0]["invitation"].status == "withdrawn"


def test_page_names_the_wrong_field(client, world):
    client.force_login(world.author)
    page = reverse("version-partners", args=["oamk", "OAMK-MC-2026-001", 1])

    answer = client.post(page, {"institution": "LAUREA", "ects": "10"})

    assert list(answer.context["form"].errors) == ["ects"]


def test_partner_accepts_on_its_own_page(client, world):
    invitation = world.invite()
    client.force_login(world.quality)
    [row] = client.get(reverse("invitation-list", args=["laurea"])).context["rows"]

    refused = client.post(row["url"], {"ects": "5", "reviewer": str(world.reviewer.pk)})
    taken = client.post(row["url"], {"ects": "4", "reviewer": str(world.reviewer.pk)})

    invitation.refresh_from_db()
    assert list(refused.context["form"].errors) == ["ects"]
    assert (taken.status_code, invitation.status) == (302, "accepted")


def test_partner_declines_on_its_own_page(client, world):
    invitation = world.invite()
    client.force_login(world.quality)
    page = reverse("invitation-detail", args=["laurea", invitation.uid])

    refused = client.post(page, {"decline": "1", "reason": ""})
    client.post(page, {"decline": "1", "reason": "Ei nyt"})

    invitation.refresh_from_db()
    read, ended = refused.context, client.get(page).context
    assert list(read["decline"].errors) == ["reason"]
    assert invitation.status == "declined"
    assert (bool(read["outcomes"]), read["summary"]["text"] != "") == (True, True)
    assert (ended["outcomes"], ended["summary"]["text"]) == ([], "")  # the draft is not theirs to read


def test_whoever_has_agreed_can_be_named_and_is_taken_off_when_withdrawn(world):
    """Nobody awards in another's name: accepting opens the choice, withdrawing ends it."""
    invitation = world.invite()
    before = world.version.may_award()
    world.accept(invitation)
    bodies = ["OAMK", "LAUREA"]
    offerings.save(version=world.version, content={"awarding_bodies": bodies}, by=world.author, at=AT)
    named = OfferingVersion.objects.get(pk=world.version.pk).awarding_bodies

    invitation.refresh_from_db()
    joint.withdraw(invitation=invitation, by=world.author, at=AT)

    left = OfferingVersion.objects.get(pk=world.version.pk)
    assert (before, named, left.awarding_bodies) == ({"OAMK"}, bodies, ["OAMK"])
    assert left.may_award() == {"OAMK"}
