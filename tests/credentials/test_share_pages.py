"""Share links as their owner makes them and as others see them (issue D, 5; §5.3/5, §5.5/2, rules 8 and 11).

What is left out is nowhere behind the link: not on the page, not in a file, not by a code.
"""

import json
import re
import statistics
import time
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from credentials import wallet
from credentials.actions import credentials, shares
from credentials.formats import parts
from credentials.formats import sd_jwt as claims_of
from credentials.formats.wording import HEADINGS
from credentials.forms.shares import PART_NAMES
from credentials.models import Credential, Share, ShareViewing, SigningKey
from credentials.proofs import sd_jwt
from registry import attempts
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.registry import PathwayFactory, UserFactory
from tests.factories.shares import own, shared

# What pages say and to whom is the same on every database; test_access.py opens each on PostgreSQL, too.
pytestmark = [pytest.mark.django_db, pytest.mark.once]
NEW = "/fi/my/shares/new/"
# What is no part: shown whatever is left out.
ROWS = {
    "title", "badge", "acquired_by", "bodies", "issued", "valid_until", "languages", "assessment_languages",
    "quality",
}  # fmt: skip
CLAIMS = {"awarding_bodies", "languages", "types_of_quality_assurance", "quality_assurance"}
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(AT, tick=False):
        yield


