"""Damaged, hostile, absurd and simply wrong files."""

import json
import random
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from credentials.drills.corpus_files import FORGED, SUFFIXES, UNREADABLE, Sample
from credentials.drills.corpus_school import School
from credentials.formats import badge_picture, baked
from credentials.verification import MAX_BYTES

ELMO = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
NOTHING = {"readable": "unknown"}
NO_CREDENTIAL = UNREADABLE | {"proof": "invalid"}
NOT_HELD = {"register": "warning", "offering": "warning"}


def samples(school: School, dice: random.Random) -> Iterator[Sample]:
    groups = {
        "truncated": _truncated(school, dice),
        "doubled": _doubled(school),
        "absurd": _absurd(school),
        "charset": _charsets(school),
        "hostile XML": _markup(school),
        "wrong file": _wrong(school),
    }
    for kind, files in groups.items():
        for name, data, wrong in files:
            status = 413 if len(data) > MAX_BYTES else 200
            yield Sample(kind=kind, name=name, data=data, wrong={} if status == 413 else wrong, status=status)


def _truncated(school: School, dice: random.Random) -> Iterator[tuple]:
    """Cut somewhere in the middle, in every form."""
    for one in school.of("good"):
        for form in set(SUFFIXES) - {"pdf", "jwt", "sd-jwt"}:
            data = one.forms[form]
            cut = dice.randrange(200, len(data) - 200)
            yield f"cut-{one.language}.{SUFFIXES[form]}", data[:cut], UNREADABLE
    token = school.good.forms["jwt"]
    yield "without-signature.jwt", token.rpartition(b".")[0], UNREADABLE
    yield "half-signature.jwt", token[:-200], FORGED
    yield "without-end.sd-jwt", school.good.forms["sd-jwt"][:-5], FORGED


def _doubled(school: School) -> Iterator[tuple]:
    """Two of anything can be read in two ways."""
    forms = school.good.forms
    badge, sealed, record = forms["badge"], json.loads(forms["elm"]), forms["elmo"]
    yield "twice.json", badge + badge, UNREADABLE
    member = b'{"id":"urn:uuid:00000000-0000-4000-8000-000000000000",'
    yield "member.json", member + badge[1:], UNREADABLE
    (proof,) = json.loads(badge)["proof"]
    two = {"proof": [proof, proof | {"proofValue": "z" + proof["proofValue"][:0:-1]}]}
    yield "proofs.json", json.dumps(json.loads(badge) | two).encode(), FORGED
    yield "twice.jwt", forms["jwt"] + forms["jwt"], UNREADABLE
    yield "twice.sd-jwt", forms["sd-jwt"] + forms["sd-jwt"], UNREADABLE
    both = sealed["signatures"] * 2
    yield "signatures.jsonld", json.dumps(sealed | {"signatures": both}).encode(), FORGED
    signature = record[record.index(b"<ds:Signature") : -len(b"</elmo>")]
    yield "signatures.xml", record.replace(b"</elmo>", signature + b"</elmo>"), FORGED
    report = record[record.index(b"<report>") : record.index(b"</report>") + len(b"</report>")]
    yield "records.xml", record.replace(report, report + report), {"record": "invalid"}
    element = forms["svg"][forms["svg"].index(b"<openbadges:credential") :].partition(b"/>")[0] + b"/>"
    yield "credentials.svg", forms["svg"].replace(element, element + element), UNREADABLE


def _absurd(school: School) -> Iterator[tuple]:
    forms = school.good.forms
    yield "deep.json", b'{"a":' * 200_000, UNREADABLE
    yield "deep-signatures.json", b'{"signatures":' * 70_000, UNREADABLE
    yield "deep-list.json", b"[" * 900_000 + b"]" * 90_000, UNREADABLE
    yield "long.json", b'{"a": "' + b"a" * 1_000_001 + b'"}', UNREADABLE
    yield "many.json", b"{" + b",".join(b'"%d":1' % one for one in range(90_000)) + b"}", UNREADABLE
    yield "number.json", b'{"a":' + b"9" * 100_000 + b"}", UNREADABLE
    yield "parts.sd-jwt", forms["sd-jwt"] + b"eyJ9~" * 150_000, UNREADABLE
    yield "deep.xml", b"<elmo>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</elmo>", UNREADABLE
    yield "wide.xml", b"<elmo>" + b"<a/>" * 400_000 + b"</elmo>", UNREADABLE
    deep = b"<svg xmlns='http://www.w3.org/2000/svg'>" + b"<g>" * 50_000 + b"</g>" * 50_000 + b"</svg>"
    yield "deep.svg", deep, UNREADABLE
    yield "bomb.png", _packed(badge_picture.png(school.good.credential.facts)), UNREADABLE
    yield "bomb.pdf", _pdf_bomb(), NOTHING
    yield "large.jpeg", b"\xff\xd8\xff" + bytes(MAX_BYTES), UNREADABLE
    yield "large.pdf", b"%PDF-1.7\n" + bytes(MAX_BYTES), UNREADABLE


def _packed(picture: bytes) -> bytes:
    """A baked picture whose credential unpacks to five megabytes."""
    text = baked.KEYWORD + b"\0\1\0\0\0" + zlib.compress(b"a" * 5_000_000)
    chunks = list(baked.chunks(picture))
    return baked.PNG + b"".join(baked.chunk(*one) for one in (*chunks[:-1], (b"iTXt", text), chunks[-1]))


