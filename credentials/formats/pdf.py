"""The certificate of one award as a PDF, in one language: PDF/A-3a and PDF/UA-1, the signed badge attached.

The first page is what one frames: who, what, how much, how well, learned what, and how to check it. The pages
behind it hold every other element of Annex I of 2022/C 243/02. Set by Typst from certificate.typ.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

import zxingcpp

from credentials.facts import Award, Outcome
from credentials.formats import narrative, typesetting
from credentials.formats.alignments import body_name
from credentials.formats.completeness import refuse_incomplete
from credentials.formats.typesetting import Shown
from credentials.formats.wording import ACQUIRED_BY, CERTIFICATE, ECTS, HEADINGS, HOURS, INDICATIVE

QR: Any = zxingcpp.BarcodeFormat.QRCode
DARK = re.compile(rb"\0+")  # squares that follow each other
LEAD = 240  # letters of a summary that stands under the title; a longer one goes behind
SHORT = 9  # lines of outcomes, of 70 letters, that have room on the first page under whatever stands there
# The first page says these.
ON_TOP = {
    "badge", "learner", "title", "bodies", "outcomes", "workload", "grade", "completed", "issued",
    "valid_until",
}  # fmt: skip


def document(award: Award, *, language: str, badge: bytes, human_code: str, verify_url: str) -> bytes:
    """The unsealed PDF in "fi", "sv" or "en"; the same award and badge give the same bytes.

    `badge` is the signed JSON as it was stored, `human_code` is written as people read it, and `verify_url`
    is the address behind the QR code. Raises Incomplete where a text is not there in that language: a
    certificate does not change its language on the way (rule 16).
    """
    filled = _filled(award, language=language, badge=badge, human_code=human_code, verify_url=verify_url)
    return typesetting.in_letters(
        lambda shown: typesetting.compiled(filled(shown), inputs={}, at=award.issued_at)
    )


def pictures(award: Award, *, language: str, badge: bytes, human_code: str, verify_url: str) -> list[bytes]:
    """The pages of the same certificate as PNG. Raises Incomplete."""
    filled = _filled(award, language=language, badge=badge, human_code=human_code, verify_url=verify_url)
    return typesetting.in_letters(lambda shown: typesetting.pictures(filled(shown), inputs={}))


def _filled(
    award: Award, *, language: str, badge: bytes, human_code: str, verify_url: str
) -> Callable[[Shown], bytes]:
    """The template with what goes into it, once it is known how letters are shown."""
    award = replace(award, language=language)
    refuse_incomplete(award)

    def filled(shown: Shown) -> bytes:
        data = json.dumps(_sheet(award, human_code, verify_url, shown), ensure_ascii=False)
        data, qr, signed = (typesetting.quoted(one) for one in (data, _qr(verify_url), badge.decode("utf-8")))
        call = f"#certificate(json(bytes({data})), {qr}, {signed})"
        return f'#import "certificate.typ": certificate\n{call}\n'.encode()

    return filled


def _sheet(award: Award, human_code: str, verify_url: str, shown: Shown) -> dict[str, Any]:
    """What the template says, in finished words."""
    language = award.language
    words = {name: texts[language] for name, texts in CERTIFICATE.items()}
    if award.composite:
        words |= {name: words[f"{name}_{award.composite}"] for name in ("heading", "has_completed")}
    if award.badge:
        words |= {name: words[f"{name}_{award.badge}"] for name in ("heading", "has_completed")}
        words |= {"not_a_degree": narrative.badge(award, language), "details": words["details_badge"]}
    if award.acquired_by:
        how = ACQUIRED_BY[award.acquired_by][language]
        words["has_completed"] = f"{words['has_completed']} ({how[0].lower()}{how[1:]})"
    issuer = body_name(award.issuer, language)
    issued = award.issued_at.astimezone(narrative.HELSINKI).date()
    sheet: dict[str, Any] = {
        "language": language,
        "words": words,
        "made_on": [issued.year, issued.month, issued.day],
        "letters": award.issuer.code,
        "issuer": issuer,
        "bodies": [body_name(body, language) for body in award.awarding_bodies],
        "name": f"{award.learner.given_names} {award.learner.family_name}",
        "identity": _identity(award),
        "title": narrative.text(award.title, language),
        "lead": summary if len(summary := narrative.text(award.summary, language)) <= LEAD else "",
        "figures": list(_figures(award)),
        "outcomes_heading": HEADINGS["outcomes"][language],
        "outcomes": list(_outcomes(award.outcomes, language)),
        "is_short": sum(1 + len(narrative.text(one.text, language)) // 70 for one in award.outcomes) <= SHORT,
        "dates": list(_dates(award)),
        "sealed": words["sealed"].format(issuer),
        "code": human_code,
        "verify": {"words": verify_url, "address": verify_url},
        "qr_alt": words["qr"].format(verify_url),
        "rows": list(_rows(award)),
    }
    return {name: _in_letters(value, shown) for name, value in sheet.items()}


def _identity(award: Award) -> list[str]:
    """The learner OID, or else the birth date: no more than the signed badge tells."""
    learner, language = award.learner, award.language
    if learner.oid:
        return [CERTIFICATE["oid"][language], learner.oid]
    born = narrative.day(learner.birth_date, language) if learner.birth_date else ""
    return [CERTIFICATE["born"][language], born]


def _figures(award: Award) -> Iterator[list[str]]:
    """What one looks for first, as [heading, figure, more]."""
    language = award.language
    hours = HOURS[language].format(award.workload_hours)
    if award.ects is None:
        yield [CERTIFICATE["size"][language], hours, ""]
    else:
        size = ECTS[language].format(narrative.number(award.ects, language))
        yield [CERTIFICATE["size"][language], size, hours]
    if award.eqf_level:
        eqf = narrative.label(award.eqf_level, language)
        yield [CERTIFICATE["level"][language], eqf, f"EQF, {INDICATIVE[language]}"]
    if award.grade and award.grading_scale:
        grade = narrative.label(award.grade, language)
        yield [HEADINGS["grade"][language], grade, narrative.label(award.grading_scale, language)]
    yield [HEADINGS["completed"][language], narrative.day(award.completed_on, language), ""]


def _outcomes(outcomes: tuple[Outcome, ...], language: str) -> Iterator[dict[str, Any]]:
    """In their order, those of one kind together where they follow each other."""
    for kind, those in groupby(outcomes, key=lambda outcome: narrative.label(outcome.kind, language)):
        yield {"kind": kind, "texts": [narrative.text(outcome.text, language) for outcome in those]}


def _dates(award: Award) -> Iterator[list[str]]:
    language = award.language
    yield [HEADINGS["issued"][language], narrative.day(award.issued_at, language)]
    if award.valid_until:
        yield [HEADINGS["valid_until"][language], narrative.day(award.valid_until, language)]


def _rows(award: Award) -> Iterator[dict[str, Any]]:
    """Everything else, as a heading with words or with links."""
    language, own = award.language, {name: texts[award.language] for name, texts in CERTIFICATE.items()}
    if len(summary := narrative.text(award.summary, language)) > LEAD:
        yield _row(own["summary"], summary)
    for name, heading, words in narrative.rows(award, language):
        if name == "further":
            yield _row(heading, "", [_link(words, award.url)])
        elif name not in ON_TOP:
            yield _row(heading, words.strip())
        if name == "level":
            yield from _keys(award)
    if skills := [_link(*one) for one in _skills(award)]:
        yield _row(own["skills"], "", skills)
    yield _row(own["offering"], f"{award.offering_code}, v{award.version_number}")
    yield _row(own["number"], f"urn:uuid:{award.credential_id}")


def _keys(award: Award) -> Iterator[dict[str, Any]]:
    """How to read the step of the proposal and the grade."""
    language = award.language
    if award.competence_level and (meaning := narrative.text(award.competence_meaning, language)):
        step = narrative.label(award.competence_level, language)
        yield _row(CERTIFICATE["step"][language], f"{step}: {meaning}")
    if not award.grading_scale:
        return
    scale = narrative.label(award.grading_scale, language)
    key = narrative.text(award.grading_key, language)
    yield _row(CERTIFICATE["scale"][language], f"{scale}: {key}" if key else scale)


def _skills(award: Award) -> dict[tuple[str, str | None], None]:
    """The skills of all outcomes, each once, with its address where it has one."""
    skills = (skill for outcome in award.outcomes for skill in outcome.skills)
    return dict.fromkeys((narrative.label(skill, award.language), skill.uri) for skill in skills)


def _row(heading: str, words: str, links: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"heading": heading, "words": words, "links": links or []}


def _link(words: str, address: str | None) -> dict[str, str]:
    """Words that lead to a page of the web; an address of any other kind is not followed."""
    is_page = bool(address) and str(address).startswith(("https://", "http://"))
    return {"words": words, "address": str(address) if is_page else ""}


def _in_letters(value: Any, shown: Shown) -> Any:
    """Every text as our fonts can show it; addresses of links stay."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return [_in_letters(one, shown) for one in value]
    if isinstance(value, dict):
        return {name: one if name == "address" else _in_letters(one, shown) for name, one in value.items()}
    return value


def _qr(address: str) -> str:
    """The address as a picture, SVG, of dark lines from left to right. To draw it takes segno five times as
    long."""
    code = zxingcpp.create_barcode(address, QR, ec_level="M")
    picture: Any = code.to_image(scale=1, add_quiet_zones=False)  # a byte a square, 0 is dark
    squares = memoryview(picture)
    size = len(squares)
    lines = (
        f"M{found.start()} {height}.5h{len(found[0])}"
        for height in range(size)
        for found in DARK.finditer(bytes(squares[height : height + 1]))
    )
    path = f'<path stroke="#10233a" d="{"".join(lines)}"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}">{path}</svg>'
