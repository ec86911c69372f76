"""The pages and the endpoint on which anybody verifies (issue A, item 9; domain §5.5)."""

import io
import json
import re
from dataclasses import replace
from datetime import timedelta

import pikepdf
import pytest
import segno
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from credentials import verification
from credentials.actions import corrections, credentials, keys, shares
from registry import attempts
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory, LearnerFactory
from tests.factories.issuing import issued
from tests.factories.pictures import PNG
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory

pytestmark = pytest.mark.django_db
NOT_FOUND = "Koodia ei löytynyt"


@pytest.fixture(autouse=True)
def frozen():
    cache.clear()
    with time_machine.travel(AT, tick=False):
        yield


def of_aino(**values):
    institution = InstitutionFactory()
    learner = LearnerFactory(
        institution=institution, given_names="Aino Maria", family_name="Esimerkki-Åström", **values
    )
    return issued(AttainmentFactory(institution=institution, learner=learner))


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_code_shows_what_was_learned_but_not_whose_it_is(client):
    credential = of_aino()

    answer = client.get(f"/fi/verify/{credential.human_code}/")
    page = words(answer)

    assert answer.status_code == 200
    assert "Tiedosto on" not in page  # nobody gave one
    for shown in (
        "Todistus on voimassa",
        credential.grouped_code,
        "Selittää asian 0 suomeksi",
        "5 op, 133 tuntia",
        "Soveltamistaso",
        "Soveltaa osaamista itsenäisesti",
        "Taso 6 (viitteellinen)",
        "Projektityö",
        "Valvottu verkossa, henkilöllisyys tarkistetaan",
        credential.institution.name["fi"],
        "22.11.2026",
        "Laadunvarmistettu myöntöpäivänä: kyllä",
        "Tänään: laadunvarmistettu",
    ):
        assert shown in page
    for hidden in ("Aino", "Esimerkki", "29.2.2000", str(credential.learner.uid), "kiitettävä"):
        assert hidden in bytes(credential.document).decode() or hidden in ("29.2.2000", "kiitettävä")
        assert hidden not in page


@pytest.mark.once
@pytest.mark.parametrize(
    "spelling",
    [
        "{a} {b} {c}",
        " {a}{b}{c} ",
        "{a}\u2013{b}\u2011{c}",
        "{a}\u00a0{b}\n{c}",
        "Tarkistuskoodi: {a}-{b}-{c}.",
        "http://127.0.0.1:8000/sv/verify/{a}-{b}-{c}/",
        "https://elsewhere.example/en/verify/{a}%20{b}%20{c}",
    ],
)
@pytest.mark.parametrize("letters", [str.upper, str.lower])
def test_code_is_read_as_people_type_it(client, spelling, letters):
    credential = of_aino()
    a, b, c = credential.grouped_code.split("-")

    answer = client.post("/fi/verify/", {"code": letters(spelling.format(a=a, b=b, c=c))}, follow=True)

    assert answer.status_code == 200
    assert answer.redirect_chain == [(f"/fi/verify/{credential.human_code}/", 302)]


def test_share_link_leads_to_what_is_shared(client):
    """A link, its bytes' address, the link as a letter broke it, its secret alone."""
    owner = UserFactory()
    credential = of_aino(user=owner)
    _share, secret = shares.create(credentials=[credential], purpose="work", months=1, by=owner, at=AT)
    link = f"http://127.0.0.1:8000/sv/s/{secret}/"

    typed = (link, f" {link[:50]}\r\n{link[50:]} ", f"127.0.0.1/s/{secret}/credential.json", secret)
    answers = [client.post("/fi/verify/", {"code": one}) for one in typed]

    assert [answer["Location"] for answer in answers] == [f"/fi/s/{secret}/"] * 4


@pytest.mark.parametrize("typed", ["http://127.0.0.1:8000/fi/s/abc/", "x" * 43, "/s/"])
def test_link_that_leads_nowhere_is_called_a_link(client, typed):
    answer = client.post("/fi/verify/", {"code": typed})

    assert (answer.status_code, "Linkkiä ei löytynyt" in words(answer)) == (404, True)
    assert NOT_FOUND not in words(answer)


def test_code_page_tells_of_a_revocation(client):
    credential = of_aino()
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    page = words(client.get(f"/fi/verify/{credential.human_code}/"))

    assert "Todistus on peruutettu" in page
    assert "Myöntäjä on peruuttanut todistuksen" in page or "Myöntäjä peruutti todistuksen" in page