def _pdf_bomb() -> bytes:
    """A page whose content unpacks to seventy megabytes."""
    packed = zlib.compress(zlib.compress(bytes(70_000_000), 1))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
        b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    ]
    written, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 5\n0000000000 65535 f \n%strailer<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF"
    return written + end % (table, len(written))


def _charsets(school: School) -> Iterator[tuple]:
    badge, record = school.good.forms["badge"], school.good.forms["elmo"]
    text = badge.decode()
    yield "bom.json", b"\xef\xbb\xbf" + badge, {}
    yield "utf-16.json", text.encode("utf-16"), UNREADABLE
    yield "latin-1.json", text.encode("latin-1", "replace"), UNREADABLE
    yield "nul.json", badge.replace(b"Esimerkki", b"Esim\0rkki"), UNREADABLE
    yield "surrogate.json", badge.replace(b"Esimerkki", b"Esim\\ud800rkki"), UNREADABLE
    yield "said-utf-16.xml", record.replace(b"UTF-8", b"UTF-16", 1), UNREADABLE
    yield "said-ebcdic.xml", record.replace(b"UTF-8", b"cp037", 1), UNREADABLE
    yield "utf-7.xml", b"<?xml version='1.0' encoding='UTF-7'?>+ADw-elmo/+AD4-", UNREADABLE


def _markup(school: School) -> Iterator[tuple]:
    """Entities, files and addresses that a reader of XML could be made to open."""
    svg, record = school.good.forms["svg"], school.good.forms["elmo"]
    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    dtds = {
        "laughs": f"<!DOCTYPE x [<!ENTITY l0 'ha'>{laughs}]>",
        "file": "<!DOCTYPE x [<!ENTITY l9 SYSTEM 'file:///etc/passwd'>]>",
        "address": "<!DOCTYPE x SYSTEM 'http://victim.example/x.dtd'>",
    }
    for name, dtd in dtds.items():
        said = "" if name == "address" else "&l9;"
        yield f"{name}.svg", f"{dtd}<svg xmlns='http://www.w3.org/2000/svg'>{said}</svg>".encode(), UNREADABLE
        yield f"{name}.xml", f"{dtd}<elmo xmlns='{ELMO}'>{said}</elmo>".encode(), UNREADABLE
    declared = record.index(b"?>") + 2
    yield "declared.xml", record[:declared] + dtds["file"].encode() + record[declared:], UNREADABLE
    script = svg.replace(b"</svg>", b"<script>alert(1)</script></svg>")
    yield "script.svg", script, {}  # the credential is read, the picture is never shown
    include = "<i:include xmlns:i='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>"
    yield "included.xml", f"<elmo xmlns='{ELMO}'>{include}</elmo>".encode(), UNREADABLE
    stylesheet = b"<?xml-stylesheet href='http://victim.example/'?>"
    yield "stylesheet.xml", record[:declared] + stylesheet + record[declared:], FORGED
    transform = b"<ds:Transform Algorithm='http://www.w3.org/TR/1999/REC-xslt-19991116'/></ds:Transforms>"
    changed = record.replace(b"</ds:Transforms>", transform)
    yield "transform.xml", changed, FORGED | {"proof": "unknown"}


def _wrong(school: School) -> Iterator[tuple]:
    """What people send by mistake, and documents that are no credentials of anybody."""
    one = school.good.credential
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("word/document.xml", "<w:document/>")
    yield "thesis.docx", written.getvalue(), UNREADABLE
    yield "nothing.json", b"", UNREADABLE
    yield "blank.json", b" \n", UNREADABLE
    yield "page.html", b"<!doctype html><html><body>Login</body></html>", UNREADABLE
    yield "table.csv", b"name;grade\nAino;5\n", UNREADABLE
    yield "noise.json", random.Random(1).randbytes(3_000), UNREADABLE  # noqa: S311
    yield "sound.mp3", b"ID3\x04\0\0\0\0\0\0" + bytes(400), UNREADABLE
    yield "telephone.png", b"\0\0\0\x18ftypheic\0\0\0\0mif1", NOTHING
    yield "scan.png", b"II*\0\x08\0\0\0", NOTHING
    yield "moving.png", b"GIF89a\1\0", NOTHING
    yield "rubbish.pdf", b"%PDF-1.7\nrubbish", UNREADABLE
    yield "list.json", b"[]", UNREADABLE
    yield "null.json", b"null", UNREADABLE
    yield "other.json", b'{"name": "package", "version": "1.0.0"}', NO_CREDENTIAL
    yield "other.jwt", b"eyJhbGciOiJub25lIn0.e30.", UNREADABLE
    yield "other.xml", b"<?xml version='1.0'?><rss/>", UNREADABLE
    yield "status-list.json", bytes(one.status_list.document), NOT_HELD
    yield "badge-2.json", json.dumps(OLD_ASSERTION).encode(), NO_CREDENTIAL
    yield "unsigned.json", _without_proof(school), FORGED


OLD_ASSERTION = {
    "@context": "https://w3id.org/openbadges/v2",
    "type": "Assertion",
    "id": "https://elsewhere.example/1",
    "badge": "https://elsewhere.example/badge",
    "verification": {"type": "hosted"},
}


def _without_proof(school: School) -> bytes:
    document = json.loads(school.good.forms["badge"])
    del document["proof"]
    return json.dumps(document).encode()
