"""Made-up texts of offerings: a seed makes the same ones again, near-duplicates planted among them."""

import random

SUBJECTS = (
    "tekoäly", "tietosuoja", "hoitotyö", "kiertotalous", "energiatehokkuus", "palvelumuotoilu",
    "kirjanpito", "johtaminen", "saavutettavuus", "robotiikka", "ohjelmointi", "matkailu",
    "rakentaminen", "viestintä", "logistiikka", "lääkehoito", "kestävyys", "tietoturva", "markkinointi",
    "yrittäjyys", "kuntoutus", "ruokaketju", "metsätalous", "vesihuolto", "automaatio", "hankinta",
    "opetus", "kulttuuri", "liikunta", "mielenterveys",
)  # fmt: skip
PLACES = (
    "terveydenhuollossa", "teollisuudessa", "kaupassa", "maataloudessa", "julkishallinnossa",
    "koulussa", "päiväkodissa", "pienyrityksessä", "kotihoidossa", "satamassa", "laboratoriossa",
    "kunnassa", "verkkokaupassa", "rakennustyömaalla", "museossa", "sairaalassa", "pankissa",
    "varastossa", "ravintolassa", "mediatalossa",
)  # fmt: skip
VERBS = (
    "selittää", "suunnittelee", "arvioi", "laatii", "vertailee", "kehittää", "perustelee", "soveltaa",
    "mittaa", "dokumentoi", "ohjaa", "analysoi", "tunnistaa", "rajaa", "esittelee", "testaa",
)  # fmt: skip
THINGS = (
    "riskit", "kustannukset", "vaatimukset", "mittarit", "aineistot", "sopimukset", "menetelmät",
    "vaikutukset", "prosessit", "laitteet", "tarpeet", "havainnot", "ohjeet", "tulokset", "vaiheet",
    "vastuut", "lähteet", "virheet", "tavoitteet", "toimenpiteet", "raportit", "säädökset", "välineet",
    "asiakkaat", "verkostot", "turvallisuus",
)  # fmt: skip
ABOUT = (
    "asiakkaan", "potilaan", "tiimin", "tuotteen", "palvelun", "hankkeen", "koneen", "rakennuksen",
    "oppijan", "yrityksen", "järjestelmän", "verkon", "kuljetuksen", "materiaalin", "tapahtuman",
    "sopimuskumppanin", "lapsen", "ikääntyneen", "raaka-aineen", "tietokannan", "mallin", "ympäristön",
    "budjetin", "kuvan", "äänen", "lääkkeen", "kaavan", "puuston", "veden", "energian", "tilan",
    "ruoan", "matkustajan", "työyhteisön", "kielen", "datan",
)  # fmt: skip
WAYS = (
    "kirjallisesti", "mittausten avulla", "yhdessä muiden kanssa", "ohjeen mukaan", "kriittisesti",
    "ajallaan", "esimerkein", "simulaatiossa", "haastattelemalla", "lain edellyttämällä tavalla",
    "taulukkolaskennalla", "havainnoimalla", "englanniksi", "työpaikalla", "itsenäisesti",
    "näyttöön perustuen", "luonnosten avulla", "vaiheittain", "kustannustehokkaasti", "turvallisesti",
    "eettisesti", "verkossa", "tilastollisin menetelmin",
)  # fmt: skip
SAME_VERB = {
    "selittää": "kuvaa", "suunnittelee": "laatii", "arvioi": "mittaa", "kehittää": "parantaa",
    "analysoi": "tutkii", "tunnistaa": "nimeää",
}  # fmt: skip


def made_up(
    *, count: int, planted: int, seed: int
) -> tuple[dict[str, tuple[dict, list[dict]]], set[frozenset]]:
    """Texts by key, (title, outcomes); and the pairs of keys that were written to be near-duplicates."""
    chance = random.Random(seed)  # noqa: S311  (made-up texts)
    topics = chance.sample([(subject, place) for subject in SUBJECTS for place in PLACES], count - planted)
    texts = {f"o{number}": _offering(chance, *topic) for number, topic in enumerate(topics)}
    pairs = set()
    for number, key in enumerate(chance.sample(sorted(texts), planted)):
        texts[f"d{number}"] = _again(chance, texts[key])
        pairs.add(frozenset({key, f"d{number}"}))
    return texts, pairs


def _offering(chance: random.Random, subject: str, place: str) -> tuple[dict, list[dict]]:
    outcomes = [{"fi": _outcome(chance, subject)} for _number in range(chance.randint(3, 5))]
    return {"fi": f"{subject.capitalize()} {place}"}, outcomes


def _outcome(chance: random.Random, subject: str) -> str:
    first, second = chance.sample(THINGS, 2)
    about = f", kun aiheena on {subject}" if chance.random() < 0.4 else ""
    what = f"{chance.choice(ABOUT)} {first} ja {second}"
    return f"Opiskelija {chance.choice(VERBS)} {what} {chance.choice(WAYS)}{about}"


def _again(chance: random.Random, text: tuple[dict, list[dict]]) -> tuple[dict, list[dict]]:
    """The same offering as somebody else would write it: other order, some other verbs, one outcome less or
    one thing changed, another beginning of the title."""
    title, outcomes = text[0]["fi"], [one["fi"] for one in text[1]]
    chance.shuffle(outcomes)
    if len(outcomes) > 3 and chance.random() < 0.5:
        outcomes.pop()
    outcomes = [_reworded(chance, one) for one in outcomes]
    start = chance.choice(("", "Johdatus: ", "Työelämän ", "Perusteet: "))
    return {"fi": f"{start}{title}"}, [{"fi": one} for one in outcomes]


def _reworded(chance: random.Random, outcome: str) -> str:
    words = [SAME_VERB.get(word, word) if chance.random() < 0.6 else word for word in outcome.split()]
    if chance.random() < 0.4:
        words[3] = chance.choice(THINGS)
    return " ".join(words).replace("Opiskelija", chance.choice(("Opiskelija", "Oppija", "Opiskelija osaa")))