def test_code_page_of_a_stranger_is_kept_until_its_state_changes(client, django_assert_max_num_queries):
    """issue D, speed: its state is asked, no more; the next page after a revocation tells of it."""
    credential = of_aino()
    address = f"/en/verify/{credential.human_code}/"
    first = client.get(address)

    with django_assert_max_num_queries(2):  # of its state, and of wrong codes where the cache is a table
        again = client.get(address)

    assert again.content == first.content
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)
    assert client.get(address).content != first.content


def test_refusal_to_one_address_is_not_kept_for_others(client, monkeypatch):
    """The tenth wrong code of an address may be counted while a page is made for it."""
    address = f"/en/verify/{of_aino().human_code}/"
    waits = iter([0, 60])
    monkeypatch.setattr(attempts, "wait", lambda **_who: next(waits, 0))

    assert [client.get(address).status_code for _time in range(2)] == [429, 200]
    assert "Result of the check" in words(client.get(address))


def test_code_page_that_is_kept_is_not_for_who_has_signed_in(client):
    credential = of_aino()
    address = f"/en/verify/{credential.human_code}/"
    stranger = client.get(address)

    client.force_login(UserFactory(name="Aada Esimerkki"))

    assert b"Aada" not in stranger.content
    assert client.get(address).content != stranger.content


def test_wrong_codes_all_get_the_same_answer(client):
    of_aino()
    answers = [client.get(f"/fi/verify/{code}/") for code in ("ABCDEFGHJKLM", "x", "0" * 200, "ÄÄ")]

    assert {answer.status_code for answer in answers} == {404}
    assert all(NOT_FOUND in words(answer) for answer in answers)


def test_ten_wrong_codes_close_the_door_for_an_hour(client):
    credential = of_aino()
    right, wrong = f"/fi/verify/{credential.human_code}/", "/fi/verify/ABCDEFGHJKLM/"

    for _time in range(5):  # right ones are not counted
        assert client.get(right).status_code == 200
    assert [client.get(wrong).status_code for _time in range(11)] == [404] * 10 + [429]
    closed = client.get(right)
    assert (closed.status_code, closed["Retry-After"]) == (429, "3600")
    assert client.get(right, REMOTE_ADDR="192.0.2.7").status_code == 200
    with time_machine.travel(AT + timedelta(minutes=61), tick=False):
        assert client.get(right).status_code == 200


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "matches"),
    [
        ("Aino Maria Esimerkki-Åström", True),
        ("  aino  MARIA esimerkki åström", True),
        ("Esimerkki-Astrom, Aino Maria", True),
        ("Aino Esimerkki-Åström", False),
        ("Aino", False),
        ("-", False),
    ],
)
def test_typed_name_matches_or_not(client, typed, matches):
    credential = of_aino()

    page = words(client.post(f"/fi/verify/{credential.human_code}/", {"name": typed}))

    assert ("Nimi täsmää" in page) is matches
    assert ("Nimi ei ole sama" in page) is not matches
    assert "Maria" not in page.replace(f'value="{typed.strip()}"', "")


def test_wrong_names_are_limited(client):
    credential = of_aino()
    address = f"/fi/verify/{credential.human_code}/"

    tried = [client.post(address, {"name": f"Nimi {number}"}).status_code for number in range(11)]

    assert tried == [200] * 10 + [429]
    assert client.get(address).status_code == 200


def test_uploaded_file_gets_a_report(client):
    credential = of_aino()
    file = SimpleUploadedFile("todistus.json", bytes(credential.document))

    page = words(client.post("/fi/verify/", {"file": file}))

    assert "Todistus on voimassa" in page
    assert "Allekirjoitus on aito" in page
    assert "Aino Maria Esimerkki-Åström" in page  # it stood in what was given


def test_pasted_text_gets_a_report(client):
    credential = of_aino()
    text = json.dumps(json.loads(credential.document), indent=2).replace(
        '"creditsEarned": 5', '"creditsEarned": 9'
    )

    page = words(client.post("/fi/verify/", {"text": text}))

    assert "Todistusta on muutettu myöntämisen jälkeen" in page
    assert "todistusta on muutettu allekirjoittamisen jälkeen" in page


def test_report_of_an_altered_file_begins_with_what_is_wrong(client):
    """And says nothing of its offering, as if that were the news."""
    altered = bytes(of_aino().document).replace(b"Aino Maria", b"Aino Marja")

    answer = client.post("/fi/verify/", {"text": altered.decode()})

    assert [(one["label"], one["outcome"]) for one in answer.context["checks"]][:2] == [
        ("Allekirjoitus", "invalid"),
        ("Rekisteri", "invalid"),
    ]
    assert "Tarjonta ei ole" not in words(answer)


