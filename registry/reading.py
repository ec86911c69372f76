"""A pasted course text, read: what it says in which field. Nothing is invented; what is not understood stays.

Plain Python. The text is Finnish, Swedish or English, as course descriptions are written: a title first,
headings on lines of their own or before a colon, learning outcomes as a list or as sentences.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

# Words of a heading → the field its text belongs to; "" is a heading that has no field with us.
HEADINGS = {
    "title": (
        "nimi; opintojakson nimi; kurssin nimi; koulutuksen nimi; namn; kursens namn; studieperiodens "
        "namn; title; course title; course name; name"
    ),
    "ects": (
        "laajuus; opintopisteet; omfattning; studiepoäng; credits; ects; ects credits; size; scope; extent"
    ),
    "outcomes": (
        "osaamistavoitteet; oppimistavoitteet; tavoitteet; tavoite; opintojakson tavoitteet; "
        "oppimistulokset; lärandemål; mål; kursens mål; kompetensmål; studieperiodens mål; learning "
        "outcomes; objectives; intended learning outcomes; learning objectives; course objectives"
    ),
    "summary": (
        "kuvaus; tiivistelmä; sisältö; keskeinen sisältö; opintojakson sisältö; kurssin kuvaus; "
        "beskrivning; innehåll; sammanfattning; kursens innehåll; description; content; contents; "
        "course content; summary; course description"
    ),
    "target_group": "kohderyhmä; kenelle; målgrupp; för vem; target group; for whom; audience",
    "assessment_description": (
        "arviointi; arviointimenetelmät; arviointitavat; suoritustavat; suoritustapa; bedömning; "
        "bedömningsmetoder; examination; prestationssätt; assessment; assessment methods; methods of "
        "assessment; evaluation; completion"
    ),
    "assessment_criteria": (
        "arviointikriteerit; arviointiperusteet; bedömningskriterier; bedömningsgrunder; assessment "
        "criteria; evaluation criteria; grading criteria"
    ),
    "prerequisites": (
        "esitiedot; esitietovaatimukset; edeltävä osaaminen; edeltävyysehdot; edeltävyysvaatimukset; "
        "lähtötaso; förkunskaper; förkunskapskrav; behörighet; prerequisites; entry requirements; "
        "prior knowledge; required prior knowledge"
    ),
    "grading_scale": (
        "arviointiasteikko; arvosteluasteikko; asteikko; bedömningsskala; vitsordsskala; grading "
        "scale; grading; grade scale"
    ),
    "teaching_languages": (
        "kieli; opetuskieli; opetuskielet; språk; undervisningsspråk; language; languages; language "
        "of instruction; teaching language"
    ),
    "guidance": (
        "ohjaus; yhteystiedot; lisätietoja; handledning; kontakt; kontaktuppgifter; guidance; "
        "contact; contact information"
    ),
    "relevance": (
        "työelämätarve; tarve; työelämärelevanssi; arbetslivsrelevans; behov; need; working life relevance"
    ),
    "": (
        "kirjallisuus; oppimateriaali; oppimateriaalit; materiaali; opettaja; opettajat; "
        "vastuuopettaja; aikataulu; ajankohta; toteutus; toteutustapa; opetusmenetelmät; litteratur; "
        "material; studiematerial; lärare; tidtabell; genomförande; undervisningsmetoder; literature; "
        "reading; materials; teacher; teachers; schedule; teaching methods; implementation"
    ),
}
FIELD_OF = {word.strip(): name for name, words in HEADINGS.items() for word in words.split(";")}
TEXTS = (
    "summary", "target_group", "assessment_description", "assessment_criteria", "prerequisites", "guidance",
    "relevance",
)  # fmt: skip

UNIT = r"(?:op|opintopistettä|opintopisteen|sp|hp|studiepoäng|ects|credits?|cr|ECTS-credits)"
SIZE = re.compile(rf"(?<![\d,.–-])(\d{{1,2}}(?:[.,]\d)?)\s*{UNIT}\b\.?", re.IGNORECASE)
RANGE = re.compile(rf"\d+(?:[.,]\d)?\s*[–-]\s*\d+(?:[.,]\d)?\s*{UNIT}\b", re.IGNORECASE)
COURSE_CODE = re.compile(r"^\s*(?=[A-Z0-9]*\d)[A-Z]{1,6}[A-Z0-9]{2,}(?:-[A-Z0-9]+)?[\s:–-]+")
BULLET = re.compile(r"^\s*(?:[-–—•*·▪◦]|\d{1,2}[.)]|[a-h]\))\s+")
SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
SUBJECT = re.compile(
    r"^(?:opintojakson (?:suoritettuaan|jälkeen),? |kurssin (?:suoritettuaan|jälkeen),? |"
    r"koulutuksen jälkeen,? |efter (?:avslutad )?(?:kurs|studieperiod)(?:en)?,? |"
    r"after (?:completing )?(?:the|this) (?:course|module),? )?"
    r"(?:opiskelija|oppija|osallistuja|studeranden|den studerande|deltagaren|the student|the learner|"
    r"students|learners|you)\b\s*(?:will be able to|is able to|are able to|ska kunna|skall kunna)?\s*",
    re.IGNORECASE,
)
MODAL = re.compile(
    r"^(?:osaa|pystyy|kykenee|kan|kunna|can|be able to|is able to|are able to|knows how to)\s+", re.IGNORECASE
)
LANGUAGE_WORDS = {
    "fi": "ja on osaa opiskelija sekä tai ovat arviointi laajuus tavoitteet joka että opintojakso oppija",
    "sv": "och är kan den studerande samt eller som att bedömning omfattning kursen för av med studeranden",
    "en": "and is the student of to with or assessment course learner will learning can for in",
}
NAMED_LANGUAGES = {"fi": ("suomi", "finska", "finnish"), "sv": ("ruotsi", "svenska", "swedish"),
                   "en": ("englanti", "engelska", "english")}  # fmt: skip
GRADES = {
    "0-5": re.compile(r"\b0\s*[–-]\s*5\b|\b1\s*[–-]\s*5\b"),
    "pass_fail": re.compile(r"hyväksytty|hylätty|godkänd|underkänd|\bpass\b|\bfail\b", re.IGNORECASE),
}
# The first verb of an outcome tells its kind; what is on neither list is a skill.
KNOWLEDGE = (
    "tietä", "tietää", "tuntea", "tuntee", "tunne", "ymmärt", "selit", "selos", "kuva", "kuvai",
    "tunnist", "nime", "määrit", "luettel", "förkla", "beskriv", "känne", "känna", "identifi", "definier",
    "redogör", "förstå", "explain", "describ", "know", "understand", "identif", "defin", "recogni",
    "list", "name", "summari", "outlin",
)  # fmt: skip
COMPETENCE = (
    "vasta", "toimi", "kehit", "johta", "arvioi", "perustel", "ohjaa", "ohjat", "päät", "ansvar",
    "utveckl", "leda", "leder", "utvärder", "bedöm", "ager", "motiver", "take", "evaluat", "assess",
    "lead", "develop", "act", "manag", "justif", "decid", "reflect",
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    text: str
    kind: str  # a guess from its first verb


@dataclass
class Reading:
    """What was understood: texts and codes by field of a version, outcomes, and the rest as it stood."""

    language: str
    fields: dict[str, str | Decimal | list[str]] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    rest: str = ""


def read(text: str, *, language: str = "") -> Reading:
    """`language` is what the person said it is in; without it the words decide."""
    lines = [line.strip() for line in text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")]
    found = Reading(language=language or language_of(text))
    rest: list[str] = []
    parts = list(_parts(lines))
    _title(parts, found, rest)
    for name, heading, body in parts:
        _part(name, heading, body, found, rest)
    if "ects" not in found.fields and (size := size_of(text)):
        found.fields["ects"] = size
    found.rest = "\n".join(rest).strip()
    return found


def language_of(text: str) -> str:
    """The likeliest of fi, sv and en."""
    words = re.findall(r"[a-zåäö]+", text.lower())
    counts = {
        one: sum(words.count(word) for word in common.split()) for one, common in LANGUAGE_WORDS.items()
    }
    return max(counts, key=lambda one: counts[one])


def size_of(text: str) -> Decimal | None:
    """The first size in credits; a range is not one."""
    match = SIZE.search(RANGE.sub("", text))
    size = Decimal(match[1].replace(",", ".")) if match else None
    return size if size and 1 <= size <= 60 and not size % Decimal("0.5") else None


def kind_of(text: str) -> str:
    """Knowledge, skill or competence: a guess from the first verb."""
    verb = MODAL.sub("", SUBJECT.sub("", text.strip())).lower()
    if verb.startswith(KNOWLEDGE):
        return "knowledge"
    return "competence" if verb.startswith(COMPETENCE) else "skill"


def _parts(lines: list[str]) -> Iterator[tuple[str | None, str, list[str]]]:
    """Pieces of the text: field ("" known but not ours, None before any heading), heading, lines."""
    name, heading, body = None, "", []
    for line in lines:
        start = _heading(line)
        if start is None:
            body.append(line)
            continue
        yield name, heading, body
        name, heading, body = start[0], start[1], [start[2]] if start[2] else []
    yield name, heading, body


def _heading(line: str) -> tuple[str, str, str] | None:
    """Field, heading and what follows the colon, where the line starts a piece."""
    words = line.strip("#* ").rstrip(":* ")
    if words.casefold() in FIELD_OF:
        return FIELD_OF[words.casefold()], words, ""
    before, colon, after = line.partition(":")
    word = before.strip("#* ").casefold()
    if colon and word in FIELD_OF:
        return FIELD_OF[word], before.strip("#* "), after.strip("* ")
    return None


def _title(parts: list, found: Reading, rest: list[str]) -> None:
    """The line under the heading "Nimi", else the first line of the text, without course code and size."""
    for name, _heading_words, body in parts:
        lines = [line for line in body if line]
        if lines and name in ("title", None):
            line = lines[0].strip("#* ")
            code = COURSE_CODE.match(line)
            title = SIZE.sub("", line[code.end() :] if code else line).strip(" ,.–-():")
            if 5 <= len(title) <= 120 and not SUBJECT.match(line):
                found.fields["title"] = title
                body.remove(lines[0])
                rest.extend([code[0].strip(" :–-")] if code else [])
                return


def _part(name: str | None, heading: str, body: list[str], found: Reading, rest: list[str]) -> None:
    lines = [line for line in body if line]
    if name == "outcomes":
        _outcomes(lines, found, rest)
    elif name in TEXTS and lines:
        _add_text(name, "\n".join(lines), found)
    elif name in READERS and lines and (value := READERS[name](" ".join(lines))):
        found.fields.setdefault(name, value)
    elif name is None:
        _loose(lines, found, rest)
    elif lines:
        rest.append(f"{heading}:" if heading else "")
        rest.extend([*lines, ""])


def _add_text(name: str, text: str, found: Reading) -> None:
    """A second piece of the same field goes below the first."""
    found.fields[name] = f"{found.fields[name]}\n{text}" if name in found.fields else text


def _outcomes(lines: list[str], found: Reading, rest: list[str]) -> None:
    """A list, or sentences. A line that leads in ("Opiskelija osaa") becomes the beginning of each item."""
    listed = [line for line in lines if BULLET.match(line)]
    lead = ""
    for line in lines:
        bare = BULLET.sub("", line).strip()
        if BULLET.match(line):
            _add_outcome(f"{lead} {bare}".strip() if bare[:1].islower() else bare, found)
        elif _leads_in(bare):
            lead = bare.rstrip(" :")
        elif listed:
            rest.append(line)
        else:
            for sentence in SENTENCE.split(bare):
                _add_outcome(sentence, found)


def _leads_in(line: str) -> bool:
    left = MODAL.sub("", SUBJECT.sub("", f"{line.rstrip(' :')} "))
    return line.endswith(":") or not left.strip()


def _loose(lines: list[str], found: Reading, rest: list[str]) -> None:
    """Text before any heading: outcomes by their subject, the size; everything else stays a rest."""
    for line in lines:
        bare = BULLET.sub("", line).strip()
        for sentence in SENTENCE.split(bare):
            if SUBJECT.match(sentence) and MODAL.match(SUBJECT.sub("", sentence)):
                _add_outcome(sentence, found)
            elif not SIZE.fullmatch(sentence.strip(" .")):
                rest.append(sentence)


def _add_outcome(text: str, found: Reading) -> None:
    text = text.strip(" ;,")
    if len(text) > 3 and text not in [one.text for one in found.outcomes]:
        found.outcomes.append(Outcome(text=text[:1].upper() + text[1:], kind=kind_of(text)))


def _languages(text: str) -> list[str]:
    low = text.lower()
    return [code for code, names in NAMED_LANGUAGES.items() if any(name in low for name in names)]


def _grading_scale(text: str) -> str:
    return next((code for code, pattern in GRADES.items() if pattern.search(text)), "")


def _size_alone(text: str) -> Decimal | None:
    return size_of(text) or size_of(f"{text.strip()} op")


READERS = {"ects": _size_alone, "teaching_languages": _languages, "grading_scale": _grading_scale}
