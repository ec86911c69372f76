"""Whatever is done to parts and wholes, the lists say what the rows say (issue D build 3 and 4)."""

import random
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection, transaction

from credentials.actions import composites, corrections, credentials, revocations, suspensions
from credentials.models import Credential, Learner, StatusList
from registry.errors import Refused
from registry.models import Pathway
from tests.credentials.test_composite_actions import hold, house, pathway  # noqa: F401 – fixtures
from tests.credentials.test_correction_actions import is_marked
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import PathwayFactory, UserFactory

LATER = AT + timedelta(days=1)
ACTS = {
    "valid": ["revoke", "suspend", "suspend", "correct", "compose", "compose"],
    "suspended": ["resume", "resume", "revoke"],
    "revoked": ["undo"],
    "replaced": ["undo_correction"],
}


@pytest.fixture
def parts(pathway):  # noqa: F811
    return hold(UserFactory(), pathway)


@pytest.fixture
def whole(pathway, parts):  # noqa: F811
    composites.ask(pathway=pathway, by=parts[0].learner.user, at=LATER)
    return composites.issue(learner=parts[0].learner, pathway=pathway, by=UserFactory(), at=LATER)


def read(credential) -> Credential:
    return Credential.objects.select_related("learner", "institution", "attainment").get(pk=credential.pk)


def do(act: str, credential: Credential, **who) -> None:
    if act == "revoke":
        credentials.revoke(credential=credential, reason="fraud", note="", **who)
    elif act == "suspend":
        suspensions.suspend(credential=credential, reason="identity", until=None, **who)
    elif act == "resume":
        suspensions.resume(credential=credential, reason="x", **who)
    elif act == "undo":
        revocations.undo(credential=credential, reason="x", **who)
    elif act == "undo_correction" and (made := credential.corrections.last()):
        corrections.undo(correction=made, reason="x", **who)
    elif act == "correct" and not credential.is_composite:
        facts = corrections.recorded(credential)
        grade = "4" if facts.grade == "5" else "5"
        corrections.correct(credential=credential, facts=replace(facts, grade=grade), reason="x", **who)
    elif act == "compose":
        pathway = Pathway.objects.get()
        learner = Learner.objects.get(institution=pathway.institution)
        if not learner.composite_requests.filter(credential=None).exists():
            composites.ask(pathway=pathway, by=learner.user, at=who["at"])
        composites.issue(learner=learner, pathway=pathway, **who)


def disagreeing() -> list[str]:
    """What does not hold of all credentials together."""
    found = []
    for one in Credential.objects.prefetch_related("parts"):
        if is_marked(one) != (one.status != Credential.Status.VALID):
            found.append(f"{one.pk}: {one.status}, bit {is_marked(one)}")
        if one.status == "valid" and any(part.status != "valid" for part in one.parts.all()):
            found.append(f"{one.pk}: a part is not in force")
        is_waiting = one.status == "suspended" and one.suspension_reason == "part"
        if is_waiting and all(part.status == "valid" for part in one.parts.all()):
            found.append(f"{one.pk}: it waits for no part")
    return found


@pytest.mark.django_db
def test_bits_and_rows_agree_after_each_act(whole):
    dice, by, done = random.Random(3), UserFactory(), set()

    for number in range(1, 60):
        target = dice.choice(list(Credential.objects.order_by("issued_at", "attainment")))
        act = dice.choice(ACTS[target.status])
        try:
            do(act, read(target), by=by, at=LATER + timedelta(minutes=number))
        except Refused:
            continue
        done.add(act)
        assert disagreeing() == [], (number, act, target.pk)

    assert done == {act for acts in ACTS.values() for act in acts}


@pytest.mark.django_db
def test_whole_that_waits_for_a_part_holds_up_no_other_suspension(whole, parts):
    """Its own last day has passed while a part is revoked: it waits, the next one ends."""
    who = {"by": UserFactory(), "at": LATER}
    for one in (whole, parts[0]):
        suspensions.suspend(credential=one, reason="identity", until=LATER.date(), **who)
    credentials.revoke(credential=parts[1], reason="fraud", note="", **who)

    with time_machine.travel(LATER + timedelta(days=2), tick=False):
        ended = suspensions.end_due()

    assert ended == 1
    assert (read(whole).status, read(parts[0]).status) == ("suspended", "valid")


