"""A credential keeps its award; earlier ones get theirs from the rows and from what was signed."""

import json
from datetime import date
from zoneinfo import ZoneInfo

from django.db import migrations, models

HELSINKI = ZoneInfo("Europe/Helsinki")
EDITABLE = ("draft", "changes_requested")
TEXTS = (
    "title", "summary", "assessment_description", "assessment_criteria", "quality_assurance", "prerequisites",
    "stackability_towards", "target_group",
)  # fmt: skip
ONE = {
    "country": "country", "region": "region", "eqf_level": "eqf", "nqf_level": "nqf", "ehea_cycle": "ehea_cycle",
    "competence_level": "competence_level", "grading_scale": "grading_scale",
    "identity_verification": "identity_verification", "stackability": "stackability", "isced_f": "isced_f",
}  # fmt: skip
MANY = {
    "assessment_types": "assessment_type", "participation_modes": "participation_mode",
    "teaching_languages": "teaching_language", "assessment_languages": "teaching_language",
    "quality_assurance_types": "quality_assurance_type", "sdgs": "sdg",
}  # fmt: skip


def keep_awards(apps, editor):
    """As issuing keeps them from now on; what is frozen with the version or signed is told as it was then."""
    credentials = apps.get_model("credentials", "Credential").objects
    codes = {(row.list, row.code): row for row in apps.get_model("registry", "Code").objects.all()}
    bodies = {row.code: row for row in apps.get_model("registry", "Institution").objects.all()}
    steps = list(apps.get_model("registry", "LevelDescriptor").objects.order_by("since", "pk"))
    of_versions = {}
    related = ("version__offering", "statement", "key", "status_list", "attainment")
    for pk in list(credentials.order_by("pk").values_list("pk", flat=True)):
        row = credentials.select_related(*related).get(pk=pk)
        if row.version_id not in of_versions:
            of_versions[row.version_id] = _version(row.version, codes=codes, steps=steps)
        award = of_versions[row.version_id] | _own(row, codes=codes, bodies=bodies)
        credentials.filter(pk=pk).update(award=award)


def _own(row, *, codes, bodies):
    """What is this credential's own: person, days and grade as they were signed, issuer, quality, status."""
    signed = json.loads(bytes(row.document))["credentialSubject"]
    result = signed["result"][0]["value"] if signed.get("result") else ""
    issuer = next(one for one in bodies.values() if one.pk == row.attainment.institution_id)
    awarding = [bodies[code] for code in row.version.awarding_bodies if code in bodies]
    return _there({
        "credential_id": str(row.pk),
        "language": row.language,
        "issued_at": _moment(row.issued_at),
        "valid_until": _moment(row.valid_until) if row.valid_until else None,
        "completed_on": signed["activityEndDate"][:10],
        "achievement_url": signed["achievement"]["id"],
        "learner": _person(signed),
        "issuer": _body(issuer, did=row.key.did),
        "awarding_bodies": [_body(one, did=row.key.did if one == issuer else None) for one in awarding],
        "grade": _coded(codes[("grade", result)]) if result else None,
        "quality": _quality(row.statement, on=row.issued_at.astimezone(HELSINKI).date()),
        "status": {"list_url": row.status_list.url, "index": row.status_index},
    })  # fmt: skip


def _version(version, *, codes, steps):
    """What is the same for all learners of a version; its content has been frozen since before they began."""
    one = {name: getattr(version, name) for name in ONE}
    said = {name: codes[(ONE[name], str(code))] for name, code in one.items() if code not in ("", None)}
    scale, step = said.get("grading_scale"), said.get("competence_level")
    return _there(
        {name: getattr(version, name) for name in TEXTS}
        | {name: _coded(code) for name, code in said.items()}
        | {name: [_coded(codes[(kind, code)]) for code in getattr(version, name)] for name, kind in MANY.items()}
        | {
            "offering_code": version.offering.code,
            "version_number": version.number,
            "outcomes": [_outcome(row, codes=codes) for row in version.outcomes.order_by("order")],
            "ects": str(version.ects),
            "workload_hours": version.workload_hours,
            "locations": version.locations,
            "pathways": [
                {"code": row.code, "name": row.name}
                for row in version.offering.pathways.filter(status="published").order_by("code")
            ],
            "url": version.further_information_url or None,
            "grading_key": scale.description or None if scale else None,
            "competence_meaning": _step(version, steps) or (step.description if step else None) or None,
        }
    )


def _step(version, steps):
    """The institution's own words for the step, as they were when the version was sent to review."""
    until = None if version.status in EDITABLE else version.submitted_at or version.published_at
    words = [
        row.description
        for row in steps
        if (row.institution_id, row.code) == (version.offering.institution_id, version.competence_level)
        and (until is None or row.since <= until)
    ]
    return words[-1] if words else None


def _outcome(row, *, codes):
    linked = [{"code": one["uri"], "label": one["label"], "uri": one["uri"]} for one in row.skills]
    words = [{"code": word, "label": {}} for word in row.skill_keywords]
    return _there({
        "kind": _coded(codes[("outcome_kind", row.kind)]), "text": row.text, "skills": [*linked, *words],
    })  # fmt: skip


def _person(subject):
    found = {entry["identityType"]: entry["identityHash"] for entry in subject["identifier"]}
    return _there({
        "id": subject["id"],
        "given_names": found.get("ext:givenName", ""),
        "family_name": found.get("ext:familyName", ""),
        "birth_date": found.get("ext:dateOfBirth"),
        "oid": found.get("ext:learnerOid"),
    })  # fmt: skip


def _body(row, *, did):
    return _there({
        "code": row.code,
        "name": row.name,
        "did": did,
        "url": f"https://{row.domain}/",
        "country": None if row.country == "FI" else row.country,
        "city": row.city,
        "oppilaitosnumero": row.oppilaitosnumero,
    })  # fmt: skip


def _quality(row, *, on):
    late = "check_late" if row.check_due_on and row.check_due_on < on else None
    return _there({
        "review_id": str(row.review_id),
        "criteria_set": row.criteria_set,
        "decided_on": row.decided_on.isoformat(),
        "approved_until": _day(row.approved_until),
        "check_due_on": _day(row.check_due_on),
        "standing": "suspended" if row.suspended_at else late,
    })  # fmt: skip


def _coded(row):
    return _there({"code": row.code, "label": row.label, "uri": row.uri or None})


def _there(members):
    return {name: value for name, value in members.items() if value is not None and value != []}


def _moment(value):
    return value.astimezone(ZoneInfo("UTC")).isoformat()


def _day(value: date | None):
    return value.isoformat() if value else None


class Migration(migrations.Migration):
    dependencies = [("credentials", "0009_issuing_hold"), ("registry", "0016_statement_reason")]
    operations = [
        migrations.AddField("credential", "award", models.JSONField(null=True)),
        migrations.RunPython(keep_awards, migrations.RunPython.noop),
    ]
