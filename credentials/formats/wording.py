"""The words that documents say themselves, in the three languages. They get signed: change them with care."""

from credentials.facts import Texts

FINNISH_FRAMEWORK = {
    "fi": "Suomen tutkintojen viitekehys",
    "sv": "Referensramen för examina i Finland",
    "en": "Finnish National Qualifications Framework",
}
INDICATIVE = {"fi": "viitteellinen", "sv": "riktgivande", "en": "indicative"}
ECTS = {"fi": "{0} op", "sv": "{0} sp", "en": "{0} ECTS"}
HOURS = {"fi": "{0} tuntia", "sv": "{0} timmar", "en": "{0} hours"}
NO_STUDY_RIGHT = {
    "fi": "Ei anna automaattista opiskeluoikeutta.",
    "sv": "Ger inte automatiskt studierätt.",
    "en": "Does not give an automatic study right.",
}
REVIEW = {
    "fi": "Katselmointi {0}, kriteeristö {1}, päätös {2}.",
    "sv": "Granskning {0}, kriterieuppsättning {1}, beslut {2}.",
    "en": "Review {0}, criteria set {1}, decided on {2}.",
}
APPROVED_UNTIL = {"fi": "Hyväksytty {0} asti.", "sv": "Godkänd till {0}.", "en": "Approved until {0}."}
CHECK_DUE = {
    "fi": "Seuraava arviointi viimeistään {0}.",
    "sv": "Nästa utvärdering senast {0}.",
    "en": "Next check due by {0}.",
}
STANDING: dict[str, Texts] = {
    "check_late": {
        "fi": "Myönnettäessä tarjonnan arviointi oli myöhässä.",
        "sv": "Vid utfärdandet var utvärderingen av utbudet försenad.",
        "en": "At the time of issue the offering's check was late.",
    },
    "lapsed": {
        "fi": "Myönnettäessä laatuhyväksynnän voimassaolo oli päättynyt; oppija oli aloittanut ennen sitä.",
        "sv": "Vid utfärdandet hade kvalitetsgodkännandet upphört; den lärande hade börjat före det.",
        "en": "At the time of issue the quality approval had ended; the learner had begun before that.",
    },
    "suspended": {
        "fi": "Myönnettäessä tarjonta oli keskeytetty; oppija oli aloittanut ennen keskeytystä.",
        "sv": "Vid utfärdandet var utbudet avbrutet; den lärande hade börjat före avbrottet.",
        "en": "At the time of issue the offering was suspended; the learner had begun before that.",
    },
}
HEADINGS: dict[str, Texts] = {
    "learner": {"fi": "Oppija", "sv": "Den lärande", "en": "Learner"},
    "title": {"fi": "Nimi", "sv": "Namn", "en": "Title"},
    "issued": {"fi": "Myöntämispäivä", "sv": "Utfärdandedatum", "en": "Date of issuing"},
    "completed": {"fi": "Suorituspäivä", "sv": "Prestationsdag", "en": "Completion date"},
    "valid_until": {"fi": "Voimassa asti", "sv": "Giltigt till", "en": "Valid until"},
    "bodies": {"fi": "Myöntäjä", "sv": "Utfärdare", "en": "Awarding body"},
    "country": {"fi": "Maa", "sv": "Land", "en": "Country"},
    "outcomes": {"fi": "Osaamistavoitteet", "sv": "Lärandemål", "en": "Learning outcomes"},
    "workload": {
        "fi": "Laajuus ja kokonaistyömäärä",
        "sv": "Omfattning och arbetsmängd",
        "en": "Notional workload",
    },
    "level": {
        "fi": "Taso (viitteellinen)",
        "sv": "Nivå (riktgivande)",
        "en": "Level of the learning experience (indicative)",
    },
    "assessment": {"fi": "Osaamisen arviointi", "sv": "Bedömning av kunnande", "en": "Type of assessment"},
    "criteria": {"fi": "Arviointikriteerit", "sv": "Bedömningskriterier", "en": "Assessment criteria"},
    "participation": {"fi": "Osallistumistapa", "sv": "Form av deltagande", "en": "Form of participation"},
    "languages": {"fi": "Opetuskieli", "sv": "Undervisningsspråk", "en": "Language of instruction"},
    "assessment_languages": {"fi": "Arviointikieli", "sv": "Bedömningsspråk", "en": "Language of assessment"},
    "quality": {"fi": "Laadunvarmistus", "sv": "Kvalitetssäkring", "en": "Type of quality assurance"},
    "prerequisites": {"fi": "Esitietovaatimukset", "sv": "Förkunskapskrav", "en": "Prerequisites"},
    "identity": {
        "fi": "Valvonta ja henkilöllisyyden tarkistaminen arvioinnissa",
        "sv": "Övervakning och identitetskontroll vid bedömningen",
        "en": "Supervision and identity verification during assessment",
    },
    "grade": {"fi": "Arvosana", "sv": "Vitsord", "en": "Grade"},
    "stackability": {"fi": "Pinoutuminen", "sv": "Stapling", "en": "Integration and stackability"},
    "further": {"fi": "Lisätietoja", "sv": "Ytterligare information", "en": "Further information"},
    "target_group": {"fi": "Kohderyhmä", "sv": "Målgrupp", "en": "Target group"},
    "field": {
        "fi": "Koulutusala (ISCED-F)",
        "sv": "Utbildningsområde (ISCED-F)",
        "en": "Field of education (ISCED-F)",
    },
    "sdgs": {
        "fi": "Kestävän kehityksen tavoitteet",
        "sv": "Mål för hållbar utveckling",
        "en": "Sustainable Development Goals",
    },
}
