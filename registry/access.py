"""Who may do what: one table from role to permissions. An institution's pages ask nothing else."""

from enum import StrEnum

from registry.models import Institution, Membership, User

Role = Membership.Role


class Permission(StrEnum):
    OFFERING_READ = "offering.read"
    OFFERING_WRITE = "offering.write"
    OFFERING_PUBLISH = "offering.publish"
    OFFERING_STOP = "offering.stop"
    OFFERING_END = "offering.end"
    REALISATION_WRITE = "realisation.write"
    RULES_CHOOSE = "rules.choose"
    LEVELS_DESCRIBE = "levels.describe"
    REVIEW_READ = "review.read"
    REVIEW = "review.decide"
    PANEL_APPOINT = "panel.appoint"
    CHECK_OPEN = "check.open"
    FINDING_VERIFY = "finding.verify"
    ROUND_LEAD = "round.lead"
    AUDIT_WRITE = "audit.write"
    INDICATOR_WRITE = "indicator.write"
    REPORT_MAKE = "report.make"
    AGREEMENT_WRITE = "agreement.write"
    QUALITY_SETTINGS = "quality.settings"
    HOLD_READ = "hold.read"
    HOLD_WRITE = "hold.write"
    LEARNER_READ = "learner.read"
    LEARNER_WRITE = "learner.write"
    ATTAINMENT_WRITE = "attainment.write"
    RECTIFICATION_READ = "rectification.read"
    CREDENTIAL_READ = "credential.read"
    CREDENTIAL_ISSUE = "credential.issue"
    CREDENTIAL_REVOKE = "credential.revoke"
    TRAIL_READ = "trail.read"
    PEOPLE_MANAGE = "people.manage"
    PARTNER_READ = "partner.read"
    PARTNER_NOTE = "partner.note"
    JOINT_ANSWER = "joint.answer"
    API_KEYS = "api.keys"
    KEY_MANAGE = "key.manage"
    CERTIFICATE_CHOOSE = "certificate.choose"


P = Permission
ROLES: dict[str, frozenset[Permission]] = {
    # Writes offerings, answers reviewers, proposes that they end (T18); may not review, approve or publish.
    Role.AUTHOR: frozenset({P.OFFERING_READ, P.OFFERING_WRITE, P.REALISATION_WRITE, P.REVIEW_READ}),
    # Runs the quality round: appoints panels and chairs them, opens Checks, verifies actions, keeps audits,
    # indicators and the numbers of the round; suspends (T16), ends what its authors propose to end (T18);
    # watches requests for rectification, without names. Answers for the institution when another invites it
    # to a joint offering.
    Role.QUALITY: frozenset(
        {
            P.OFFERING_READ,
            P.OFFERING_STOP,
            P.OFFERING_END,
            P.RULES_CHOOSE,
            P.LEVELS_DESCRIBE,
            P.REVIEW_READ,
            P.REVIEW,
            P.PANEL_APPOINT,
            P.CHECK_OPEN,
            P.FINDING_VERIFY,
            P.AUDIT_WRITE,
            P.INDICATOR_WRITE,
            P.REPORT_MAKE,
            P.AGREEMENT_WRITE,
            P.QUALITY_SETTINGS,
            P.HOLD_READ,
            P.HOLD_WRITE,
            P.RECTIFICATION_READ,
            P.TRAIL_READ,
            P.JOINT_ANSWER,
        }
    ),
    # Reviews what others wrote.
    Role.REVIEWER: frozenset({P.OFFERING_READ, P.REVIEW_READ, P.REVIEW}),
    # Publishes what is approved and others wrote; keeps agreements with partners.
    Role.PUBLISHER: frozenset(
        {P.OFFERING_READ, P.REVIEW_READ, P.OFFERING_PUBLISH, P.REALISATION_WRITE, P.AGREEMENT_WRITE}
    ),
    # Decides after the third round of reading (T5), suspends and lets go on (T16, T17), hears appeals; reads.
    Role.RECTORATE: frozenset(
        {
            P.OFFERING_READ,
            P.REVIEW_READ,
            P.OFFERING_STOP,
            P.ROUND_LEAD,
            P.REPORT_MAKE,
            P.HOLD_READ,
            P.HOLD_WRITE,
            P.TRAIL_READ,
        }
    ),
    # Keeps learners and attainments, issues and revokes credentials.
    Role.ISSUER: frozenset(
        {
            P.OFFERING_READ,
            P.LEARNER_READ,
            P.LEARNER_WRITE,
            P.ATTAINMENT_WRITE,
            P.RECTIFICATION_READ,
            P.CREDENTIAL_READ,
            P.CREDENTIAL_ISSUE,
            P.CREDENTIAL_REVOKE,
            P.HOLD_READ,
        }
    ),
    # Gives roles and keys of the API, keeps the signing keys, chooses how certificates are handed over, says
    # what the level steps mean, reads the trail; no right to content or credentials by itself.
    Role.ADMIN: frozenset(
        {
            P.OFFERING_READ,
            P.PEOPLE_MANAGE,
            P.LEVELS_DESCRIBE,
            P.API_KEYS,
            P.KEY_MANAGE,
            P.CERTIFICATE_CHOOSE,
            P.TRAIL_READ,
        }
    ),
    # Reads what other institutions offer and how its quality stands; notes what could be recognised here.
    Role.PARTNER: frozenset({P.PARTNER_READ, P.PARTNER_NOTE}),
}
STAFF_ROLES = frozenset(ROLES) - {Role.PARTNER}


def roles(*, user: User, institution: Institution) -> list[str]:
    """The person's roles in the institution, in the order of the table."""
    held = {m.role for m in user.memberships.all() if m.institution_id == institution.pk}
    return [role for role in ROLES if role in held]


def permissions(*, user: User, institution: Institution) -> frozenset[Permission]:
    """Everything the person may do in the institution."""
    return frozenset().union(*(ROLES[role] for role in roles(user=user, institution=institution)))


def names(words: str) -> str:
    """Roles as the trail writes them ("issuer, admin"), as pages call them."""
    known = dict(Role.choices)
    return ", ".join(str(known.get(word, word)) for word in words.split(", ") if word)
