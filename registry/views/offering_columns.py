"""The columns of the list of own offerings: what each says of a version, on the page and in a table file."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from registry import elements, terms
from registry.elements import Checklist
from registry.forms import codes
from registry.models import OfferingVersion, User
from registry.models.texts import chosen
from registry.views.offering_steps import Step, steps

CODE_LISTS = ("education_form", "okm_field", "participation_mode", "teaching_language", "fee_rule")


@dataclass(frozen=True)
class Line:
    """A version of the list with what its columns are read from. `checklist` while it can be written."""

    version: OfferingVersion
    checklist: Checklist | None
    step: Step | None
    labels: dict[str, dict[str, str]]

    def words(self, code_list: str, found) -> str:
        codes_of = found if isinstance(found, list) else [found]
        return ", ".join(self.labels[code_list].get(str(code), str(code)) for code in codes_of if code)


@dataclass(frozen=True)
class Column:
    label: str | Promise
    text: Callable[[Line], str]
    is_usual: bool = False
    is_number: bool = False


def _ects(line: Line) -> str:
    return "" if line.version.ects is None else number_format(line.version.ects.normalize() + 0)


def _fee(line: Line) -> str:
    return "" if line.version.fee_eur is None else number_format(line.version.fee_eur)


def _day(moment) -> str:
    return date_format(moment, "j.n.Y") if moment else ""


def _term(line: Line) -> str:
    term = terms.written(line.version.offering.planned_term)
    return term.label if term else ""


COLUMNS = {
    "status": Column(_("State"), lambda line: line.version.get_status_display(), is_usual=True),
    "size": Column(_("Size"), _ects, is_usual=True, is_number=True),
    "elements": Column(
        _("Elements"),
        lambda line: f"{line.checklist.done}/{line.checklist.total}" if line.checklist else "",
        is_usual=True,
    ),
    "next": Column(_("Next"), lambda line: line.step.label if line.step else "", is_usual=True),
    "term": Column(_("Planned for the term"), _term),
    "form": Column(
        _("Form of education"), lambda line: line.words("education_form", line.version.education_form)
    ),
    "field": Column(
        _("Field of steering (OKM)"), lambda line: line.words("okm_field", line.version.okm_field)
    ),
    "modes": Column(
        _("Forms of participation"),
        lambda line: line.words("participation_mode", line.version.participation_modes),
    ),
    "languages": Column(
        _("Languages of instruction"),
        lambda line: line.words("teaching_language", line.version.teaching_languages),
    ),
    "fee": Column(_("Fee in euros"), _fee, is_number=True),
    "authors": Column(
        _("Authors"), lambda line: ", ".join(str(person) for person in line.version.authors.all())
    ),
    "changed": Column(_("Changed last"), lambda line: _day(line.version.updated_at)),
    "submitted": Column(_("Sent to review"), lambda line: _day(line.version.submitted_at)),
    "approved": Column(_("Approved"), lambda line: _day(line.version.approved_at)),
    "published": Column(_("Published"), lambda line: _day(line.version.published_at)),
}
USUAL = [name for name, column in COLUMNS.items() if column.is_usual]


def of(user: User) -> list[str]:
    """The person's columns, in the order of the table."""
    own = user.offering_columns
    return [name for name in COLUMNS if name in own] or USUAL


def choices() -> list[tuple[str, str]]:
    return [(name, str(column.label)) for name, column in COLUMNS.items()]


def lines(versions, *, permissions: frozenset) -> list[Line]:
    """Of versions that come with their outcomes, authors and offering's contacts."""
    labels = {name: dict(pairs) for name, pairs in codes.read(CODE_LISTS).items()}
    return [_line(version, permissions=permissions, labels=labels) for version in versions]


def _line(version: OfferingVersion, *, permissions: frozenset, labels: dict) -> Line:
    checklist = None
    if version.is_editable:
        outcomes = sorted(version.outcomes.all(), key=lambda one: one.order)
        checklist = elements.checklist(
            version=version,
            outcomes=outcomes,
            institution=version.offering.institution,
            contacts={contact.function for contact in version.offering.contacts.all()},
        )
    step = next(iter(steps(version, permissions=permissions, checklist=checklist)), None)
    return Line(version=version, checklist=checklist, step=step, labels=labels)


def cells(line: Line, columns: list[str]) -> list[dict]:
    """For the page, in the order of `columns`; state and next step look like what they are."""
    return [
        {
            "name": name,
            "label": COLUMNS[name].label,
            "text": COLUMNS[name].text(line) or "–",
            "is_number": COLUMNS[name].is_number,
            "url": line.step.page if name == "next" and line.step else "",
        }
        for name in columns
    ]


def header(columns: list[str]) -> list[str]:
    """Of a table file; the first three are always there."""
    return [str(word) for word in (_("Code"), _("Version"), _("Title"))] + [
        str(COLUMNS[name].label) for name in columns
    ]


def row(line: Line, columns: list[str]) -> list[str]:
    version = line.version
    title = chosen(version.title, main=version.primary_language)[1]
    texts = [str(COLUMNS[name].text(line)) for name in columns]
    return [version.offering.code, str(version.number), title, *texts]
