"""Whatever is typed: what is accepted is printed, what is refused could not be, the rest has squares."""

from __future__ import annotations

import json
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from engine.documents import coverage, printable, typesetting

MAIN, EVERYTHING = (sorted(each) for each in printable.coverage())
MARKS = [each for each in MAIN if printable.is_mark(each)]
TYPED = st.text(
    st.one_of(
        st.sampled_from(MAIN),
        st.sampled_from(EVERYTHING),
        st.sampled_from(MARKS),
        st.sampled_from(" \n\t\r-'\"#$*_`@<>[]{}\\/éœ’«»€"),
        st.characters(),
    ),
    max_size=60,
)


@given(TYPED)
@example("e\u0301\u0302\u0303 a\u200d\u0301")
@example('#image("/etc/passwd") $x$ *y*')
def test_what_is_accepted_is_printed_as_it_is(text):
    refused = printable.unprintable(text)
    accepted = "".join(each for each in text if each not in refused)

    if printable.unprintable(accepted) == []:
        assert typesetting.refusal(printable.clean(accepted)) == ""


@given(TYPED)
def test_what_is_cleaned_is_printed_and_is_clean(text):
    cleaned = printable.clean(text)

    assert typesetting.refusal(cleaned) == ""
    assert printable.unprintable(cleaned) == []
    assert printable.clean(cleaned) == cleaned


@given(st.characters(exclude_categories=["Cs"]))
def test_a_character_that_is_refused_could_not_be_printed_or_would_not_be_seen(character):
    refused = printable.unprintable(f"é{character}") == [character]
    unseen = unicodedata.category(character) in coverage.NOT_ASKED or character in coverage.FILLERS

    if refused and not unseen:
        assert typesetting.refusal(f"é{character}") != "" or printable.is_mark(character)


LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


def branches(each):
    """A list or a dictionary of values."""
    return st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=3), each, max_size=3)


@given(st.recursive(LEAVES, branches, max_leaves=8))
def test_cleaning_keeps_the_shape_of_what_it_is_given(value):
    cleaned = printable.clean(value)

    assert shape(cleaned) == shape(value)
    json.dumps(cleaned).encode()


def shape(value):
    """A value without its texts."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    return "" if isinstance(value, str) else value
