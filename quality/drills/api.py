"""Thousands of made-up requests to the public API, well formed and not: no answer is a server error, and each
is one that docs/openapi.yaml names.

Schemathesis makes the requests out of the contract. It is a package for development (requirements-dev.txt).
"""

import json
import logging
import math
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import hypothesis
import schemathesis
from django.core.servers.basehttp import get_internal_wsgi_application
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import timezone
from schemathesis import checks
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks as of_contract

from credentials.actions import batches
from credentials.models import Credential
from quality.actions import demo
from registry.actions import partner_keys
from registry.models import Institution, Membership, Offering

HOUSE = "OAMK"
FAULT = 400  # characters of one fault that are told
ROUNDS = 20  # an address without parameters is soon exhausted: the rest is asked of the others

CHECKS = [
    checks.not_a_server_error,
    of_contract.status_code_conformance,
    of_contract.content_type_conformance,
    of_contract.response_headers_conformance,
    of_contract.response_schema_conformance,
]


class Failed(AssertionError):
    """An answer that the contract does not allow; the first few are named."""


def run(options: dict) -> dict:
    """`calls` (5,000) requests, spread over all addresses of the API, every third with a key."""
    if Institution.objects.exists():
        raise Failed("the rehearsal wants an empty database")
    return rehearse(calls=options["calls"], seed=options["seed"])


def rehearse(*, calls: int, seed: int) -> dict:
    """Figures of one rehearsal. Raises Failed."""
    began, asked = time.monotonic(), Asked(seed=seed)
    demo.load(at=timezone.now())
    asked.fill()
    with _without_brake():
        operations = list(_operations())
        for number in range(ROUNDS):
            share = math.ceil((calls - asked.calls) / len(operations))
            for operation, mode in operations if share > 0 else ():
                asked.ask(operation, mode=mode, times=share, seed=seed + number)
    if asked.faults:
        raise Failed(f"{len(asked.faults)} wrong answers, such as:\n" + "\n".join(asked.faults[:20]))
    return {
        "calls": asked.calls,
        "addresses": len({operation.label for operation, _mode in operations}),
        "seconds": round(time.monotonic() - began),
        **{f"status_{status}": number for status, number in sorted(asked.statuses.items())},
    }


class Asked:
    """What was asked so far and what came of it; `fill` knows what makes a request meet something."""

    def __init__(self, *, seed: int):
        self.dice = random.Random(seed)  # noqa: S311 – no secret
        self.calls, self.statuses, self.faults = 0, Counter(), []
        self.secret, self.codes, self.documents = "", [], []

    def fill(self) -> None:
        """A key, codes of offerings, and a credential."""
        house = Institution.objects.get(code=HOUSE)
        admin = house.memberships.filter(role=Membership.Role.ADMIN).earliest("pk").user
        _key, self.secret = partner_keys.make(
            institution=house, name="Drill", scopes=["catalogue", "own"], daily_quota=10**6, by=admin,
            at=timezone.now(),
        )  # fmt: skip
        self.codes = list(Offering.objects.order_by("pk").values_list("code", flat=True))
        item = demo.to_issue()[0]
        issuer = (
            item.attainment.institution.memberships.filter(role=Membership.Role.ISSUER).earliest("pk").user
        )
        batch = batches.start(
            institution=item.attainment.institution, attainments=[item.attainment], by=issuer,
            at=timezone.now(), issued_at=item.issued_at,
        )  # fmt: skip
        batches.run(batch.pk)
        self.documents = [json.loads(bytes(one.document)) for one in Credential.objects.all()]

    def ask(self, operation, *, mode, times: int, seed: int) -> None:
        """So many requests to one address, made from `seed`."""

        @hypothesis.seed(seed)
        @hypothesis.settings(
            max_examples=times,
            deadline=None,
            database=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def each(case):
            self._call(case)

        each()

    def _call(self, case) -> None:
        self._meet(case)
        headers = {"Host": "127.0.0.1"}
        if self.calls % 3 == 0:
            headers["Authorization"] = f"Bearer {self.secret}"
        self.calls += 1
        response = case.call(headers=headers)
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as problems:
            asked = f"{case.method} {case.formatted_path} {case.query}"
            self.faults += (f"{asked}: {type(one).__name__}: {one}"[:FAULT] for one in problems.exceptions)

    def _meet(self, case) -> None:
        """Half of the requests name what there is: a random code hardly ever does."""
        if self.dice.random() < 0.5:
            return
        known = {"code": self.dice.choice(self.codes), "number": 1, "other": 2, "name": "kouta.json"}
        for name in case.path_parameters or {}:
            case.path_parameters[name] = known[name]
        if isinstance(case.body, dict):
            case.body = self._spoilt(self.dice.choice(self.documents))

    def _spoilt(self, document: dict) -> dict:
        """The credential, mostly with one of its parts gone or turned into something else."""
        name = self.dice.choice(list(document))
        return self.dice.choice(
            [
                document,
                {key: value for key, value in document.items() if key != name},
                {**document, name: self.dice.choice([None, 7, "x", [], {}, [[]], {"id": name}])},
            ]
        )


def _operations() -> Iterator[tuple]:
    """Each address and method of the contract, once for good requests and once for bad ones."""
    contract = schemathesis.openapi.from_wsgi(reverse("api-schema"), get_internal_wsgi_application())
    for found in contract.get_all_operations():
        for mode in schemathesis.GenerationMode:
            operation = found.ok()
            if mode == schemathesis.GenerationMode.POSITIVE or operation.query or operation.body:
                yield operation, mode


@contextmanager
def _without_brake() -> Iterator[None]:
    """No limit of requests a minute, and no line in the log for every refusal."""
    logging.disable(logging.WARNING)
    try:
        with override_settings(API_REQUESTS_PER_MINUTE=10**9):
            yield
    finally:
        logging.disable(logging.NOTSET)
