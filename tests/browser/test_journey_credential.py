"""Journey 2 (issue A, "Shows"): a file becomes credentials; a learner sees one, shares it and withdraws."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from credentials.actions import attainment_csv
from credentials.models import Batch, Credential
from credentials.models.attainment import GRADES
from registry.access import Role
from registry.models import OfferingVersion
from tests.browser.people import Person
from tests.browser.school import published_last_week
from tests.factories.registry import member
from tests.worker import wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.worker,
    pytest.mark.django_db(transaction=True),
    pytest.mark.one_language,
]
NAMES = ["Aino Åkerö", "Björn Mäki", "Cecilia Öhman"]
BORN, PASSWORD = "29.2.2000", "kolme hyvää sanaa"


def test_attainments_become_credentials_that_their_owner_shares(somebody, worker):
    """W-07, W-10, P-62: nothing is issued before a worker does it, nothing shown before the owner shares."""
    version = published_last_week()
    institution = version.offering.institution
    issuer = somebody(member(institution, Role.ISSUER))
    learner, stranger = somebody(), somebody()

    reads_a_file(issuer, version)
    issues(issuer, worker)
    opens_an_account(learner)
    signs_in_again(learner)
    prints(learner, version)
    link = shares(learner)
    stranger.opens(link)
    stranger.reads("The credential is valid")
    stranger.page.get_by_text(NAMES[0]).first.wait_for()
    withdraws(learner)
    stranger.opens(link)
    stranger.reads("The sharing has ended, or the link is wrong")

    assert Batch.objects.count() == 1
    assert Credential.objects.count() == len(NAMES)


def reads_a_file(issuer: Person, version: OfferingVersion) -> None:
    issuer.opens("staff-home", version.offering.institution.code.lower())
    issuer.follows("Attainments")
    issuer.follows("Read attainments from a file")
    file = issuer.input(issuer.word("CSV file"))
    issuer.presses("Read the file")
    issuer.is_told("This field is required.", at=file)

    issuer.chooses_file("suoritukset.csv", csv(issuer.language, code=version.offering.code), into=file)
    issuer.presses("Read the file")
    issuer.reads("Nothing has been saved in the register yet.")
    scale = ", ".join(GRADES["0-5"])
    issuer.reads("The grade is not on the scale of the version. Possible grades: %(grades)s.", grades=scale)
    accepted = issuer.words("Import %(number)s accepted row", "Import %(number)s accepted rows", len(NAMES))
    issuer.presses(accepted, twice=True)
    issuer.follows("To the attainments")


def csv(language: str, *, code: str) -> bytes:
    """As Finnish Excel saves it; one row more than there are people, with a grade that is none."""
    day = timezone.localdate() - timedelta(days=1)
    rows = [
        ["", address(language, number), BORN, *name.split(), language, code, "", "",
         f"{day.day}.{day.month}.{day.year}", grade]
        for number, (name, grade) in enumerate(zip([*NAMES, "Väärä Rivi"], "5439", strict=True))
    ]  # fmt: skip
    lines = [";".join(cells) for cells in [attainment_csv.header(language), *rows]]
    return "\ufeff".encode() + "".join(f"{line}\r\n" for line in lines).encode()


def address(language: str, number: int = 0) -> str:
    """Everybody's own; letters of an earlier run may still lie in the folder."""
    return f"learner{number}-{language}@example.com"


def issues(issuer: Person, worker) -> None:
    for box in issuer.page.get_by_role("checkbox").all():
        issuer.ticks(box)
    issuer.presses("Issue credentials for the picked", twice=True)
    issuer.reads("%(handled)s of %(total)s", handled=0, total=len(NAMES))
    worker()
    issuer.reads("%(handled)s of %(total)s", handled=len(NAMES), total=len(NAMES))
    issuer.page.locator("#progress:not([hx-get])").wait_for()
    issuer.arrives()


def opens_an_account(learner: Person) -> None:
    """By the link in the letter that the worker has sent."""
    wait_until(lambda: links_in_letters(address(learner.language)))
    learner.opens(links_in_letters(address(learner.language))[0])
    born = learner.input(learner.word("Your birth date"))
    for day in ("28.2.2000", BORN):
        learner.types(day, into=born)
        learner.types(PASSWORD, into=learner.input(learner.word("Choose a password")))
        learner.types(PASSWORD, into=learner.input(learner.word("The password again")))
        learner.presses("Open the account")
        if day != BORN:
            learner.is_told(
                "The birth date is not the one in the register. After five wrong tries the link ends.",
                at=born,
            )
            assert born.input_value() == day
    learner.reads("My credentials")


def links_in_letters(to: str) -> list[str]:
    """Links to open an account."""
    found = []
    for file in Path(settings.VAR_DIR, "mail").glob("*.log"):
        letter = message_from_bytes(file.read_bytes(), policy=policy.default)
        if letter["To"] == to:
            found += re.findall(r"https?://\S+/claim/\S+", letter.get_content())
    return found


def signs_in_again(learner: Person) -> None:
    learner.presses("Sign out")
    learner.follows("Sign in")
    learner.types(address(learner.language), into=learner.page.locator("[name=login]"))
    learner.types(PASSWORD, into=learner.page.locator("[name=password]"))
    learner.presses("Sign in")
    learner.follows("My credentials")


def prints(learner: Person, version: OfferingVersion) -> None:
    learner.follows(version.title[learner.language])
    learner.follows("Certificate to print")
    learner.reads("Certificate of a micro-credential")
    learner.reads(Credential.objects.get(learner__email=address(learner.language)).grouped_code)
    learner.follows("Back to the credential")


def shares(learner: Person) -> str:
    """The address that the learner gives to somebody."""
    learner.follows("Share")
    learner.picks(learner.radio_of("purpose", "work"))
    learner.types("Työnantajalle", into=learner.input(learner.word("Note to yourself")))
    learner.presses("Make the link", twice=True)
    return learner.page.locator("#share-link").text_content()


def withdraws(learner: Person) -> None:
    learner.follows("To the link: viewings and withdrawing")
    learner.reads("Työnantajalle")
    learner.follows("Withdraw")
    learner.presses("Withdraw")