@pytest.mark.django_db
def test_undoing_is_refused_where_another_act_would_undo_it(whole, parts):
    """A replaced one comes back by undoing its correction, a suspended one by ending that."""
    who = {"by": UserFactory(), "at": LATER}
    do("correct", read(parts[0]), **who)
    suspensions.suspend(credential=parts[1], reason="identity", until=None, **who)

    for act, one in (("undo", parts[0]), ("resume", parts[0]), ("undo", parts[1]), ("resume", whole)):
        with pytest.raises(Refused):
            do(act, read(one), **who)

    assert disagreeing() == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_part_is_revoked_while_another_comes_back(whole, parts):
    """Two officers at once: the whole never stands on a part that does not."""
    do("revoke", read(parts[0]), by=UserFactory(), at=LATER)

    said = meanwhile(("undo", parts[0]), ("revoke", parts[1]))

    assert (said, disagreeing()) == ("", [])
    assert read(whole).status == "revoked"


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_whole_comes_back_while_another_is_issued(whole, parts):
    do("revoke", read(whole), by=UserFactory(), at=LATER)

    said = meanwhile(("compose", parts[0]), ("undo", whole))

    assert (said, disagreeing()) == ("refused", [])
    assert Credential.objects.live().filter(attainment=None).count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_double_click_corrects_once(whole, parts):
    said = at_once(("correct", parts[0]), ("correct", parts[0]))

    assert sorted(said) == ["", "refused"]
    assert disagreeing() == []
    assert parts[0].corrections.count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_double_click_issues_one_whole(whole, parts):
    do("revoke", read(whole), by=UserFactory(), at=LATER)

    said = at_once(("compose", parts[0]), ("compose", parts[0]))

    assert sorted(said) == ["", "refused"]
    assert Credential.objects.live().filter(attainment=None).count() == 1


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_acts_across_two_institutions_do_not_wait_for_each_other(parts):
    """A part here of a whole there, and the other way round: each act marks places in the lists of both."""
    for one, other in ((parts[0], parts[1].institution), (parts[1], parts[0].institution)):
        crossed = PathwayFactory(
            institution=other, parts=[one.version.offering], is_composite=True, status="published"
        )
        composites.ask(pathway=crossed, by=one.learner.user, at=LATER)
        learner = Learner.objects.get(institution=other)
        composites.issue(learner=learner, pathway=crossed, by=UserFactory(), at=LATER)
    first, second = sorted(parts[:2], key=lambda one: one.status_list_id)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            StatusList.objects.select_for_update().get(pk=first.status_list_id)
            running = pool.submit(came_of, "revoke", read(second))
            wait([running], timeout=0.5)
            do("revoke", read(first), by=UserFactory(), at=LATER)
        assert running.result(timeout=30) == ""

    assert disagreeing() == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_acts_on_a_part_and_its_whole_do_not_wait_for_each_other(whole, parts):
    """Both have their places in one list."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Credential.objects.select_for_update(of=("self",)).get(pk=whole.pk)
            running = pool.submit(came_of, "revoke", read(parts[0]))
            wait([running], timeout=0.5)
            do("revoke", read(whole), by=UserFactory(), at=LATER)
        assert running.result(timeout=30) == ""

    assert disagreeing() == []


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("act", "waited_for", "free"), [("issue", "version", "learner"), ("correct", "institution", "attainment")]
)
def test_act_that_waits_holds_nothing_that_a_correction_needs(parts, act, waited_for, free):
    """A batch waits for a version before it takes the learner; a correction for its institution at first."""
    credential = parts[0]
    again = AttainmentFactory(
        institution=credential.institution, learner=credential.learner, version=credential.version,
        completed_on=credential.attainment.completed_on - timedelta(days=1),
    )  # fmt: skip
    acts = {
        "issue": lambda: issued(again).status,
        "correct": lambda: came_of("correct", read(credential)),
    }
    held, wanted = getattr(credential, waited_for), getattr(credential, free)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            type(held).objects.select_for_update(no_key=True).get(pk=held.pk)
            running = pool.submit(closing, acts[act])
            wait([running], timeout=0.7)
            type(wanted).objects.select_for_update(nowait=True, no_key=True).get(pk=wanted.pk)
        assert running.result(timeout=30) in ("", "valid")


def closing(act):
    try:
        return act()
    finally:
        connection.close()


def at_once(*acts: tuple[str, Credential]) -> list[str]:
    """Each in its own connection, all from what they read before; what came of each."""
    seen, start = [(act, read(one)) for act, one in acts], Barrier(len(acts))

    def run(act: str, credential: Credential) -> str:
        start.wait()
        return came_of(act, credential)

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(lambda one: run(*one), seen))


def meanwhile(first: tuple[str, Credential], second: tuple[str, Credential]) -> str:
    """What came of the second, which begins when the first is done and not committed yet."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            do(first[0], read(first[1]), by=UserFactory(), at=LATER)
            running = pool.submit(came_of, second[0], read(second[1]))
            wait([running], timeout=1)
        return running.result(timeout=30)


def came_of(act: str, credential: Credential) -> str:
    try:
        do(act, credential, by=UserFactory(), at=LATER)
    except Refused:
        return "refused"
    finally:
        connection.close()
    return ""
