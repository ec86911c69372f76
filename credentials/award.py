"""From rows to facts: everything that a document about one attainment says."""

from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import prefetch_related_objects

from credentials.facts import Award, Body, Coded, Incomplete, Outcome, Pathway, Person, Quality, StatusEntry
from credentials.models import Attainment, Learner
from registry.actions import levels
from registry.models import Code, Institution, OfferingVersion, Statement

DocumentedAs, AcquiredBy = Attainment.DocumentedAs, Attainment.AcquiredBy
HELSINKI = ZoneInfo("Europe/Helsinki")
NEEDED_TEXTS = ("title", "summary", "assessment_description", "assessment_criteria", "quality_assurance")
OTHER_TEXTS = ("prerequisites", "stackability_towards", "target_group")
# What a badge does not say of its version: credits; of who only attended, anything of competence (rule 9).
WITHOUT_CREDITS = {"ects": None}
ATTENDED = WITHOUT_CREDITS | {
    "outcomes": (), "eqf_level": None, "nqf_level": None, "ehea_cycle": None, "competence_level": None,
    "competence_meaning": None, "assessment_types": (), "assessment_description": None,
    "assessment_criteria": None, "assessment_languages": (), "grading_scale": None, "grading_key": None,
    "identity_verification": None, "stackability": None, "stackability_towards": None, "pathways": (),
}  # fmt: skip
LEFT_OUT = {
    DocumentedAs.MICRO_CREDENTIAL: {},
    DocumentedAs.COMPETENCE_BADGE: WITHOUT_CREDITS,
    DocumentedAs.PARTICIPATION_BADGE: ATTENDED,
}


class Awards:
    """Reads awards of some versions; what their learners share is read once, in five queries."""

    def __init__(self, versions: Iterable[OfferingVersion]):
        self.versions = {version.pk: version for version in versions}
        prefetch_related_objects(list(self.versions.values()), "outcomes", "offering__pathways")
        rows = Code.objects.values_list("list", "code", "label", "uri", "description", named=True)
        self.codes = {
            (row.list, row.code): Coded(code=row.code, label=row.label, uri=row.uri or None) for row in rows
        }
        self.meanings = {(row.list, row.code): row.description for row in rows if row.description}
        self.own_steps = levels.own_of(self.versions.values())
        named = {code for version in self.versions.values() for code in version.awarding_bodies}
        self.bodies = {row.code: row for row in Institution.objects.filter(code__in=named)}
        self.shared: dict[int, dict] = {}
        self.awarded: dict[tuple, dict] = {}

    def read(
        self,
        attainment: Attainment,
        *,
        statement: Statement,
        credential_id: UUID,
        issued_at: datetime,
        did: str,
        status: StatusEntry,
    ) -> Award:
        """The award of one attainment, issued under `did`. Raises Incomplete, naming the missing fact."""
        version = self.versions[attainment.version_id]
        if version.pk not in self.shared:
            self.shared[version.pk] = self._version(version)
        moment = (version.pk, attainment.institution_id, did, statement.pk, issued_at)
        if moment not in self.awarded:
            self.awarded[moment] = self._awarded(attainment, statement, did=did, at=issued_at)
        return Award(
            credential_id=credential_id,
            language=language_of(version, wished=attainment.learner.language),
            issued_at=issued_at,
            completed_on=attainment.completed_on,
            learner=person(attainment.learner),
            grade=self._optional("grade", attainment.grade),
            badge=attainment.documented_as if attainment.is_badge else None,
            acquired_by=attainment.acquired_by if attainment.acquired_by != AcquiredBy.STUDIES else None,
            status=status,
            **self.awarded[moment],
            **self.shared[version.pk] | LEFT_OUT[DocumentedAs(attainment.documented_as)],
        )

    def _awarded(self, attainment: Attainment, statement: Statement, *, did: str, at: datetime) -> dict:
        """The facts that are the same for all to whom one institution awards a version at one moment."""
        version, institution = self.versions[attainment.version_id], attainment.institution
        return {
            "issuer": body(institution, did=did),
            "awarding_bodies": self._bodies(version, issuer=institution, did=did),
            "quality": _quality(statement, on=at.astimezone(HELSINKI).date()),
            "valid_until": valid_until(version, issued_at=at),
        }

    def _version(self, version: OfferingVersion) -> dict:
        """The facts that are the same for all learners of a version."""
        offering = version.offering
        one, many = self._optional, self._many
        return {
            "country": self._coded("country", version.country, fact="country"),
            "region": one("region", version.region),
            "offering_code": offering.code,
            "version_number": version.number,
            "achievement_url": f"{settings.BASE_URL}/offerings/{offering.code}/v{version.number}",
            "outcomes": tuple(self._outcome(row) for row in sorted(version.outcomes.all(), key=_order)),
            "ects": _there(version.ects, fact="ects"),
            "workload_hours": _there(version.workload_hours, fact="ects"),
            "eqf_level": self._coded("eqf", version.eqf_level, fact="eqf_level"),
            "nqf_level": self._coded("nqf", version.nqf_level, fact="nqf_level"),
            "ehea_cycle": one("ehea_cycle", version.ehea_cycle),
            "competence_level": one("competence_level", version.competence_level),
            "assessment_types": many("assessment_type", version.assessment_types),
            "competence_meaning": self.own_steps[version.pk]
            or self.meanings.get(("competence_level", version.competence_level)),
            "grading_scale": self._coded("grading_scale", version.grading_scale, fact="grading_scale"),
            "grading_key": self.meanings.get(("grading_scale", version.grading_scale)),
            "identity_verification": one("identity_verification", version.identity_verification),
            "participation_modes": many("participation_mode", version.participation_modes),
            "locations": tuple(version.locations),
            "teaching_languages": many("teaching_language", version.teaching_languages),
            "assessment_languages": many("teaching_language", version.assessment_languages),
            "quality_assurance_types": many("quality_assurance_type", version.quality_assurance_types),
            "stackability": one("stackability", version.stackability),
            "pathways": tuple(
                Pathway(code=row.code, name=row.name)
                for row in sorted(offering.pathways.all(), key=lambda row: row.code)
                if row.status == row.Status.PUBLISHED
            ),
            "isced_f": one("isced_f", version.isced_f),
            "sdgs": many("sdg", version.sdgs),
            "url": version.further_information_url or None,
        } | {name: getattr(version, name) for name in NEEDED_TEXTS + OTHER_TEXTS}

    def _bodies(self, version: OfferingVersion, *, issuer: Institution, did: str) -> tuple[Body, ...]:
        """Who awards it; a document that its issuer does not award would say what is not so."""
        if issuer.code not in version.awarding_bodies or not self.bodies.keys() >= {*version.awarding_bodies}:
            raise Incomplete("awarding_bodies")
        return tuple(
            body(self.bodies[code], did=did if code == issuer.code else None)
            for code in version.awarding_bodies
        )

    def _outcome(self, row) -> Outcome:
        linked = [Coded(code=skill["uri"], uri=skill["uri"], label=skill["label"]) for skill in row.skills]
        words = [Coded(code=word, label={}) for word in row.skill_keywords]
        kind = self._coded("outcome_kind", row.kind, fact="outcomes")
        return Outcome(kind=kind, text=row.text, skills=(*linked, *words))

    def _coded(self, code_list: str, code, *, fact: str) -> Coded:
        coded = self.codes.get((code_list, str(code)))
        return _there(coded, fact=fact)

    def _optional(self, code_list: str, code: str) -> Coded | None:
        return self._coded(code_list, code, fact=code_list) if code else None

    def _many(self, code_list: str, codes: list) -> tuple[Coded, ...]:
        return tuple(self._coded(code_list, code, fact=code_list) for code in codes)


