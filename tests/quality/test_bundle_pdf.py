"""The PDF of an evidence bundle: PDF/UA-1 and PDF/A-3a by veraPDF, and what it shows of odd texts."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from quality.exports import pdf
from quality.exports.facts import Coded, Column, Evidence, Table, Texts
from tests import pdfs
from tests.factories import AT

PDFUA = "http://www.aiim.org/pdfua/ns/id/"


def evidence(*texts: str, language: str = "fi") -> Evidence:
    """One table with a line for each text, and one with nothing."""
    columns = (
        Column("code", "Tarjonta", width=2),
        Column("state", "Tila", width=2),
        Column("on", "Päivä", width=2),
        Column("text", "Mitä todettiin", width=6, is_texts=True),
        Column("hash", "Sormenjälki"),
    )
    rows = tuple(
        (f"OAMK-{number}", Coded("open", "Avoinna"), AT.date(), Texts({"fi": text}, text=text), "a" * 64)
        for number, text in enumerate(texts)
    )
    return Evidence(
        title="Laatuaineisto: Oamk, 1.1.2026–22.11.2026", institution="OAMK", name="Oulun ammattikorkeakoulu",
        begins_on=AT.date().replace(month=1, day=1), ends_on=AT.date(), made_at=AT, language=language,
        notes=("Koottu 22.11.2026.",), words={"contents": "Sisältö", "nothing": "Jaksolla ei ole näitä."},
        tables=(
            Table("findings", "Havainnot", "Jakson havainnot.", columns, rows),
            Table("audits", "Auditoinnit", "Jakson auditoinnit.", columns, ()),
        ),
    )  # fmt: skip


def opened(data: bytes, folder: Path) -> pikepdf.Pdf:
    path = folder / "opened.pdf"
    path.write_bytes(data)
    return pikepdf.open(path)


@pytest.mark.java
def test_pdf_is_ua_and_a_and_a_damaged_one_is_refused(java, tmp_path):
    """Issue 4: veraPDF says PDF/UA and PDF/A; of one without its tags or its mark it does not."""
    whole = pdf.document(evidence("Arviointi ei mittaa tavoitetta", "Hymiö 😀 ja 漢字"))
    with opened(whole, tmp_path) as damaged:
        del damaged.Root.StructTreeRoot
        damaged.save(tmp_path / "untagged.pdf")
    with opened(whole, tmp_path) as damaged:
        with damaged.open_metadata(set_pikepdf_as_editor=False) as said:
            del said[f"{{{PDFUA}}}part"]
        damaged.save(tmp_path / "unmarked.pdf")

    names = ["whole.pdf", "untagged.pdf", "unmarked.pdf"]
    made = {"whole.pdf": whole} | {name: (tmp_path / name).read_bytes() for name in names[1:]}

    found = pdfs.broken_rules(java, made, folder=tmp_path)

    assert {key: broken for key, broken in found.items() if broken == "[]"} == {
        ("whole.pdf", "3a"): "[]", ("whole.pdf", "ua1"): "[]", ("unmarked.pdf", "3a"): "[]",
    }  # fmt: skip
    assert set(found) == {(name, standard) for name in names for standard in ("3a", "ua1")}


def test_pdf_has_title_language_bookmarks_date_and_headers(tmp_path):
    with opened(pdf.document(evidence("Puute")), tmp_path) as document:
        assert str(document.Root.Lang) == "fi"
        assert str(document.docinfo.Title) == "Laatuaineisto: Oamk, 1.1.2026–22.11.2026"
        with document.open_metadata() as said:
            assert said["xmp:CreateDate"].startswith("2026-11-22")
        with document.open_outline() as outline:
            [first] = outline.root
            assert [one.title for one in first.children] == ["Havainnot", "Auditoinnit"]
        kinds = [str(one.S) for one in document.objects if _is_element(one)]
    assert {"/H1", "/H2", "/Table", "/TH"} <= set(kinds)
    assert kinds.count("/TH") == 4


def _is_element(one) -> bool:
    return isinstance(one, pikepdf.Dictionary) and "/S" in one and "/P" in one and "/K" in one


@pytest.mark.parametrize("rows", range(26, 31))
def test_heading_stands_on_the_page_of_its_table(rows, tmp_path):
    """However far the table before reaches: a heading at the foot of a page leads to nothing."""
    found = evidence(*["Puute"] * rows)
    first = found.tables[0]
    two = replace(found, tables=(first, replace(first, key="others", title="Muut")))

    with opened(pdf.document(two), tmp_path) as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        places = [pages[one] for kind, one in _places(document.Root.StructTreeRoot) if kind == "/H2"]
        tables = [pages[one] for kind, one in _places(document.Root.StructTreeRoot) if kind == "/Table"]

    assert (places[-2:], len(tables)) == (tables, 2)


def _places(element) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each heading and table in their order, with the page on which it begins."""
    if str(element.get("/S", "")) in {"/H2", "/Table"}:
        yield str(element.S), _page(element)
    for kid in _kids(element):
        yield from _places(kid)


def _page(element) -> tuple[int, int] | None:
    if "/Pg" in element:
        return element.Pg.objgen
    return next(filter(None, map(_page, _kids(element))), None)


def _kids(element) -> list[pikepdf.Dictionary]:
    kids = element.get("/K")
    kids = kids if isinstance(kids, pikepdf.Array) else [kids]
    return [one for one in kids if isinstance(one, pikepdf.Dictionary)]


def test_same_evidence_makes_the_same_bytes():
    assert pdf.document(evidence("Puute")) == pdf.document(evidence("Puute"))


def test_text_of_another_language_says_so(monkeypatch):
    """Rule 16: no silent fallback."""
    kept = {}

    def keep(_template, *, inputs, at):
        kept.update(json.loads(inputs["data"]))
        return b""

    monkeypatch.setattr(pdf.typesetting, "compiled", keep)
    said = Texts({"sv": "Brist"}, text="Brist", language="sv", note="Saatavilla vain ruotsiksi")
    table = Table("t", "T", "", (Column("text", "Teksti", width=1, is_texts=True),), ((said,),))

    pdf.document(replace(evidence(), tables=(table,)))

    assert kept["sections"][0]["rows"] == [
        [{"text": "Brist", "language": "sv", "note": "Saatavilla vain ruotsiksi"}]
    ]
