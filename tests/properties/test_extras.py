"""Whatever is written as questions of a basin, it is refused in words, or asked and kept as it is."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from forms import catalogue, extras, presentation, texts
from tests import effort
from tests.unit.forms.extra_samples import EVERY_KIND
from tests.unit.forms.samples import context

words = st.sampled_from(
    ["", " ", "bank", "a" * 200, "\x00", "\ud800", "\u202egnol", "{x}", "<b>", "é", "true", "choice", "text"]
) | st.text(st.characters(exclude_categories=()), max_size=30)
anything: st.SearchStrategy[Any] = st.recursive(
    words | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=8,
)
parts = st.sampled_from(["key", "label", "type", "mandatory", "hint", "unit", "choices", "other"])


@st.composite
def spoilt(draw: st.DrawFn) -> list[Any]:
    """Right questions, some of their parts spoilt."""
    raws: list[Any] = [dict(each) for each in draw(st.lists(st.sampled_from(EVERY_KIND), max_size=14))]
    for raw in raws:
        raw.update(draw(st.dictionaries(parts, anything, max_size=2)))
    return raws


@settings(max_examples=effort.times(200, 3000))
@given(raws=spoilt() | anything)
def test_questions_are_refused_in_words_or_asked_and_kept(raws: Any) -> None:
    wrongs = extras.wrongs_of(raws)
    for wrong in wrongs:
        assert texts.plain(str(wrong.message), **wrong.message.values).encode()
        assert wrong.part in {"key", "label", "type", "mandatory", "hint", "unit", "choices"}
    if wrongs:
        return

    questions = extras.read_all(raws)
    again = extras.kept(json.loads(json.dumps([extras.as_mapping(each) for each in questions])))
    assert again == questions
    inputs = presentation.inputs(catalogue.form("basin_questions"), context(questions=questions))
    assert [each.name for each in inputs] == [each.name for each in questions]
    repr(inputs).encode()
