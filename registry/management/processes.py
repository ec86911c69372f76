"""Child processes of a command: started, watched, and stopped whatever ends the command."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1


class Ended(RuntimeError):
    """A child stopped by itself; the message names it and its log."""


class Children:
    """The worker, the server … of one command. Use as a context: leaving it stops them, the last started
    first."""

    def __init__(self, *, folder: Path):
        self.folder = folder
        self.running: list[tuple[str, subprocess.Popen]] = []

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_exc) -> None:
        for _name, process in reversed(self.running):
            process.terminate()
        for _name, process in reversed(self.running):
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(self, name: str, *module_and_arguments: str, environment: dict[str, str] | None = None) -> None:
        """Start `python -m …`; its output goes to <folder>/<name>.log. On Linux it dies with us, even on kill
        -9."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *module_and_arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=os.environ | (environment or {}),
                # safe here: the command has no other thread
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509
            )
        self.running.append((name, process))

    def check(self) -> None:
        """Raise Ended when a child has stopped by itself."""
        for name, process in self.running:
            if process.poll() is not None:
                raise Ended(f"The {name} stopped by itself; {self.folder / name}.log tells why.")

    def wait_for(self, condition: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        """Until the condition holds. Raises Ended when a child stops or the time is up."""
        end = time.monotonic() + seconds
        while not condition():
            self.check()
            if time.monotonic() > end:
                raise Ended(f"Waited {seconds:.0f} s in vain for {what}; the logs are in {self.folder}.")
            time.sleep(0.1)

    def watch(self) -> None:
        """Stay until a child stops by itself (raises Ended) or a signal ends the command."""
        while True:
            self.check()
            time.sleep(0.5)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def port_is_free(port: int) -> bool:
    """Whether nothing listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def stop_on_sigterm() -> None:
    """Let SIGTERM end the command as Ctrl-C does, so that the children are stopped."""

    def interrupt(_number, _frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
