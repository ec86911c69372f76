"""How fast the quality pages of one big institution answer, how many questions a queue asks, the evidence.

One institution has every offering, with rounds, findings, participants and answers of the year. With
PostgreSQL and Redis the server runs as in production.
"""

import random
import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from credentials.models import Enrolment, Learner
from quality.benchmarks.evidence import bundle_figures
from quality.models import Decision, Finding, ReviewCycle, Survey, SurveyAnswer
from registry import access
from registry.benchmarks import made_up
from registry.benchmarks.clients import CLIENTS, ask, measure
from registry.benchmarks.production import HEADERS, Server
from registry.management.processes import Children
from registry.models import Institution, Membership, OfferingVersion, Realisation, User

SIZE = 2_500
ROUNDS = ((SIZE, True), (SIZE, False))  # on the servers of production, and on SQLite
EACH = 50  # questions of one client in one run
LEARNERS, PLACES, ANSWERS = 3_000, 6, 5  # of all; of one realisation; of one survey
PASSWORD = "a-benchmark-signs-in"  # noqa: S105  of a person who lives as long as the temporary database
DAY = timedelta(days=1)
STATES = ("do", "do", "do", "plan_review", "check_open", "act")


def run(options: dict) -> dict:
    size = options["size"] or SIZE
    began = time.perf_counter()
    person = fill(size)
    filled = time.perf_counter() - began
    figures = {"queue_queries": queue_queries(person)}
    _analyse()
    with Children(folder=Path(settings.VAR_DIR)) as children:
        server = Server(children)
        headers = HEADERS | {"Cookie": _sign_in(server.port, person.email)}
        _page, cold = ask(server.port, [{}], "/fi/staff/amk0/dashboard/", headers)
        figures[f"dashboard_cold_ms_{size}"] = round(1000 * cold[0], 1)
        for name, page in (("dashboard", "dashboard"), ("queue", "queue")):
            found = _measured(server, f"/fi/staff/amk0/{page}/", headers)
            figures |= {f"{name}_{key}_{size}": value for key, value in found.items()}
    figures |= {f"quality_fill_seconds_{size}": round(filled, 1), **bundle_figures()}
    prefix = "sqlite_" if connection.vendor == "sqlite" else ""
    return {f"{prefix}{name}": value for name, value in figures.items()}


def summary(figures: dict) -> dict:
    """Figures over all rounds: none."""
    return {}


def fill(size: int) -> User:
    """An institution with so many offerings; the person who holds every role in it."""
    made_up.fill(size, institutions=1)
    house, now, dice = Institution.objects.get(), timezone.now(), random.Random(2)  # noqa: S311
    person = User.objects.create(email="everything@example.com", name="Everything")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    Membership.objects.bulk_create(
        Membership(user=person, institution=house, role=role) for role in sorted(access.STAFF_ROLES)
    )
    versions = list(OfferingVersion.objects.order_by("pk").only("offering_id"))
    cycles = _rounds(versions, by=User.objects.get(name="reviewer"), at=now, dice=dice)
    _findings(cycles, house=house, owner=person, at=now, dice=dice)
    _participants(versions, house=house, by=person, at=now, dice=dice)
    return person


def _rounds(versions, *, by: User, at: datetime, dice: random.Random) -> list[ReviewCycle]:
    cycles = ReviewCycle.objects.bulk_create(
        ReviewCycle(
            offering_id=version.offering_id, version=version, number=1, status=dice.choice(STATES), round=1,
            is_fast=dice.random() < 0.1, opened_at=at - 200 * DAY, decided_at=at - 170 * DAY, decided_by=by,
            due_on=(at + dice.randint(-30, 200) * DAY).date(),
            check_due_on=(at + dice.randint(-30, 330) * DAY).date(),
        )
        for version in versions
    )  # fmt: skip
    Decision.objects.bulk_create(
        Decision(
            cycle=one, stage="plan", round=1, outcome="approved", letter={"fi": "Hyväksytty."},
            content_hash="a" * 64, due_on=(at - 3 * DAY).date(), decided_at=at - dice.randint(0, 20) * DAY,
            decided_by=by,
        )
        for one in cycles
    )  # fmt: skip
    return cycles


