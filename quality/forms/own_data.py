"""Forms of the learner's own data: requests, closing the account, reading a downloaded file back."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.models import DataRequest, Learner
from registry.fields import CleanForm, FreeTextForm
from registry.models import User


class DataRequestForm(FreeTextForm):
    """Which institution is asked, and what."""

    record = forms.ChoiceField(label=_("Institution"))
    text = forms.CharField(
        label=_("What is wrong, and how should it be?"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args, records: list[Learner], kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.records = {str(one.uid): one for one in records}
        self.fields["record"].choices = [(uid, str(one.institution)) for uid, one in self.records.items()]
        if kind == DataRequest.Kind.ERASURE:
            self.fields["text"].label = _("What do you want to have erased? (may be left empty)")
            self.fields["confirmed"] = forms.BooleanField(
                label=_("I understand that what is erased cannot be brought back."),
                error_messages={"required": _("Confirm that you want to have your data erased.")},
            )

    def clean_record(self) -> Learner:
        return self.records[self.cleaned_data["record"]]


class CloseAccountForm(CleanForm):
    """The password once more: somebody else may sit at an open screen."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": _("Give your password.")},
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("The password is not right."))
        return password


class OwnDataFileForm(CleanForm):
    file = forms.FileField(
        label=_("The file that you downloaded"),
        help_text=_("The zip as it was downloaded; at most 20 MB."),
        error_messages={"required": _("Choose the file.")},
    )
