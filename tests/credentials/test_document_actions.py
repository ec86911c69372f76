"""A credential in every form: made once of the frozen award, sealed, kept, downloaded (issue D, 1)."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction

from credentials import keystore
from credentials.actions import credentials, documents, keys
from credentials.document_forms import FORMS
from credentials.formats import baked
from credentials.models import Credential, CredentialDocument, SigningKey
from credentials.proofs import canonical, jades, pades, sd_jwt, vc_jwt, xmldsig
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
SEALED = [name for name, form in FORMS.items() if form.key]


def own(**learner) -> Credential:
    house = InstitutionFactory()
    record = LearnerFactory(institution=house, user=UserFactory(), **learner)
    return issued(AttainmentFactory(institution=house, learner=record))


def fetch(credential: Credential, form: str, *, at=LATER, **values) -> documents.File:
    return documents.fetch(credential=credential, form=form, by=credential.learner.user, at=at, **values)


def public(method: str):
    found = {str(key): key.public for key in SigningKey.objects.all()}
    return found.get(method)


@pytest.mark.parametrize("form", SEALED)
def test_document_is_made_once_and_kept(form):
    """Issue D, 1: what was sealed is stored; asked for again, the same bytes."""
    credential = own()

    first, second = fetch(credential, form), fetch(credential, form, at=LATER + timedelta(days=9))

    made = CredentialDocument.objects.get(form=form)
    digest = hashlib.sha256(first.content).hexdigest()
    assert first == second
    assert (bytes(made.content), made.sha256, made.made_at) == (first.content, digest, LATER)
    assert (made.key.purpose, made.key.algorithm) == FORMS[form].key
    entries = TrailEntry.objects.filter(verb="document_made", content_hash=digest)
    assert [(one.by, one.role, one.learner) for one in entries] == [
        (credential.learner.user, "learner", credential.learner.uid)
    ]


def test_each_form_is_proven_by_the_institutions_published_key():
    credential = own()
    got = {name: fetch(credential, name).content for name in FORMS}
    certificate = SigningKey.objects.get(purpose="seal").certificates[0]

    assert got["badge"] == bytes(credential.document)
    assert baked.read(got["png"]).encode() == bytes(credential.document)
    assert vc_jwt.verify(got["jwt"].decode(), resolve=public, at=LATER).code == "verified"
    assert sd_jwt.verify(got["sd-jwt"].decode(), resolve=public, at=LATER).code == "verified"
    elm = jades.check(got["elm"])
    assert (elm.code, elm.certificate) == ("verified", certificate)
    elmo = xmldsig.check(got["elmo"])
    assert (elmo.code, elmo.certificate) == ("verified", certificate)
    pdf = pades.check(got["pdf"], known=[certificate])
    assert (pdf.code, pdf.badge) == ("verified", bytes(credential.document))


def test_document_says_what_the_award_said():
    """Code lists, names and institutions may change after that day."""
    credential = own()
    title = canonical.read(bytes(credential.document))["name"]
    credential.learner.family_name = "Uusinimi"
    credential.learner.save()

    said = vc_jwt.read(fetch(Credential.objects.get(pk=credential.pk), "jwt").content.decode())

    kept = canonical.read(bytes(credential.document))
    assert said == {name: value for name, value in kept.items() if name != "proof"}
    assert said["name"] == title


def test_certificate_is_kept_in_each_language():
    credential = own()

    files = [fetch(credential, "pdf", language=one) for one in ("fi", "sv", "en", "fi")]

    code = credential.grouped_code
    assert [one.name for one in files] == [f"{code}-{one}.pdf" for one in ("fi", "sv", "en", "fi")]
    assert files[0] == files[3]
    assert CredentialDocument.objects.count() == 3


def test_document_is_never_changed():
    credential = own()
    fetch(credential, "jwt")
    row = CredentialDocument.objects.get()

    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        CredentialDocument.objects.update(content=b"other")
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)

    assert CredentialDocument.objects.count() == 1


def test_revoked_credential_gives_what_was_made_and_makes_no_more():
    credential = own()
    before = fetch(credential, "jwt")
    credentials.revoke(credential=credential, reason="fraud", note="", by=UserFactory(), at=LATER)
    credential = Credential.objects.get(pk=credential.pk)

    assert fetch(credential, "jwt") == before
    with pytest.raises(documents.CannotMake) as refusal:
        fetch(credential, "sd-jwt")

    assert refusal.value.code == "not_in_force"
    assert CredentialDocument.objects.count() == 1


def test_document_from_after_a_leak_is_made_anew_and_one_from_before_stays():
    early, late = own(), None
    before = fetch(early, "jwt")
    late = issued(
        AttainmentFactory(
            institution=early.institution,
            learner=LearnerFactory(institution=early.institution, user=UserFactory()),
        )
    )
    after = fetch(late, "jwt", at=LATER + timedelta(days=5))
    key = CredentialDocument.objects.first().key
    found = LATER + timedelta(days=9)
    keys.mark_leaked(key=key, since=LATER + timedelta(days=2), reason="x", by=UserFactory(), at=found)

    anew = fetch(late, "jwt", at=found)

    assert fetch(early, "jwt", at=found) == before
    assert anew != after
    assert CredentialDocument.objects.last().key.compromised_at is None


def test_institution_without_a_seal_says_so(settings):
    settings.SELF_MADE_SEALS = False

    with pytest.raises(keystore.NoSeal):
        fetch(own(), "pdf")

    assert not CredentialDocument.objects.exists()


def test_key_that_does_not_open_is_told_to_the_learner():
    credential = own()
    keystore.make(institution=credential.institution, algorithm="RSA", at=AT)
    SigningKey.objects.filter(algorithm="RSA").update(private=b"damaged" * 10)

    with pytest.raises(documents.CannotMake) as refusal:
        fetch(credential, "jwt")

    assert refusal.value.code == "cannot_seal"


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_one_document():
    credential = own()

    def ask(_number):
        try:
            return fetch(Credential.objects.get(pk=credential.pk), "jwt").content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        got = set(pool.map(ask, range(4)))

    assert got == {bytes(CredentialDocument.objects.get().content)}


# Pages


@pytest.fixture
def credential(client):
    with time_machine.travel(AT, tick=False):
        found = own()
        client.force_login(found.learner.user)
        yield found


def test_page_offers_every_form_and_each_can_be_had(client, credential):
    page = client.get(f"/fi/my/credentials/{credential.pk}/download/").content.decode()

    links = re.findall(r'href="(/fi/my/credentials/[^"]+/download/[a-z-]+/[^"]*)"', page)
    assert {link.split("/")[6] for link in links} == set(FORMS)
    answers = {link: client.get(link) for link in links}
    assert {one.status_code for one in answers.values()} == {200}
    assert "Lataa" in page


def test_download_is_a_file_of_its_kind(client, credential):
    answer = client.get(f"/fi/my/credentials/{credential.pk}/download/pdf/?lang=en")

    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{credential.grouped_code}-en.pdf"'
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("path", ["nonsense/", "pdf/?lang=xx", "pdf/?lang=zz%00"])
def test_form_or_language_that_is_not_there(client, credential, path):
    assert client.get(f"/fi/my/credentials/{credential.pk}/download/{path}").status_code == 404


def test_refusal_is_a_page_in_words(client, credential, settings):
    settings.SELF_MADE_SEALS = False

    answer = client.get(f"/en/my/credentials/{credential.pk}/download/pdf/")

    assert answer.status_code == 409
    assert "no electronic seal" in answer.content.decode()


def test_another_learners_documents_are_not_there(client, credential):
    """Rule 8."""
    client.force_login(own().learner.user)

    for form in ("", "pdf/", "badge/"):
        assert client.get(f"/fi/my/credentials/{credential.pk}/download/{form}").status_code == 404
