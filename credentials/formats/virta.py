"""Attainments as VIRTA's Opintosuoritus, for the institution's own study-info system to read in.

One file of many learners, each known by the learner OID alone: no name, no henkilötunnus. Study rights are
not ours to tell: the study-info system keeps them, and joins the attainments to its own.
Source: VIRTA schema 1.06.1, in the namespace of 1 September 2015.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from lxml import etree

from credentials import learner_oid
from credentials.facts import Incomplete, Texts
from credentials.formats.award_xml import by_language, can_hold
from credentials.formats.wording import ACQUIRED_BY

NAMESPACE = "urn:mace:funet.fi:virta/2015/09/01"
COURSE = "2"  # Laji: an attainment that is no degree
OPPILAITOSNUMERO = re.compile(r"\d{5}", re.ASCII)
FIELDS = frozenset(map(str, range(1, 13)))  # ohjausala
GRADES = {"0-5": ("1", "2", "3", "4", "5", "HYV"), "pass_fail": ("HYV",)}  # passed ones; HYV is legal in both
ELEMENTS = {"0-5": "Viisiportainen", "pass_fail": "Hyvaksytty"}
MICRO_CREDENTIAL = {"fi": "Pieni osaamiskokonaisuus", "sv": "Mikromerit", "en": "Micro-credential"}


@dataclass(frozen=True, kw_only=True)
class Study:
    """One attainment. `key` and `learner_key` name it and its learner in our register, `code` the offering.

    `field` is OKM's ohjausala 1–12, `classes` are codes of VIRTA's luokittelu, `language` is an ISO 639-1
    code or nothing; `parts` are the keys of the attainments that it consists of.
    """

    key: str
    learner_key: str
    learner_oid: str
    issuer: str
    code: str
    name: Texts
    completed_on: date
    ects: Decimal
    scale: str
    grade: str
    field: str
    classes: tuple[str, ...]
    language: str = ""
    tki_ects: Decimal | None = None
    is_micro_credential: bool = True
    is_badge: bool = False
    acquired_by: str = ""
    parts: tuple[str, ...] = ()


def document(studies: Sequence[Study]) -> bytes:
    """The file, by learner, day and code: the same studies give the same bytes in whatever order they come.

    Raises Incomplete for a study that has faults.
    """
    for study in studies:
        for fault in faults(study):
            raise Incomplete(fault)
    root = etree.Element(_name("Virta"), nsmap={None: NAMESPACE})
    ordered = sorted(
        studies, key=lambda study: (study.learner_key, study.completed_on, study.code, study.key)
    )
    for learner_key, of_learner in groupby(ordered, key=lambda study: study.learner_key):
        _learner(root, learner_key, list(of_learner))
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    return written


def faults(study: Study) -> Iterator[str]:
    """The facts for which VIRTA would not take it: learner_oid, issuer, name, ects, grade, field, classes."""
    checks = {
        "learner_oid": learner_oid.is_valid(study.learner_oid),
        "issuer": OPPILAITOSNUMERO.fullmatch(study.issuer) is not None,
        "name": any(by_language(study.name)) and all(map(can_hold, study.name.values())),
        "ects": study.ects > 0,
        "badge": not study.is_badge,
        "grade": study.is_badge or study.grade in GRADES.get(study.scale, ()),
        "field": study.field in FIELDS,
        "classes": bool(study.classes),
    }
    return (fact for fact, is_good in checks.items() if not is_good)


def _learner(root: Any, key: str, studies: Sequence[Study]) -> None:
    row = _add(root, "Opiskelija", avain=key)
    _say(row, "KansallinenOppijanumero", studies[0].learner_oid)
    attained = _add(row, "Opintosuoritukset")
    for study in studies:
        _study(attained, study)


def _study(parent: Any, study: Study) -> None:
    row = _add(
        parent,
        "Opintosuoritus",
        avain=study.key,
        opiskelijaAvain=study.learner_key,
        koulutusmoduulitunniste=study.code,
    )
    _say(row, "SuoritusPvm", study.completed_on.isoformat())
    _credits(row, "Laajuus", study.ects)
    _say(_add(row, "Arvosana"), ELEMENTS[study.scale], study.grade)
    _say(row, "Myontaja", study.issuer)
    _say(row, "Laji", COURSE)
    _texts(row, "Nimi", study.name)
    if study.language:
        _say(row, "Kieli", study.language)
    _say(_add(row, "Koulutusala"), "Koodi", study.field, versio="ohjausala")
    for part in study.parts:
        _add(row, "Sisaltyvyys", sisaltyvaOpintosuoritusAvain=part)
    if study.tki_ects:
        _credits(row, "TKILaajuusMuu", study.tki_ects)
    _say(row, "Opinnaytetyo", "0")
    for one in _in_order(study.classes):
        _say(row, "Luokittelu", one)
    if words := _further(study):
        _texts(row, "JulkinenLisatieto", words)


def _further(study: Study) -> Texts:
    """What VIRTA has no code for."""
    said: list[Texts] = [MICRO_CREDENTIAL] if study.is_micro_credential else []
    said += [ACQUIRED_BY[study.acquired_by]] if study.acquired_by in ACQUIRED_BY else []
    return {language: ". ".join(words[language] for words in said) for language in said[0]} if said else {}


def _in_order(codes: Iterable[str]) -> list[str]:
    return sorted(set(codes), key=lambda code: (len(code), code))


def _credits(parent: Any, name: str, value: Decimal) -> None:
    _say(_add(parent, name), "Opintopiste", f"{value.normalize():f}")


def _texts(parent: Any, name: str, texts: Texts) -> None:
    for language, text in by_language(texts):
        _say(parent, name, " ".join(text.split()), kieli=language)


def _say(parent: Any, name: str, words: str, **attributes: str) -> None:
    _add(parent, name, **attributes).text = words


def _add(parent: Any, name: str, **attributes: str) -> Any:
    return etree.SubElement(parent, _name(name), attributes)


def _name(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