def words(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def credential(client):
    found = own()
    client.force_login(found.learner.user)
    return found


def chosen(*credentials: Credential, **values) -> dict:
    """What the form sends."""
    return {"credentials": [one.pk for one in credentials], "purpose": "work", "months": "6"} | values


def link_in(answer) -> str:
    return re.search(r"/fi/s/([\w-]+)/", words(answer))[1]


def seen() -> list[tuple]:
    return sorted(ShareViewing.objects.values_list("kind", "times"))


# Making a link


@pytest.mark.on_each
def test_link_shows_its_secret_once_and_works_until_withdrawn(client, credential):
    """§5.3/5, §5.5/2."""
    secret = link_in(client.post(NEW, chosen(credential, note="Työnantaja")))
    share = Share.objects.get()
    address, path = f"/fi/my/shares/{share.uid}/", f"/fi/s/{secret}/"

    for page in (f"/fi/my/credentials/{credential.pk}/", "/fi/my/shares/", address):
        detail = words(client.get(page))
        assert secret not in detail
        assert "Työnantaja" in detail

    client.logout()
    for language in ("sv", "en"):  # a link of one language works in the others
        assert client.get(path.replace("/fi/", f"/{language}/")).status_code == 200
    found = client.get(path)
    assert (found["X-Robots-Tag"], found["Referrer-Policy"]) == (
        "noindex, nofollow, noarchive",
        "no-referrer",
    )
    for shown in (credential.learner.name, "Todistus on voimassa", "Työnhakuun", credential.grouped_code):
        assert shown in words(found)
    assert "Työnantaja" not in words(found)
    for bytes_ in (f"/s/{secret}/credential.json", f"/s/{secret}/{credential.pk}.json"):
        data = client.get(bytes_)
        assert (data.content, data["Content-Type"]) == (bytes(credential.document), "application/vc")
        assert data["Access-Control-Allow-Origin"] == "*"

    client.force_login(credential.learner.user)
    assert client.get(f"{address}withdraw/").status_code == 200
    assert client.post(f"{address}withdraw/")["Location"] == address

    client.logout()
    ended = client.get(path)
    assert (ended.status_code, "Jako on päättynyt" in words(ended)) == (404, True)
    assert credential.learner.name not in words(ended)
    assert credential.version.title["fi"] not in words(ended)
    assert client.get(f"/s/{secret}/credential.json").status_code == 404


def test_form_does_not_tick_what_is_not_in_force(client, credential):
    """It is there to be ticked, with what it is; nobody shows it unawares."""
    earlier = AttainmentFactory(
        learner=credential.learner, version=credential.version, institution=credential.institution,
        completed_on=credential.attainment.completed_on - timedelta(days=1),
    )  # fmt: skip
    again = issued(earlier)
    pathway = PathwayFactory(
        institution=again.institution, parts=[again.version.offering], status="published"
    )
    credentials.revoke(credential=credential, reason="fraud", note="", by=UserFactory(), at=AT)

    on = client.get(NEW, {"pathway": pathway.code})
    asked = client.get(NEW, {"credential": str(credential.pk)})

    assert on.context["form"]["credentials"].value() == [str(again.pk)]
    assert asked.context["form"]["credentials"].value() == []
    assert "koska sen tila on ”Peruutettu”" in words(asked)
    assert "koska sen tila" not in words(on)
    assert "· Peruutettu" in words(on)


def test_form_begins_with_what_the_page_before_was_about(client, credential):
    second = own(credential.learner.user)
    pathway = PathwayFactory(
        institution=second.institution, parts=[second.version.offering], status="published"
    )

    asked = client.get(NEW, {"credential": str(second.pk)}).context["form"]
    on = client.get(NEW, {"pathway": pathway.code}).context["form"]
    plain = client.get(NEW, {"credential": "x", "pathway": "y"}).context["form"]

    assert [asked["credentials"].value(), asked["months"].value()] == [[str(second.pk)], "6"]
    assert [on["credentials"].value(), on["pathway"].value()] == [[str(second.pk)], pathway.code]
    assert [plain["credentials"].value(), plain["pathway"].value()] == [[], ""]


def test_form_leaves_birth_date_and_learner_oid_out_unless_the_learner_wants_them(client, credential):
    """Privacy by default (GDPR 25): an employer needs neither."""
    page = client.get(NEW)

    assert page.context["form"]["left_out"].value() == ["identifier"]
    assert "Syntymäaikasi tai oppijanumerosi jätetään pois, ellet poista valintaa" in words(page)


def test_link_that_has_ended_is_not_offered_to_be_withdrawn(client, credential):
    """And an open one says where the link itself is: nowhere."""
    share, _secret = shared(credential)
    page = f"/fi/my/shares/{share.uid}/"
    assert "eikä sitä voi näyttää uudelleen" in words(client.get(page))

    client.post(f"{page}withdraw/")

    again = client.get(f"{page}withdraw/")
    assert (again.status_code, again["Location"]) == (302, page)
    assert "withdraw/" not in words(client.get(page))


def test_asking_before_withdrawing_tells_going_back_from_withdrawing(client, credential):
    """“Peruuta” beside “Peruuta jako” is both."""
    share, _secret = shared(credential)

    page = words(client.get(f"/fi/my/shares/{share.uid}/withdraw/")).partition("<main")[2]

    assert (">Peruuta jako</button>" in page, ">Takaisin</a>" in page, ">Peruuta</a>" in page) == (
        True, True, False,
    )  # fmt: skip


def test_form_names_the_field_that_is_wrong(client, credential):
    stranger = own()

    for sent, field in (
        ({"purpose": "work", "months": "6"}, "credentials"),
        (chosen(stranger), "credentials"),
        (chosen(credential, months="24"), "months"),
        (chosen(credential, purpose=""), "purpose"),
        (chosen(credential, left_out=["issuer"]), "left_out"),
    ):
        answer = client.post(NEW, sent)
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, [field])

    assert Share.objects.count() == 0


def test_preview_shows_what_others_will_see_and_makes_nothing(client, credential):
    """§5.3/5: preview as outsider."""
    page = words(client.post(NEW, chosen(credential, left_out=["name", "grade"], preview="1")))
    preview = page.partition('id="preview"')[2].partition("</main>")[0]

    assert credential.version.title["fi"] in preview
    assert "Todistus on voimassa" in preview
    for hidden in (credential.learner.family_name, "kiitettävä", credential.grouped_code):
        assert hidden not in preview
    assert Share.objects.count() == 0


