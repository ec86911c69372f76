"""References for cross-institutional studies (RIPA): what a network offers, one row per realisation."""

from registry.exports.facts import Offered, Run

HEADER = (
    "institution", "code", "version", "realisation", "ripa_id", "name_fi", "name_sv", "name_en",
    "credits_min", "credits_max", "teaching_languages", "min_edu_guidance_area", "network", "pricing_basis",
    "price_eur", "starts_on", "ends_on", "enrol_from", "enrol_by", "places",
)  # fmt: skip


def references(offered: list[Offered]) -> list[dict]:
    """The realisations that carry a network's name themselves or through their version; by HEADER."""
    return [
        _reference(one, run)
        for one in offered
        for run in one.runs or (None,)
        if one.network or (run and run.network)
    ]


def rows(offered: list[Offered]) -> list[list]:
    """The same as lines of a table; lists are joined by a comma."""
    return [[_cell(row[name]) for name in HEADER] for row in references(offered)]


def _reference(one: Offered, run: Run | None) -> dict:
    languages = run.languages if run and run.languages else one.languages
    price = run.price_eur if run and run.price_eur is not None else one.fee_eur
    return {
        "institution": one.house.oppilaitosnumero,
        "code": one.code,
        "version": one.number,
        "realisation": run.key if run else None,
        "ripa_id": (run.ripa_id or None) if run else None,
        **{f"name_{language}": one.title.get(language) or None for language in ("fi", "sv", "en")},
        "credits_min": _number(one.ects),
        "credits_max": _number(one.ects),
        "teaching_languages": [code.code for code in languages],
        "min_edu_guidance_area": one.okm_field.national if one.okm_field else None,
        "network": (run.network if run and run.network else one.network),
        "pricing_basis": one.fee_rule.code if one.fee_rule else None,
        "price_eur": _number(price),
        "starts_on": run.starts_on.isoformat() if run else None,
        "ends_on": run.ends_on.isoformat() if run else None,
        "enrol_from": run.enrol_from.isoformat() if run and run.enrol_from else None,
        "enrol_by": run.enrol_by.isoformat() if run and run.enrol_by else None,
        "places": run.places if run else None,
    }


def _number(value) -> float | None:
    return None if value is None else float(value)


def _cell(value) -> str:
    if isinstance(value, list):
        return ",".join(value)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return "" if value is None else str(value)
