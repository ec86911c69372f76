"""`manage.py demo`: the whole product on this machine, with made-up people, a real worker and real
credentials."""

import json
import os
import time
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.utils import timezone

from quality.actions import demo, demo_credentials
from registry import catalogue
from registry.management.processes import Children, Ended, port_is_free, stop_on_sigterm

PORT = 8000


class Command(BaseCommand):
    help = "Make the demo and serve it. --once does all but serve, checks itself and exits."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="issue, verify and exit instead of serving")
        parser.add_argument("--port", type=int, default=PORT, help=f"port of the server (default {PORT})")

    def handle(self, *, once: bool, port: int, **options):
        if not settings.DEMO:
            raise CommandError(
                "This makes people with a public password. It runs as `python3 manage.py demo`."
            )
        if not once and not port_is_free(port):
            raise CommandError(
                f"Port {port} is in use. Stop what runs there, or choose another: "
                f"python3 manage.py demo --port {port + 1}"
            )
        base_url = f"http://127.0.0.1:{port}"
        # Letters and links lead there; the worker and the server read it.
        os.environ["SITE_URL"] = settings.SITE_URL = base_url
        stop_on_sigterm()
        started = time.monotonic()
        try:
            with Children(folder=Path(settings.VAR_DIR)) as children:
                self._prepare(base_url)
                self._issue(children)
                self._describe(base_url=base_url)
                self._check()
                self._say(f"Ready in {time.monotonic() - started:.0f} s.")
                if not once:
                    self._serve(children, port=port)
        except Ended as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self._say("\nStopped. Run the same command to go on where you were.")

    def _prepare(self, base_url: str) -> None:
        self._say("Database, search and demo data …")
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        self._fix_address(base_url)
        catalogue.warm()
        demo.load(at=timezone.now())

    def _fix_address(self, base_url: str) -> None:
        """Documents and DIDs carry the address of the first start for ever, or what BASE_URL says."""
        fixed = os.environ.get("BASE_URL") or demo_credentials.address() or base_url
        os.environ["BASE_URL"] = settings.BASE_URL = fixed.rstrip("/")
        if base_url != settings.BASE_URL:
            self._say(
                f"  Note: credentials carry the address {settings.BASE_URL}, which this demo had when it\n"
                f"  was made. They verify here, too, but their QR codes and links lead there. To follow\n"
                f"  them, start it with that --port; to begin anew with this one, remove {settings.VAR_DIR}."
            )

    def _issue(self, children: Children) -> None:
        """A real worker issues the credentials; it stays for what the visitors do."""
        children.start(
            "worker", "celery", "-A", "registry.config", "worker", "-B", "-P", "threads", "-c", "2",
            "--without-mingle", "--without-gossip", "-l", "info",
        )  # fmt: skip
        queued = demo_credentials.start_issuing(at=timezone.now())
        self._say(
            f"A worker issues {queued} credentials …" if queued else "The credentials were issued earlier."
        )
        children.wait_for(demo_credentials.is_issued, what="the worker to issue the demo's credentials")
        demo_credentials.revoke()
        demo_credentials.compose(at=timezone.now())
        children.wait_for(demo_credentials.lists_are_signed, what="the worker to sign the status lists")

    def _describe(self, *, base_url: str) -> None:
        path = Path(settings.VAR_DIR) / "demo.json"
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        described = demo_credentials.describe(base_url=base_url, kept=kept, at=timezone.now())
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(described, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)

    def _check(self) -> None:
        if faults := demo_credentials.check(at=timezone.now()):
            raise CommandError("The demo's credentials do not verify as they should:\n" + "\n".join(faults))
        self._say("Every credential of the demo verifies as it should.")

    def _serve(self, children: Children, *, port: int) -> None:
        children.start(
            "server", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--log-level", "warning", "registry.config.wsgi:application",
        )  # fmt: skip
        children.wait_for(lambda: _answers(f"http://127.0.0.1:{port}/health/ready"), what="the server")
        self._say(
            f"\n  Catalogue     http://127.0.0.1:{port}/\n"
            f"  Sign in       http://127.0.0.1:{port}/fi/accounts/login/   (the page lists the demo people)\n"
            f"  Verify        http://127.0.0.1:{port}/fi/verify/\n"
            f"  API           http://127.0.0.1:{port}/api/v1/docs/\n"
            f"  For scripts   {Path(settings.VAR_DIR) / 'demo.json'}\n"
            f"  Mail          {Path(settings.VAR_DIR) / 'mail'}\n\n"
            "Ctrl-C stops it."
        )
        children.watch()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  our own server on this machine
            return answer.status == 200
    except OSError:
        return False
