"""Every page of the register as the right person sees it: nothing for axe, nothing sideways, one language.

Each page is opened once, in turn in Finnish on a wide screen and in Swedish on one of 320 px.
"""

import pytest
from django.urls import reverse
from django.utils import translation

from registry.forms.offerings import TABS
from registry.models import Realisation
from tests.browser import axe
from tests.browser.register import Register
from tests.browser.rounds import Rounds, S

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SCREENS = {"fi": {"width": 1440, "height": 900}, "sv": {"width": 320, "height": 800}}
BROWSER = "sv"  # the language of the one page whose address names none
COMPARED = "?code=OAMK-MC-2026-001&code=KAMK-MC-2026-002&code=JAMK-MC-2026-003&code=SEAMK-MC-2025-004"
ANSWERS = "?" + "&".join(f"{one}=yes" for one in ("outcomes", "assessment", "certificate", "need"))

Page = tuple[str, dict, str]  # name of the address, its arguments, its query


def public(register: Register) -> list[Page]:
    shown, old = {"code": register.offering.code}, {"code": "SEAMK-MC-2025-004", "number": 1}
    return [
        ("catalogue", {}, ""),
        ("catalogue", {}, "?q=tekoäly&mode=online&institution=OAMK"),
        ("catalogue", {}, "?q=tekäoly"),
        ("catalogue", {}, "?q=zzzz&mode=online&colour=red"),
        ("catalogue", {}, f"{COMPARED}&code=VAMK-MC-2025-006"),
        ("catalogue-offering", shown, ""),
        ("catalogue-offering", {"code": "3AMK-MC-2026-009"}, ""),
        ("catalogue-version", old, ""),
        ("catalogue-difference", old | {"other": 2}, ""),
        ("compare", {}, ""),
        ("compare", {}, COMPARED),
        ("compare", {}, f"{COMPARED}&code=VAMK-MC-2025-006&code=NOBODYS"),
        ("concept", {}, ANSWERS),
        ("concept", {}, f"{ANSWERS}&size=no&quality=yes&alone=yes&target_group=yes"),
        ("pathway-list", {}, ""),
        ("pathway-detail", {"code": "PATH-AI-16"}, ""),
        ("pathway-detail", {"code": "PATH-ENG-ENTRY"}, ""),
        ("institution-list", {}, ""),
        ("rdi-offerings", {}, ""),
        ("verify-list", {}, ""),
        ("verify-frame", {}, ""),
        ("api-docs", {}, ""),
        ("enrolment", {"secret": register.receipt}, ""),
        ("enrolment-cancel", {"secret": register.receipt}, ""),
        ("role-invitation", {"secret": register.role_secret}, ""),
        *[("share", {"secret": one}, "") for one in register.secrets for _language in SCREENS],
        ("account_login", {}, ""),
        ("account_reset_password", {}, ""),
        *[(name, {}, "") for name in ("accessibility", "privacy") for _language in SCREENS],
    ]


def learners(register: Register) -> list[Page]:
    kamk = {"code": "KAMK-MC-2026-002", "number": 1, "key": "R3"}
    return [
        ("my-credentials", {}, ""),
        ("my-credential", {"uuid": register.badge.pk}, ""),
        ("my-certificate", {"uuid": register.badge.pk}, ""),
        ("my-trail", {}, ""),
        ("my-pathways", {}, ""),
        ("my-results", {}, ""),
        *[("my-data", {}, "") for _language in SCREENS],
        ("my-data-read", {}, ""),
        ("my-account-close", {}, ""),
        ("my-consents-withdraw", {}, ""),
        ("my-request-new", {"kind": "correction"}, ""),
        ("my-request-new", {"kind": "erasure"}, ""),
        ("my-rectification-new", {"uid": register.result.uid}, ""),
        ("my-rectification", {"uid": register.rectification.uid}, ""),
        ("my-rectification-withdraw", {"uid": register.rectification.uid}, ""),
        ("my-enrolments", {}, ""),
        ("my-shares", {}, ""),
        ("my-share-new", {}, "?pathway=PATH-AI-16"),
        ("my-share", {"uid": register.share.uid}, ""),
        ("share-withdraw", {"uid": register.share.uid}, ""),
        ("my-wallet-new", {"uuid": register.badge.pk}, ""),
        ("my-wallet", {}, ""),
        ("wallet-cancel", {"uid": register.wallet.uid}, ""),
        ("enrol", kamk, ""),
        ("enrol", {"code": "JAMK-MC-2026-003", "number": 1, "key": "R2"}, ""),
        ("enrol", of(register.run) | {"key": register.run.key}, ""),
    ]


