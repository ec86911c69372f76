"""Sharing: a part of a credential, seen by an employer, withdrawn; with a safety prohibition; to a wallet."""

import re

import pytest
from django.utils import timezone

from credentials.actions import wallet_offers
from credentials.models import Learner
from tests.browser.school import issued_yesterday

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.one_language
@pytest.mark.in_english
def test_every_form_is_downloaded(somebody):
    """Issue D, Shows: from the credential to a file of each form, the certificate in each language."""
    credential = issued_yesterday()
    learner = somebody(credential.learner.user)
    learner.opens("my-credential", credential.pk)
    learner.follows("Download")

    files = learner.page.locator(".panel a.btn")
    taken = []
    for number in range(files.count()):
        learner.tab_to(files.nth(number))
        with learner.page.expect_download() as download:
            learner.keys.press("Enter")
        assert download.value.path().stat().st_size > 1_000
        taken.append(download.value.suggested_filename.rpartition(".")[2])

    assert taken == ["pdf", "pdf", "pdf", "json", "png", "jwt", "sd-jwt", "jsonld", "xml"]


@pytest.mark.one_language
@pytest.mark.in_english
def test_part_is_shared_seen_and_withdrawn(somebody):
    """Issue D, Shows: the learner leaves a field out, sees that it was looked at, and withdraws."""
    credential = issued_yesterday()
    learner, employer = somebody(credential.learner.user), somebody()
    grade, title = credential.facts.grade, credential.version.title

    learner.opens("my-credentials")
    learner.follows(title[learner.language])
    learner.follows("Share")
    learner.ticks(learner.input(learner.word("Grade")))
    work = learner.radio_of("purpose", "work")
    learner.presses("Make the link")
    learner.is_told("Choose what the link is for.", at=work)
    learner.picks(work)
    learner.presses("Look at it first")
    preview = learner.page.locator("#preview")
    assert title[learner.language] in preview.text_content()
    assert grade.label[learner.language] not in preview.text_content()
    learner.presses("Make the link", twice=True)
    link = learner.page.locator("#share-link").text_content()
    learner.follows("To the link: viewings and withdrawing")
    learner.reads("Nobody has opened the link yet.")

    employer.opens(link)
    employer.reads("The credential is valid")
    employer.page.get_by_text(credential.learner.name).first.wait_for()
    for hidden in (grade.label[employer.language], credential.grouped_code):
        assert hidden not in employer.page.content()

    learner.page.reload()
    learner.arrives()
    learner.reads("The page was opened")
    learner.follows("Withdraw")
    learner.presses("Withdraw")
    learner.reads("The share has been withdrawn. The link no longer shows anything.")
    employer.opens(link)
    employer.reads("The sharing has ended, or the link is wrong")


@pytest.mark.once
@pytest.mark.parametrize("language", ["fi"])
def test_share_with_a_safety_prohibition_is_confirmed(somebody):
    credential = issued_yesterday()
    Learner.objects.filter(pk=credential.learner.pk).update(has_safety_prohibition=True)
    learner = somebody(credential.learner.user)

    learner.opens(f"/fi/my/shares/new/?credential={credential.pk}")
    learner.picks(learner.radio_of("purpose", "work"))
    learner.presses("Make the link")
    learner.page.get_by_role("heading", name=learner.word("Confirm the sharing")).wait_for()
    confirmed = learner.page.locator("#id_confirmed")
    learner.presses("Share nevertheless")
    learner.page.locator("[data-focus]:focus").wait_for()
    learner.ticks(confirmed)
    learner.presses("Share nevertheless")
    learner.reads("The link is ready")


@pytest.mark.one_language
def test_credential_goes_to_a_wallet(somebody):
    """Issue D, 7: the learner makes the code, opens the digits, and sees that the wallet came."""
    credential = issued_yesterday()
    learner = somebody(credential.learner.user)

    learner.opens("my-credential", credential.pk)
    learner.follows("Add to wallet")
    learner.presses("Make the QR code")
    summary = learner.page.locator("summary", has_text=learner.word("Show the digits"))
    digits = learner.page.locator("summary + .code")
    assert not digits.is_visible()
    learner.tab_to(summary)
    learner.keys.press("Enter")
    digits.wait_for()
    link = learner.page.get_by_role("link", name=learner.word("Open the wallet on this device"))
    code = link.get_attribute("href").rpartition("%2F")[2]
    typed = digits.text_content().replace(" ", "")
    house = credential.institution
    assert wallet_offers.redeem(institution=house, code=code, digits=typed, at=timezone.now())

    learner.follows("See whether the wallet has it")
    learner.reads("The wallet is taking it")
    learner.follows(re.compile(learner.word("Cancel the offer") + r" \d"))
    learner.presses("Cancel the offer")
    learner.reads("The offer has been cancelled. No wallet can take the credential by it.")
