"""Each kind of document is an accessible archive, says what it was given, and fits its pages."""

from __future__ import annotations

import io
import json
import re

import pikepdf
import pypdfium2
import pytest

from engine.documents import inspecting, sources
from engine.documents.workshop import NotTypeset
from tests.unit.documents import sample_signed, sample_words, samples
from tests.unit.documents.reading import pages_of, said, squeezed

KINDS = sorted(samples.SAMPLES)
LANGUAGES = ("fr", "en")
HOSTILE = '#image("/etc/passwd") *gras* _it_ $x$ `code` <label> @nobody // rien #panic("x") \\u{41} [x] = y'


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_an_archive_that_can_be_read_aloud(made, kind, locale):
    found = inspecting.inspect(made(kind, locale=locale))

    assert found.is_readable
    assert found.standards == (("a-3a" if kind == "envelope" else "a-2a"), "ua-1")
    assert found.is_tagged
    assert found.has_colours
    assert found.signatures == ()


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_sound_has_its_title_its_language_and_a_tree_of_tags(made, kind):
    with pikepdf.open(io.BytesIO(made(kind, locale="en"))) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in pdf.Root
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == samples.SAMPLES[kind]()["title"]
            assert metadata["dc:creator"] == ["Terres de Lorraine Développement (démo)"]