def test_safety_prohibition_confirms_on_a_second_page(client):
    """Rule 11; what was chosen comes along."""
    credential = own(has_safety_prohibition=True)
    client.force_login(credential.learner.user)
    sent = chosen(credential, left_out=["grade"], note="x", months="3")

    asked = client.post(NEW, sent)
    assert "Sinulla on turvakielto" in words(asked)
    second = asked.context["form"]
    assert {name: second[name].value() for name in ("left_out", "note", "months", "purpose")} == {
        "left_out": ["grade"],
        "note": "x",
        "months": "3",
        "purpose": "work",
    }
    assert Share.objects.count() == 0

    refused = words(client.post(NEW, sent | {"confirming": "1"}))
    assert "Vahvista, että haluat jakaa" in refused
    assert Share.objects.count() == 0

    answer = client.post(NEW, sent | {"confirming": "1", "confirmed": "on"})
    share = Share.objects.get()
    assert (share.note, share.left_out) == ("x", ["grade", "places"])
    page = words(client.get(f"/fi/s/{link_in(answer)}/"))
    for place in credential.version.locations:
        assert place not in page


def test_minor_is_told_and_refused(client):
    """§3.8, alaikäiset."""
    credential = own(birth_date=date(2010, 1, 1))
    client.force_login(credential.learner.user)

    page = words(client.get(NEW))
    assert "Alle 18-vuotias ei voi jakaa" in page
    assert "<fieldset" not in page
    assert client.post(NEW, chosen(credential)).status_code == 409
    assert Share.objects.count() == 0


def test_whoever_has_no_credentials_is_told_so(client):
    client.force_login(UserFactory())

    assert "Sinulla ei ole vielä todistuksia" in words(client.get(NEW))
    assert "Et ole jakanut mitään" in words(client.get("/fi/my/shares/"))


def test_another_learners_share_is_not_there(client, credential):
    share, _secret = shared(own())

    for answer in (
        client.get(f"/fi/my/shares/{share.uid}/"),
        client.get(f"/fi/my/shares/{share.uid}/withdraw/"),
        client.post(f"/fi/my/shares/{share.uid}/withdraw/"),
    ):
        assert answer.status_code == 404
    assert f"{share.uid}" not in words(client.get("/fi/my/shares/"))
    share.refresh_from_db()
    assert share.withdrawn_at is None


@pytest.mark.on_each
def test_list_asks_as_often_for_three_as_for_one(client, credential, django_assert_num_queries):
    shared(credential)
    with CaptureQueriesContext(connection) as one:
        client.get("/fi/my/shares/")
    second = own(credential.learner.user)
    for _share in range(2):
        made, _secret = shared(credential, second)
        shares.count_viewing(share=made, kind="page", at=AT)

    with django_assert_num_queries(len(one)):
        client.get("/fi/my/shares/")


# What is left out


def shown_by(client, secret: str, credential: Credential) -> tuple[str, str]:
    """The page behind a link, and everything that its presentation discloses."""
    page = words(client.get(f"/en/s/{secret}/")).partition("<main")[2].partition("</main>")[0]
    token = client.get(f"/s/{secret}/{credential.pk}.sd-jwt").content.decode()
    claims = sd_jwt.claims(sd_jwt.read(token))
    return page, json.dumps(claims, ensure_ascii=False)


def test_part_that_is_left_out_is_nowhere(client):
    """Each part alone: its words are on the whole page and in the whole file, and then in neither."""
    credential = own(learner_oid="1.2.246.562.98.59428595753")
    award = credential.facts
    telling = {
        "name": [award.learner.family_name],
        "identifier": [award.learner.oid],
        "grade": ["very good", "kiitettävä", "berömlig"],
        "outcomes": [award.outcomes[0].text["en"]],
        "assessment": [award.assessment_criteria["en"]],
        "size": ["133"],
    }
    _whole, secret = shared(credential)
    page, file = shown_by(client, secret, credential)
    for said in telling.values():
        assert any(text in page for text in said)
        assert any(text in file for text in said)

    for name, said in telling.items():
        _share, secret = shared(credential, left_out=[name])
        page, file = shown_by(client, secret, credential)
        assert [(name, text) for text in said if text in page or text in file] == []


