"""Pages for search engines: an offering as a schema.org Course with its instances and the credential, a
pathway as a program of courses."""

from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language

from registry import catalogue
from registry.models import OfferingVersion, Pathway
from registry.models.texts import chosen

# schema.org knows three modes; what combines places is blended.
MODES = {"contact": "onsite", "online": "online", "distance": "online", "blended": "blended"}


def course(version: OfferingVersion, *, shown: catalogue.Shown) -> dict:
    """JSON-LD in the reader's language. An empty value is left out."""
    code, main = version.offering.code, version.primary_language
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "Course",
            "@id": f"{settings.BASE_URL}/offerings/{code}/v{version.number}",
            "url": settings.BASE_URL + reverse("catalogue-offering", args=[code]),
            "courseCode": code,
            "version": str(version.number),
            "name": _said(version.title, main),
            "description": _said(version.summary, main),
            "inLanguage": version.teaching_languages,
            "educationalLevel": f"EQF {version.eqf_level}" if version.eqf_level else "",
            "numberOfCredits": _credits(version.ects),
            "timeRequired": f"PT{version.workload_hours}H" if version.workload_hours else "",
            "coursePrerequisites": _said(version.prerequisites, main),
            "teaches": [_said(one.text, main) for one in version.outcomes.all()],
            "provider": [_house(one) for one in _houses(version, shown=shown)],
            "educationalCredentialAwarded": _credential(version, shown=shown),
            "offers": _offer(version),
            "hasCourseInstance": [_instance(version, run) for run in version.realisations.all()],
        }
    )


def program(pathway: Pathway, *, parts: dict[str, OfferingVersion]) -> dict:
    """JSON-LD of a pathway in the reader's language; `parts`: its offerings' versions in force, by code."""
    name, house = _said(pathway.name, ""), _house(pathway.institution)
    credential = {"@type": "EducationalOccupationalCredential", "name": name, "recognizedBy": house}
    return _filled(
        {
            "@context": "https://schema.org",
            "@type": "EducationalOccupationalProgram",
            "url": settings.BASE_URL + reverse("pathway-detail", args=[pathway.code]),
            "identifier": pathway.code,
            "name": name,
            "provider": house,
            "numberOfCredits": _credits(pathway.total_ects),
            "educationalCredentialAwarded": credential if pathway.is_composite else {},
            "hasCourse": [
                {
                    "@type": "Course",
                    "courseCode": code,
                    "name": _said(one.title, one.primary_language),
                    "url": settings.BASE_URL + reverse("catalogue-offering", args=[code]),
                }
                for code, one in parts.items()
            ],
        }
    )


def _filled(data: dict) -> dict:
    return {name: value for name, value in data.items() if value not in (None, "", [], {})}


def _said(texts: dict, main: str) -> str:
    return chosen(texts, main=main)[1]


def _houses(version: OfferingVersion, *, shown: catalogue.Shown) -> list:
    bodies = [shown.institutions[code] for code in version.awarding_bodies if code in shown.institutions]
    return bodies or [version.offering.institution]


def _house(institution) -> dict:
    return {
        "@type": "CollegeOrUniversity",
        "name": chosen(institution.name)[1],
        "url": f"https://www.{institution.domain}",
    }


def _credits(ects: Decimal | None) -> dict:
    if ects is None:
        return {}
    return {"@type": "QuantitativeValue", "value": float(ects), "unitText": "ECTS"}


def _credential(version: OfferingVersion, *, shown: catalogue.Shown) -> dict:
    return _filled(
        {
            "@type": "EducationalOccupationalCredential",
            "name": _said(version.title, version.primary_language),
            "credentialCategory": "Micro-credential",
            "educationalLevel": f"EQF {version.eqf_level}" if version.eqf_level else "",
            "competencyRequired": [
                _said(one.text, version.primary_language) for one in version.outcomes.all()
            ],
            "recognizedBy": [_house(one) for one in _houses(version, shown=shown)],
            "validFor": f"P{version.validity_months}M" if version.validity_months else "",
        }
    )


def _offer(version: OfferingVersion) -> dict:
    if version.fee_eur is None:
        return {}
    return {
        "@type": "Offer",
        "price": float(version.fee_eur),
        "priceCurrency": "EUR",
        "category": "Paid" if version.fee_eur else "Free",
    }


def _instance(version: OfferingVersion, run) -> dict:
    modes = sorted({MODES.get(mode, "blended") for mode in version.participation_modes})
    return _filled(
        {
            "@type": "CourseInstance",
            "name": f"{_said(version.title, version.primary_language)} ({run.key})",
            "courseMode": modes,
            "courseWorkload": f"PT{version.workload_hours}H" if version.workload_hours else "",
            "startDate": run.starts_on.isoformat(),
            "endDate": run.ends_on.isoformat(),
            "inLanguage": run.languages or version.teaching_languages,
            "location": [{"@type": "Place", "name": place} for place in run.locations or version.locations],
            "maximumAttendeeCapacity": run.places,
        }
    )


def social(version: OfferingVersion) -> dict:
    """What a shared address shows (OpenGraph), in the reader's language."""
    language, main = get_language(), version.primary_language
    code = version.offering.code
    picture = reverse("offering-picture", args=[code, version.number, language])
    return {
        "title": _said(version.title, main),
        "description": _said(version.summary, main),
        "url": settings.BASE_URL + reverse("catalogue-version", args=[code, version.number]),
        "image": settings.BASE_URL + picture,
        "locale": {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}[language],
        "is_hidden": version.is_staff_only,
    }
