"""Thousands of random acts by random people at random times: what a round promises holds after each of them.

Hypothesis draws the acts and shortens what fails. It needs `requirements-dev.txt`. Figures: docs/drills.md.
"""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from quality.drills import properties_world
from quality.drills.properties_acts import DEEDS, Nothing
from quality.drills.properties_truths import Failed, Watch
from quality.drills.properties_world import Target, World
from registry import catalogue
from registry.access import permissions
from registry.errors import Refused
from registry.models import Institution, User

BEGINS = datetime(2026, 1, 12, 8, tzinfo=UTC)
WAITS = [timedelta(minutes=7)] * 30 + [timedelta(days=days) for days in (1, 1, 3, 10, 31, 95, 330, 400)]
FITTING = 0.88  # of the tries are made to fit
STEPS = 250  # acts of one story
CHECKED = {"let go on", "ask for action", "close"}


class Played:
    """What was done and refused, over all stories."""

    def __init__(self):
        self.done, self.refused, self.stories = Counter(), Counter(), 0

    @property
    def acts(self) -> int:
        return self.done.total() + self.refused.total()


class Story:
    """One world from its first day, played act by act; the truths are looked at after each."""

    def __init__(self, played: Played):
        self.played, self.watch = played, Watch()
        self.tries = 0
        self.world = World(at=BEGINS, chance=Random())  # noqa: S311 – made anew from what is drawn
        played.stories += 1
        self.watch.look()

    def step(self, drawn: int) -> None:
        """One try, out of one drawn number: who does what to which offering, and how much later.

        Hypothesis likes to draw the same number again; with the number of the try it is another one.
        """
        world = self.world
        self.tries += 1
        world.chance = chance = Random(f"{drawn} {self.tries}")  # noqa: S311 – can be played again
        world.at += chance.choice(WAITS)
        target = properties_world.target(world)
        verb = self._verb(target, chance)
        by = self._person(verb, target, chance)
        with translation.override("en"):
            self._try(verb, target, by)
        self.watch.look()

    def _verb(self, target: Target, chance: Random) -> str:
        fitting = [verb for verb, deed in DEEDS.items() if not deed.fits or target.status in deed.fits]
        among = fitting if chance.random() < FITTING else list(DEEDS)
        return chance.choices(among, [DEEDS[verb].weight for verb in among])[0]

    def _person(self, verb: str, target: Target, chance: Random) -> User:
        deed, people = DEEDS[verb], self.world.people
        if chance.random() < FITTING:
            right = deed.who(self.world, target) if deed.who else None
            people = right or self.world.holders(target.offering.institution, deed.permission) or people
        return chance.choice(people)

    def _try(self, verb: str, target: Target, by: User) -> None:
        deed, played = DEEDS[verb], self.played
        held = permissions(user=by, institution=target.offering.institution)
        if deed.permission is not None and deed.permission not in held:
            played.refused[verb, "no permission (the page's 403)"] += 1
            return
        try:
            with transaction.atomic():
                deed.act(self.world, target, by)
        except Nothing:
            played.refused[verb, "nothing there"] += 1
        except Refused as refusal:
            played.refused[verb, f"{type(refusal).__name__}: {refusal.code}"] += 1
        else:
            played.done[verb] += 1
            self._keep(verb, target)

    def _keep(self, verb: str, target: Target) -> None:
        """What the gate's own record knows of it."""
        version, at = target.version, self.world.at
        gate = self.watch.gate(version)
        running = version.cycles.order_by("-number").first()
        if verb == "approve":
            gate.approved(at)
        if verb == "publish" or (verb in CHECKED and running.status in ("do", "act")):
            gate.checked(at)
        if verb in ("suspend", "resume"):
            gate.said.append((at, f"{verb}ed" if verb == "suspend" else "resumed", None))
        if verb == "move the Check":
            gate.said.append((at, "due", running.check_due_on))


def machine(played: Played) -> type[RuleBasedStateMachine]:
    """A state machine whose every run is one story, rolled back at its end."""

    class Round(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.place = transaction.atomic()
            self.place.__enter__()
            catalogue.drop()
            self.story = Story(played)

        @rule(drawn=st.integers(0, 2**32 - 1))
        def act(self, drawn):
            self.story.step(drawn)

        def teardown(self):
            transaction.set_rollback(True)
            self.place.__exit__(None, None, None)

    return Round


def run(options: dict) -> dict:
    """At least `items` acts in stories of 250, from `seed`."""
    return rehearse(acts=options["items"], number=options["seed"], steps=STEPS)


def rehearse(*, acts: int, number: int, steps: int) -> dict:
    """Figures of one rehearsal. Raises Failed, with the acts that led there."""
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    began, played = time.monotonic(), Played()
    properties_world.build(at=BEGINS)
    seeds = []
    while played.acts < acts:
        seeds.append(number + len(seeds))
        wanted = -(-(acts - played.acts) // steps)
        play(played, number=seeds[-1], stories=wanted, steps=steps)
    return {
        "acts": played.acts,
        "stories": played.stories,
        "seeds": seeds,
        "done": played.done.total(),
        "refused": played.refused.total(),
        **{f"done: {verb}": played.done[verb] for verb in DEEDS},
        **{f"refused: {verb}, {why}": n for (verb, why), n in sorted(played.refused.items())},
        "seconds": round(time.monotonic() - began, 1),
    }


def play(played: Played, *, number: int, stories: int, steps: int) -> None:
    """So many stories from one seed; a failure is shortened by Hypothesis before it is told."""
    chosen = settings(
        max_examples=stories,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
        print_blob=False,
    )
    run_state_machine_as_test(seed(number)(machine(played)), settings=chosen)
