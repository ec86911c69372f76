"""`python -m credentials.benchmarks.worker FILE WARM OWN OTHER…`: a worker process at some batches.

It warms up on the first, waits until FILE.go is there, issues its own, makes certificates of that and of the
others where they wait, and writes to FILE when it began and ended, and its processor time between.
"""

import json
import sys
import time
from pathlib import Path

import django


def work(file: Path, warm: int, own: int, *others: int) -> None:
    from credentials.actions import batch_certificates, batches  # noqa: PLC0415  after Django is set up

    def make(pk: int) -> None:
        while batch_certificates.make_some(pk):
            pass

    batches.run(warm)
    make(warm)
    file.with_suffix(".ready").touch()
    while not file.with_suffix(".go").exists():
        time.sleep(0.001)
    began, used = time.time(), time.process_time()
    batches.run(own)
    for pk in (own, *others):
        make(pk)
    file.write_text(json.dumps({"began": began, "ended": time.time(), "cpu": time.process_time() - used}))


if __name__ == "__main__":
    django.setup()
    work(Path(sys.argv[1]), *(int(one) for one in sys.argv[2:]))
