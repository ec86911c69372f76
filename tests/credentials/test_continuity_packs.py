"""Continuity packs: what an institution issued, verified by the pack alone (issue D, build 6 and 9)."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
import segno
import time_machine
from django.utils import translation

from credentials import keystore, verification
from credentials.actions import continuity_packs, corrections, credentials, documents, keys, status_lists
from credentials.drills import offline as alone
from credentials.formats import elmo
from credentials.models import ContinuityPack
from credentials.proofs import jose, merkle, sd_jwt, xmldsig
from credentials.verification import NAMES, offline, packed, program
from credentials.views import wording
from registry.access import Role
from registry.errors import Refused
from registry.models import TrailEntry
from tests.factories import AT
from tests.factories.credentials import AttainmentFactory
from tests.factories.issuing import issued
from tests.factories.pictures import PNG
from tests.factories.registry import InstitutionFactory, OfferingVersionFactory, UserFactory, member
from tests.factories.shares import own
from tests.factories.wallets import copy

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)
FORMS = ("badge", "jwt", "sd-jwt", "png", "pdf", "elmo")
WHOLE = dict.fromkeys(
    ("readable", "proof", "issuer", "register", "status", "validity", "log", "pack"), "valid"
)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.BUNDLE_DIR = tmp_path


@pytest.fixture
def credential():
    return issued()


def packed_up(credential, tmp_path, *, at=LATER):
    path = tmp_path / "pack.zip"
    path.write_bytes(continuity_packs.content(institution=credential.institution, at=at))
    return packed.Pack(path)


def outcomes(data, pack):
    return {line.name: str(line.outcome) for line in offline.verify(data, pack=pack, at=LATER).checks}


def changed(pack, tmp_path, **files):
    """A copy of the pack with other bytes in some files."""
    path = tmp_path / "changed.zip"
    with zipfile.ZipFile(path, "w") as copy:
        for name, data in (pack.files | files).items():
            copy.writestr(name, data)
    return path


@pytest.mark.once
def test_every_form_is_verified_by_the_pack(credential, tmp_path):
    files = {
        form: documents.fetch(credential=credential, form=form, by=None, at=AT).content for form in FORMS
    }
    pack = packed_up(credential, tmp_path)

    found = {form: outcomes(data, pack) for form, data in files.items()}

    assert found == {form: WHOLE | ({"file": "valid"} if form == "pdf" else {}) for form in FORMS}


@pytest.mark.once
def test_pack_checks_each_credential_of_a_study_record_of_several(credential, tmp_path, capsys):
    house, learner = credential.institution, credential.learner
    other = issued(AttainmentFactory(institution=house, learner=learner), at=LATER)
    seal = keystore.active(institution=house, at=AT, purpose="seal", algorithm="P-256").seal
    pdfs = {one.pk: {"fi": b"%PDF-"} for one in (credential, other)}
    written = elmo.document([credential.facts, other.facts], certificates=pdfs)
    (tmp_path / "both.xml").write_bytes(xmldsig.sign(written, seal=seal))
    pack = packed_up(credential, tmp_path, at=LATER)

    options = [str(tmp_path / "both.xml"), "--pack", str(pack.path), "--language", "en"]
    codes = [offline.main([*options, *more], at=LATER) for more in ([], ["--json"])]

    *told, result = capsys.readouterr().out.strip().splitlines()
    assert codes == [0, 0]
    assert "✓ Every credential in the file is valid" in told
    assert [line.partition("both.xml")[2] for line in told if "both.xml" in line] == ["", " (1/2)", " (2/2)"]
    [result] = json.loads(result)["results"]
    assert [one["outcome"] for one in result["records"]] == ["valid", "valid"]


@pytest.mark.once
def test_changed_copies_and_strangers_are_refused(credential, tmp_path):
    pack, document = packed_up(credential, tmp_path), bytes(credential.document)
    other = bytes(issued().document)

    altered = outcomes(document.replace(b'"creditsEarned":5', b'"creditsEarned":6'), pack)

    assert (altered["proof"], altered["register"]) == ("invalid", "invalid")
    assert outcomes(other, pack)["proof"] in ("unknown", "invalid")
    assert outcomes(other, pack)["issuer"] == "warning"
    assert outcomes(b"no credential", pack) == {"readable": "invalid"}


def test_revocation_and_code_are_told_as_of_the_day_of_the_pack(credential, tmp_path):
    before = packed_up(credential, tmp_path)
    credentials.revoke(credential=credential, reason="issued_in_error", note="", by=UserFactory(), at=AT)
    with time_machine.travel(LATER, tick=False):
        status_lists.sign_due()
    after = packed_up(credential, tmp_path)

    assert outcomes(bytes(credential.document), before)["status"] == "valid"
    assert outcomes(bytes(credential.document), after)["status"] == "invalid"
    named = offline.by_code(credential.human_code, pack=after, at=LATER)
    told = [(line.name, str(line.outcome)) for line in named.checks]
    assert told == [
        ("issuer", "valid"),
        ("register", "valid"),
        ("status", "invalid"),
        ("validity", "valid"),
        ("pack", "valid"),
    ]
    unknown = offline.by_code("AAAABBBBCCCC", pack=after, at=LATER)
    assert [str(one.outcome) for one in unknown.checks] == ["unknown"]


@pytest.mark.once
def test_code_of_a_credential_whose_time_has_ended_is_told_as_that(tmp_path):
    """A pack is asked years later; without the file, too, it knows until when the credential was valid."""
    version = OfferingVersionFactory(status="published", validity_months=36)
    credential = issued(AttainmentFactory(institution=version.offering.institution, version=version))
    pack, end = packed_up(credential, tmp_path), credential.valid_until
    drawn = io.BytesIO()
    segno.make(f"http://127.0.0.1:8000/fi/verify/{credential.grouped_code}/").save(drawn, kind="png", scale=4)

    by_code = [offline.by_code(credential.human_code, pack=pack, at=at) for at in (end, end + timedelta(1))]
    picture = offline.verify(drawn.getvalue(), pack=pack, at=end + timedelta(1))

    assert [str(one.outcome) for one in (*by_code, picture)] == ["valid", "invalid", "invalid"]
    assert picture.is_copy is False


@pytest.mark.once
def test_pack_says_of_the_whole_what_the_page_says(credential, tmp_path, capsys):
    """One summary for both: an altered certificate whose credential stands, a picture of its code, one
    without, an empty file, a code that nobody gave."""
    certificate = documents.fetch(credential=credential, form="pdf", by=None, at=AT).content
    pack, drawn = packed_up(credential, tmp_path), io.BytesIO()
    segno.make(f"http://127.0.0.1:8000/fi/verify/{credential.grouped_code}/").save(drawn, kind="png", scale=4)
    files = {
        "altered": certificate + b"\n% more\n",
        "picture": drawn.getvalue(),
        "plain": PNG,
        "empty": b"",
    }

    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
        offline.main([str(tmp_path / name), "--pack", str(pack.path), "--language", "en"], at=LATER)
        told = capsys.readouterr().out
        with translation.override("en"):
            title = wording.report(verification.verify(document=data, at=LATER))["outcome_title"]
        assert told.splitlines()[1].endswith(f" {title}"), name
    offline.main(["--code", "AAAA-BBBB-CCCC", "--pack", str(pack.path), "--language", "en"])
    assert "No credential was found with this code" in capsys.readouterr().out


@pytest.mark.once
def test_pack_says_of_a_file_what_it_is_and_whose_as_the_page_does(credential, tmp_path, capsys):
    """In the words of the file; nothing in them steers the terminal."""
    pack, document = packed_up(credential, tmp_path), bytes(credential.document)
    title = credential.facts.title["fi"]
    (tmp_path / "a.json").write_bytes(document)
    (tmp_path / "b.json").write_bytes(document.replace(title.encode(), rb"Kolme\u001b[2Jsanaa", 1))

    def told(name, *options):
        options = [str(tmp_path / name), "--pack", str(pack.path), "--language", "fi", *options]
        offline.main(options, at=LATER)
        return capsys.readouterr().out

    with translation.override("fi"):
        page = wording.subject(verification.verify(document=document, at=LATER))
        lines = [f"    {one['label']}: {one['text']}" for one in page]
    assert lines[0].endswith(title)
    assert "\n".join(["  Mitä todistuksessa lukee", *lines]) in told("a.json")
    [result] = json.loads(told("a.json", "--json"))["results"]
    assert list(result["says"].values()) == [one["text"] for one in page]
    assert "\x1b" not in told("b.json")


@pytest.mark.once
def test_pack_and_page_name_what_counts_instead(tmp_path):
    """Of one that was corrected the correction; of a correction that was undone what was right all along."""
    old = own()
    facts = replace(corrections.recorded(old), family_name="Virtanen")
    new = corrections.correct(credential=old, facts=facts, reason="Nimi.", by=UserFactory(), at=AT)
    corrected = packed_up(old, tmp_path)
    correction = old.corrections.get()
    corrections.undo(correction=correction, reason="Nimi oli oikein.", by=UserFactory(), at=LATER)
    undone = packed_up(old, tmp_path)

    def instead(credential, pack):
        """By the file and by the code."""
        reports = (
            offline.verify(bytes(credential.document), pack=pack, at=LATER),
            offline.by_code(credential.human_code, pack=pack, at=LATER),
        )
        return [
            [line.message.facts["id"] for line in one.checks if line.name == "replaced"] for one in reports
        ]

    assert (instead(old, corrected), instead(new, corrected)) == ([[str(new.pk)]] * 2, [[], []])
    assert (instead(old, undone), instead(new, undone)) == ([[], []], [[str(old.pk)]] * 2)
    report = verification.verify(document=bytes(new.document), at=LATER)
    assert wording.replacement(report)["code"] == old.grouped_code


def test_credential_newer_than_the_pack_is_told_as_that(credential, tmp_path):
    pack = packed_up(credential, tmp_path)
    newer = issued(AttainmentFactory(institution=credential.institution), at=LATER + timedelta(hours=1))

    report = offline.verify(bytes(newer.document), pack=pack, at=LATER + timedelta(hours=2))

    lines = {line.name: line for line in report.checks}
    assert lines["register"].message.text.startswith("By its own date the credential is newer")
    assert (str(lines["register"].outcome), str(lines["proof"].outcome)) == ("warning", "valid")
    assert "pack" in lines


@pytest.mark.once
def test_newer_key_is_not_in_the_pack_which_accuses_nobody_of_it(credential, tmp_path):
    """What a pack cannot know is neither right nor wrong; a key of no issuer's, dated back, is wrong."""
    house, later = credential.institution, LATER + timedelta(hours=2)
    pack = packed_up(credential, tmp_path)
    keys.rotate(key=credential.key, reason="Vuosivaihto", by=UserFactory(), at=LATER + timedelta(minutes=1))
    newer = issued(AttainmentFactory(institution=house), at=LATER + timedelta(hours=1))
    back = json.loads(bytes(newer.document)) | {"validFrom": f"{AT:%Y-%m-%dT%H:%M:%SZ}"}
    other = json.loads(bytes(newer.document)) | {"id": f"urn:uuid:{credential.pk}"}
    files = [bytes(newer.document), json.dumps(back).encode(), json.dumps(other).encode()]

    found = [offline.verify(one, pack=pack, at=later) for one in files]

    proofs = [str(line.outcome) for one in found for line in one.checks if line.name == "proof"]
    assert proofs == ["unknown", "invalid", "unknown"]
    assert [str(one.outcome) for one in found] == ["unknown", "invalid", "invalid"]