def _findings(cycles, *, house: Institution, owner: User, at: datetime, dice: random.Random) -> None:
    Finding.objects.bulk_create(
        Finding(
            institution=house, offering_id=one.offering_id, cycle=one, source="check", owner=owner,
            severity=dice.choice(["critical", "major", "minor"]), text={"fi": "Arviointi ei mittaa."},
            due_on=(at + dice.randint(-60, 120) * DAY).date(), found_at=at - dice.randint(0, 300) * DAY,
        )
        for one in cycles
    )  # fmt: skip


def _participants(versions, *, house: Institution, by: User, at: datetime, dice: random.Random) -> None:
    """A realisation of each version that ended lately, its participants, and what they answered."""
    learners = Learner.objects.bulk_create(
        Learner(
            institution=house, given_names="Mitta", family_name=f"Oppija {number}", created_at=at,
            learner_oid=f"1.2.246.562.24.{number:011}",
        )
        for number in range(LEARNERS)
    )  # fmt: skip
    runs = Realisation.objects.bulk_create(
        Realisation(
            version=version, key="Q1", status="ended", starts_on=(at - 40 * DAY).date(),
            ends_on=(at - 10 * DAY).date(),
        )
        for version in versions
    )  # fmt: skip
    Enrolment.objects.bulk_create(
        (
            Enrolment(
                institution=house, realisation=one, learner=learner, enrolled_at=at, enrolled_by=by,
                status=dice.choice(["completed", "completed", "enrolled"]),
            )
            for one in runs
            for learner in dice.sample(learners, PLACES)
        ),
        batch_size=1000,
    )  # fmt: skip
    surveys = Survey.objects.bulk_create(
        Survey(realisation=one, kind="learner", opens_on=one.ends_on, closes_on=one.ends_on + 2 * DAY)
        for one in runs
    )
    SurveyAnswer.objects.bulk_create(list(_answers(surveys, dice)), batch_size=1000)


def _answers(surveys, dice: random.Random) -> Iterator[SurveyAnswer]:
    asked = ("outcomes", "guidance", "assessment", "workload", "usefulness")
    for one in surveys:
        for _ in range(ANSWERS):
            points = {question: dice.randint(2, 5) for question in asked}
            yield SurveyAnswer(survey=one, points=points, answered_on=one.closes_on.replace(day=1))


def queue_queries(person: User) -> int:
    """How many questions the page of somebody in every role asks, from the session to the last row."""
    from django.test import Client  # noqa: PLC0415

    client, asked = Client(headers={"host": "localhost"}), []

    def count(execute, sql, params, many, context):
        asked.append(sql)
        return execute(sql, params, many, context)

    client.force_login(person)
    client.get("/fi/staff/amk0/queue/")
    with connection.execute_wrapper(count):
        answer = client.get("/fi/staff/amk0/queue/")
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} for the queue")
    return len(asked)


def _sign_in(port: int, email: str) -> str:
    """The cookie of a session that was begun by the form, as people begin it."""
    page, cookie = _asked(port, "GET", HEADERS)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    said = urlencode({"login": email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    origin = f"{HEADERS['X-Forwarded-Proto']}://{HEADERS['Host']}/"
    headers = HEADERS | {
        "Cookie": cookie, "Referer": origin, "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    _page, cookie = _asked(port, "POST", headers, said)
    if "sessionid" not in cookie:
        raise RuntimeError("The benchmark could not sign in.")
    return cookie


def _asked(port: int, method: str, headers: dict, body: str = "") -> tuple[str, str]:
    http = HTTPConnection("127.0.0.1", port, timeout=30)
    http.request(method, "/fi/accounts/login/", body=body, headers=headers)
    answer = http.getresponse()
    cookies = [one.split(";")[0] for one in answer.headers.get_all("Set-Cookie") or []]
    return answer.read().decode(), "; ".join(cookies)


def _measured(server: Server, path: str, headers: dict) -> dict[str, float]:
    """One run after a warm one; `cpu_ms` is the server's processor time for a request."""
    measure(server.port, dict, path=path, headers=headers, each=5)
    before = server.cpu_seconds()
    times = measure(server.port, dict, path=path, headers=headers, each=EACH)
    used = (server.cpu_seconds() - before) / (CLIENTS * EACH)
    return {"p95_ms": times["p95"], "median_ms": times["median"], "cpu_ms": round(1000 * used, 2)}


def _analyse() -> None:
    """What autovacuum does to a table that has grown, at once."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    connections.close_all()
