"""Versions as the exports read them: rows become the frozen values of registry.exports.facts."""

from collections.abc import Iterable

from django.conf import settings

from registry.catalogue.versions import with_parts
from registry.exports.facts import Code, House, Offered, Outcome, Run
from registry.models import Code as CodeRow
from registry.models import Institution, OfferingVersion, Realisation


class Words:
    """Codes and institutions by name, read once for a whole export."""

    def __init__(self):
        self._codes = {
            (row.list, row.code): Code(
                code=row.code, label=row.label, uri=row.uri, national=row.national_code
            )
            for row in CodeRow.objects.all()
        }
        self._houses = {one.code: self.house(one) for one in Institution.objects.all()}

    def code(self, code_list: str, code) -> Code | None:
        """A code that is in no list is itself, with nothing known of it."""
        if code in ("", None):
            return None
        return self._codes.get((code_list, str(code))) or Code(code=str(code), label={}, uri="", national="")

    def codes(self, code_list: str, codes: Iterable) -> tuple[Code, ...]:
        return tuple(found for code in codes if (found := self.code(code_list, code)))

    def houses(self, codes: Iterable[str]) -> tuple[House, ...]:
        return tuple(self._houses[code] for code in codes if code in self._houses)

    def house(self, institution: Institution) -> House:
        return House(
            code=institution.code,
            oppilaitosnumero=institution.oppilaitosnumero,
            oid=institution.organisation_oid,
            name=institution.name,
            city=institution.city,
            country=self.code("country", institution.country),
            domain=institution.domain,
        )


def exported(pks: Iterable[int]) -> list[Offered]:
    """The versions of these ids as values, by code; a fixed number of queries."""
    words, versions = Words(), with_parts(OfferingVersion.objects.filter(pk__in=list(pks)))
    return [_offered(version, words=words) for version in versions.order_by("offering__code", "pk")]


def _offered(version: OfferingVersion, *, words: Words) -> Offered:
    code, outcomes = version.offering.code, list(version.outcomes.all())
    institution = version.offering.institution
    return Offered(
        code=code,
        number=version.number,
        address=f"{settings.BASE_URL}/offerings/{code}/v{version.number}",
        page=f"{settings.BASE_URL}/{version.primary_language}/catalogue/{code}/",
        house=words.house(institution),
        awarding=words.houses(version.awarding_bodies) or (words.house(institution),),
        title=version.title,
        summary=version.summary,
        target_group=version.target_group,
        prerequisites=version.prerequisites,
        assessment=version.assessment_description,
        primary_language=version.primary_language,
        ects=version.ects,
        hours=version.workload_hours,
        is_micro_credential=version.is_micro_credential,
        eqf=words.code("eqf", version.eqf_level),
        isced=words.code("isced_f", version.isced_f),
        okm_field=words.code("okm_field", version.okm_field),
        education_form=words.code("education_form", version.education_form),
        modes=words.codes("participation_mode", version.participation_modes),
        times=words.codes("teaching_time", version.teaching_times),
        languages=words.codes("teaching_language", version.teaching_languages),
        country=words.code("country", version.country),
        fee_eur=version.fee_eur,
        fee_rule=words.code("fee_rule", version.fee_rule),
        free_for=words.codes("free_for", version.free_for),
        funding=tuple(row.get("type", "") for row in version.funding),
        parent_courses=tuple(filter(None, (row.get("code", "") for row in version.parent_courses))),
        network=version.network,
        keywords=tuple(dict.fromkeys(word for outcome in outcomes for word in outcome.skill_keywords)),
        outcomes=tuple(Outcome(kind=one.kind, text=one.text, skills=tuple(one.skills)) for one in outcomes),
        runs=tuple(_run(run, words=words) for run in version.realisations.all()),
        published_at=version.published_at,
        updated_at=version.updated_at,
    )


def _run(run: Realisation, *, words: Words) -> Run:
    return Run(
        key=run.key,
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        enrol_from=run.enrol_from,
        enrol_by=run.enrol_by,
        enrolment_url=run.enrolment_url,
        places=run.places,
        price_eur=run.price_eur,
        languages=words.codes("teaching_language", run.languages),
        network=run.network,
        ripa_id=run.ripa_id,
    )