def test_pack_that_was_changed_anywhere_is_not_used(credential, tmp_path):
    pack = packed_up(credential, tmp_path)
    manifest = json.loads(pack.files[packed.MANIFEST]) | {"made_at": "2030-01-01T00:00:00Z"}
    status = next(name for name in pack.files if name.startswith(packed.LISTS))

    for files in (
        {packed.REGISTER: pack.files[packed.REGISTER].replace(b'"valid"', b'"revoked"')},
        {packed.LEAVES: pack.files[packed.LEAVES] + b"0" * 64 + b"\n"},
        {packed.MANIFEST: json.dumps(manifest).encode()},
        {status: b"{}"},
        {"verifier/credentials/more.py": b""},
        {packed.MANIFEST_TOKEN: b"a.b.c"},
    ):
        with pytest.raises(packed.BadPack):
            packed.Pack(changed(pack, tmp_path, **files))


def test_pack_by_a_key_that_leaked_since_is_not_used_by_whoever_knows(credential, tmp_path):
    """The pack names its own keys: one that signed it and stands there as leaked proves nothing."""
    key = keystore.active(institution=credential.institution, at=AT).key
    pack = packed_up(credential, tmp_path)
    keys.mark_leaked(key=key, since=LATER, reason="Lost", by=UserFactory(), at=LATER)
    later = packed_up(credential, tmp_path)

    assert pack.signed_with == key.verification_method
    assert later.signed_with != key.verification_method
    with pytest.raises(packed.BadPack):
        packed.Pack(changed(later, tmp_path, **{packed.MANIFEST_TOKEN: pack.files[packed.MANIFEST_TOKEN]}))


