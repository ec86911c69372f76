from django import forms
from django.utils.translation import gettext_lazy as _

from credentials import verification
from credentials.verification import lists, typed
from registry.fields import CleanForm
from registry.spreadsheets import FileRefused

ACCEPTED = (
    ".pdf,.json,.jsonld,.jwt,.sd-jwt,.txt,.xml,.png,.jpg,.jpeg,.webp,.svg,application/pdf,application/json,"
    "application/xml,image/png,image/jpeg,image/webp,image/svg+xml"
)


class CodeForm(CleanForm):
    """The code on a certificate, in whatever way it is written; or the link that a learner shared.

    Cleans to the plain code, or where it was a link, to its secret as `secret`.
    """

    code = forms.CharField(
        label=_("Verification code or share link"),
        help_text=_(
            "The code stands on the certificate: 12 letters and digits, for example ABCD-EFGH-JKLM. "
            "A link that you were given works here too."
        ),
        max_length=500,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the code that stands on the certificate.")},
    )

    def clean(self) -> dict:
        data = super().clean()
        if "code" not in data:
            return data
        data["secret"] = verification.typed_secret(data["code"])
        data["code"] = verification.typed_code(data["code"])
        if data["secret"] is None and not data["code"]:
            self.add_error("code", _("Write the code that stands on the certificate."))
        return data


class DocumentForm(CleanForm):
    """A signed credential as a file or as text; what is wrong with it is told by the report, not here."""

    file = forms.FileField(
        label=_("File of the credential"),
        help_text=_(
            "The certificate (PDF) or any other file that the learner downloaded; or a photograph or "
            "screenshot of the certificate with its QR code. At most 10 MB."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ACCEPTED}),
    )
    text = forms.CharField(
        label=_("Or the text of the credential"),
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6, "spellcheck": "false"}),
    )

    def clean(self) -> dict:
        data = super().clean()
        if not data.get("file") and not data.get("text"):
            self.add_error("file", _("Choose the file of the credential, or paste its text."))
        return data

    def typed(self) -> str:
        """A code or link that was written in the field of the text: it has a field of its own."""
        text = "" if self.cleaned_data["file"] else self.cleaned_data["text"]
        return text if typed.is_one(text) else ""

    def document(self) -> bytes:
        if file := self.cleaned_data["file"]:
            return verification.read_at_most(file)
        return self.cleaned_data["text"].encode("utf-8", "surrogatepass")


class ListForm(CleanForm):
    """A table with codes in one of its columns, or codes one below the other. Cleans to `lines`.

    `refusal` is why what was sent was not even looked at.
    """

    file = forms.FileField(
        label=_("File with the codes"),
        help_text=_(
            "CSV or Excel (.xlsx), a certificate on each line, at most 500. The column of the codes is found "
            "by itself. Names and other columns are not read and not kept."
        ),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput({"accept": ".csv,.txt,.xlsx,text/csv"}),
    )
    text = forms.CharField(
        label=_("Or the codes, one on each line"),
        required=False,
        widget=forms.Textarea({"rows": 8, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(self, *args, refusal: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.refusal = refusal

    def clean(self) -> dict:
        data = super().clean()
        if self.refusal:
            self.add_error("file", self.refusal)
            return data
        file, text = data.get("file"), data.get("text")
        name = "file" if file else "text"
        if not file and not text:
            self.add_error("file", _("Choose the file with the codes, or write them."))
            return data
        if file and file.size > lists.MOST_BYTES:
            self.add_error("file", _("The file is too large: at most 1 MB."))
            return data
        try:
            data["lines"] = lists.read(file.read() if file else text.encode("utf-8", "replace"))
        except FileRefused as refusal:
            self.add_error(name, str(refusal))
            return data
        self._limit(name, data["lines"])
        return data

    def _limit(self, name: str, lines: list) -> None:
        if len(lines) > lists.MOST_CODES:
            text = _("At most 500 lines are checked at a time; there are %(count)s. Divide the list.")
            self.add_error(name, text % {"count": len(lines)})
        elif not any(code for _number, code in lines):
            self.add_error(name, _("No verification code was found. A code has 12 letters and digits."))


class NameForm(CleanForm):
    """A name to compare with the one in the credential."""

    name = forms.CharField(
        label=_("Full name of the person"),
        help_text=_("All given names and the family name, as they stand on the certificate."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the name that you want to compare.")},
    )
