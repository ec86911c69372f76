"""The catalogue as one table for spreadsheets: one line per offering, decimals with a comma."""

from registry.exports.facts import Offered

HEADER = (
    "code", "version", "institution", "awarding_bodies", "title_fi", "title_sv", "title_en", "summary_fi",
    "summary_sv", "summary_en", "ects", "hours", "eqf_level", "education_form", "participation_modes",
    "teaching_languages", "isced_f", "okm_field", "fee_eur", "fee_rule", "free_for", "network", "next_start",
    "page",
)  # fmt: skip
LANGUAGES = ("fi", "sv", "en")


def rows(offered: list[Offered]) -> list[list[str]]:
    return [_row(one) for one in offered]


def _row(one: Offered) -> list[str]:
    starts = sorted(run.starts_on for run in one.runs)
    return [
        one.code,
        str(one.number),
        one.house.code,
        ",".join(house.code for house in one.awarding),
        *(one.title.get(language, "") for language in LANGUAGES),
        *(one.summary.get(language, "") for language in LANGUAGES),
        _decimal(one.ects),
        "" if one.hours is None else str(one.hours),
        *(code.code if code else "" for code in (one.eqf, one.education_form)),
        *(",".join(code.code for code in codes) for codes in (one.modes, one.languages)),
        *(code.code if code else "" for code in (one.isced, one.okm_field)),
        _decimal(one.fee_eur),
        one.fee_rule.code if one.fee_rule else "",
        ",".join(code.code for code in one.free_for),
        one.network,
        starts[0].isoformat() if starts else "",
        one.page,
    ]


def _decimal(value) -> str:
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")
