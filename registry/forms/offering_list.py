"""What the list of own offerings can be narrowed down by, and the choice of its columns."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from registry import terms
from registry.fields import CleanForm
from registry.forms import codes
from registry.models import Institution, OfferingVersion, User

SORTS = {
    "-updated_at": _("Changed last"),
    "offering__code": _("Code"),
    "ects": _("Size, smallest first"),
    "-ects": _("Size, largest first"),
}


class OfferingFilterForm(CleanForm):
    """Filters of the list, from the address; what is not a choice narrows nothing down."""

    education_form = codes.OneCodeField(label=_("Form of education"), code_list="education_form")
    okm_field = codes.OneCodeField(label=_("Field of steering (OKM)"), code_list="okm_field")
    term = forms.ChoiceField(label=_("Planned for the term"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=SORTS)
    mine = forms.BooleanField(label=_("Only those I have written"), required=False)

    def __init__(self, data, *, institution: Institution):
        super().__init__(data)
        lists = codes.read({"education_form", "okm_field"})
        for name in ("education_form", "okm_field"):
            self.fields[name].offer(lists)
            self.fields[name].choices = [("", _("All")), *self.fields[name].choices[1:]]
        planned = institution.offerings.exclude(planned_term="").values_list("planned_term", flat=True)
        found = sorted(filter(None, map(terms.written, set(planned))))
        self.fields["term"].choices = [("", _("All")), *((str(one), one.label) for one in found)]

    @property
    def chosen(self) -> dict:
        """What narrows the list down, by field."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value and name != "sort"}

    @property
    def order(self) -> str:
        return self.cleaned_data.get("sort") or next(iter(SORTS)) if self.is_valid() else next(iter(SORTS))

    def narrowed(self, versions: QuerySet[OfferingVersion], *, user: User) -> QuerySet[OfferingVersion]:
        chosen = self.chosen
        if chosen.pop("mine", False):
            versions = versions.filter(authors=user)
        if term := chosen.pop("term", ""):
            versions = versions.filter(offering__planned_term=term)
        return versions.filter(**chosen)


class ColumnsForm(CleanForm):
    columns = forms.MultipleChoiceField(
        label=_("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, choices: list[tuple[str, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["columns"].choices = choices
