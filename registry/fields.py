"""Form fields and the base form that every package's forms share."""

from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry import henkilotunnus
from registry.models import User
from registry.models.texts import LANGUAGES, refuse_control_characters

LANGUAGE_CHOICES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LANGUAGE_NAMES = {"fi": _("in Finnish"), "sv": _("in Swedish"), "en": _("in English")}


class CleanForm(forms.Form):
    """A form whose text fields refuse control characters. Every form of the product is one
    (tests/test_project.py)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators = [*field.validators, refuse_control_characters]


class FreeTextForm(CleanForm):
    """A form in which people write about people: no text of it may look like a henkilötunnus (rule 10)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators = [*field.validators, henkilotunnus.refuse]


class NewPasswordForm(CleanForm):
    """A form that makes an account: the password is typed twice, and is unlike the facts of the person."""

    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters. Several words are good."),
    )
    password_again = forms.CharField(
        label=_("The password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def person(self) -> User:
        """Whose account it will be, as far as the fields before the password say."""
        raise NotImplementedError

    def clean_password(self):
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, user=self.person())
        return password

    def clean(self):
        cleaned = super().clean()
        if "password" in cleaned and cleaned["password"] != cleaned.get("password_again"):
            self.add_error("password_again", _("The two passwords are not the same."))
        return cleaned


class TextsWidget(forms.MultiWidget):
    """Three inputs, one per language, named <field>_fi, <field>_sv, <field>_en."""

    template_name = "components/texts_widget.html"

    def __init__(self, *, rows: int = 0, attrs=None):
        one = forms.Textarea({"rows": rows}) if rows else forms.TextInput()
        super().__init__(dict.fromkeys(LANGUAGES, one), attrs)

    def decompress(self, value):
        return [(value or {}).get(language, "") for language in LANGUAGES]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        for language, sub in zip(LANGUAGES, context["widget"]["subwidgets"], strict=True):
            sub["attrs"] = {**sub["attrs"], "lang": language}
            sub["language"] = language
            sub["language_name"] = LANGUAGE_NAMES[language]
        return context


class TextsFormField(forms.MultiValueField):
    """A text in fi, sv and en. Cleans to {"fi": …, "sv": …, "en": …} without empty languages."""

    def __init__(self, *, max_length: int = 5000, rows: int = 0, **kwargs):
        kwargs.setdefault("required", False)
        kwargs.setdefault("widget", TextsWidget(rows=rows))
        one = [forms.CharField(required=False, max_length=max_length, strip=True) for _language in LANGUAGES]
        for field in one:
            field.validators.append(refuse_control_characters)
        super().__init__(fields=one, require_all_fields=False, **kwargs)

    def compress(self, values):
        return {language: text for language, text in zip(LANGUAGES, values or [], strict=False) if text}


class WordsField(forms.CharField):
    """Words separated by commas. Cleans to a list of strings."""

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value):
        text = super().clean(value)
        refuse_control_characters(text)
        words = [word.strip() for word in text.split(",") if word.strip()]
        if any(len(word) > 120 for word in words):
            raise ValidationError(_("Separate the items with commas; one item has at most 120 characters."))
        return words
