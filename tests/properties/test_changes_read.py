"""Whatever somebody sends as changes or as a drawing: a sentence, never a fault."""

from __future__ import annotations

import random
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.registry import (
    carrying,
    changes,
    differences,
    inserting,
    library,
    overlay,
    parameters,
    points,
    reading,
)
from engine.registry.parameters import Kind
from tests import effort
from tests.applied import step

REFERENCE = library.reference()
PUBLISHED = parameters.defaults(Kind.PUBLISHED)
KNOWN = ["kind", "point", "id", "name", "role", "due", "form", "personal", "questions", "reason", "since",
         "process", "step", *changes.KINDS, *points.BY_KEY, "operator", "P3D", "basin_note", "final_review"]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | st.text(max_size=12)
)
WORDS = st.sampled_from(KNOWN) | st.text(max_size=6)
VALUES = st.recursive(
    LEAVES | WORDS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(WORDS, inside, max_size=6),
    max_leaves=12,
)
REFUSALS = (reading.Unreadable, overlay.AnchorVanished, overlay.UnknownParameter, inserting.IdentifierTaken)


@settings(max_examples=effort.times(100, 1_500), deadline=None)
@given(
    st.lists(VALUES | st.dictionaries(WORDS, VALUES, max_size=10), max_size=4), st.lists(WORDS, max_size=2)
)
def test_whatever_is_sent_as_changes_is_read_or_refused_in_sentences(entries, drawn):
    sentences: list[str] = []
    read: tuple[changes.Change, ...] = ()
    try:
        read = changes.read({"changes": entries}, drawn)
    except changes.InvalidChanges as refusal:
        sentences = refusal.problems
    assert bool(sentences) == bool((entries or drawn) and not read)
    assert changes.read({"changes": [changes.as_mapping(each) for each in read]}, [
        each.file for each in read if isinstance(each, changes.Diagram)]) == read  # fmt: skip


def damaged(content: bytes, seed: int) -> bytes:
    """A drawing with a few of its words, tags or numbers gone, doubled, exchanged."""
    chance = random.Random(seed)
    text = content.decode()
    for _times in range(chance.randint(1, 4)):
        found = list(re.finditer(r'"[^"]*"|<[^>]*/>|[\w:]+="[^"]*"', text))
        one, other = chance.choice(found), chance.choice(found)
        new = chance.choice(
            ["", '""', '"NaN"', '"1e999"', '"-5"', '"final_review"', other[0], one[0] + other[0]]
        )
        text = text[: one.start()] + new + text[one.end() :]
    return text.encode()


@settings(max_examples=effort.times(30, 400), deadline=None)
@given(st.sampled_from(["closure", "appraisal", "agreement", "project"]), st.integers(0, 2**32))
def test_whatever_is_drawn_takes_its_steps_or_is_refused(process, seed):
    drawn = {f"{process}.bpmn": damaged(REFERENCE[f"{process}.bpmn"], seed)}
    own = [step(each.key) for each in points.POINTS]
    made = changes.read(
        {"changes": [{"kind": "diagram", "process": process, "reason": "Le nôtre."}, *own]}, drawn
    )
    try:
        files = overlay.apply(REFERENCE, published=PUBLISHED, changes=made, drawn=drawn)
        for name in drawn:
            differences.between({name: REFERENCE[name]}, {name: files[name]})
    except REFUSALS:
        pass


@settings(max_examples=effort.times(30, 400), deadline=None)
@given(st.sampled_from(sorted(REFERENCE)), st.integers(0, 2**32), st.integers(0, 2**32))
def test_whatever_two_drawings_are_they_are_merged_or_refused(name, ours, theirs):
    try:
        result = carrying.carry_over(
            REFERENCE, {name: damaged(REFERENCE[name], ours)}, {name: damaged(REFERENCE[name], theirs)}
        )
    except reading.Unreadable:
        return
    assert all(conflict.sentence() for conflict in result.conflicts)
    reading.read(result.files[name], name)