def test_identifiers_stand_under_technical_details_only(client):
    credential = of_aino()
    stranger = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "credentialSubject": {"id": "urn:uuid:0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b"},
    }

    for document in (bytes(credential.document).decode(), json.dumps(stranger)):
        page = words(client.post("/fi/verify/", {"text": document})).partition("<main")[2]
        text, _summary, technical = page.partition("<summary>Tekniset tiedot")
        text = re.sub(r"Katselmointi [0-9a-f-]{36}", "", text)  # a review's, as certificates name it
        assert re.findall(r"did:\w+:|urn:uuid|[0-9a-f]{8}-[0-9a-f]{4}", text) == []
        assert "did:" in technical


def test_shared_sd_jwt_is_told_as_what_it_is(client):
    """Not as a file that somebody has written in another way."""
    owner = UserFactory()
    credential = of_aino(user=owner)
    _share, secret = shares.create(
        credentials=[credential], left_out=["grade"], purpose="work", months=1, by=owner, at=AT
    )
    presented = client.get(f"/s/{secret}/{credential.pk}.sd-jwt").content.decode()

    page = words(client.post("/fi/verify/", {"text": presented}))

    assert "Todistus on voimassa" in page
    assert "sellaisena kuin sen omistaja on halunnut sen näyttää" in page
    assert "kirjoitustapa" not in page


def test_title_is_in_the_readers_language_where_it_exists(client):
    """Rule 16: other texts may be missing in Swedish, the title is not."""
    version = OfferingVersionFactory(status="published", summary={"fi": "Kuvaus", "en": "Summary"})
    learner = LearnerFactory(institution=version.offering.institution, user=UserFactory())
    credential = issued(AttainmentFactory(institution=learner.institution, learner=learner, version=version))
    client.force_login(learner.user)
    title = f">{version.title['sv']}</"

    for address in (
        f"/sv/verify/{credential.human_code}/",
        f"/sv/my/credentials/{credential.pk}/",
        f"/sv/my/credentials/{credential.pk}/download/",
        f"/sv/my/credentials/{credential.pk}/wallet/",
    ):
        assert title in words(client.get(address)), address
    assert title in words(client.post("/sv/verify/", {"text": bytes(credential.document).decode()}))
    assert version.title["sv"] in words(client.get("/sv/my/shares/new/"))


@pytest.mark.parametrize("size", [1_000_001, 20_000_000])
@pytest.mark.parametrize("how", ["file", "text"])
def test_what_is_too_large_gets_a_clear_line(client, how, size):
    content = b"x" * size
    value = SimpleUploadedFile("big.json", content) if how == "file" else content.decode()

    answer = client.post("/fi/verify/", {how: value})

    assert answer.status_code in (200, 413)
    assert "Tiedosto on liian suuri" in words(answer)


def test_wrong_file_gets_a_clear_line(client):
    answer = client.post("/sv/verify/", {"file": SimpleUploadedFile("kissa.jpg", b"\xff\xd8\xff\xe0\x00")})

    assert answer.status_code == 200
    assert "Filen är skadad" in words(answer)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "Tiedosto on tyhjä."),
        (b"\0\x9f" * 700_000, "Tiedosto ei ole todistus"),
        (PNG, "Ota kuva uudelleen niin, että koko QR-koodi on terävä"),
    ],
    ids=["empty", "binary", "picture"],
)
def test_file_without_a_credential_is_told_as_what_it_is(client, data, told):
    """No issuer is named of whom to ask, and no size that is within the limit."""
    page = words(client.post("/fi/verify/", {"file": SimpleUploadedFile("a.bin", data)}))

    assert ("Tästä ei löytynyt todistusta" in page, told in page) == (True, True)
    assert "liian suuri" not in page
    assert "kysynyt myöntäjältä" not in page


def test_whole_file_shows_what_was_learned_as_its_code_does(client):
    """In the reader's language, the issuer too; not of an altered one, nor what an SD-JWT leaves out."""
    owner = UserFactory()
    credential = of_aino(user=owner)
    issuer = credential.institution.name["sv"]
    whole = bytes(credential.document).decode()
    _share, secret = shares.create(
        credentials=[credential], left_out=["grade"], purpose="work", months=1, by=owner, at=AT
    )
    partly = client.get(f"/s/{secret}/{credential.pk}.sd-jwt").content.decode()

    pages = [
        words(client.post("/sv/verify/", {"text": text}))
        for text in (whole, whole.replace("Aino Maria", "Aino Marja"), partly)
    ]

    assert [("Tillämpningsnivå" in page, "Nivå 6" in page) for page in pages] == [
        (True, True),
        (False, False),
        (False, False),
    ]
    assert f"<dt>Utfärdare enligt intyget</dt><dd>{issuer}</dd>" in pages[0]


