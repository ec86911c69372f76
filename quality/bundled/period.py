"""A period of whole days in Finland, and how rows of it are worded."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Choices
from django.utils import timezone

from quality.exports.facts import Coded, Texts
from registry.models import User
from registry.templatetags.texts import in_reader_language


@dataclass(frozen=True)
class Period:
    """Both days belong to it; `made_on` is the day on which it is told of."""

    begins_on: date
    ends_on: date
    made_on: date

    @property
    def start(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.begins_on, time.min))

    @property
    def end(self) -> datetime:
        """The first moment after it."""
        return timezone.make_aware(datetime.combine(self.ends_on + timedelta(days=1), time.min))

    @property
    def days(self) -> tuple[date, date]:
        return self.begins_on, self.ends_on

    @property
    def years(self) -> tuple[int, int]:
        return self.begins_on.year, self.ends_on.year


def coded(value, words: type[Choices] | dict) -> Coded:
    """A stored word with its label, of a model's choices or a table of ours; an unknown one is its own."""
    if isinstance(words, dict):
        label = words.get(value, value)
    else:
        label = words(value).label if value in words.values else value
    return Coded(code=str(value), label=str(label))


def texts(value: dict | None, *, main: str = "") -> Texts:
    shown = in_reader_language(value, main=main)
    kept = {language: text for language, text in (value or {}).items() if text}
    return Texts(by_language=kept, text=shown["text"], language=shown["language"], note=str(shown["note"]))


def local(moment: datetime | None) -> datetime | None:
    return timezone.localtime(moment) if moment else None


def day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def who(person: User | None) -> str:
    return person.name if person else ""
