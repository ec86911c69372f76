"""An issued credential in words: what the certificate, a share and the page behind the code show of it."""

import json
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import get_language

from credentials.award import Awards, language_of
from credentials.facts import Award, Coded, Person
from credentials.formats import narrative, wording
from credentials.models import Credential
from registry.actions import levels
from registry.models import Code
from registry.models.texts import LANGUAGES

# Said at the top of the certificate or beside it, not again in the table.
ON_TOP = {"learner", "title", "bodies", "outcomes", "workload", "grade", "completed", "issued", "valid_until"}
PUBLIC = ("assessment", "criteria", "identity", "quality")


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """The words in one language; days are written out. `rows` are (heading, words) of the EU elements.

    `name`, `birth_date` and `learner_oid` are the person's as the signed document has them.
    """

    language: str
    title: str
    name: str
    birth_date: str
    learner_oid: str
    issuer: str
    bodies: tuple[str, ...]
    outcomes: tuple[tuple[str, str], ...]
    size: str
    eqf: str
    nqf: str
    step: str
    step_meaning: str
    grade: str
    grading_scale: str
    grading_key: str
    completed_on: str
    issued_on: str
    valid_until: str
    rows: tuple[tuple[str, str], ...]
    assessed: tuple[tuple[str, str], ...]


def languages(credential: Credential) -> list[str]:
    """The languages in which every word of the credential is there; its own comes first."""
    version, own = credential.version, credential.language
    return [own, *(one for one in LANGUAGES if one != own and language_of(version, wished=one) == one)]


def language_for(credential: Credential, *, wished: str | None = None) -> str:
    """The wished one, or the reader's, where every word is there in it; else the credential's own."""
    offered = languages(credential)
    return next((one for one in (wished, get_language()) if one in offered), offered[0])


def read(credential: Credential, *, language: str) -> Certificate:
    """The credential in words. The person, the grade and the day are those of the signed document."""
    awards = Awards([credential.version])
    award = _as_issued(credential, awards)
    found = narrative.rows(award, language)
    keys = _codes({"grading_scale": award.grading_scale, "competence_level": award.competence_level})
    return Certificate(
        language=language,
        title=narrative.text(award.title, language),
        name=f"{award.learner.given_names} {award.learner.family_name}".strip(),
        birth_date=narrative.day(award.learner.birth_date, language) if award.learner.birth_date else "",
        learner_oid=award.learner.oid or "",
        issuer=narrative.text(award.issuer.name, language) or award.issuer.code,
        bodies=tuple(narrative.text(body.name, language) or body.code for body in award.awarding_bodies),
        outcomes=tuple(
            (narrative.label(outcome.kind, language), narrative.text(outcome.text, language))
            for outcome in award.outcomes
        ),
        size=narrative.size(award, language),
        eqf=_indicative(award.eqf_level, language),
        nqf=f"{wording.FINNISH_FRAMEWORK[language]}: {_indicative(award.nqf_level, language)}",
        step=narrative.label(award.competence_level, language) if award.competence_level else "",
        step_meaning=narrative.text(levels.own(credential.version) or keys.get("competence_level"), language),
        grade=narrative.label(award.grade, language) if award.grade else "",
        grading_scale=narrative.label(award.grading_scale, language),
        grading_key=narrative.text(keys.get("grading_scale"), language),
        completed_on=narrative.day(award.completed_on, language),
        issued_on=narrative.day(credential.issued_at, language),
        valid_until=narrative.day(credential.valid_until, language) if credential.valid_until else "",
        rows=tuple((heading, words) for name, heading, words in found if name not in ON_TOP),
        assessed=tuple((heading, words) for name, heading, words in found if name in PUBLIC),
    )


def _as_issued(credential: Credential, awards: Awards) -> Award:
    """The award of the rows, with what could have changed since taken from the signed document."""
    award = awards.read(
        credential.attainment,
        statement=credential.statement,
        credential_id=credential.pk,
        issued_at=credential.issued_at,
        did=credential.key.did,
        status=None,
    )
    subject = json.loads(bytes(credential.document))["credentialSubject"]
    grade = subject["result"][0]["value"] if subject.get("result") else ""
    return replace(
        award,
        learner=person(subject),
        completed_on=date.fromisoformat(subject["activityEndDate"][:10]),
        grade=awards.codes.get(("grade", grade)),
        valid_until=credential.valid_until,
    )


def person(subject: dict) -> Person:
    """The learner as the subject of one of our documents names them."""
    found = {entry["identityType"]: entry["identityHash"] for entry in subject["identifier"]}
    born = found.get("ext:dateOfBirth")
    return Person(
        id=subject["id"],
        given_names=found.get("ext:givenName", ""),
        family_name=found.get("ext:familyName", ""),
        birth_date=date.fromisoformat(born) if born else None,
        oid=found.get("ext:learnerOid"),
    )


def _indicative(level: Coded, language: str) -> str:
    """Taso 6 (viitteellinen), rule 6."""
    return f"{narrative.label(level, language)} ({wording.INDICATIVE[language]})"


def _codes(wanted: dict[str, Coded | None]) -> dict[str, dict]:
    """What the codes mean, by the name of their list."""
    codes = {name: coded.code for name, coded in wanted.items() if coded}
    rows = Code.objects.filter(list__in=codes, code__in=codes.values())
    return {row.list: row.description for row in rows if codes[row.list] == row.code}
