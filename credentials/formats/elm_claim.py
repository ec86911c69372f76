"""What a European Digital Credential claims: the achievement, what it is, how it was proven."""

from collections.abc import Iterator, Mapping

from credentials.facts import Award, Outcome, Part, Pathway
from credentials.formats import elm_lists as lists
from credentials.formats import narrative, wording
from credentials.formats.completeness import credits_of, there
from credentials.formats.elm_nodes import Node, Nodes, day, present, said, web
from credentials.formats.wording import HEADINGS

DEMONSTRATION = "demonstration"  # where nobody was taught
OWN = "urn:epass:own"  # our own lists, which have no address
IN_WORDS = (  # what the model has no field for, or a field for the codes of one list only
    "level", "participation", "languages", "assessment_languages", "quality", "stackability", "target_group",
    "field", "sdgs", "parts",
)  # fmt: skip


def achievement(
    nodes: Nodes, award: Award, *, bodies: list[Node], statement: Node, houses: Mapping[str, Node]
) -> Node:
    """The LearningAchievement; `statement` is the accreditation on which it was issued, `houses` are the
    organisations that issued its parts, by their codes."""
    process = nodes.node("AwardingProcess", awardingBody=bodies, awardingDate=day(award.completed_on))
    framework = nodes.concept(lists.ECTS, lists.CREDIT)
    points = nodes.node("CreditPoint", framework=framework, point=f"{credits_of(award).normalize():f}")
    return nodes.node(
        "LearningAchievement",
        title=said(award.title),
        description=said(award.summary),
        additionalNote=nodes.note(
            wording.ACQUIRED_BY[award.acquired_by] if award.acquired_by else None, heading="acquired_by"
        ),
        awardedBy=process,
        creditReceived=points,
        influencedBy=None if award.acquired_by == DEMONSTRATION else _activity(nodes, award, process),
        provenBy=_assessment(nodes, award, process),
        specifiedBy=_qualification(nodes, award, points=points, statement=statement),
        hasPart=[_part(nodes, award, part, house=houses[part.issuer.code]) for part in award.parts],
    )


def _part(nodes: Nodes, award: Award, part: Part, *, house: Node) -> Node:
    """What a part says of itself in short; its own credential, which id and hash name, says the rest."""
    points = nodes.node(
        "CreditPoint", framework=nodes.concept(lists.ECTS, lists.CREDIT), point=f"{part.ects.normalize():f}"
    )
    return nodes.node(
        "LearningAchievement",
        title=said(part.title) or {award.language: part.offering_code},
        identifier=present(
            nodes.identifier(f"urn:uuid:{part.credential_id}", "credential"),
            nodes.identifier(part.sha256, "SHA-256"),
            nodes.identifier(part.offering_code, "offering"),
            nodes.identifier(str(part.version_number), "version"),
        ),
        awardedBy=nodes.node("AwardingProcess", awardingBody=house, awardingDate=day(part.completed_on)),
        creditReceived=points,
    )


def _activity(nodes: Nodes, award: Award, process: Node) -> Node:
    specified = nodes.node(
        "LearningActivitySpecification",
        title=said(award.title),
        mode=nodes.concepts(award.participation_modes, lists.MODE),
        language=nodes.listed(award.teaching_languages, lists.LANGUAGE),
    )
    workload = f"PT{award.workload_hours}H"
    title = said(award.title)
    return nodes.node(
        "LearningActivity", title=title, awardedBy=process, workload=workload, specifiedBy=specified
    )


def _qualification(nodes: Nodes, award: Award, *, points: Node, statement: Node) -> Node:
    """What is the same for all learners: the micro-credential as its version was published."""
    steps = [
        nodes.concept(award.ehea_cycle, f"{OWN}:cycle") if award.ehea_cycle else None,
        nodes.concept(award.competence_level, f"{OWN}:step", meaning=award.competence_meaning)
        if award.competence_level
        else None,
    ]
    qualification = nodes.node(
        "Qualification",
        title=said(award.title),
        description=said(award.summary),
        identifier=present(
            nodes.identifier(award.offering_code, "offering"),
            nodes.identifier(str(award.version_number), "version"),
        ),
        dcType=nodes.concept(lists.SHORT_PROGRAMME, lists.OPPORTUNITY),
        isPartialQualification=True,
        creditPoint=points,
        volumeOfLearning=f"PT{award.workload_hours}H",
        eqfLevel=nodes.listed([award.eqf_level], lists.EQF),
        nqfLevel=nodes.listed([award.nqf_level], lists.NQF),
        educationLevel=present(*steps),
        thematicArea=nodes.listed([award.isced_f], lists.FIELD),
        mode=nodes.concepts(award.participation_modes, lists.MODE),
        language=nodes.listed(award.teaching_languages, lists.LANGUAGE),
        learningOutcome=[_outcome(nodes, outcome) for outcome in award.outcomes],
        entryRequirement=nodes.note(award.prerequisites),
        accreditation=statement,
        homepage=web(nodes, award.url),
        additionalNote=present(*_notes(nodes, award)),
        isPartOf=[_pathway(nodes, award, pathway) for pathway in award.pathways],
    )
    return qualification | {"id": award.achievement_url}