def of(run: Realisation) -> dict:
    return {"code": run.version.offering.code, "number": run.version.number}


def authors(register: Register) -> list[Page]:
    house = {"institution": "oamk"}
    offering = house | {"code": register.offering.code}
    shown, draft = offering | {"number": 1}, offering | {"number": register.draft.number}
    run, pathway = shown | {"key": register.run.key}, house | {"code": register.pathway.code}
    return [
        ("staff-home", house, ""),
        ("offering-new", house, ""),
        *[("version-edit", draft | {"tab": tab.slug}, "") for tab in TABS],
        ("version-detail", shown, ""),
        ("version-detail", draft, ""),
        ("version-preview", draft, ""),
        ("version-difference", shown | {"other": register.draft.number}, ""),
        ("version-similar", draft, ""),
        ("offering-history", offering, ""),
        ("version-partners", draft, ""),
        ("version-partner-withdraw", draft | {"uid": register.sent.uid}, ""),
        ("realisation-list", shown, ""),
        ("realisation-list", draft, ""),
        ("realisation-new", shown, ""),
        ("realisation-edit", run, ""),
        ("realisation-cancel", run, ""),
        ("offering-contacts", offering, ""),
        ("contact-new", offering, ""),
        ("contact-edit", offering | {"uid": register.offering.contacts.earliest("pk").uid}, ""),
        ("link-new", offering, ""),
        ("need-list", house, ""),
        ("meeting-new", house, ""),
        ("meeting-edit", house | {"uid": register.meeting.uid}, ""),
        ("foresight-new", house, ""),
        ("foresight-edit", house | {"uid": register.foresight.uid}, ""),
        ("parent-list", house, ""),
        ("parent-new", house, ""),
        ("parent-file", house, ""),
        ("parent-answer", house | {"uid": register.change.uid}, ""),
        ("offering-list", house, ""),
        ("staff-pathway-list", house, ""),
        ("staff-pathway", pathway, ""),
        ("staff-pathway-new", house, ""),
        ("staff-pathway-edit", pathway, ""),
    ]


def issuers(register: Register) -> list[Page]:
    shown = {"institution": "oamk", **of(register.run)}
    coming, past = shown | {"key": register.run.key}, shown | {"key": register.past.key}
    house = {"institution": "oamk"}
    return [
        ("rectification-request", house | {"uid": register.rectification.uid}, ""),
        ("learner-identity-code", house | {"uid": register.data_request.learner.uid}, ""),
        ("data-request-list", house, ""),
        ("data-request", house | {"uid": register.data_request.uid}, ""),
        ("virta-export", house, ""),
        ("virta-export", house, "?starts_on=1.1.2020&ends_on=31.12.2030"),
        ("virta-export", house, "?starts_on=2.1.2030&ends_on=1.1.2020"),
        ("participant-list", coming, ""),
        ("participant-list", past, ""),
        ("participant-new", coming, ""),
        ("participant-file", coming, ""),
        ("participant-results", past, ""),
        ("participant-statuses", past, ""),
        ("participant-cancel", {"institution": "oamk", "uid": register.enrolment.uid}, ""),
        *[("attainment-new", {"institution": "oamk"}, "") for _language in SCREENS],
        ("attainment-list", {"institution": "oamk"}, "?state=all"),
        ("batch-certificates", {"institution": "oamk", "uid": register.badge.batch_item.batch.uid}, ""),
        *[
            (f"credential-{act}", {"institution": "oamk", "uuid": register.badge.pk}, "")
            for act in ("detail", "correct", "suspend", "restore")
        ],
        ("composite-list", {"institution": "oamk"}, ""),
    ]


def coordinators(register: Register) -> list[Page]:
    house = {"institution": "oamk"}
    return [
        ("rule-set", house, ""),
        ("level-steps", house, ""),
        ("rule-set", house, "?under=fi-draft-2024/1"),
        ("invitation-list", house, ""),
        ("invitation-detail", house | {"uid": register.received.uid}, ""),
    ]


def admins(register: Register) -> list[Page]:
    house = {"institution": "oamk"}
    return [
        ("people-list", house, ""),
        ("api-key-list", house, ""),
        ("pack-list", house, ""),
        ("api-key-revoke", house | {"uid": register.key.uid}, ""),
        ("certificate-mode", house, ""),
    ]


