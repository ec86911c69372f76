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
        "työelämätarve; tarve; työelämärelevanssi; työelämäyhteys; arbetslivsrelevans; behov; need; working "
        "life relevance; need in working life"
    ),
    "participation_modes": (
        "toteutustapa; opetusmuoto; opiskelumuoto; opetusjärjestelyt; genomförandesätt; undervisningsform; "
        "studieform; form of study; mode of delivery; mode of study; form of participation"
    ),
    "locations": (
        "paikka; paikkakunta; toteutuspaikka; opiskelupaikka; plats; ort; studieort; place; location; campus"
    ),
    "education_form": (
        "koulutusmuoto; koulutuksen muoto; utbildningsform; form of education; type of education"
    ),
    "eqf_level": "taso; vaativuustaso; osaamistaso; nivå; level; eqf; eqf-taso; eqf-nivå; eqf level",
    "fee_eur": "hinta; maksu; osallistumismaksu; pris; avgift; deltagaravgift; price; fee; cost",
    "sdgs": (
        "kestävän kehityksen tavoitteet; kestävä kehitys; mål för hållbar utveckling; hållbar utveckling; "
        "sustainable development goals; sustainable development; sdg"
    ),
    "quality_assurance": "laadunvarmistus; laatu; kvalitetssäkring; kvalitet; quality assurance; quality",
    "": (
        "kirjallisuus; oppimateriaali; oppimateriaalit; materiaali; opettaja; opettajat; "
        "vastuuopettaja; aikataulu; ajankohta; toteutus; opetusmenetelmät; litteratur; "
        "material; studiematerial; lärare; tidtabell; genomförande; undervisningsmetoder; literature; "
        "reading; materials; teacher; teachers; schedule; teaching methods; implementation"
    ),
}
FIELD_OF = {word.strip(): name for name, words in HEADINGS.items() for word in words.split(";")}
TEXTS = (
    "summary", "target_group", "assessment_description", "assessment_criteria", "prerequisites", "guidance",
    "relevance", "quality_assurance",
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
# What leads in to "the student can" and tells nothing.
AFTER = re.compile(
    r"^(?:(?:opintojakson|kurssin|koulutuksen) (?:suoritettuaan|jälkeen)|efter (?:avslutad )?(?:kurs|"
    r"studieperiod)(?:en)?|after (?:completing )?(?:the|this) (?:course|module)),?\s+",
    re.IGNORECASE,
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
# Codes of ours → beginnings of words by which people say how it is studied, shown and arranged.
MODES = {
    "contact": "lähiope contact närunder närstud classroom",
    "online": "verkko online nätkurs nätstud webb",
    "distance": "etäope etäyht distans distance",
    "blended": "monimuo flerform blended hybrid",
    "independent": "itsenäi självstud självständ independent self-paced",
}
ASSESSMENTS = {
    "quiz": "verkkotent testi test webbtent monivalin flerval quiz",
    "written_exam": "tent skriftlig exam",
    "oral_exam": "kuulustelu förhör viva",
    "assignment": "oppimisteht harjoitust raport rapport report inlämning assignment coursework",
    "project": "projekti projekt project",
    "portfolio": "portfoli",
    "simulation": "simulaa simule simulation",
    "work_demonstration": "näyttö näytön yrkesprov demonstration",
    "oral_presentation": "esity esitt presentation",
    "peer_assessment": "vertaisarvi kamratbed peer",
    "self_assessment": "itsearvi självvärd självbed self-assess",
    "development_project": "kehittämist utvecklingsarbet",
}
FORMS = {
    "avoin_amk": "avoin avoim öppen öppna open",
    "taydennyskoulutus": "täydenn fortbild continuing",
    "erikoistumiskoulutus": "erikoistum specialiser speciali",
    "vaylaopinnot": "väylä ledstud",
    "polkuopinnot": "polku stigstud path",
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
    if types := _codes(str(found.fields.get("assessment_description", "")), ASSESSMENTS):
        found.fields["assessment_types"] = types
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
    elif name in READERS and lines and (value := READERS[name](" ".join(lines))) not in (None, "", []):
        found.fields.setdefault(name, value)
        if len(lines) > 1 or (name in SAYS_MORE and len(WORD.findall(lines[0])) > 2):
            rest.extend([f"{heading}:", *lines, ""])
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
            lead = AFTER.sub("", bare.rstrip(" :"))
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


def _codes(text: str, known: dict[str, str]) -> list[str]:
    """The codes one of whose beginnings of words stands in the text, in the order of the list."""
    words = re.findall(r"[\wäöå-]+", text.lower())
    return [
        code
        for code, starts in known.items()
        if any(word.startswith(tuple(starts.split())) for word in words)
    ]


def _modes(text: str) -> list[str]:
    return _codes(text, MODES)


def _form(text: str) -> str:
    return next(iter(_codes(text, FORMS)), "")


def _places(text: str) -> list[str]:
    return [place.strip(" .") for place in re.split(r"[,;]| ja | och | and ", text) if place.strip(" .")]


def _level(text: str) -> int | None:
    match = re.search(r"\b([4-8])\b", text)
    return int(match[1]) if match else None


def _fee(text: str) -> Decimal | None:
    """Euros; free of charge is 0."""
    if re.search(r"maksuton|ilmai|avgiftsfri|kostnadsfri|gratis|free", text, re.IGNORECASE):
        return Decimal(0)
    amounts = re.findall(r"(\d{1,5}(?:[.,]\d{1,2})?)\s*(?:€|eur)", text, re.IGNORECASE)
    return Decimal(amounts[0].replace(",", ".")) if len(amounts) == 1 else None


def _goals(text: str) -> list[str]:
    """The numbers of the goals that are named."""
    numbers = re.findall(r"(?<![\d,.])\d{1,2}(?![\d,.]*\d)", text)
    return [one for one in dict.fromkeys(numbers) if 1 <= int(one) <= 17]


READERS = {
    "ects": _size_alone,
    "teaching_languages": _languages,
    "grading_scale": _grading_scale,
    "participation_modes": _modes,
    "locations": _places,
    "education_form": _form,
    "eqf_level": _level,
    "fee_eur": _fee,
    "sdgs": _goals,
}
WORD = re.compile(r"\b(?!(?:ja|och|and|sdg)\b)[^\W\d]{2,}", re.IGNORECASE)
SAYS_MORE = {"participation_modes", "education_form", "sdgs"}  # one line may say more than the codes