def test_link_to_a_part_never_leads_to_the_whole(client):
    """Not the signed bytes, not the code that leads to them, not a picture, not LinkedIn's number."""
    credential = own()
    _share, secret = shared(credential, left_out=["identifier"], purpose="profile")

    page = client.get(f"/fi/s/{secret}/").content.decode()
    token = client.get(f"/s/{secret}/{credential.pk}.sd-jwt")

    for code in (credential.human_code, credential.grouped_code):
        assert code not in page + token.content.decode() + str(token.headers)
    assert "/verify/" not in page.partition("<main")[2].partition("</main>")[0]
    for address in ("credential.json", f"{credential.pk}.json"):
        assert client.get(f"/s/{secret}/{address}").status_code == 404
    assert client.get(f"/credentials/{credential.pk}").status_code == 302


def test_presentation_is_signed_by_the_issuer_and_verifies_here(client):
    credential = own()
    _share, secret = shared(credential, left_out=["name", "identifier"])

    answer = client.get(f"/s/{secret}/{credential.pk}.sd-jwt")
    token = answer.content.decode()
    report = client.post("/en/verify/", {"text": token})
    keys = {str(key): key.public for key in SigningKey.objects.all()}
    altered = token.replace(token.split("~")[1], token.split("~")[1][:-4] + "AAAA")

    assert (answer["Content-Type"], answer["Access-Control-Allow-Origin"]) == ("application/dc+sd-jwt", "*")
    assert sd_jwt.verify(token, resolve=keys.get, at=AT).code == "verified"
    assert not sd_jwt.verify(altered, resolve=keys.get, at=AT).is_verified
    assert "The credential is valid" in words(report)
    assert credential.learner.family_name not in words(report)


def test_every_row_and_claim_is_a_part_or_always_shown():
    """A new element must say which it is, so that none is shown by mistake."""
    claims = claims_of.document(own(learner_oid="1.2.246.562.98.59428595753").facts)

    assert set(HEADINGS) - parts.rows(parts.PARTS) == ROWS
    assert parts.disclosed(claims, left_out=parts.PARTS) == CLAIMS
    assert list(PART_NAMES) == list(parts.PARTS)


# Many, and a pathway


def test_one_link_shows_many_credentials_and_their_progress(client):
    user = UserFactory()
    first, second, third = own(user), own(user), own(user)
    pathway = PathwayFactory(
        institution=first.institution,
        parts=[one.version.offering for one in (first, second, third)],
        status="published",
    )
    _share, secret = shared(first, second, pathway=pathway)

    page = words(client.get(f"/fi/s/{secret}/"))
    for one in (first, second):
        assert one.version.title["fi"] in page
        assert one.grouped_code in page
        assert client.get(f"/s/{secret}/{one.pk}.json").content == bytes(one.document)
        assert client.get(f"/s/{secret}/{one.pk}.sd-jwt").status_code == 200
    assert pathway.name["fi"] in page
    assert third.grouped_code not in page
    for wrong in ("credential.json", f"{third.pk}.json", f"{third.pk}.sd-jwt"):
        assert client.get(f"/s/{secret}/{wrong}").status_code == 404

    credentials.revoke(credential=second, reason="issued_in_error", note="", by=UserFactory(), at=AT)
    page = words(client.get(f"/fi/s/{secret}/"))
    assert "Todistus on peruutettu" in page


def test_progress_counts_only_what_is_shared(client):
    user = UserFactory()
    first, second = own(user), own(user)
    pathway = PathwayFactory(
        institution=first.institution,
        parts=[one.version.offering for one in (first, second)],
        status="published",
    )
    _share, secret = shared(first, pathway=pathway)

    shown = client.get(f"/fi/s/{secret}/").context["progress"]

    assert [len(shown["counted"]), shown["is_complete"]] == [1, False]
    assert second.grouped_code not in words(client.get(f"/fi/s/{secret}/"))