def language_of(version: OfferingVersion, *, wished: str) -> str:
    """The learner's language when every text of the version is there in it, else the version's main one."""
    texts = [getattr(version, name) for name in NEEDED_TEXTS]
    texts += [row.text for row in version.outcomes.all()]
    texts += [text for name in OTHER_TEXTS if any((text := getattr(version, name)).values())]
    return wished if all(text.get(wished, "").strip() for text in texts) else version.primary_language


def valid_until(version: OfferingVersion, *, issued_at: datetime) -> datetime | None:
    """The end of the last valid day in Finland; 31 January and one month is the last day of February."""
    if version.validity_months is None:
        return None
    last_day = issued_at.astimezone(HELSINKI).date() + relativedelta(months=version.validity_months)
    return datetime.combine(last_day, time(23, 59, 59), tzinfo=HELSINKI)


def person(learner: Learner) -> Person:
    return Person(
        id=f"urn:uuid:{learner.uid}",
        given_names=learner.given_names,
        family_name=learner.family_name,
        birth_date=learner.birth_date,
        oid=learner.learner_oid or None,
    )


def body(institution: Institution, *, did: str | None) -> Body:
    return Body(
        code=institution.code,
        name=institution.name,
        did=did,
        url=f"https://{institution.domain}/",
        country=institution.country,
        city=institution.city,
        oppilaitosnumero=institution.oppilaitosnumero,
    )


def _quality(statement: Statement, *, on: date) -> Quality:
    return Quality(
        review_id=str(statement.review_id),
        criteria_set=statement.criteria_set,
        decided_on=statement.decided_on,
        approved_until=statement.approved_until,
        check_due_on=statement.check_due_on,
        standing=_standing(statement, on=on),
    )


def _standing(statement: Statement, *, on: date) -> str:
    """What the document says of the approval on the day of issue; the gravest first."""
    if statement.suspended_at:
        return "suspended"
    if statement.approved_until and statement.approved_until < on:
        return "lapsed"
    return "check_late" if statement.is_check_late(today=on) else "in_force"


def _order(row) -> int:
    return row.order


def _there(value, *, fact: str):
    if value is None:
        raise Incomplete(fact)
    return value