@pytest.mark.once
def test_what_the_owner_left_out_is_not_told_whatever_it_is_wrapped_in(client):
    """A PDF that anybody put around a part is no copy of the whole; nor is there a code to see the rest by,
    its own or that of the credential that replaced it."""
    owner = UserFactory()
    credential = of_aino(user=owner)
    _share, secret = shares.create(
        credentials=[credential], left_out=["grade", "name"], purpose="work", months=1, by=owner, at=AT
    )
    partly = client.get(f"/s/{secret}/{credential.pk}.sd-jwt").content
    written = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.attachments["credential.json"] = pikepdf.AttachedFileSpec(made, partly)
        made.save(written)
    sent = {"file": SimpleUploadedFile("a.pdf", written.getvalue())}, {"text": partly.decode()}

    wrapped = words(client.post("/fi/verify/", sent[0]))
    facts = replace(corrections.recorded(credential), family_name="Virtanen")
    new = corrections.correct(credential=credential, facts=facts, reason="Nimi.", by=UserFactory(), at=AT)
    replaced = words(client.post("/fi/verify/", sent[1]))

    assert credential.version.title["fi"] in wrapped
    assert [one in wrapped for one in (credential.grouped_code, "Arvosana", "Osaamistavoitteet")] == [
        False
    ] * 3
    assert ("korvattu toisella" in replaced, new.grouped_code in replaced) == (True, False)


@pytest.mark.once
def test_code_page_says_that_the_key_has_leaked_since(client):
    """What holds is the register; that the signature alone would not, its reader may know."""
    credential = of_aino()
    keys.mark_leaked(
        key=credential.key,
        since=AT + timedelta(hours=1),
        reason="x",
        by=UserFactory(),
        at=AT + timedelta(hours=2),
    )

    with time_machine.travel(AT + timedelta(hours=3), tick=False):
        page = words(client.get(f"/en/verify/{credential.human_code}/"))

    assert ("The credential is valid" in page, "key leaked on 22.11.2026" in page) == (True, True)


@pytest.mark.once
def test_unreadable_form_with_a_true_name_borrows_no_words_of_the_register(client):
    """Its proof is of a kind that nobody here can check, and no line was drawn with the register."""
    credential = of_aino()
    document = json.loads(bytes(credential.document))
    document["proof"][0]["cryptosuite"] = "other-2026"
    document["name"], document["credentialSubject"]["type"] = "Väärennös", "Other"

    page = words(client.post("/sv/verify/", {"text": json.dumps(document)}))

    assert ("Väärennös" in page, credential.version.title["sv"] in page) == (True, False)


def test_code_page_leads_to_where_the_name_is_compared(client):
    credential = of_aino()
    link = '<a href="#person">Vertaa nimeä</a>'
    address = f"/fi/verify/{credential.human_code}/"
    before = words(client.get(address))
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)

    assert (link in before, link in words(client.get(address))) == (True, False)


def test_empty_form_names_the_field(client):
    for sent in ({}, {"code": "  "}, {"text": ""}):
        answer = client.post("/fi/verify/", sent)
        assert answer.status_code == 200
        assert "data-focus" in words(answer)


@pytest.mark.parametrize("junk", [b"x" * 9_000, b"%PDF-1.7", b"PK\x03\x04docx", "Hyvää päivää".encode()])
def test_wrong_file_is_told_apart_from_a_false_credential(client, junk):
    """Nobody is accused because somebody chose the wrong file."""
    page = words(client.post("/fi/verify/", {"file": SimpleUploadedFile("a.bin", junk)}))

    assert "Tästä ei löytynyt todistusta" in page
    assert "Todistus ei ole voimassa" not in page


def test_code_in_the_field_of_the_text_is_read_as_a_code(client):
    credential = of_aino()

    for typed in (
        f" {credential.grouped_code.lower()}\n",
        f"http://x.example/sv/verify/{credential.human_code}/",
    ):
        answer = client.post("/fi/verify/", {"text": typed})
        assert (answer.status_code, answer["Location"]) == (302, f"/fi/verify/{credential.human_code}/")


def photograph(code: str) -> bytes:
    written = io.BytesIO()
    segno.make(f"http://127.0.0.1:8000/fi/verify/{code}/").save(written, kind="png", scale=4)
    return written.getvalue()


