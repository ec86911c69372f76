"""How fast credentials are made, checked and served: beside the npm peer, on PostgreSQL with two workers."""

from credentials.benchmarks import certificates, serving, signing, storing

SIZE = 2_000
ROUNDS = ((SIZE, True),)


def run(options: dict) -> dict:
    """`size` awards are stored, and half as many get a PDF."""
    size = options["size"] or SIZE
    return {
        **signing.figures(),
        **storing.figures(size),
        **certificates.figures(size // 2),
        **serving.figures(),
    }


def summary(_figures: dict) -> dict:
    return {}