def _outcome(nodes: Nodes, outcome: Outcome) -> Node:
    """The EU list knows knowledge and skills: our own kind stands in a note, whichever it is."""
    esco = [skill for skill in outcome.skills if (skill.uri or "").startswith(lists.ESCO)]
    other = [skill for skill in outcome.skills if skill not in esco]
    kind = nodes.concept(outcome.kind, f"{OWN}:kind")
    return nodes.node(
        "LearningOutcome",
        title=said(outcome.text),
        dcType=nodes.listed([lists.OUTCOMES.get(outcome.kind.code)], lists.OUTCOME),
        additionalNote=nodes.note(nodes.label(outcome.kind), subject=kind),
        relatedESCOSkill=nodes.concepts(esco, lists.SKILL),
        relatedSkill=nodes.concepts(other, f"{OWN}:skill"),
    )


def _notes(nodes: Nodes, award: Award) -> Iterator[Node | None]:
    """In words, under their headings; then the codes that have no field of their own, one by one.

    A type of quality assurance is one of them: as an accreditation it would need the name and country of who
    accredited, which the award does not know.
    """
    words: dict[str, dict[str, str]] = {}
    for language in said(award.title):
        for name, _heading, text in narrative.rows(award, language):
            words.setdefault(name, {})[language] = text
    for name in IN_WORDS:
        yield nodes.note(words.get(name), heading=name)
    for kind in award.quality_assurance_types:
        yield nodes.note(nodes.label(kind), subject=nodes.concept(kind, lists.ACCREDITATION))
    for goal in award.sdgs:
        yield nodes.note(nodes.label(goal), subject=nodes.concept(goal, lists.GOAL))
    if stacks := award.stackability:
        yield nodes.note(nodes.label(stacks), subject=nodes.concept(stacks, f"{OWN}:stackability"))


def _pathway(nodes: Nodes, award: Award, pathway: Pathway) -> Node:
    title = said(pathway.name) or {award.language: pathway.code}
    return nodes.node("Qualification", title=title, identifier=nodes.identifier(pathway.code, "pathway"))


def _assessment(nodes: Nodes, award: Award, process: Node) -> Node:
    """How it was proven, and the grade. The model wants one: without any it says that none is stated."""
    grade, identity = award.grade, award.identity_verification
    return nodes.node(
        "LearningAssessment",
        title=dict(HEADINGS["assessment"]),
        awardedBy=process,
        grade=nodes.note(nodes.label(grade), subject=nodes.concept(grade, f"{OWN}:grade"))
        if grade
        else nodes.note(wording.NO_GRADE),
        idVerification=nodes.concept(identity, lists.SUPERVISION) if identity else None,
        specifiedBy=_assessed_how(nodes, award),
    )


def _assessed_how(nodes: Nodes, award: Award) -> Node:
    """A specification has one type: of several, each is a part."""
    kinds, scale = award.assessment_types, there(award.grading_scale, fact="grading_scale")
    parts = [
        nodes.node(
            "LearningAssessmentSpecification",
            title=nodes.label(kind),
            dcType=nodes.concept(kind, lists.ASSESSMENT),
        )
        for kind in (kinds if len(kinds) > 1 else ())
    ]
    return nodes.node(
        "LearningAssessmentSpecification",
        title=dict(HEADINGS["assessment"]),
        description=said(award.assessment_description),
        additionalNote=nodes.note(award.assessment_criteria, heading="criteria"),
        dcType=nodes.concept(kinds[0], lists.ASSESSMENT) if len(kinds) == 1 else None,
        language=nodes.listed(award.assessment_languages, lists.LANGUAGE),
        gradingScheme=nodes.node(
            "GradingScheme",
            title=nodes.label(scale),
            description=said(award.grading_key),
            identifier=nodes.identifier(scale.code, "grading scale"),
        ),
        hasPart=parts,
    )
