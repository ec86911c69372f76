"""How an institution hands certificates over: sealed, as a PDF, on paper (C-16)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from credentials.actions import credentials, documents
from credentials.models import CredentialDocument
from credentials.proofs import pades
from registry import trail
from registry.actions import institutions
from registry.errors import Invalid
from registry.models import Institution, Membership
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued, run, started
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db

LATER = AT + timedelta(days=1)
Mode = Institution.CertificateMode


def credential_in(mode: str):
    house = InstitutionFactory(certificate_mode=mode)
    learner = LearnerFactory(institution=house, user=UserFactory())
    return issued(AttainmentFactory(institution=house, learner=learner))


def certificate_of(credential) -> bytes:
    user = credential.learner.user
    return documents.fetch(credential=credential, form="pdf", by=user, at=LATER).content


def test_mode_is_chosen_and_written_down():
    house, admin = InstitutionFactory(), UserFactory()

    for _again in range(2):
        institutions.choose_certificate_mode(institution=house, mode=Mode.PAPER, by=admin, at=AT)

    house.refresh_from_db()
    assert house.certificate_mode == Mode.PAPER
    assert [(one.verb, one.was, one.became, one.by) for one in trail.of(row=house)] == [
        ("certificate_mode_chosen", "electronic_seal", "paper", admin)
    ]


def test_unknown_mode_is_refused():
    house = InstitutionFactory()

    with pytest.raises(Invalid):
        institutions.choose_certificate_mode(institution=house, mode="fax", by=UserFactory(), at=AT)


def test_certificate_without_a_seal_is_not_stored_and_the_same_each_time():
    credential = credential_in(Mode.PDF)

    first, second = certificate_of(credential), certificate_of(credential)

    found = pades.check(first, known=[])
    assert (found.code, found.badge) == ("no-proof", bytes(credential.document))
    assert first == second
    assert not CredentialDocument.objects.exists()


def test_institution_on_paper_gives_no_pdf_but_every_other_form():
    credential = credential_in(Mode.PAPER)

    with pytest.raises(documents.CannotMake) as refusal:
        certificate_of(credential)

    assert refusal.value.code == "on_paper"
    assert set(documents.FORMS) - set(documents.offered(credential)) == {"pdf"}


def test_sealed_certificate_stays_when_the_institution_goes_over_to_paper():
    credential = credential_in(Mode.ELECTRONIC_SEAL)
    sealed = certificate_of(credential)
    institutions.choose_certificate_mode(
        institution=credential.institution, mode=Mode.PAPER, by=UserFactory(), at=LATER
    )

    assert certificate_of(credential) == sealed


def test_learner_of_an_institution_on_paper_is_told_where_the_certificate_is(client):
    credential = credential_in(Mode.PAPER)
    client.force_login(credential.learner.user)

    page = client.get(reverse("my-downloads", args=[credential.pk])).content.decode()

    assert reverse("my-download", args=[credential.pk, "badge"]) in page
    assert reverse("my-download", args=[credential.pk, "pdf"]) not in page
    assert "antaa todistukset paperilla" in page


@pytest.mark.parametrize(("mode", "is_signed"), [(Mode.PAPER, True), (Mode.ELECTRONIC_SEAL, False)])
def test_staff_print_the_certificate_with_its_code(client, mode, is_signed):
    """C-16: an institution in the paper mode still gets the verification code printed."""
    credential = credential_in(mode)
    house = credential.institution
    client.force_login(member(house, Membership.Role.ISSUER))

    page = client.get(reverse("credential-certificate", args=[house.code.lower(), credential.pk]))

    text = page.content.decode()
    assert credential.grouped_code in text
    assert 'class="qr"' in text
    assert ("Päiväys, allekirjoitus" in text) == is_signed
    assert "looked_at" in {one.verb for one in trail.of(row=credential)}


def test_staff_print_a_batch_without_what_was_revoked(client):
    house = InstitutionFactory(certificate_mode=Mode.PAPER)
    rows = [AttainmentFactory(institution=house) for _ in range(3)]
    batch = started(*rows)
    run(batch)
    gone = rows[0].credentials.get()
    credentials.revoke(credential=gone, reason="assessment_error", note="", by=UserFactory(), at=LATER)
    client.force_login(member(house, Membership.Role.ISSUER))

    page = client.get(reverse("batch-certificates", args=[house.code.lower(), batch.uid]))

    printed = [one["credential"] for one in page.context["sheets"]]
    assert printed == [row.credentials.get() for row in rows[1:]]


def test_batch_to_print_costs_the_same_for_three_as_for_one(client, django_assert_max_num_queries):
    house = InstitutionFactory()
    small, large = (started(*[AttainmentFactory(institution=house) for _ in range(n)]) for n in (1, 3))
    run(small)
    run(large)
    client.force_login(member(house, Membership.Role.ISSUER))
    addresses = [reverse("batch-certificates", args=[house.code.lower(), one.uid]) for one in (small, large)]

    with django_assert_max_num_queries(50) as first:
        client.get(addresses[0])
    with django_assert_max_num_queries(len(first.captured_queries)):
        client.get(addresses[1])


def test_admin_chooses_the_mode_on_its_page(client):
    house = InstitutionFactory()
    client.force_login(member(house, Membership.Role.ADMIN))
    page = reverse("certificate-mode", args=[house.code.lower()])

    wrong = client.post(page, {"mode": "fax", "moment": "never"})
    done = client.post(page, {"mode": "pdf", "moment": "in_batch"}, follow=True)

    house.refresh_from_db()
    assert list(wrong.context["form"].errors) == ["mode", "moment"]
    assert (house.certificate_mode, house.certificate_moment) == ("pdf", "in_batch")
    assert done.context["form"].initial == {"mode": "pdf", "moment": "in_batch"}
