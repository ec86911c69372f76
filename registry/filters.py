"""The catalogue's filters, shared by page and API: same names, same values, same answers."""

from dataclasses import replace
from datetime import UTC, datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet, IsoDateTimeFilter, MultipleChoiceFilter
from django_filters.fields import IsoDateTimeField, MultipleChoiceField
from drf_spectacular.utils import extend_schema_field

from registry import catalogue
from registry.fields import CleanForm
from registry.models import Code, Institution, Offering, OfferingVersion, Realisation

# What pages of results are asked with; not the filters' business, yet known.
PAGING = frozenset({"page", "page_size"})
SORT_LABELS = {
    "relevance": gettext_lazy("Best match first"),
    "title": gettext_lazy("By title"),
    "size": gettext_lazy("Smallest first"),
    "largest": gettext_lazy("Largest first"),
    "price": gettext_lazy("Cheapest first"),
    "newest": gettext_lazy("Newest first"),
}


class Unknown(forms.Field):
    """Stands for a parameter that does not exist, so that it is refused by name and not overlooked."""

    def clean(self, value):
        raise ValidationError(_("There is no such filter."), code="unknown")


class OptionField(MultipleChoiceField):
    """Codes of a facet. A set of them is asked instead of a list of choices that each request would copy."""

    codes: frozenset[str] = frozenset()

    def valid_value(self, value):
        return value in self.codes


@extend_schema_field({"type": "string"})
class Option(MultipleChoiceFilter):
    """A facet: may be given many times, any of the values will do."""

    field_class = OptionField

    def __init__(self, label, **kwargs):
        super().__init__(label=label, choices=(), **kwargs)


class OfferingFilter(FilterSet):
    """Reads a question out of an address and answers it from the catalogue in memory.

    `qs` is a `catalogue.Found`; what did not pass the check is left out and stands in `errors`.
    """

    # Parameters that stand in the address for another purpose.
    beside: frozenset[str] = frozenset()

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
    origin = Option(gettext_lazy("Origin"))
    network = Option(gettext_lazy("Network"))
    sort = ChoiceFilter(label=gettext_lazy("Order"), choices=list(SORT_LABELS.items()), empty_label=None)

    class Meta:
        model = Offering
        fields: list[str] = []
        form = CleanForm

    def __init__(self, data, queryset=None, *, shown: catalogue.Shown, language: str, **kwargs):
        # Those that the address asks for: a copy of all thirteen would cost more than the answer itself.
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if name in data}
        super().__init__(data, queryset, **kwargs)
        self._shown, self._language = shown, language

    def get_form_class(self):
        """Options are those of the catalogue right now; what is in the address but no filter is refused."""
        known = {name: self._field(name) for name in self.filters}
        unknown = set(self.data) - set(known) - PAGING - self.beside
        return type("Form", (CleanForm,), known | {name: Unknown(required=False) for name in unknown})

    def _field(self, name: str) -> forms.Field:
        field = self.filters[name].field
        if name in catalogue.FACETS:
            field.codes = frozenset(self._shown.choices(name))
        return field

    @cached_property
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


class OfferingPageFilter(OfferingFilter):
    """The page's address also holds what has been picked for comparison."""

    beside = frozenset({"code", "compare"})


# What only machines ask


class MomentField(IsoDateTimeField):
    """A moment that every database can compare with."""

    def clean(self, value):
        if value == "":  # given without a value: not the same as not given
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        moment = super().clean(value)
        if moment and not 1970 <= moment.year <= 2999:
            raise ValidationError(_("Give a moment between the years 1970 and 2999."), code="invalid")
        return moment and moment.astimezone(UTC)


class Since(IsoDateTimeFilter):
    """What changed at the moment or later: ISO 8601, as 2026-11-22T03:30:00Z."""

    field_class = MomentField

    def __init__(self, *args, **kwargs):
        super().__init__(
            *args, field_name="updated_at", lookup_expr="gte", label=gettext_lazy("Changed since"), **kwargs
        )


class OfferingApiFilter(OfferingFilter):
    """The page's filters, and what has changed since a moment, in the order of change."""

    updated_since = Since()
    sort = ChoiceFilter(
        label=gettext_lazy("Order"),
        choices=[*SORT_LABELS.items(), ("updated", gettext_lazy("By the moment of change"))],
        empty_label=None,
    )

    @cached_property
    def query(self) -> catalogue.Query:
        asked, clean = super().query, self.form.cleaned_data
        since: datetime | None = clean.get("updated_since")
        sort = clean.get("sort") or ("updated" if since else asked.sort)
        return replace(asked, updated_since=since, sort=sort)


class StrictFilter(FilterSet):
    """A parameter that is no filter is refused by name."""

    class Meta:
        form = CleanForm

    def get_form_class(self):
        unknown = set(self.data) - set(self.filters) - PAGING
        return type("Form", (super().get_form_class(),), {name: Unknown(required=False) for name in unknown})


def _institution_codes() -> list[tuple[str, str]]:
    return [(code, code) for code in Institution.objects.order_by("code").values_list("code", flat=True)]


def _code_lists() -> list[tuple[str, str]]:
    return [(name, name) for name in Code.objects.order_by("list").values_list("list", flat=True).distinct()]


@extend_schema_field({"type": "string"})
class Institutions(MultipleChoiceFilter):
    """Codes of institutions, any of which will do."""

    def __init__(self, **kwargs):
        label = gettext_lazy("University of applied sciences")
        super().__init__(label=label, choices=_institution_codes, distinct=False, **kwargs)


class VersionFilter(StrictFilter):
    institution = Institutions(field_name="offering__institution__code")
    code = CharFilter(label=gettext_lazy("Code of the offering"), field_name="offering__code", max_length=40)
    status = MultipleChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[(one.value, one.label) for one in OfferingVersion.Status if one in OfferingVersion.PUBLIC],
        distinct=False,
    )
    updated_since = Since()


class OwnVersionFilter(StrictFilter):
    status = MultipleChoiceFilter(
        label=gettext_lazy("Status"), choices=OfferingVersion.Status.choices, distinct=False
    )
    updated_since = Since()


class RealisationFilter(StrictFilter):
    institution = Institutions(field_name="version__offering__institution__code")
    code = CharFilter(
        label=gettext_lazy("Code of the offering"), field_name="version__offering__code", max_length=40
    )
    network = CharFilter(label=gettext_lazy("Network"), max_length=40)
    status = MultipleChoiceFilter(
        label=gettext_lazy("Status"),
        choices=[(one.value, one.label) for one in Realisation.Status if one != Realisation.Status.PLANNED],
        distinct=False,
    )
    updated_since = Since()


class CodeFilter(StrictFilter):
    list = MultipleChoiceFilter(label=gettext_lazy("Code list"), choices=_code_lists, distinct=False)
