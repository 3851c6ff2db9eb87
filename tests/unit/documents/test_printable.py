"""What our fonts print is accepted; the rest is refused where it is typed, or replaced."""

from __future__ import annotations

import unicodedata

import pytest

from engine import errors
from engine.documents import coverage, printable, typesetting

FRENCH = "L’été où l’œuvre naît : « Ça coûte 1 250,00 € », n° 3 – 1er mars… ½ × ≥ ✓"
UNPRINTABLE = ["😀", "中", "\x07", "\ue000", "ก", "\ud83d"]


@pytest.mark.parametrize(
    "text", [FRENCH, "Ωμέγα", "Żółć, Škoda, Ðorđe, Ångström", "العربية", "Привет", "a\u0301e\u0302"]
)
def test_what_people_write_is_accepted_and_typst_prints_it(text):
    printable.check({"objective": text})

    assert printable.clean(text) == text
    assert typesetting.refusal(text) == ""


@pytest.mark.parametrize("character", UNPRINTABLE)
def test_what_typst_refuses_is_refused_where_it_is_typed_and_named(character):
    with pytest.raises(errors.InvalidAnswers) as refusal:
        printable.check({"objective": f"Doubler la ligne {character} d’usinage", "city": "Toul"})

    assert list(refusal.value.messages) == ["objective"]
    assert f"U+{ord(character):04X}" in refusal.value.messages["objective"][0]
    assert typesetting.refusal(character) != ""


@pytest.mark.parametrize("character", UNPRINTABLE)
def test_elsewhere_a_square_takes_its_place_in_every_text(character):
    cleaned = printable.clean({"a": [f"x{character}y", 3, None, True], "b": {"c": (character,)}})

    assert cleaned == {"a": ["x□y", 3, None, True], "b": {"c": ["□"]}}
    assert typesetting.refusal("□") == ""


def test_several_characters_are_named_once_each():
    with pytest.raises(errors.InvalidAnswers) as refusal:
        printable.check({"reason": "😀 中 😀"})

    assert refusal.value.messages["reason"] == [
        "Ces caractères ne peuvent pas être imprimés : 😀 (U+1F600), 中 (U+4E2D). Retirez-les."
    ]


def test_the_refusal_is_in_the_language_of_whoever_typed():
    with pytest.raises(errors.InvalidAnswers) as refusal:
        printable.check({"reason": "😀"}, locale="en")

    assert refusal.value.messages["reason"] == [
        "This character cannot be printed: 😀 (U+1F600). Take it out."
    ]


def test_lines_and_tabulations_are_kept_as_lines_and_spaces():
    printable.check({"objective": "un\r\ndeux\ttrois", "notes": None})

    assert printable.clean("\ufeffun\r\ndeux\ttrois\u2028quatre") == "un\ndeux trois\nquatre"


@pytest.mark.parametrize("turning", ["\u202e", "\u202a", "\u2066", "\u061c"])
def test_nothing_may_turn_the_order_of_letters_round(turning):
    assert printable.unprintable(f"payer {turning}000 1") == [turning]


@pytest.mark.parametrize("harmless", sorted(coverage.HARMLESS - {"\u200c", "\u200d"}))
def test_what_comes_unseen_by_copying_does_no_harm(harmless):
    assert printable.unprintable(f"un{harmless}deux") == []
    assert typesetting.refusal(f"un{harmless}deux") == ""


def test_a_mark_is_accepted_on_a_letter_of_the_main_font_only():
    letter = next(each for each in sorted(printable.coverage()[1] - printable.coverage()[0]))

    assert printable.unprintable("e\u0301") == []
    assert printable.unprintable(f"{letter}\u0301") == ["\u0301"]
    assert printable.unprintable("\u0301e") == ["\u0301"]


def test_the_edges_of_the_coverage_are_those_of_the_fonts_that_come_with_typst():
    main, everything = printable.coverage()
    edges = {
        character
        for known in (main, everything)
        for character in known
        if not {chr(ord(character) - 1), chr(ord(character) + 1)} <= known
    }

    letters = [each for each in edges if not printable.is_mark(each)]
    assert typesetting.refusal(" ".join(sorted(set(letters)))) == ""
    in_main = sorted(each for each in edges if each in main)
    assert typesetting.refusal(" ".join(in_main), font=coverage.MAIN_FONT) == ""


def test_just_outside_the_edges_typst_refuses():
    main, everything = printable.coverage()
    outside = {
        beside
        for character in everything
        for beside in (chr(ord(character) - 1), chr(ord(character) + 1))
        if beside not in everything
        if unicodedata.category(beside) not in coverage.NOT_ASKED
        if beside not in coverage.FILLERS and not printable.is_mark(beside)
    }

    kept = list(coverage.printed(sorted(outside), typesetting.refusal))
    assert main < everything
    assert kept == []


def test_a_lot_whose_refusal_names_nothing_is_cut_in_two():
    def refusal(text):
        return "panic" if "b" in text else ""

    assert list(coverage.printed("abc", refusal)) == ["a", "c"]


def test_ranges_are_written_as_they_are_read():
    assert list(coverage.ranges("abcxz")) == ["0061-0063", "0078", "007A"]


def test_a_text_that_makes_typst_panic_is_refused_like_another(capfd):
    letters = " ".join(
        [each for each in map(chr, range(0x856, 0x900)) if unicodedata.category(each) != "Cn"][:62]
    )

    assert typesetting.refusal(letters, font=coverage.MAIN_FONT) != ""

    assert "panicked" in capfd.readouterr().err


def test_the_coverage_is_written_as_it_is_read(monkeypatch, tmp_path):
    known = {"a", "b", "é", "e\u0301"[1], "中"}

    def refusal(text, *, font=""):
        missing = [each for each in text.split() if each not in known or (font and each == "中")]
        return "".join(f'the text `"{each}"` could not be displayed' for each in missing)

    monkeypatch.setattr(printable, "COVERAGE", tmp_path / "coverage.txt")
    monkeypatch.setattr(typesetting, "refusal", refusal)
    printable.coverage.cache_clear()

    coverage.main()

    main, everything = printable.coverage()
    printable.coverage.cache_clear()
    assert {each for each in main if not each.isspace()} == known - {"中"}
    assert everything - main == {"中"}