@pytest.mark.parametrize("form", ["wallet-sd-jwt", "wallet-ldp", "wallet-jwt"])
def test_wallets_copy_counts_after_a_leak_where_the_pack_had_it_before(tmp_path, form):
    """Decisions 200 and 208: as in the register, also shown in part or written anew by the wallet."""
    credential = own()
    held = copy(credential, form, at=AT)
    shown = {"wallet-sd-jwt": lambda: sd_jwt.present(held, shown=[]), "wallet-jwt": lambda: held}
    data = shown.get(form, lambda: json.dumps(held, indent=1, sort_keys=True))().encode()
    key = credential.documents.get(form=form).key
    keys.mark_leaked(key=key, since=AT + timedelta(hours=1), reason="Lost", by=UserFactory(), at=LATER)

    found = outcomes(data, packed_up(credential, tmp_path))

    assert (found["readable"], found["proof"]) == ("valid", "valid")


def test_inclusion_proof_from_the_pack_holds_against_its_head(credential, tmp_path):
    pack = packed_up(credential, tmp_path)
    head = json.loads(jose.read(pack.files[packed.HEAD].decode()).payload)

    proof = pack.inclusion(credential.sha256)

    assert merkle.is_included(
        bytes.fromhex(credential.sha256),
        number=proof["index"],
        size=head["size"],
        path=[bytes.fromhex(one) for one in proof["inclusion_path"]],
        root=bytes.fromhex(head["root"]),
    )