def test_photograph_of_a_code_shows_what_to_compare_but_no_name(client):
    """Issue D, 6: file unproven, code valid: compare these fields."""
    credential = of_aino()
    file = SimpleUploadedFile("photo.png", photograph(credential.grouped_code))

    page = words(client.post("/fi/verify/", {"file": file}))

    for shown in (
        "Tiedostoa itseään ei voida todistaa aidoksi",
        "Kuva itsessään ei todista mitään",
        "Vertaa siihen, mitä tiedostossa lukee",
        credential.grouped_code,
        credential.version.title["fi"],
        "22.11.2026",
        f"/fi/verify/{credential.grouped_code}/#person",
    ):
        assert shown in page
    assert "Aino" not in page


def test_photographs_of_wrong_codes_are_limited_on_page_and_endpoint(client):
    """Domain §5.5/1: a picture is no way around the ten tries."""
    wrong, right = photograph("AAAA-BBBB-CCCC"), photograph(of_aino().grouped_code)
    for _ in range(9):
        assert client.post("/fi/verify/", {"file": SimpleUploadedFile("a.png", wrong)}).status_code == 200
    assert post(client, wrong, kind="image/png").json()["outcome"] == "invalid"

    assert client.post("/fi/verify/", {"file": SimpleUploadedFile("a.png", right)}).status_code == 429
    assert post(client, right, kind="image/png").status_code == 429


def test_photograph_of_a_share_that_is_not_there_shows_nothing(client):
    credential = of_aino()
    written = io.BytesIO()
    segno.make("http://127.0.0.1:8000/fi/s/" + "b" * 43 + "/").save(written, kind="png", scale=4)

    answer = client.post("/fi/verify/", {"file": SimpleUploadedFile("a.png", written.getvalue())})

    assert answer.status_code == 200
    assert "Tiedostossa näkyy jakolinkki" in words(answer)
    assert credential.grouped_code not in words(answer)


# The endpoint


def post(client, document, *, kind="application/json", **headers):
    return client.post("/api/v1/verifications/", data=document, content_type=kind, **headers)


@pytest.mark.parametrize("kind", ["application/json", "application/vc+ld+json", "application/vc"])
def test_endpoint_answers_outcome_and_checks(client, kind):
    credential = of_aino()

    answer = post(client, bytes(credential.document), kind=kind)

    assert answer.status_code == 200
    body = answer.json()
    assert list(body) == ["outcome", "checks"]
    assert body["outcome"] == "valid"
    assert [set(check) for check in body["checks"]] == [{"name", "outcome", "message"}] * 9
    assert [check["name"] for check in body["checks"]] == [
        one for one in verification.NAMES if one not in ("file", "rectification", "record")
    ]


def test_endpoint_speaks_the_callers_language(client):
    body = post(client, b"{", headers={"Accept-Language": "sv"}).json()

    assert body["checks"][0]["message"].startswith("Filen är inte ett intyg")


@pytest.mark.parametrize("document", [b"", b"{", b"[]", b"[" * 10_000, b"\xff\xfe", b'"\\u0000"'])
def test_endpoint_never_fails_on_a_bad_document(client, document):
    answer = post(client, document)

    assert (answer.status_code, answer.json()["outcome"]) == (200, "invalid")


def test_endpoint_says_of_which_signature_it_can_say_nothing(client):
    answer = post(client, b"eyJhbGciOiJFUzM4NCJ9.e30.c2ln", kind="application/vc+jwt")

    assert (answer.status_code, answer.json()["outcome"]) == (200, "unknown")


def test_endpoint_refuses_what_is_too_large(client):
    answer = post(client, b" " * 20_000_000)

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "too_large"


def test_endpoint_refuses_other_kinds_and_methods(client):
    assert post(client, b"x", kind="image/gif").status_code == 415
    assert client.get("/api/v1/verifications/").status_code == 405


def test_endpoint_needs_no_account_and_no_token():
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(UserFactory())

    assert post(strict, b"{}").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "uuteen ikkunaan"), ("sv", "i ett nytt fönster"), ("en", "in a new window")],
)
def test_frame_may_stand_in_any_page_and_answers_on_ours(client, language, words):
    """Issue D, 6: embeddable. It knows nobody, and what it is asked opens on our own page."""
    answer = client.get(f"/{language}/verify/frame/")

    assert "frame-ancestors *" in answer["Content-Security-Policy"]
    assert ("X-Frame-Options" in answer, dict(answer.cookies)) == (False, {})
    page = answer.content.decode()
    assert page.count(f'action="/{language}/verify/" target="_blank"') == 2
    assert (words in page, "<header" in page, "<footer" in page) == (True, False, False)


def test_no_other_page_of_verifying_may_stand_in_a_frame(client):
    answer = client.get("/en/verify/")

    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert '&lt;iframe src="http://testserver/en/verify/frame/"' in answer.content.decode()
