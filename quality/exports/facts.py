"""What an evidence bundle holds, as frozen values: tables of cells, written alike as PDF, CSV and JSON."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class Coded:
    """A word of ours: the stable code for programs, the label for people."""

    code: str
    label: str


@dataclass(frozen=True)
class Texts:
    """A content text in its languages, and what a reader of the bundle's language is shown of it.

    `language`: of `text`, where it is not the bundle's; `note` says so (rule 16).
    """

    by_language: dict[str, str] = field(default_factory=dict)
    text: str = ""
    language: str = ""
    note: str = ""


Cell = str | int | date | datetime | Coded | Texts | None


@dataclass(frozen=True)
class Column:
    """`width`: its share of a line of the PDF; 0 stands in the files only. `is_texts`: in three languages."""

    key: str
    heading: str
    width: int = 0
    is_texts: bool = False


@dataclass(frozen=True)
class Table:
    """`key` names its file; `about` says which rows it holds. Every row has a cell for each column."""

    key: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Evidence:
    """The evidence of one institution and a period, both days included, as it stood at a moment.

    `words`: what the PDF says itself, in its language.
    """

    title: str
    institution: str
    name: str
    begins_on: date
    ends_on: date
    made_at: datetime
    language: str
    notes: tuple[str, ...]
    words: dict[str, str]
    tables: tuple[Table, ...]