def test_pack_holds_no_personal_data_and_no_code(credential, tmp_path):
    pack = packed_up(credential, tmp_path)
    person = credential.learner
    needles = [person.given_names, person.family_name, person.email, credential.human_code]

    facts = {name: data for name, data in pack.files.items() if not name.startswith("verifier/")}
    assert [one for one in needles for data in facts.values() if one.encode() in data] == []


@pytest.mark.once
def test_pack_runs_by_itself_in_the_language_asked_for(credential, tmp_path, capsys):
    path = packed_up(credential, tmp_path).path
    (tmp_path / "badge.json").write_bytes(bytes(credential.document))
    (tmp_path / "forged.json").write_bytes(bytes(credential.document).replace(b"Earned", b"Earnet"))

    code, results = alone.verified(path, tmp_path / "badge.json")
    assert (code, results["badge.json"]["outcome"]) == (0, "valid")
    assert offline.main([str(tmp_path / "forged.json"), "--pack", str(path), "--language", "fi"]) == 1
    assert "✗" in capsys.readouterr().out
    assert offline.main([str(tmp_path / "none.json"), "--pack", str(path)]) == 2
    assert offline.main([str(path), "--pack", str(tmp_path / "badge.json")]) == 2


@pytest.mark.once
def test_program_takes_no_framework_along():
    names = set(program.files())

    assert "verifier/credentials/verification/checks.py" in names
    assert [name for name in names if "models" in name or "rows" in name] == []
    assert [line for line in program.needs() if line.startswith("django")] == []
    assert {"cryptography", "pyld", "joserfc", "pyhanko"} <= {
        line.partition("==")[0] for line in program.needs()
    }


def test_admin_asks_for_a_pack_and_fetches_it(client, credential, django_capture_on_commit_callbacks):
    house = credential.institution
    admin = member(house, Role.ADMIN)
    client.force_login(admin)
    address = f"/fi/staff/{house.code.lower()}/keys/packs/"

    client.post(address)
    client.post(address)
    pack = ContinuityPack.objects.get()
    assert client.get(f"{address}{pack.uid}.zip").status_code == 410
    continuity_packs.make(pack.pk)
    continuity_packs.make(pack.pk)

    answer = client.get(f"{address}{pack.uid}.zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None
    pack.refresh_from_db()
    assert (pack.status, pack.credentials, pack.size) == ("done", 1, len(answer.content))
    assert pack.sha256 in client.get(address).content.decode()
    told = TrailEntry.objects.filter(about=f"continuitypack:{pack.uid}").order_by("pk")
    assert list(told.values_list("verb", "by")) == [
        ("pack_asked", admin.pk), ("done", None), ("pack_fetched", admin.pk),
    ]  # fmt: skip


def test_pack_that_cannot_be_made_says_so(credential, monkeypatch):
    pack = continuity_packs.ask(institution=credential.institution, by=UserFactory(), at=AT)
    monkeypatch.setattr(keystore, "active", lambda **_asked: (_ for _ in ()).throw(keystore.KeyUnreadable()))

    assert continuity_packs.resume() == 1

    pack.refresh_from_db()
    assert pack.status == ContinuityPack.Status.FAILED


def test_nothing_issued_gives_no_pack():
    with pytest.raises(Refused) as refused:
        continuity_packs.ask(institution=InstitutionFactory(), by=UserFactory(), at=AT)

    assert refused.value.code == "nothing_to_pack"


def test_names_of_lines_are_those_of_the_service_and_its_own():
    assert set(WHOLE) - set(NAMES) == {"log", "pack"}
