"""A report on a file of several credentials: a line for each, and each one's own report.

Plain, for it stands in continuity packs too.
"""

from collections.abc import Sequence

from credentials.verification import subjects, summaries
from credentials.verification.report import Check, Outcome, Report
from credentials.verification.saying import said as _

NO_TITLE = _("A credential without a title")


def report(records: Sequence[Report]) -> Report:
    text = _("The file is a study record (ELMO) with %(number)s attainments. Each is checked by itself.")
    read = Check(name="readable", outcome=Outcome.VALID, message=text % {"number": len(records)})
    return Report(checks=(read, *map(_line, records)), records=tuple(records))


def _line(record: Report) -> Check:
    """As good as its report, with the word for that."""
    subject = subjects.read(record.document or {})
    text = _("%(title)s (%(person)s): %(summary)s.") if subject.person else _("%(title)s: %(summary)s.")
    facts = {
        "title": subject.title or NO_TITLE,
        "person": subject.person,
        "summary": summaries.of(record)[0],
    }
    return Check(name="record", outcome=record.outcome, message=text % facts)
