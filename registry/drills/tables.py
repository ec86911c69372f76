"""Made-up tables of offerings, whole and with planted faults; for the drill and the tests."""

HEADER = (
    "title_fi", "title_en", "primary_language", "ects", "outcomes_fi", "outcome_kinds", "assessment_types",
    "teaching_languages", "fee_eur", "eqf_level", "validity_months", "summary_fi",
)  # fmt: skip
# Column, what is written into it, the code of the fault.
FAULTS = (
    ("title_fi", "", "title_missing"),
    ("title_fi", "Abc", "title_length"),
    ("primary_language", "ruotsi?", "unknown_code"),
    ("ects", "viisi", "number"),
    ("ects", "61", "ects_range"),
    ("ects", "2,3", "ects_half"),
    ("outcome_kinds", "tieto", "outcome_kinds"),
    ("assessment_types", "quiz, arvonta", "unknown_code"),
    ("teaching_languages", "klingon", "unknown_code"),
    ("fee_eur", "12,5,0", "number"),
    ("eqf_level", "99", "unknown_code"),
    ("validity_months", "kolme", "whole_number"),
    ("summary_fi", "x" * 5001, "too_long"),
)


def table(count: int) -> list[list[str]]:
    """Rows without a fault, each with its own title."""
    return [_row(number) for number in range(1, count + 1)]


def with_faults(rows: list[list[str]], *, count: int) -> tuple[list[list[str]], list[tuple[int, str, str]]]:
    """The rows with one fault in each of `count` of them, spread evenly; and (line, column, code) of each."""
    spoilt, planted = [list(row) for row in rows], []
    for number in range(count):
        place = number * len(rows) // count
        column, cell, code = FAULTS[number % len(FAULTS)]
        spoilt[place][HEADER.index(column)] = cell
        # a row has no title of its own language as a whole: the reason belongs to the field
        planted.append((place + 2, "title" if code == "title_missing" else column, code))
    return spoilt, planted


def _row(number: int) -> list[str]:
    return [
        f"Tarjonta numero {number}",
        f"Offering number {number}",
        "suomi",
        "1,5",
        f"Selittää asian {number}\nLaatii suunnitelman",
        "",
        "quiz, project",
        "fi; sv",
        "12,50",
        "6",
        "36",
        f"Kuvaus {number}",
    ]
