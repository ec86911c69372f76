"""Reads the elements of Annex I of 2022/C 243/02 out of a badge. Shares nothing with the code that writes."""


def codes(badge: dict, kind: str) -> list[tuple[str, str]]:
    """(code, address) of each alignment of a kind."""
    found = [
        a for a in badge["credentialSubject"]["achievement"]["alignment"] if a["targetType"] == f"ext:{kind}"
    ]
    return [(a.get("targetCode", ""), a["targetUrl"]) for a in found]


def words(badge: dict, kind: str) -> list[tuple[str, str]]:
    """(text in the badge's language, in English) of each alignment of a kind."""
    found = [
        a for a in badge["credentialSubject"]["achievement"]["alignment"] if a["targetType"] == f"ext:{kind}"
    ]
    return [(a["targetName"], a.get("targetDescription", "")) for a in found]


def elements(badge: dict) -> dict[str, object]:
    """Every element by its number in domain terms, M1 to M11 and O1 to O5."""
    subject, achievement = badge["credentialSubject"], badge["credentialSubject"]["achievement"]
    return {
        "M1 learner": {one["identityType"]: one["identityHash"] for one in subject["identifier"]},
        "M2 title": (achievement["name"], words(badge, "Title")),
        "M3 country": (badge["issuer"]["address"]["addressCountryCode"], codes(badge, "Country")),
        "M4 bodies": (badge["issuer"]["id"], words(badge, "AwardingBody")),
        "M5 issued": badge["awardedDate"],
        "M6 outcomes": [
            (code, *text)
            for (code, _), text in zip(
                codes(badge, "LearningOutcome"), words(badge, "LearningOutcome"), strict=True
            )
        ],
        "M7 workload": (
            achievement["creditsAvailable"],
            codes(badge, "Credits"),
            codes(badge, "Workload")[0][0],
        ),
        "M8 level": (codes(badge, "EQF"), codes(badge, "NQF"), codes(badge, "EHEACycle")[:1]),
        "M9 assessment": (
            codes(badge, "AssessmentType"),
            words(badge, "AssessmentDescription"),
            words(badge, "AssessmentCriteria"),
        ),
        "M10 participation": (codes(badge, "ModeOfLearning"), words(badge, "ModeOfLearning")),
        "M11 quality": (
            codes(badge, "QualityAssurance"),
            words(badge, "QualityAssuranceDescription"),
            words(badge, "QualityStatement"),
        ),
        "O1 prerequisites": words(badge, "Prerequisites"),
        "O2 identity": codes(badge, "SupervisionVerification"),
        "O3 grade": [one["value"] for one in subject.get("result", [])],
        "O4 stacking": (
            codes(badge, "Stackability"),
            words(badge, "StackabilityTowards"),
            words(badge, "Pathway"),
        ),
        "O5 further": {
            kind: codes(badge, kind)
            for kind in (
                "FurtherInformation",
                "Skill",
                "ISCED-F",
                "SDG",
                "TeachingLanguage",
                "AssessmentLanguage",
            )
        },
    }