def partners(register: Register) -> list[Page]:
    house = {"institution": "laurea"}
    return [
        ("partner-home", house, ""),
        ("partner-home", house, "?institution=VAMK&open=1"),
        ("partner-offering", house | {"code": register.offering.code}, ""),
        ("partner-note-new", house | {"code": "KAMK-MC-2026-002"}, ""),
        ("partner-note-list", house, ""),
        ("partner-note-edit", house | {"uid": register.note.uid}, ""),
        ("partner-note-remove", house | {"uid": register.note.uid}, ""),
    ]


def chiefs(rounds: Rounds) -> list[Page]:
    """Every room of the quality round, as one who holds all the roles."""
    house = {"institution": "oamk"}
    meeting, panel = house | {"uid": rounds.meeting.uid}, house | {"uid": rounds.panel.uid}
    plan, check, audit = (
        rounds.of(S.PLAN_REVIEW),
        rounds.of(S.CHECK_REVIEW),
        house | {"uid": rounds.audit.uid},
    )
    found = rounds.findings
    return [
        ("staff-home", house, ""),
        *[("review-list", house, query) for query in ("", "?show=late", "?show=all", "?show=check")],
        *[("review-detail", rounds.of(status), "") for status in S.values],
        ("review-detail", plan, "?field=title"),
        ("review-panel", plan, ""),
        ("review-member-substitute", plan | {"member": rounds.members["plan"].uid}, ""),
        ("review-declare", house | {"uid": rounds.undeclared.uid}, ""),
        *[("review-" + name, plan, "") for name in ("rate", "return", "approve", "reject")],
        *[
            (name, check, "")
            for name in ("review-rate", "review-finding-new", "review-act", "review-continue")
        ],
        ("review-check-open", rounds.of(S.DO), ""),
        ("review-check-move", rounds.of(S.DO), ""),
        ("review-check-send", rounds.of(S.CHECK_OPEN), ""),
        ("review-evidence-new", rounds.of(S.CHECK_OPEN), ""),
        ("review-close", rounds.of(S.ACT_VERIFY), ""),
        ("version-evaluate", rounds.version(S.CHECK_OPEN), ""),
        ("version-assess", rounds.version(S.PLAN_DRAFT), ""),
        ("version-submit", rounds.version(S.PLAN_RETURNED), ""),
        ("version-publish", rounds.version(S.PLAN_APPROVED), ""),
        ("version-reopen", rounds.version(S.PLAN_APPROVED), ""),
        ("version-suspend", rounds.version(S.DO), ""),
        ("version-end-propose", rounds.version(S.DO), ""),
        ("version-retire", rounds.version(S.DO), ""),
        ("version-resume", rounds.version(S.SUSPENDED), ""),
        *[("finding-list", house, query) for query in ("", "?view=board&state=all", "?state=late&age=30")],
        ("offering-findings", house | {"code": rounds.version(S.ACT)["code"]}, ""),
        ("finding-new", house, ""),
        *[("finding-detail", found[status], "") for status in ("open", "acted", "verified", "mine")],
        *[("finding-" + name, found["mine"], "") for name in ("act", "evidence-new", "hand-over")],
        *[("finding-" + name, found["acted"], "") for name in ("verify", "reopen")],
        ("panel-list", house, ""),
        ("panel-edit", panel, ""),
        ("panel-meeting-list", house, ""),
        ("panel-meeting-new", house, ""),
        *[(name, meeting, "") for name in ("panel-meeting", "panel-meeting-edit", "panel-meeting-pack")],
        ("audit-list", house, ""),
        ("audit-plan", house, ""),
        ("audit-new", house, ""),
        *[("audit-" + name, audit, "") for name in ("detail", "edit", "finish", "recommend")],
        ("pilot-list", house, ""),
        ("pilot-report", house | {"uid": rounds.pilot.uid}, ""),
        ("trigger-list", house, ""),
        ("trigger-open", house | {"pk": rounds.cause.pk}, ""),
        *figures(rounds),
    ]


