"""`python -m credentials.benchmarks.worker FILE BATCH BATCH…`: a worker process that issues some batches.

It warms up on the first, waits until FILE.go is there, and writes to FILE when it began and ended the others.
"""

import json
import sys
import time
from pathlib import Path

import django


def work(file: Path, batches_: list[int]) -> None:
    from credentials.actions import batches  # noqa: PLC0415  after Django is set up

    first, *others = batches_
    batches.run(first)
    file.with_suffix(".ready").touch()
    while not file.with_suffix(".go").exists():
        time.sleep(0.001)
    began = time.time()
    for pk in others:
        batches.run(pk)
    file.write_text(json.dumps({"began": began, "ended": time.time(), "cpu": time.process_time()}))


if __name__ == "__main__":
    django.setup()
    work(Path(sys.argv[1]), [int(one) for one in sys.argv[2:]])
