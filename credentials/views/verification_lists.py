"""The page on which anybody checks many codes at once, and has the answer as a file."""

from collections import Counter
from dataclasses import asdict

from allauth.account.adapter import get_adapter
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from credentials.forms.verification import ListForm
from credentials.verification import Outcome, lists
from credentials.views import wording
from registry import attempts, spreadsheets
from registry.web import too_many

SALT = "credentials.verification.list"
NOT_FOUND = gettext_lazy("Code not found")
HOUR = 3600  # seconds; the page that the file belongs to is not older
MAX_FORM = lists.MOST_BYTES + 500_000  # bytes


# Without effects, as the page for one: it opens from anywhere, and what is too large is refused unread.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class VerifyList(View):
    """Codes in, a table out. Nothing is kept: the file is made of the table, which is in the page, signed."""

    def get(self, request):
        return self.page(request, ListForm())

    def post(self, request):
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_FORM:
            form = ListForm({}, refusal=_("The file is too large: at most 1 MB."))
            return self.page(request, form, status=413)
        if "results" in request.POST:
            return self.download(request)
        form = ListForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form)
        address = get_adapter().get_client_ip(request)
        if seconds := attempts.wait(kind="list", address=address):
            return too_many(request, seconds)
        attempts.add(kind="list", address=address)
        lines = list(lists.check(form.cleaned_data["lines"], at=timezone.now()))
        return render(request, "credentials/verify_list_report.html", _results(lines))

    def page(self, request, form: ListForm, *, status: int = 200):
        return render(request, "credentials/verify_list.html", {"form": form}, status=status)

    def download(self, request):
        try:
            rows = signing.loads(request.POST["results"], salt=SALT, max_age=HOUR)
        except signing.BadSignature:
            form = ListForm({}, refusal=_("The results are older than an hour. Check the list again."))
            return self.page(request, form, status=400)
        header = [_("Line"), _("Code"), _("Result"), _("Micro-credential"), _("Issuer"), _("Issue date")]
        content = spreadsheets.csv_bytes(header=[*header, _("Explanation")], rows=rows)
        name = _("verified-codes")
        return HttpResponse(
            content,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
        )


def _results(lines: list[lists.Line]) -> dict:
    rows = [asdict(line) | _seen(line) for line in lines]
    counted = Counter(row["word"] for row in rows)
    return {
        "rows": rows,
        "figures": [(word, counted[word]) for word in (*wording.OUTCOMES.values(), NOT_FOUND)],
        "results": signing.dumps([_cells(row) for row in rows], salt=SALT, compress=True),
    }


def _seen(line: lists.Line) -> dict:
    """A code that nobody has is no credential that is not in order: it may be mistyped."""
    if line.is_found:
        return {"word": wording.OUTCOMES[Outcome(line.outcome)], "tone": line.outcome}
    return {"word": NOT_FOUND, "tone": str(Outcome.UNKNOWN)}


def _cells(row: dict) -> list:
    facts = [row["title"], row["issuer"], row["issued_on"], row["message"]]
    return [row["number"], row["code"], str(row["word"]), *facts]
