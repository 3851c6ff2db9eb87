"""Whatever file is sent, looking inside answers: what is there, or nothing."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import typst

from engine.documents import inspecting
from engine.documents.workshop import Inspected
from tests.unit.documents import sample_words

SCAN = b"""
#set page(paper: "a4", margin: 0pt, fill: luma(235))
#rotate(3deg, image("/page", width: 205mm, alt: "x"))
"""


def blank(pages: int, **saving) -> bytes:
    """A file of empty pages."""
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        for _page in range(pages):
            pdf.add_blank_page()
        pdf.save(content, **saving)
    return content.getvalue()


@pytest.mark.parametrize("dots", [110, 150, 200])
def test_the_code_of_a_page_scanned_askew_is_read(made, tmp_path, dots):
    picture_of_last_page(made("agreement", 8), tmp_path / "page", dots)
    scan = typst.compile(SCAN, root=str(tmp_path), ignore_system_fonts=True)

    found = inspecting.inspect(scan)

    assert found.codes == (sample_words.CODE,)
    assert found.standards == ()


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_the_code_of_a_picture_is_read(made, tmp_path, workshop, form):
    picture_of_last_page(made("agreement", 8), tmp_path / "page", 150, form=form)
    picture = (tmp_path / "page").read_bytes()
    (tmp_path / "picture").write_bytes(picture)

    assert inspecting.inspect(picture, root=tmp_path).codes == (sample_words.CODE,)
    assert workshop.inspect(picture).codes == (sample_words.CODE,)


def picture_of_last_page(pdf: bytes, file: Path, dots: int, form: str = "PNG") -> None:
    """Photograph the last page of a document, as a scanner of offices does."""
    document = pypdfium2.PdfDocument(pdf)
    bitmap = document[len(document) - 1].render(scale=dots / 72, grayscale=True)
    bitmap.to_pil().save(file, form, quality=40)


def test_a_code_before_the_last_page_is_found_too(made):
    content = io.BytesIO()
    with pikepdf.open(io.BytesIO(made("agreement"))) as pdf:
        pdf.add_blank_page()
        pdf.save(content)

    assert inspecting.inspect(content.getvalue()).codes == (sample_words.CODE,)


def test_a_file_that_asks_for_a_password_is_said_to_be_encrypted():
    locked = blank(1, encryption=pikepdf.Encryption(owner="x", user="y"))

    assert inspecting.inspect(locked) == Inspected(is_encrypted=True)


def test_a_file_that_opens_without_its_password_is_encrypted_all_the_same():
    found = inspecting.inspect(blank(1, encryption=pikepdf.Encryption(owner="x", user="")))

    assert found.is_encrypted
    assert found.pages == 1


def test_the_pages_of_a_long_file_are_counted_and_not_looked_at(monkeypatch):
    monkeypatch.setattr(inspecting, "codes_of", lambda _page: pytest.fail("looked at"))

    found = inspecting.inspect(blank(200))

    assert found.pages == 200
    assert found.codes == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.7\n" + b"\0" * 5000, b"hello", b"\x89PNG\r\n\x1a\n broken", b"\xff\xd8\xff", b"%PDF-"],
    ids=["empty", "zeros", "text", "png", "jpeg", "header"],
)
def test_what_cannot_be_read_is_an_answer(content, tmp_path):
    (tmp_path / "picture").write_bytes(content)

    assert inspecting.inspect(content, root=tmp_path) == Inspected()
    assert inspecting.validate(content) == []


@pytest.mark.parametrize("part", [0.2, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_an_answer(made, part):
    whole = made("envelope")

    found = inspecting.inspect(whole[: int(len(whole) * part)])

    assert found.signatures == ()


@pytest.mark.parametrize("seed", range(40))
def test_a_file_full_of_faults_is_an_answer(made, seed):
    choice = random.Random(seed)
    content = bytearray(made("erratum"))
    for _fault in range(choice.randrange(1, 60)):
        content[choice.randrange(len(content))] = choice.randrange(256)

    found = inspecting.inspect(bytes(content))

    assert isinstance(found, Inspected)
    assert not any(each.is_whole for each in found.signatures)


def test_a_page_larger_than_any_paper_is_not_drawn():
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.save(content)

    found = inspecting.inspect(content.getvalue())

    assert found.pages == 1
    assert found.codes == ()


def test_the_child_answers_as_this_process_does(workshop, made):
    for content in (made("envelope"), made("erratum"), b"hello", blank(3)):
        assert workshop.inspect(content) == inspecting.inspect(content)


def test_standards_are_read_in_both_ways_of_writing_them():
    attributes = b'<rdf:Description pdfaid:part="3" pdfaid:conformance="A" pdfuaid:part="1"/>'
    elements = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>"

    assert inspecting.standards(attributes) == ("a-3a", "ua-1")
    assert inspecting.standards(elements) == ("a-2b",)
    assert inspecting.standards(b"") == ()


def test_a_content_that_a_file_only_claims_to_carry_is_left_out():
    content = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["vide.txt"] = pikepdf.AttachedFileSpec(pdf, b"", filename="vide.txt")
        pdf.attachments["plein.txt"] = pikepdf.AttachedFileSpec(pdf, b"x", filename="plein.txt")
        pdf.save(content)

    assert list(inspecting.inspect(content.getvalue()).attachments) == ["plein.txt"]


def test_what_was_found_is_plain_json(made):
    from engine.documents.workshop import as_json, inspected_of

    found = inspecting.inspect(made("envelope"))

    assert inspected_of(as_json(found)) == found
    assert json.loads(as_json([])) == []