# A public profile


def test_public_profile_has_a_picture_linkedin_and_code(client, credential):
    answer = client.post(NEW, chosen(credential, purpose="profile"))
    page, secret = answer.content.decode(), link_in(answer)
    linkedin = parse_qs(urlsplit(answer.context["linkedin"]).query)

    assert "https://www.linkedin.com/profile/add?" in page
    assert linkedin["certId"] == [credential.grouped_code]
    assert linkedin["certUrl"] == [answer.context["url"]]
    assert [linkedin["issueYear"], linkedin["issueMonth"]] == [["2026"], ["11"]]
    assert f"/s/{secret}/picture.png&quot;" in page
    client.logout()
    shown = client.get(f"/fi/s/{secret}/").content.decode()
    image = client.get(f"/s/{secret}/picture.png")
    assert f'<meta property="og:image" content="http://127.0.0.1:8000/s/{secret}/picture.png">' in shown
    og = re.findall(r'<meta property="og:(?:title|description)" content="([^"]*)">', shown)
    assert credential.learner.family_name not in " ".join(og)
    assert (image["Content-Type"], image.content[:8]) == ("image/png", b"\x89PNG\r\n\x1a\n")
    assert image["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_other_links_have_no_picture(client, credential):
    answer = client.post(NEW, chosen(credential, left_out=["grade"]))
    secret = link_in(answer)

    assert "linkedin" not in answer.content.decode()
    assert "og:image" not in client.get(f"/fi/s/{secret}/").content.decode()
    assert client.get(f"/s/{secret}/picture.png").status_code == 404


def test_linkedin_is_not_told_the_code_of_a_part(client, credential):
    answer = client.post(NEW, chosen(credential, purpose="profile", left_out=["grade"]))

    assert credential.grouped_code not in answer.context["linkedin"]


# Viewings


@pytest.mark.on_each
def test_viewings_are_counted_but_for_the_owners_own(client, credential):
    share, secret = shared(credential, purpose="profile")
    everything = [f"/fi/s/{secret}/", f"/s/{secret}/credential.json", f"/s/{secret}/picture.png"]

    for address in everything:
        client.get(address)
    assert seen() == []
    client.logout()
    for address in everything:
        client.get(address, headers={"user-agent": CHROME})
    client.get(f"/sv/s/{secret}/", headers={"user-agent": "LinkedInBot/1.0 (compatible)"})
    client.get(f"/sv/s/{secret}/", headers={"user-agent": CHROME})
    client.head(f"/sv/s/{secret}/", headers={"user-agent": CHROME})
    client.get(f"/s/{secret}/{own().pk}.json")

    assert seen() == [("document", 1), ("page", 2), ("picture", 1), ("preview", 1)]
    client.force_login(share.user)
    page = words(client.get(f"/fi/my/shares/{share.uid}/"))
    assert "22.11.2026" in page
    assert "Sivu avattiin" in page


@pytest.mark.on_each
def test_presentation_is_made_once_and_the_learner_sees_it(client):
    credential = own()
    _share, secret = shared(credential, left_out=["name"])

    for _time in range(2):
        client.get(f"/s/{secret}/{credential.pk}.sd-jwt")

    entries = TrailEntry.objects.filter(verb="document_made")
    assert [(one.by, one.learner) for one in entries] == [(None, credential.learner.uid)]


# Wrong codes


def ended() -> list[str]:
    """Secrets that open nothing: never made, expired, withdrawn."""
    credential = own()
    _share, expired = shared(credential, months=1, at=AT - timedelta(days=60))
    withdrawn, second = shared(credential)
    shares.withdraw(share=withdrawn, by=withdrawn.user, at=AT)
    return ["x" * 43, expired, second]


@pytest.mark.on_each
def test_wrong_expired_and_withdrawn_get_the_same_answer(client):
    """In form: status, headers and words; typed into the verify page, too."""
    answers = {}
    for secret in ended():
        for address in (f"/fi/s/{secret}/", f"/s/{secret}/credential.json"):
            answer = client.get(address)
            body = re.sub(r'nonce="[^"]*"|nonce-[\w-]+', "", answer.content.decode().replace(secret, "…"))
            headers = sorted((k, re.sub(r"nonce-[^']+", "", v)) for k, v in answer.headers.items())
            kind = address.replace(secret, "…")
            answers.setdefault(kind, []).append((answer.status_code, body, headers))

    for found in answers.values():
        assert {one[0] for one in found} == {404}
        assert [found[0]] * 3 == found
    typed = [client.post("/fi/verify/", {"code": f"http://x/fi/s/{one}/"}) for one in ended()]
    assert [one.status_code for one in typed] == [404] * 3
    assert all("Linkkiä ei löytynyt" in words(one) for one in typed)


def test_wrong_expired_and_withdrawn_take_the_same_time(client, monkeypatch):
    """Within 20 ms, by the medians."""
    monkeypatch.setattr(attempts, "wait", lambda **_values: 0)
    monkeypatch.setattr(attempts, "add", lambda **_values: None)
    secrets, took = ended(), {}
    for _round in range(8):
        for number, secret in enumerate(secrets):
            start = time.perf_counter()
            client.get(f"/fi/s/{secret}/")
            took.setdefault(number, []).append(time.perf_counter() - start)

    medians = [statistics.median(one[1:]) for one in took.values()]

    assert max(medians) - min(medians) < 0.02


@pytest.mark.on_each
def test_only_wrong_codes_are_counted_and_open_links_always_open(client):
    _share, secret = shared(own())
    for _time in range(12):
        assert client.get(f"/fi/s/{secret}/").status_code == 200

    answers = [client.get(f"/fi/s/{number:043}/").status_code for number in range(11)]

    assert answers == [404] * 10 + [429]
    assert client.get("/s/" + "y" * 43 + "/credential.json").status_code == 429
    assert client.get(f"/fi/s/{secret}/").status_code == 200


def test_link_names_its_owner_once_by_the_newest_name(client):
    """Two credentials of one person, one of them from before a correction of the name."""
    first = own(family_name="Esimerkki")
    learner = first.learner
    learner.family_name = "Esimerkki-Virtanen"
    learner.save()
    attainment = AttainmentFactory(learner=learner, institution=first.institution)
    second = issued(attainment, at=AT + timedelta(minutes=1))
    _share, secret = shared(first, second, left_out=["grade"])

    page = words(client.get(f"/fi/s/{secret}/"))

    assert f"{learner.name} on jakanut sinulle nämä todistukset." in page
    assert "<title>Jaetut todistukset" in page
    assert "Tarkistukset koskevat allekirjoitettuja todistuksia kokonaan" in page
    assert "vain osan siitä, mitä todistuksissa on" in page  # not: only some of them


def test_withdrawn_link_does_not_say_until_when_it_works(client, credential):
    share, _secret = shared(credential)
    before = [words(client.get(one)) for one in ("/fi/my/shares/", f"/fi/my/shares/{share.uid}/")]
    shares.withdraw(share=share, by=credential.learner.user, at=AT)

    after = [words(client.get(one)) for one in ("/fi/my/shares/", f"/fi/my/shares/{share.uid}/")]

    day = f"{share.expires_at:%-d.%-m.%Y}"
    assert [day in one for one in (*before, *after)] == [True, True, False, False]


def test_link_whose_owner_has_just_gone_is_answered_as_ended(client, credential, monkeypatch):
    _share, secret = shared(credential)
    monkeypatch.setattr(wallet, "shown", lambda _share: [])

    assert client.get(f"/fi/s/{secret}/").status_code == 404
