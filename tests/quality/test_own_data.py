"""The learner's own data: download, log, consents, requests, erasure, and back again (§3.8, 5.3/8)."""

import io
import json
import zipfile

import pytest
import segno
from django.conf import settings
from django.test import Client
from django.urls import reverse

from credentials import verification
from credentials.actions import data_requests, erasures, own_files, shares, wallet_offers
from credentials.actions.own_files import Place
from credentials.models import DataRequest, Learner, Share
from quality.actions import consents, own_data, wishes
from registry import attempts, mail, trail
from registry.access import Role
from registry.errors import Invalid, NotAllowed, Refused
from registry.models import Letter, TrailEntry, User
from tests.factories import AT
from tests.factories.agreements import RectificationWindowFactory
from tests.factories.credentials import AttainmentFactory, EnrolmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.registry import InstitutionFactory, UserFactory, member

pytestmark = pytest.mark.django_db
PASSWORD = "Kolme eri sanaa"
OID = "1.2.246.562.98.10000000003"


@pytest.fixture
def house(time_machine):
    time_machine.move_to(AT, tick=False)
    return InstitutionFactory(code="OAMK", short_name="Oamk")


@pytest.fixture
def clerk(house):
    return member(house, Role.ISSUER)


@pytest.fixture
def owner():
    return UserFactory(password=PASSWORD)


@pytest.fixture
def learner(house, owner):
    return LearnerFactory(institution=house, user=owner, email=owner.email)


@pytest.fixture
def credential(learner):
    return issued(AttainmentFactory(institution=learner.institution, learner=learner))


@pytest.fixture
def client(owner):
    client = Client()
    client.force_login(owner)
    return client


def staff(clerk) -> Client:
    client = Client()
    client.force_login(clerk)
    return client


def shared(credential, owner) -> Share:
    return shares.create(credentials=[credential], purpose="work", months=1, by=owner, at=AT)[0]