def figures(rounds: Rounds) -> list[Page]:
    """Queues, dashboards, reports and bundles."""
    house = {"institution": "oamk"}
    return [
        ("worklist", house, ""),
        ("dashboard", house, ""),
        ("network-comparison", house, ""),
        *[("indicator-detail", house | {"key": key}, "") for key in ("offering_count", "transitions")],
        ("indicator-record", house, ""),
        ("indicator-aim", house, ""),
        ("partner-comparison", house, ""),
        ("report-list", house, ""),
        ("report-new", house, ""),
        ("report-detail", house | {"uid": rounds.report.uid}, ""),
        ("report-readers", house | {"uid": rounds.report.uid}, ""),
        ("agreement-list", house, ""),
        ("agreement-edit", house | {"uid": rounds.agreement.uid}, ""),
        ("agreement-meeting", house | {"uid": rounds.agreement.uid}, ""),
        ("rectification-list", house, ""),
        ("rectification-new", house, ""),
        ("rectification-paper", house, ""),
        ("rectification-paper-new", house | {"uid": rounds.window.learner.uid}, ""),
        ("rectification-edit", house | {"uid": rounds.window.uid}, ""),
        ("recognition-refusal-new", house, ""),
        ("bundle-list", house, ""),
        ("bundle-detail", house | {"uid": rounds.bundle.uid}, ""),
    ]


def guests(rounds: Rounds) -> list[Page]:
    """What a member without an account sees, by the letter."""
    return [
        ("panel-detail", {}, ""),
        ("panel-detail", {}, "?field=title"),
        ("panel-rate", {}, ""),
        ("panel-rate", {}, ""),
        ("panel-declare", {}, ""),
    ]


def invited(rounds: Rounds) -> list[Page]:
    """And others by a link of theirs."""
    return [
        ("panel-invitation", {"secret": rounds.unused}, ""),
        ("panel-left", {}, ""),
        ("bundle-link", {"secret": rounds.link}, ""),
        ("report-link", {"secret": rounds.report_link}, ""),
    ]


class Visitor:
    """One person's browser: a wide page in Finnish and a narrow one in Swedish."""

    def __init__(self, browser, *, site: str, look, cookie: dict | None = None):
        self.site, self.look, self.complaints = site, look, []
        self.context = browser.new_context(base_url=site, reduced_motion="reduce", locale=BROWSER)
        axe.prepare(self.context)
        if cookie:
            self.context.add_cookies([cookie | {"url": site}])
        self.screens = {language: self._screen(language) for language in SCREENS}

    def _screen(self, language: str):
        page = self.context.new_page()
        page.set_viewport_size(SCREENS[language])
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hears)
        return page

    def _hears(self, line) -> None:
        if "Content Security Policy" in line.text:
            self.complaints.append(line.text)

    def visits(self, page: Page, *, language: str) -> str:
        """What is wrong with the page, or nothing."""
        name, arguments, query = page
        with translation.override(language):
            address = reverse(name, kwargs=arguments) + query
        screen = self.screens[language]
        answer = screen.goto(address)
        if answer.status != 200:
            return f"{address}: {answer.status}"
        if dead := screen.locator('a[href=""], form[action=""], img[src=""]').all_inner_texts():
            return f"{address}: leads nowhere: {dead}"
        wanted = language if address.startswith(f"/{language}/") else BROWSER
        if screen.locator("html").get_attribute("lang") != wanted:
            return f"{address}: not in {wanted}"
        try:
            self.look(screen)
        except AssertionError as problem:
            return f"{address}: {problem}"
        return f"{address}: {self.complaints}" if self.complaints else ""


OUTSIDE = {"stranger": public, "aino": learners, "reader": partners}
INSIDE = {"author": authors, "issuer": issuers, "quality": coordinators, "admin": admins}
ROUND = {"chief": chiefs, "guest": guests, "invited": invited}


@pytest.mark.parametrize(
    ("scene", "visits"),
    [(Register, OUTSIDE), (Register, INSIDE), (Rounds, ROUND)],
    ids=["outside", "inside", "round"],
)
def test_every_page_is_whole_on_every_screen(browser, site, is_accessible, scene, visits):
    """N1, N2 (issues B and C, "Shows"): axe 0 on every page; that of a contract is in the browser's language.

    Whoever the scene does not name is a stranger.
    """
    laid = scene()
    faults = []
    for who, pages in visits.items():
        visitor = Visitor(browser, site=site, look=is_accessible, cookie=laid.cookie(who))
        for number, page in enumerate(pages(laid)):
            language = ("fi", "sv")[number % 2]
            faults.append(visitor.visits(page, language=language))
        visitor.context.close()

    assert list(filter(None, faults)) == []
