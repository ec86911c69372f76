"""How fast credentials are made, checked and served: beside the npm peer, on PostgreSQL with two workers."""

from credentials.benchmarks import signing, storing

SIZE = 2_000
ROUNDS = ((SIZE, True),)


def run(options: dict) -> dict:
    size = options["size"] or SIZE
    return {"stored_per_s": storing.stored_per_s(size), **signing.figures()}


def summary(_figures: dict) -> dict:
    return {}