def unpacked(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def asked(learner, *, kind="erasure", text="") -> DataRequest:
    return data_requests.ask(learner=learner, kind=kind, text=text, by=learner.user, at=AT)


def test_download_holds_every_row_and_the_signed_bytes(credential, learner, owner, clerk):
    shared(credential, owner)
    asked(learner, kind="correction", text="Etunimi on Áino")
    trail.record(verb="looked_at", row=learner, by=clerk, at=AT, role="issuer", learner=learner.uid)

    files = unpacked(own_data.download(user=owner, language="fi", at=AT))

    said = json.loads(files["own-data.json"])["sections"]
    assert files[f"credentials/{credential.grouped_code}.json"] == bytes(credential.document)
    assert {key: len(said[key]["rows"]) for key in ("records", "attainments", "credentials", "shares")} == {
        "records": 1, "attainments": 1, "credentials": 1, "shares": 1,
    }  # fmt: skip
    assert said["requests"]["rows"][0]["text"] == "Etunimi on Áino"
    looks = [row for row in said["trail"]["rows"] if row["what"]["code"] == "looked_at"]
    assert [(row["who"], row["why"]) for row in looks] == [(str(clerk), "Oppijarekisterin ylläpito")]
    assert said["attainments"]["label"]["sv"] == "Studieprestationer"
    assert learner.family_name in files["own-data.html"].decode()


def test_download_is_written_down_and_holds_nothing_of_others(learner, owner, house):
    other = AttainmentFactory(institution=house).learner

    files = unpacked(own_data.download(user=owner, language="sv", at=AT))

    assert other.family_name not in files["own-data.json"].decode()
    assert TrailEntry.objects.get(verb="own_data_fetched").learner == learner.uid


@pytest.mark.once
def test_every_table_about_a_learner_is_in_the_download():
    """A new one fails here until it has its section in own_data, or its reason not to."""
    inside = {
        "attainment", "claim", "compositerequest", "credential", "datarequest", "enrolment", "identitycode",
        "issuinghold", "learnerwishes", "rectification", "rectificationwindow", "surveyinvitation",
    }  # fmt: skip

    assert {one.related_model._meta.model_name for one in Learner._meta.related_objects} == inside


def test_staff_who_keep_learners_are_told_of_a_request_without_a_name(learner, clerk):
    member(learner.institution, Role.AUTHOR)

    asked(learner, kind="correction", text="Nimi")

    [letter] = Letter.objects.all()
    assert (letter.to, learner.family_name in letter.body) == (clerk.email, False)


def test_page_counts_what_is_kept_and_says_who_looked_and_why(client, learner, clerk):
    staff(clerk).get(reverse("learner-detail", args=["oamk", learner.uid]))

    page, log = client.get(reverse("my-data")), client.get(reverse("my-trail"))

    assert page.context["looks"][0]["why"] == "Oppijarekisterin ylläpito"
    assert ("Oppijarekisterin ylläpito" in log.text, str(clerk) in log.text) == (True, True)


def test_log_shows_viewings_of_shares(client, credential, owner):
    shares.count_viewing(share=shared(credential, owner), kind="page", at=AT)

    assert [one.times for one in client.get(reverse("my-trail")).context["viewings"]] == [1]


def test_withdrawing_consents_ends_links_and_surveys(credential, learner, owner):
    share = shared(credential, owner)
    wishes.agree(learner=learner, by=owner, at=AT)

    consents.withdraw_all(user=owner, at=AT)

    share.refresh_from_db()
    learner.wishes.refresh_from_db()
    assert (share.withdrawn_at, learner.wishes.career_at, learner.wishes.refused_at) == (AT, None, AT)


def test_correction_needs_words_and_is_asked_once(learner, owner):
    with pytest.raises(Invalid):
        asked(learner, kind="correction", text=" ")
    asked(learner, kind="correction", text="Nimi")

    with pytest.raises(Refused) as refusal:
        asked(learner, kind="correction", text="Nimi")

    assert refusal.value.code == "asked_already"


def test_nobody_else_asks_or_withdraws(learner, clerk):
    with pytest.raises(NotAllowed):
        data_requests.ask(learner=learner, kind="erasure", text="", by=clerk, at=AT)
    with pytest.raises(NotAllowed):
        data_requests.withdraw(request=asked(learner), by=clerk, at=AT)


def test_answer_is_due_in_a_month(learner):
    assert asked(learner).due_on.isoformat() == "2026-12-22"


def test_erasure_is_refused_for_a_ground_of_the_law(learner, owner, clerk):
    request = asked(learner)

    data_requests.answer(request=request, ground="study_register", answer="Laki.", by=clerk, at=AT)

    letter = Letter.objects.get(to=owner.email)
    assert (request.status, Learner.objects.filter(pk=learner.pk).exists()) == ("data_refused", True)
    assert "Laki edellyttää" in letter.body


def test_erasure_of_a_record_without_studies_takes_all_of_it(learner, clerk):
    request = asked(learner)

    data_requests.answer(request=request, ground="", answer="Poistettu.", by=clerk, at=AT)

    request.refresh_from_db()
    assert (request.status, request.learner) == ("data_done", None)
    assert not Learner.objects.filter(pk=learner.pk).exists()


def test_erasure_leaves_the_study_register_and_takes_the_contact_data(credential, learner, clerk):
    Learner.objects.filter(pk=learner.pk).update(learner_oid=OID)

    data_requests.answer(request=asked(learner), ground="", answer="Poistettu.", by=clerk, at=AT)

    learner.refresh_from_db()
    assert (learner.email, learner.attainments.count(), learner.credentials.count()) == ("", 1, 1)


def test_granted_erasure_sends_its_answer_and_takes_the_letters_of_before(learner, owner, clerk):
    request = asked(learner)
    mail.write(to=owner.email, language="fi", subject="Vanha", body="x", at=AT)

    data_requests.answer(request=request, ground="", answer="Poistettu nyt.", by=clerk, at=AT)

    [letter] = Letter.objects.filter(to=owner.email)
    assert "Poistettu nyt." in letter.body


def test_erasure_of_a_record_leaves_no_words_of_the_request(learner, clerk):
    request = asked(learner, text="Olen Aino Mallikas.")

    data_requests.answer(request=request, ground="", answer="Poistettu.", by=clerk, at=AT)

    assert DataRequest.objects.get(pk=request.pk).text == ""


def test_record_that_a_decision_holds_is_not_erased_wholly_and_stays_identified(learner, clerk):
    """A decision on recognition has no attainment; its record is of the study register all the same."""
    RectificationWindowFactory(learner=learner, handler=clerk, kind="recognition")
    intended = erasures.plan(learner)

    data_requests.answer(request=asked(learner), ground="", answer="Osin.", by=clerk, at=AT)

    learner.refresh_from_db()
    assert (intended.is_whole, intended.takes_email, bool(learner.email)) == (False, False, True)


def test_whole_erasure_waits_for_the_answer_to_what_else_was_asked(learner, clerk):
    asked(learner, kind="correction", text="Nimi")

    with pytest.raises(Refused) as refusal:
        data_requests.answer(request=asked(learner), ground="", answer="x", by=clerk, at=AT)

    assert (refusal.value.code, Learner.objects.filter(pk=learner.pk).exists()) == ("asked", True)


def test_nobody_answers_their_own_request(learner, owner):
    with pytest.raises(NotAllowed):
        data_requests.answer(request=asked(learner), ground="", answer="x", by=owner, at=AT)


def test_erasure_keeps_the_address_that_alone_identifies(credential, learner, clerk):
    data_requests.answer(request=asked(learner), ground="", answer="Osin.", by=clerk, at=AT)

    learner.refresh_from_db()
    assert learner.email


def test_erasure_waits_for_an_open_enrolment(learner, clerk):
    EnrolmentFactory(institution=learner.institution, learner=learner)
    request = asked(learner)

    with pytest.raises(Refused) as refusal:
        data_requests.answer(request=request, ground="", answer="x", by=clerk, at=AT)

    request.refresh_from_db()
    assert (refusal.value.code, request.status) == ("enrolled", "data_asked")


def test_closed_account_leaves_no_name_address_link_or_session(client, credential, learner, owner):
    shared(credential, owner)
    email, name = owner.email, owner.name

    answer = client.post(reverse("my-account-close"), {"password": PASSWORD})

    left = User.objects.get(pk=owner.pk)
    learner.refresh_from_db()
    assert (answer.status_code, left.is_active, left.has_usable_password()) == (302, False, False)
    assert not {email, name} & {left.email, left.name}
    assert (Share.objects.count(), Letter.objects.filter(to=email).count(), learner.user) == (0, 0, None)
    assert "login" in client.get(reverse("my-data"))["Location"]


def test_closed_account_leaves_no_consent_to_letters(client, learner, owner):
    wishes.agree(learner=learner, by=owner, at=AT)
    wishes.be_told(learner=learner, wanted=True, by=owner, at=AT)

    client.post(reverse("my-account-close"), {"password": PASSWORD})

    learner.wishes.refresh_from_db()
    assert (learner.wishes.career_at, learner.wishes.wants_expiry) == (None, False)


def test_closing_the_account_takes_back_what_waits_for_a_wallet(credential, owner):
    offer, _code, _digits = wallet_offers.offer(credential=credential, form="wallet-sd-jwt", by=owner, at=AT)

    erasures.close_account(user=owner, at=AT)

    offer.refresh_from_db()
    assert offer.cancelled_at == AT


def test_account_is_not_closed_with_a_wrong_password_or_a_role(client, learner, owner, clerk):
    page = client.post(reverse("my-account-close"), {"password": "väärä"})

    with pytest.raises(Refused) as refusal:
        erasures.close_account(user=clerk, at=AT)

    assert (set(page.context["form"].errors), refusal.value.code) == ({"password"}, "has_role")


def test_file_comes_back_to_its_account(credential, owner):
    packed = own_data.download(user=owner, language="fi", at=AT)

    [found] = own_files.read_back(packed=packed, user=owner, at=AT)

    assert (found.place, str(found.report.outcome)) == (Place.YOURS, "valid")


def test_file_of_a_closed_account_sends_the_link_to_the_kept_address(credential, learner, owner):
    """The file proves no identity: the letter goes to the address of the record, once in ten minutes."""
    packed = own_data.download(user=owner, language="fi", at=AT)
    email = learner.email
    erasures.close_account(user=owner, at=AT)
    again = UserFactory()

    places = [own_files.read_back(packed=packed, user=again, at=AT)[0].place for _twice in range(2)]

    assert places == [Place.LETTER, Place.LETTER]
    assert Letter.objects.filter(to=email, body__contains="/claim/").count() == 1


def test_file_of_a_record_without_an_address_promises_no_letter(credential, learner, owner):
    packed = own_data.download(user=owner, language="fi", at=AT)
    Learner.objects.filter(pk=learner.pk).update(learner_oid=OID, email="", user=None)

    [found] = own_files.read_back(packed=packed, user=UserFactory(), at=AT)

    assert (found.place, learner.claims.count()) == (Place.ELSEWHERE, 0)


def test_altered_credential_of_a_file_is_not_in_order_and_sends_nothing(credential, learner, owner):
    files = unpacked(own_data.download(user=owner, language="fi", at=AT))
    erasures.close_account(user=owner, at=AT)
    name = f"credentials/{credential.grouped_code}.json"
    packed = zipped({name: files[name].replace(learner.family_name.encode(), b"Toinen")})

    [found] = own_files.read_back(packed=packed, user=UserFactory(), at=AT)

    assert (str(found.report.outcome), Letter.objects.filter(body__contains="/claim/").count()) == (
        "invalid",
        0,
    )


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def mangled() -> bytes:
    """A compressed entry whose first block is of a kind that does not exist."""
    packed = bytearray(zipped({"credentials/a.json": b"{}" * 500}))
    packed[30 + len("credentials/a.json")] = 0xFF
    return bytes(packed)


def packed_otherwise() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("credentials/a.json", b"{}" * 500)
    return packed.getvalue()


@pytest.mark.once
@pytest.mark.parametrize(
    "packed",
    [
        b"", b"PK\x03\x04", zipped({"own-data.json": b"{}"}),
        zipped({"credentials/a.json": b" " * 1_000_001}),
        zipped({f"credentials/{n}.json": b"{}" for n in range(201)}), b"x" * 20_000_001,
        zipped({"credentials/a.json": b"{}" * 500})[:-40],
        mangled(), packed_otherwise(),
    ],
    ids=["empty", "cut", "none", "large", "many", "huge", "broken", "mangled", "lzma"],
)  # fmt: skip
def test_file_that_is_no_download_is_refused_at_its_field(packed, owner):
    with pytest.raises(Invalid) as refusal:
        own_files.read_back(packed=packed, user=owner, at=AT)

    assert [field for field, _said in refusal.value.reasons] == ["file"]


def test_file_cannot_be_used_to_try_codes(credential):
    """A picture of a code is looked up where tries are counted."""
    drawn = io.BytesIO()
    address = f"{settings.SITE_URL}/fi/verify/{credential.grouped_code}/"
    segno.make(address, error="m").save(drawn, kind="png", scale=4)

    with pytest.raises(Invalid):
        own_files.read_back(
            packed=zipped({"credentials/a.json": drawn.getvalue()}), user=UserFactory(), at=AT
        )


def test_report_that_rests_on_a_code_alone_is_not_told(credential, monkeypatch):
    named = verification.Report(checks=(), credential=credential, code=credential.human_code)
    monkeypatch.setattr(verification, "verify", lambda **_sent: named)

    with pytest.raises(Invalid):
        own_files.read_back(packed=zipped({"credentials/a.json": b"{}"}), user=UserFactory(), at=AT)


def test_reading_files_back_has_its_limit(client, monkeypatch):
    monkeypatch.setitem(attempts.LIMITS, "list", 2)

    answers = [client.post(reverse("my-data-read"), {"file": io.BytesIO(b"x")}) for _time in range(3)]

    assert [one.status_code for one in answers] == [200, 200, 429]


def test_pages_ask_answer_download_and_read_back(client, clerk, credential, learner):
    desk = staff(clerk)
    client.post(
        reverse("my-request-new", args=["correction"]), {"record": learner.uid, "text": "Nimeni on Áino."}
    )
    request = DataRequest.objects.get()
    listed = desk.get(reverse("data-request-list", args=["oamk"]))
    desk.post(
        reverse("data-request", args=["oamk", request.uid]), {"ground": "done", "answer": "Korjattu nimi."}
    )
    page = client.get(reverse("my-data"))
    packed = b"".join(client.post(reverse("my-data-file")))

    read = client.post(reverse("my-data-read"), {"file": io.BytesIO(packed)})

    assert ("22.12.2026" in listed.text, "30 päivää jäljellä" in listed.text) == (True, True)
    assert "Korjattu nimi." in page.text
    assert [row["outcome"] for row in read.context["rows"]] == ["valid"]


def test_consents_and_requests_are_withdrawn_after_asking_once_more(client, credential, owner, learner):
    """One click on a page of one's own data must not end all links."""
    share, request = shared(credential, owner), asked(learner)
    addresses = [reverse("my-consents-withdraw"), reverse("my-request-withdraw", args=[request.uid])]

    page = client.get(reverse("my-data")).text
    questions = [client.get(address) for address in addresses]

    assert [f'action="{one}"' in page for one in addresses] == [False, False]
    assert [">Takaisin</a>" in one.text for one in questions] == [True, True]
    assert (share.is_open(AT), DataRequest.objects.get().is_open) == (True, True)

    for address in addresses:
        client.post(address)
    share.refresh_from_db()
    assert (share.is_open(AT), DataRequest.objects.get().status) == (False, "data_withdrawn")
    assert client.get(addresses[1]).status_code == 302
    assert addresses[0] not in client.get(reverse("my-data")).text  # nothing is left to withdraw


def test_erasure_is_asked_for_only_after_it_was_confirmed(client, learner):
    address = reverse("my-request-new", args=["erasure"])

    page = client.post(address, {"record": learner.uid, "text": ""})
    assert (list(page.context["form"].errors), DataRequest.objects.count()) == (["confirmed"], 0)

    client.post(address, {"record": learner.uid, "text": "", "confirmed": "on"})
    assert DataRequest.objects.get().kind == "erasure"


def test_my_data_costs_as_many_queries_for_three_as_for_one(client, learner, django_assert_max_num_queries):
    AttainmentFactory(institution=learner.institution, learner=learner)
    with django_assert_max_num_queries(60) as one:
        client.get(reverse("my-data"))
    for _more in range(2):
        AttainmentFactory(institution=learner.institution, learner=learner)
        EnrolmentFactory(institution=learner.institution, learner=learner)

    with django_assert_max_num_queries(len(one)):
        client.get(reverse("my-data"))
