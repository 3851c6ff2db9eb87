"""Every text has its English, its typography, and its values written as the language does."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from forms import Context, catalogue, choices, fields, presentation, texts
from forms.questions import Questions
from forms.rows import Rows

ROOT = Path(__file__).parents[3]
ENGLISH: dict[str, str] = json.loads((ROOT / "engine/translations/en/forms.json").read_text(encoding="utf-8"))


@cache
def marked() -> set[str]:
    """Every text marked in the package."""
    found = set()
    for path in sorted((ROOT / "forms").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
                text = node.args[0]
                assert isinstance(text, ast.Constant), f"{path.name}:{node.lineno}: mark a constant"
                found.add(str(text.value))
    return found


def shown_texts(questions: Questions) -> Iterator[str]:
    """Every text that the fields of a form carry."""
    for field in questions.asked().values():
        yield from (field.label, field.hint, field.unit, field.missing)
        if isinstance(field, Rows):
            yield field.row_label
            yield from shown_texts(field.questions())


def test_every_french_text_has_its_english_and_nothing_is_left_over() -> None:
    assert sorted(marked() - set(ENGLISH)) == []
    assert sorted(set(ENGLISH) - marked()) == []
    assert all(english.strip() for english in ENGLISH.values())


def test_translations_keep_their_placeholders() -> None:
    def names(text: str) -> list[str]:
        return sorted(name for _text, name, _spec, _kind in Formatter().parse(text) if name)

    for french, english in ENGLISH.items():
        assert names(french) == names(english), french


@pytest.mark.parametrize("key", catalogue.keys())
def test_everything_that_a_form_shows_is_marked(key: str) -> None:
    form = catalogue.form(key)
    everything = {form.title, form.intro, form.submit, *shown_texts(form.questions(Context()))} - {"", "€"}

    assert sorted(everything - marked()) == []
    assert form.minutes >= 1


def test_every_coded_value_has_a_marked_label() -> None:
    for coded in choices.Coded.__subclasses__():
        for member in coded:
            assert member.label in marked()
            assert not member.hint or member.hint in marked()
            assert re.fullmatch(r"[a-z0-9_]+|[A-Z]{2}(-[0-9]{2})?", member.value)  # Territories: ISO 3166.


def test_french_typography_is_right() -> None:
    for text in marked() - {"Écrivez une heure, par exemple 14:30."}:
        assert "'" not in text, text
        assert not re.search(r"(?<!https)(?<![\u202f])[:;!?»]", text), text
        assert not re.search(r"«(?!\u202f)", text), text


def test_values_are_written_as_the_language_does() -> None:
    assert texts.shown(texts.Amount(1_500_050), "fr") == "15\u202f000,50\u00a0€"
    assert texts.shown(texts.Amount(1_500_050), "en") == "€15,000.50"
    assert texts.shown(date(2026, 12, 31), "fr") == "31 décembre 2026"
    assert texts.shown(date(2026, 12, 31), "en") == "31 December 2026"
    assert texts.shown(Decimal("1.25"), "fr") == "1,25"
    assert texts.shown("texte", "fr") == "texte"


def test_typed_values_are_written_as_they_are_typed() -> None:
    assert texts.typed_amount(1_500_000) == "15\u202f000"
    assert texts.typed_amount(5) == "0,05"
    assert texts.typed_amount(-150_050) == "-1\u202f500,50"
    assert texts.typed_decimal(Decimal("2.50")) == "2,5"
    assert texts.typed_decimal(Decimal(100)) == "100"


def test_every_kind_of_control_is_known_to_the_page() -> None:
    documented = presentation.Input.__doc__ or ""
    kinds = {field.kind for field in all_fields()} - {"choice"}

    assert all(kind in documented for kind in kinds)


def all_fields() -> Iterator[fields.Field[object]]:
    """Every field of every form."""
    for key in sorted(catalogue.FORMS):
        yield from catalogue.form(key).questions(Context()).asked().values()
