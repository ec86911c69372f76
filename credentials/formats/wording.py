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
NO_GRADE = {
    "fi": "Hyväksytty; arvosanaa ei ole merkitty.",
    "sv": "Godkänd; inget vitsord är angivet.",
    "en": "Accepted; no grade is stated.",
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
    "badge": {"fi": "Merkki", "sv": "Märke", "en": "Badge"},
    "parts": {"fi": "Koostuu näistä", "sv": "Består av dessa", "en": "Made of these"},
    "acquired_by": {
        "fi": "Miten osaaminen on hankittu",
        "sv": "Hur kunnandet har förvärvats",
        "en": "How the competence was acquired",
    },
}
BADGE: dict[str, Texts] = {
    "competence_badge": {"fi": "Osaamismerkki", "sv": "Kompetensmärke", "en": "Competence badge"},
    "participation_badge": {"fi": "Osallistumismerkki", "sv": "Deltagarmärke", "en": "Participation badge"},
}
BADGE_MEANS: dict[str, Texts] = {
    "competence_badge": {
        "fi": "Osaamismerkki: osaaminen on arvioitu ja hyväksytty, mutta siitä ei ole myönnetty "
        "opintopisteitä. Tämä ei ole todistus pienestä osaamiskokonaisuudesta.",
        "sv": "Kompetensmärke: kunnandet har bedömts och godkänts, men inga studiepoäng har beviljats. Det "
        "här är inte ett intyg över mikromerit.",
        "en": "Competence badge: the competence was assessed and accepted, but no credits were awarded. This "
        "is not a certificate of a micro-credential.",
    },
    "participation_badge": {
        "fi": "Osallistumismerkki: oppija on osallistunut. Osaamista ei ole arvioitu, eikä opintopisteitä "
        "ole myönnetty. Tämä ei ole todistus pienestä osaamiskokonaisuudesta.",
        "sv": "Deltagarmärke: den lärande har deltagit. Kunnandet har inte bedömts och inga studiepoäng har "
        "beviljats. Det här är inte ett intyg över mikromerit.",
        "en": "Participation badge: the learner attended. No competence was assessed and no credits were "
        "awarded. This is not a certificate of a micro-credential.",
    },
}
ACQUIRED_BY: dict[str, Texts] = {
    "demonstration": {"fi": "Osoitettu näytöllä", "sv": "Påvisat genom yrkesprov", "en": "By demonstration"},
}
COMPOSITE: dict[str, Texts] = {
    "composite": {"fi": "Kokoava osaamistodistus", "sv": "Samlande bevis", "en": "Composite credential"},
    "diploma": {"fi": "Korkeakouludiplomi", "sv": "Högskolediplom", "en": "Higher education diploma"},
}
PART: Texts = {
    "fi": "{0}, {1}, {2}, suoritettu {3}. Todistus {4}, SHA-256 {5}",
    "sv": "{0}, {1}, {2}, slutförd {3}. Intyg {4}, SHA-256 {5}",
    "en": "{0}, {1}, {2}, completed {3}. Credential {4}, SHA-256 {5}",
}
WHOLE: dict[str, Texts] = {
    "summary": {
        "fi": "Osaamispolun osista koottu todistus. Sen osat on lueteltu; jokaisella on oma todistuksensa.",
        "sv": "Ett bevis som samlar delarna av en kompetensstig. Delarna räknas upp; var och en har ett eget "
        "intyg.",
        "en": "A credential that gathers the parts of a learning pathway. The parts are listed; each has a "
        "credential of its own.",
    },
    "assessment_description": {
        "fi": "Jokainen osa on arvioitu erikseen, kuten sen oma todistus kertoo.",
        "sv": "Varje del har bedömts för sig, så som dess eget intyg anger.",
        "en": "Each part was assessed by itself, as its own credential says.",
    },
    "assessment_criteria": {
        "fi": "Kaikki osaamispolun säännön vaatimat osat on suoritettu hyväksytysti.",
        "sv": "Alla delar som kompetensstigens regel kräver har slutförts med godkänt resultat.",
        "en": "All parts that the rule of the pathway asks for were completed and accepted.",
    },
    "quality_assurance": {
        "fi": "Jokaisen osan laatu on varmistettu erikseen. Tässä kerrotaan siitä, jonka hyväksyntä on "
        "heikoin.",
        "sv": "Kvaliteten i varje del har säkrats för sig. Här anges den vars godkännande är svagast.",
        "en": "The quality of each part was assured by itself. Stated here is the one whose approval is "
        "weakest.",
    },
}
CERTIFICATE: dict[str, Texts] = {
    "heading": {
        "fi": "Todistus pienestä osaamiskokonaisuudesta",
        "sv": "Intyg över mikromerit",
        "en": "Certificate of a micro-credential",
    },
    "heading_composite": {
        "fi": "Kokoava osaamistodistus",
        "sv": "Samlande bevis",
        "en": "Composite credential",
    },
    "heading_diploma": {"fi": "Korkeakouludiplomi", "sv": "Högskolediplom", "en": "Higher education diploma"},
    "heading_competence_badge": {"fi": "Osaamismerkki", "sv": "Kompetensmärke", "en": "Competence badge"},
    "heading_participation_badge": {
        "fi": "Osallistumismerkki",
        "sv": "Deltagarmärke",
        "en": "Participation badge",
    },
    "oid": {"fi": "Oppijanumero", "sv": "Studentnummer", "en": "Learner OID"},
    "born": {"fi": "Syntynyt", "sv": "Född", "en": "Born"},
    "has_completed": {
        "fi": "on suorittanut pienen osaamiskokonaisuuden",
        "sv": "har avlagt mikromeriten",
        "en": "has completed the micro-credential",
    },
    "has_completed_composite": {
        "fi": "on suorittanut osaamispolun kaikki osat",
        "sv": "har slutfört alla delar av kompetensstigen",
        "en": "has completed all parts of the learning pathway",
    },
    "has_completed_diploma": {
        "fi": "on suorittanut osaamispolun kaikki osat",
        "sv": "har slutfört alla delar av kompetensstigen",
        "en": "has completed all parts of the learning pathway",
    },
    "has_completed_competence_badge": {
        "fi": "on saanut osaamismerkin: osaaminen on arvioitu ja hyväksytty, ei opintopisteitä",
        "sv": "har fått ett kompetensmärke: kunnandet är bedömt och godkänt, inga studiepoäng",
        "en": "has earned a competence badge: the competence was assessed and accepted, no credits",
    },
    "has_completed_participation_badge": {
        "fi": "on osallistunut: osaamista ei ole arvioitu, ei opintopisteitä",
        "sv": "har deltagit: kunnandet är inte bedömt, inga studiepoäng",
        "en": "has attended: no competence was assessed, no credits",
    },
    "size": {"fi": "Laajuus", "sv": "Omfattning", "en": "Size"},
    "level": {"fi": "Taso", "sv": "Nivå", "en": "Level"},
    "verify": {
        "fi": "Tarkista, että todistus on aito ja yhä voimassa:",
        "sv": "Kontrollera att intyget är äkta och fortfarande giltigt:",
        "en": "Check that the certificate is genuine and still valid:",
    },
    "code": {"fi": "Tarkistuskoodi", "sv": "Kontrollkod", "en": "Verification code"},
    "qr": {
        "fi": "QR-koodi, joka avaa tarkistussivun {0}",
        "sv": "QR-kod som öppnar kontrollsidan {0}",
        "en": "QR code that opens the verification page {0}",
    },
    "sealed": {
        "fi": "Sähköisesti allekirjoittanut todistuksen myöntäjä {0}. Allekirjoitetut tiedot ovat tämän "
        "tiedoston liitteenä.",
        "sv": "Elektroniskt undertecknat av intygets utfärdare {0}. De undertecknade uppgifterna finns som "
        "bilaga i den här filen.",
        "en": "Signed electronically by {0}, the issuer of the credential. The signed data is attached to "
        "this file.",
    },
    "not_a_degree": {
        "fi": "Tämä ei ole tutkintotodistus. Taso on viitteellinen: pientä osaamiskokonaisuutta itseään ei "
        "ole sijoitettu kansalliseen viitekehykseen.",
        "sv": "Det här är inte ett examensbevis. Nivån är riktgivande: mikromeriten själv har inte placerats "
        "i den nationella referensramen.",
        "en": "This is not a degree certificate. The level is indicative: the micro-credential itself has "
        "not been placed in the national framework.",
    },
    "details": {
        "fi": "Tiedot osaamiskokonaisuudesta",
        "sv": "Uppgifter om mikromeriten",
        "en": "About the micro-credential",
    },
    "details_badge": {"fi": "Tiedot merkistä", "sv": "Uppgifter om märket", "en": "About the badge"},
    "item": {"fi": "Tieto", "sv": "Uppgift", "en": "Item"},
    "content": {"fi": "Sisältö", "sv": "Innehåll", "en": "Content"},
    "summary": {"fi": "Kuvaus", "sv": "Beskrivning", "en": "Description"},
    "step": {"fi": "Osaamistaso", "sv": "Kunskapsnivå", "en": "Competence level"},
    "scale": {"fi": "Arviointiasteikko", "sv": "Bedömningsskala", "en": "Grading scale"},
    "skills": {"fi": "Taidot ja avainsanat", "sv": "Färdigheter och nyckelord", "en": "Skills and keywords"},
    "offering": {"fi": "Tunniste ja versio", "sv": "Identifierare och version", "en": "Code and version"},
    "number": {"fi": "Todistuksen numero", "sv": "Intygets nummer", "en": "Number of the certificate"},
    "attachment": {
        "fi": "Osaamistodistus koneluettavana, myöntäjän allekirjoittamana",
        "sv": "Intyget i maskinläsbar form, undertecknat av utfärdaren",
        "en": "The credential in machine-readable form, signed by the issuer",
    },
}
WALLET_CARD = {"fi": "Todistus osaamisesta", "sv": "Intyg över kompetens", "en": "Credential of learning"}
