"""The catalogue's filters, shared by page and API: same names, same values, same answers."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet, MultipleChoiceFilter
from drf_spectacular.utils import extend_schema_field

from registry import catalogue
from registry.fields import CleanForm
from registry.models import Offering

# What pages of results are asked with; not the filters' business, yet known.
PAGING = frozenset({"page", "page_size"})
SORT_LABELS = {
    "relevance": gettext_lazy("Best match first"),
    "title": gettext_lazy("By title"),
    "size": gettext_lazy("Smallest first"),
    "newest": gettext_lazy("Newest first"),
}


class Unknown(forms.Field):
    """Stands for a parameter that does not exist, so that it is refused by name and not overlooked."""

    def clean(self, value):
        raise ValidationError(_("There is no such filter."), code="unknown")


@extend_schema_field({"type": "string"})
class Option(MultipleChoiceFilter):
    """A facet: may be given many times, any of the values will do."""

    def __init__(self, label, **kwargs):
        super().__init__(label=label, choices=(), **kwargs)


class OfferingFilter(FilterSet):
    """Reads a question out of an address and answers it from the catalogue in memory.

    `qs` is a `catalogue.Found`; what did not pass the check is left out and stands in `errors`.
    """

    q = CharFilter(
        label=gettext_lazy("Search for a competence, a topic or an institution"), max_length=200, strip=True
    )
    institution = Option(gettext_lazy("University of applied sciences"))
    form = Option(gettext_lazy("Form of education"))
    level = Option(gettext_lazy("Level step for working life"))
    eqf = Option(gettext_lazy("EQF level (indicative)"))
    mode = Option(gettext_lazy("Form of participation"))
    language = Option(gettext_lazy("Language of instruction"))
    size = Option(gettext_lazy("Size"))
    field = Option(gettext_lazy("Field of education"))
    sort = ChoiceFilter(label=gettext_lazy("Order"), choices=list(SORT_LABELS.items()), empty_label=None)

    class Meta:
        model = Offering
        fields: list[str] = []
        form = CleanForm

    def __init__(self, data, queryset=None, *, shown: catalogue.Shown, language: str, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self._shown, self._language = shown, language

    def get_form_class(self):
        """Options are those of the catalogue right now; what is in the address but no filter is refused."""
        unknown = set(self.data) - set(self.filters) - PAGING
        form = type("Form", (super().get_form_class(),), {name: Unknown(required=False) for name in unknown})
        for name in catalogue.FACETS:
            form.base_fields[name].choices = [(code, code) for code in self._shown.choices(name)]
        return form

    @property
    def query(self) -> catalogue.Query:
        self.form.is_valid()
        clean = self.form.cleaned_data
        return catalogue.Query(
            words=clean.get("q") or "",
            picks={name: clean[name] for name in catalogue.FACETS if clean.get(name)},
            sort=clean.get("sort") or "relevance",
            language=self._language,
        )

    @property
    def qs(self) -> catalogue.Found:
        return self._shown.find(self.query)