@pytest.mark.parametrize(
    ("kind", "tags"),
    [
        ("agreement", {"/H1", "/H2", "/L", "/LI", "/P", "/Figure", "/Link"}),
        ("amendment", {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure"}),
        ("session_dossier", {"/H1", "/H2", "/H3", "/Table", "/TH", "/Link"}),
        ("minutes", {"/H1", "/H2", "/Table", "/TH", "/L"}),
        ("decision_letter", {"/H1", "/H2", "/L", "/P"}),
    ],
)
def test_whoever_cannot_see_a_document_is_told_what_each_part_is(made, kind, tags):
    with pikepdf.open(io.BytesIO(made(kind))) as pdf:
        found = list(tagged(pdf.Root.StructTreeRoot.K))

    assert tags <= {str(each.S) for each in found}
    assert next(str(each.S) for each in found if str(each.S).startswith("/H")) == "/H1"
    assert all(str(each.Alt) for each in found if str(each.S) == "/Figure")


def tagged(holder):
    """Every element of a tree of tags, in the order in which it is read."""
    for each in holder if isinstance(holder, pikepdf.Array) else [holder]:
        if isinstance(each, pikepdf.Dictionary) and "/S" in each:
            yield each
            if "/K" in each:
                yield from tagged(each.K)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_values_give_the_same_bytes(made, tmp_path, kind):
    from engine.documents import typesetting

    sources.lay_out(tmp_path, {"texte.pdf": made("agreement")})
    standard = "a-3a+ua-1" if kind == "envelope" else "a-2a+ua-1"
    values = samples.SAMPLES[kind]()

    again = typesetting.typeset(sources.source_of(kind), values, root=tmp_path, standard=standard)

    assert again == made(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_each_page_has_its_number_and_the_reference_of_the_document(made, kind):
    texts = pages_of(made(kind))

    for number, text in enumerate(texts, start=1):
        assert squeezed(f"page {number} / {len(texts)}") in squeezed(text)
        assert squeezed(samples.SAMPLES[kind]()["reference"]) in squeezed(text)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_specimen_says_that_it_is_one_on_each_page_and_in_words(made, kind, locale):
    words = json.loads((sources.TEMPLATES / "words" / f"{locale}.json").read_text(encoding="utf-8"))

    specimen = pages_of(made(kind, locale=locale, is_specimen=True))
    true = pages_of(made(kind, locale=locale))

    assert all(words["layout"]["specimen"] in squeezed(text) for text in specimen)
    assert squeezed(words["layout"]["specimen_said"]) in squeezed(specimen[0])
    assert words["layout"]["specimen"] not in squeezed("".join(true))
    assert len(specimen) == len(true)


@pytest.mark.parametrize(
    ("kind", "given", "changes", "pages"),
    [
        ("agreement", (1,), {}, 2),
        ("agreement", (4,), {}, 2),
        ("agreement", (8,), {}, 2),
        ("agreement", (8,), {"person": sample_words.LONG_PERSON, "organisation": sample_words.LONG_FIRM}, 2),
        ("annex", (12,), {}, 2),
        ("annex", (84,), {}, 2),
        ("annex", (84,), {"count": 5}, 2),
        ("amendment", (4,), {}, 2),
        ("amendment", (10,), {}, 2),
        ("envelope", (2,), {}, 1),
        ("envelope", (8,), {}, 2),
        ("decision_letter", ("approved_with_conditions",), {"reasons": "Une raison détaillée. " * 200}, 2),
        ("extract", (), {}, 1),
        ("erratum", (), {}, 1),
        ("mission_letter", (), {}, 1),
        ("mission_letter", (), {"takes_over": True}, 1),
        ("minutes", (), {}, 1),
        ("session_dossier", (10,), {}, 11),
        ("session_dossier", (1,), {}, 2),
    ],
)
def test_each_document_fits_its_pages_whatever_it_is_given(made, kind, given, changes, pages):
    assert len(pages_of(made(kind, *given, **changes))) == pages


@pytest.mark.parametrize("outcome", sorted(samples.OUTCOMES))
@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_letter_of_every_outcome_is_one_page_and_says_it(made, outcome, locale):
    words = json.loads((sources.TEMPLATES / "words" / f"{locale}.json").read_text(encoding="utf-8"))

    texts = pages_of(made("decision_letter", outcome, locale=locale))

    assert len(texts) == 1
    assert squeezed(words["decision_letter"]["outcomes"][outcome]) in squeezed(texts[0])
    assert all(
        squeezed(step) in squeezed(texts[0]) for step in words["decision_letter"]["next_steps"][outcome]
    )


@pytest.mark.parametrize("locale", LANGUAGES)
def test_whoever_takes_over_is_thanked_for_that_and_not_for_accepting(made, locale):
    words = json.loads((sources.TEMPLATES / "words" / f"{locale}.json").read_text(encoding="utf-8"))
    accepting, relieving = (
        squeezed(words["mission_letter"][name].rpartition("}")[2]) for name in ("opening", "taking_over")
    )

    [accepted] = pages_of(made("mission_letter", locale=locale))
    [relieved] = pages_of(made("mission_letter", takes_over=True, locale=locale))

    assert (accepting in squeezed(accepted), relieving in squeezed(accepted)) == (True, False)
    assert (accepting in squeezed(relieved), relieving in squeezed(relieved)) == (False, True)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize(
    ("kind", "given"),
    [("agreement", (1,)), ("agreement", (8,)), ("annex", (1,)), ("annex", (84,)), ("amendment", (4,))],
)
def test_every_word_that_is_signed_is_in_its_file(made, kind, given, locale):
    values = samples.SAMPLES[kind](*given, locale=locale)

    text = said(made(kind, *given, locale=locale))

    for block in values["blocks"]:
        assert squeezed(block["text"]) in text, block
    for line in values["lines"]:
        assert squeezed(line["capacity"])[1:] + squeezed(line["person"]) in text


def test_every_instalment_is_in_the_annex_in_its_order(made):
    text = said(made("annex", 84))

    places = [text.index(squeezed(f"Mensualité {number}, le 1er")) for number in range(1, 85)]
    assert places == sorted(places)
    assert squeezed("Mensualité 84, le 1er février 2034 : 238,53 €") in text


def test_an_amendment_says_what_was_and_what_will_be(made):
    text = said(made("amendment"))

    assert squeezed("(production) 3 jours 4,5 jours") in text
    assert squeezed("(commercial) rien 2 jours") in text
    assert squeezed("Mandataire Paul Thirion (démo) Luc Henry (démo)") in text


@pytest.mark.parametrize("kind", ["agreement", "annex", "amendment", "envelope"])
@pytest.mark.parametrize("count", [3, 8])
def test_the_code_of_the_last_page_leads_to_the_document(made, kind, count):
    pdf = made(kind, count=count)

    document = pypdfium2.PdfDocument(pdf)
    found = inspecting.codes_of(document[len(document) - 1])
    last = pages_of(pdf)[-1]

    assert found == [sample_words.CODE]
    assert squeezed(sample_words.CODE) in squeezed(last)


@pytest.mark.parametrize("count", [1, 3, 5, 6, 7, 9, 12])
def test_a_code_is_never_alone_on_its_page(made, count):
    for kind in ("agreement", "amendment", "annex", "envelope"):
        last = squeezed(pages_of(made(kind, count=count))[-1])

        assert squeezed(sample_signed.lines(count)[-1]["person"]) in last


def test_the_envelope_carries_the_very_text_that_was_signed(made):
    found = inspecting.inspect(made("envelope"))

    with pikepdf.open(io.BytesIO(made("envelope"))) as pdf:
        attached = pdf.attachments["texte.pdf"]
        assert attached.get_file().read_bytes() == made("agreement")
        assert str(attached.obj.AFRelationship) == "/Source"
    assert list(found.attachments) == ["texte.pdf"]


def test_the_dossier_says_on_which_page_each_matter_is(made):
    texts = [squeezed(text) for text in pages_of(made("session_dossier", 10))]

    for at in range(1, 11):
        title = squeezed(f"Mécanique du Grand Pré {at} (démo)")
        _before, _title, after = texts[0].partition(title)
        assert re.search(r"projetnouveau(\d+)", after)[1].startswith(str(at + 1))
        assert squeezed(f"Point {at + 1}. ") + title in texts[at]


@pytest.mark.parametrize("kind", KINDS)
def test_what_people_typed_is_printed_as_they_typed_it(made, kind):
    values = samples.SAMPLES[kind]()

    text = said(made(kind, **replaced(values)))

    assert squeezed(HOSTILE) in text
    assert "root:" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_leaves_the_page_however_long_a_word(made, kind):
    endless = "X7" * 150  # No rule of hyphenation helps.
    values = samples.SAMPLES[kind]()
    changes = replaced(values, endless)
    if "lines" in values:
        changes["lines"] = [each | {"person": endless, "organisation": endless} for each in values["lines"]]
    if "attendance" in values:
        changes["attendance"] = [each | {"person": endless} for each in values["attendance"]]
    if "changes" in values:
        changes["changes"] = [{"label": endless, "before": endless, "after": endless}]

    if "items" in values:
        rows = {"head": ["A", "B", "C"], "lines": [[endless] * 3]}
        section = {"title": endless, "facts": [{"name": endless, "text": endless}], "rows": rows}
        changes["items"] = [samples.project(0) | {"title": endless, "need": endless, "sections": [section]}]
    if "recipient" in values:
        changes["recipient"] = {"name": endless, "lines": [endless]}

    document = pypdfium2.PdfDocument(made(kind, **changes))

    for page in document:
        words = page.get_textpage()
        edges = [words.get_charbox(at) for at in range(words.count_chars())]
        assert max(right for _left, _bottom, right, _top in edges) < page.get_width() - 45
        assert min(left for left, _bottom, _right, _top in edges) > 45
    assert endless in said(made(kind, **changes))
    document.close()


def replaced(values: dict, words: str = HOSTILE) -> dict:
    """The same values, with hostile words wherever people type."""
    typed = {"reasons", "wrong", "reason", "objectives", "message", "name"}
    changes = {key: words for key in typed & values.keys() if isinstance(values[key], str)}
    if "blocks" in values:
        changes["blocks"] = [*values["blocks"], {"kind": "paragraph", "text": words}]
    return changes


def test_an_unprintable_character_becomes_a_square_rather_than_a_failure(made):
    text = said(made("erratum", reason="Une faute \x00 de 😀 frappe\ue000"))

    assert squeezed("Une faute □ de □ frappe□") in text


def test_words_that_would_make_an_empty_heading_make_none(made):
    blocks = [
        {"kind": kind, "text": text} for kind, text in (("title", "T"), ("heading", " "), ("item", "x"))
    ]

    assert len(pages_of(made("minutes", blocks=blocks, attendance=[]))) == 1


def test_optional_parts_may_be_left_out(made):
    letter = made("decision_letter", "approved", means=None, conditions=None, reasons=None)
    extract = made("extract", means=[], conditions=[], reasons="", has_quorum=None, votes=None, recused=[])
    dossier = made("session_dossier", 0, message=None, late=[], left_out=0)

    assert all(len(pages_of(each)) == 1 for each in (letter, extract, dossier))


def test_days_are_written_as_each_language_writes_them(made):
    given = {"recorded_on": "2027-03-01"}

    french, english = (said(made("erratum", locale=locale, **given)) for locale in LANGUAGES)

    assert squeezed("jeudi 19 novembre 2026") in french
    assert squeezed("le 1er mars 2027") in french
    assert squeezed("Thursday 19 November 2026") in english
    assert squeezed("on 1 March 2027") in english


def test_both_languages_have_the_same_words_with_the_same_places():
    french, english = (
        dict(flat(json.loads((sources.TEMPLATES / "words" / f"{each}.json").read_text(encoding="utf-8"))))
        for each in LANGUAGES
    )

    assert french.keys() == english.keys()
    for key, text in french.items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key
        assert text, key


def test_the_words_of_templates_have_the_typography_of_french():
    wrong = re.compile(r"\w'\w|\"|[^\s\u202f\u00a0][;:!?»]|\S [;:!?»]|« ")
    words = json.loads((sources.TEMPLATES / "words" / "fr.json").read_text(encoding="utf-8"))

    assert [text for _key, text in flat(words) if wrong.search(text)] == []


def test_every_word_is_used_by_its_template_and_every_template_has_its_words():
    words = json.loads((sources.TEMPLATES / "words" / "fr.json").read_text(encoding="utf-8"))
    layout = (sources.TEMPLATES / "layout.typ").read_text(encoding="utf-8")

    assert words.keys() == {*KINDS, "layout"}
    assert {path.stem for path in sources.TEMPLATES.glob("*.typ")} == {*KINDS, "layout"}
    for kind in KINDS:
        template = (sources.TEMPLATES / f"{kind}.typ").read_text(encoding="utf-8")
        assert set(re.findall(r"\bw\.(\w+)", template)) == words[kind].keys(), kind
    assert set(re.findall(r"\bshared\.(\w+)", layout)) == words["layout"].keys()


def flat(words, key=""):
    """Every word with the path that leads to it."""
    if isinstance(words, str):
        yield key, words
    else:
        for name, each in words.items() if isinstance(words, dict) else enumerate(words):
            yield from flat(each, f"{key}.{name}")


def test_an_unknown_template_or_a_name_that_climbs_is_no_template():
    for name in ("nothing", "layout", "../layout", "words/fr", "", "Agreement"):
        with pytest.raises(LookupError):
            sources.source_of(name)


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".hidden", "a/b.pdf", ""])
def test_an_attachment_stays_in_its_folder(tmp_path, name):
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        sources.lay_out(tmp_path, {name: b"x"})


def test_a_template_that_only_warns_makes_no_document(tmp_path):
    from engine.documents import typesetting

    source = b'#set document(title: "T", date: datetime(year: 2026, month: 1, day: 1))\n#set text(font: "Nowhere")\n= T'

    with pytest.raises(NotTypeset, match="unknown font"):
        typesetting.typeset(source, {}, root=tmp_path, standard="a-2a+ua-1")


def test_an_extract_says_that_several_stepped_back(made):
    one, several = made("extract", recused=["A (démo)"]), made("extract", recused=["A (démo)", "B (démo)"])

    assert squeezed("S’est déporté") in said(one)
    assert squeezed("Se sont déportés") in said(several)


@pytest.mark.parametrize("count", range(29, 33))
def test_the_fingerprint_of_minutes_is_never_alone_on_a_page(made, count):
    title = {"kind": "title", "text": "Procès-verbal"}
    sentence = {"kind": "text", "text": "Le comité en a pris acte."}
    last = squeezed(pages_of(made("minutes", blocks=[title, *[sentence] * count]))[-1])

    assert sample_words.DIGEST in last
    assert squeezed("Signé par") in last
