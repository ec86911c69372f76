"""Journey 4 (issue A, "Shows"): the issuer revokes a credential and a stranger sees it at once."""

import pytest
from django.utils import timezone

from credentials.actions import shares
from credentials.models import Credential
from registry.access import Role
from registry.models import Code
from tests.browser.people import beginning
from tests.browser.school import issued_yesterday
from tests.factories.registry import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_language]


def test_stranger_sees_a_revocation_at_once(somebody):
    """Rule 8: by the learner's link and by the code; the note stays in the house."""
    credential = issued_yesterday()
    _share, secret = shares.create(
        credentials=[credential],
        purpose="work",
        months=1,
        by=credential.learner.user,
        at=timezone.now(),
    )
    stranger, issuer = somebody(), somebody(member(credential.institution, Role.ISSUER))
    stranger.opens("share", secret)
    stranger.reads("The credential is valid")

    issuer.opens("staff-home", credential.institution.code.lower())
    issuer.follows("Issued credentials")
    issuer.follows(beginning(credential.learner.name))
    issuer.follows("Revoke credential")
    reason = issuer.input(issuer.word("Reason for revoking"))
    note = issuer.input(issuer.word("Note for the staff"))
    issuer.types("Arviointi oli väärä.", into=note)
    issuer.presses("Revoke credential")
    issuer.is_told("Choose the reason for revoking.", at=reason)
    assert note.input_value() == "Arviointi oli väärä."

    label = Code.objects.get(list="revocation_reason", code="assessment_error").label
    issuer.chooses(label[issuer.language], of=reason)
    issuer.presses("Revoke credential", twice=True)
    issuer.reads(
        "The credential is revoked. Whoever verifies it sees this, and the learner is told by e-mail."
    )

    stranger.opens("share", secret)
    stranger.reads("The issuer has revoked the credential.")
    stranger.opens("verify-code", credential.grouped_code)
    stranger.reads("The credential has been revoked")
    assert "Arviointi oli väärä" not in stranger.page.content()
    credential.refresh_from_db()
    assert credential.status == Credential.Status.REVOKED
