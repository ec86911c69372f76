"""Issue D, "Shows": the officer corrects a name and undoes a revocation, by keyboard."""

import pytest

from credentials.models import Credential
from registry.access import Role
from registry.models import Code
from tests.browser.school import issued_yesterday
from tests.factories.registry import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.one_language]


@pytest.mark.in_english
def test_officer_corrects_a_name_and_undoes_a_revocation(somebody):
    """§5.1/7: the learner gets the right one at once; a mistake is undone with its reason."""
    credential = issued_yesterday()
    issuer, stranger = somebody(member(credential.institution, Role.ISSUER)), somebody()
    issuer.opens("credential-detail", credential.institution.code.lower(), credential.pk)
    issuer.follows("Correct")
    name, wrong = (issuer.input(issuer.word(one)) for one in ("Family name", "What was wrong"))
    issuer.types("Korjattu", into=name)
    issuer.presses("Issue the corrected credential")
    issuer.is_told("Say what was wrong.", at=wrong)
    issuer.types("Nimi oli kirjoitettu väärin.", into=wrong)
    issuer.presses("Issue the corrected credential", twice=True)
    issuer.reads("The corrected credential is issued. It replaces the earlier one, and the learner is told.")

    new = Credential.objects.exclude(pk=credential.pk).get()
    stranger.opens("verify-code", credential.grouped_code)
    stranger.follows(new.grouped_code)
    stranger.reads("The credential is valid")

    issuer.follows("Revoke credential")
    label = Code.objects.get(list="revocation_reason", code="fraud").label
    issuer.chooses(label[issuer.language], of=issuer.input(issuer.word("Reason for revoking")))
    issuer.presses("Revoke credential")
    issuer.follows("Undo the revocation")
    issuer.types("Peruutettu väärältä henkilöltä.", into=issuer.input(issuer.word("Why")))
    issuer.presses("Undo the revocation")
    issuer.reads("The credential is in force again, and the learner is told by e-mail.")

    found = {one.pk: (one.status, one.facts.learner.family_name) for one in Credential.objects.all()}
    assert found[new.pk][0] == Credential.Status.VALID
    assert found[new.pk][1].endswith("Korjattu")
    assert found[credential.pk][0] == Credential.Status.REPLACED
