"""Form fields whose choices are the codes of a code list, with labels in the reader's language."""

from collections.abc import Collection, Iterable

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from registry.fields import TextsFormField
from registry.models import Code, Institution

Choices = dict[str, list[tuple[str, str]]]


def read(lists: Iterable[str]) -> Choices:
    """Code and label of every code of the lists, in their order; one query."""
    language = get_language()
    found: Choices = {name: [] for name in lists}
    for row in Code.objects.filter(list__in=found).order_by("list", "order", "pk"):
        found[row.list].append((row.code, row.label[language]))
    return found


def institutions() -> list[tuple[str, str]]:
    return [(one.code, one.short_name) for one in Institution.objects.order_by("short_name", "pk")]


class OneCodeField(forms.TypedChoiceField):
    """One code; not chosen is "" (None where the code is a number)."""

    def __init__(self, *, code_list: str, numbers: range | None = None, **kwargs):
        self.code_list, self.numbers = code_list, numbers
        coerce, empty = (int, None) if numbers else (str, "")
        super().__init__(coerce=coerce, empty_value=empty, required=False, **kwargs)

    def offer(self, choices: Choices) -> None:
        known = choices[self.code_list]
        if self.numbers:
            known = [(code, label) for code, label in known if int(code) in self.numbers]
        self.choices = [("", _("Not chosen")), *known]

    def offer_only(self, these: Collection[str]) -> None:
        self.choices = [(code, label) for code, label in self.choices if not code or code in these]


class ManyCodesField(forms.MultipleChoiceField):
    """Codes of one list, ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, code_list: str, **kwargs):
        self.code_list = code_list
        super().__init__(required=False, **kwargs)

    def offer(self, choices: Choices) -> None:
        self.choices = choices[self.code_list]


class InstitutionsField(forms.MultipleChoiceField):
    """Institutions by code, ticked."""

    widget = forms.CheckboxSelectMultiple
    code_list = ""

    def __init__(self, **kwargs):
        super().__init__(required=False, choices=institutions, **kwargs)

    def offer_only(self, these: Collection[str]) -> None:
        self.choices = [(code, name) for code, name in institutions() if code in these]


class AnswerField(TextsFormField):
    """A text that answers one code of a list; the code's words are its label."""

    def __init__(self, *, code_list: str, code: str, **kwargs):
        self.code_list, self.code = code_list, code
        super().__init__(rows=2, max_length=1000, label=code, **kwargs)

    def offer(self, choices: Choices) -> None:
        self.label = dict(choices[self.code_list]).get(self.code, self.code)


class EvidenceField(forms.MultipleChoiceField):
    """Rows of the institution (meetings, foresight notes) by their public id, ticked."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(required=False, **kwargs)
