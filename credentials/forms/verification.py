from django import forms
from django.utils.translation import gettext_lazy as _

from credentials import verification
from registry.fields import CleanForm

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

    def document(self) -> bytes:
        if file := self.cleaned_data["file"]:
            return verification.read_at_most(file)
        return self.cleaned_data["text"].encode("utf-8", "surrogatepass")


class NameForm(CleanForm):
    """A name to compare with the one in the credential."""

    name = forms.CharField(
        label=_("Full name of the person"),
        help_text=_("All given names and the family name, as they stand on the certificate."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "off"}),
        error_messages={"required": _("Write the name that you want to compare.")},
    )
