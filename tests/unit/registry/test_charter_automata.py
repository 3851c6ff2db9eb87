"""Each kind of rule of the charter breaks on the lives it is about, and lets the others be."""

from __future__ import annotations

import pytest

from engine.registry.charter import automata
from engine.registry.charter.automata import Line

PRECEDES = automata.precedes("c", first=["signed"], then=["labelled"], since=["decided"])
OCCURS = automata.occurs("c", any_of=["closed", "withdrawn"])
RESPONSE = automata.response("c", after=["labelled"], then=["closed"])
ONCE = automata.at_most_once("c", step="labelled")
EXCLUSIVE = automata.exclusive("c", steps=["labelled", "withdrawn", "dropped"])
BETWEEN = automata.between("c", after=["signed"], some=["report"], before=["closed"])
MONTHS = automata.months("c", after=["signed"], wait="term", before=["closed"])
SETTLED = automata.settled("c", after=["decided"], by=["signed"], before=["dropped"])
NEVER = automata.never("c", steps=["steering", "steering:entered"])

KEPT = [
    (PRECEDES, ""), (PRECEDES, "decided signed labelled"), (PRECEDES, "decided signed"),
    (PRECEDES, "decided signed labelled labelled"), (PRECEDES, "signed decided signed labelled"),
    (OCCURS, "decided closed"), (OCCURS, "withdrawn"),
    (RESPONSE, ""), (RESPONSE, "labelled closed"), (RESPONSE, "labelled labelled closed"),
    (ONCE, ""), (ONCE, "labelled"),
    (EXCLUSIVE, ""), (EXCLUSIVE, "withdrawn"), (EXCLUSIVE, "labelled labelled"),
    (BETWEEN, ""), (BETWEEN, "signed"), (BETWEEN, "signed report closed"),
    (BETWEEN, "report signed report report closed"),
    (MONTHS, ""), (MONTHS, "signed term:entered"), (MONTHS, "signed term:entered term closed"),
    (MONTHS, "signed signed term:entered term closed"),
    (NEVER, "decided"),
    (SETTLED, "dropped"), (SETTLED, "decided signed dropped"), (SETTLED, "decided decided"),
]  # fmt: skip
BROKEN = [
    (SETTLED, "decided dropped"), (SETTLED, "decided signed decided dropped"),
    (PRECEDES, "labelled"), (PRECEDES, "signed decided labelled"), (PRECEDES, "labelled signed"),
    (OCCURS, ""), (OCCURS, "decided"),
    (RESPONSE, "labelled"), (RESPONSE, "closed labelled"),
    (ONCE, "labelled decided labelled"),
    (EXCLUSIVE, "labelled withdrawn"), (EXCLUSIVE, "dropped labelled"),
    (BETWEEN, "closed"), (BETWEEN, "report signed closed"), (BETWEEN, "report closed"),
    (MONTHS, "closed"), (MONTHS, "signed closed"), (MONTHS, "signed term:entered closed"),
    (MONTHS, "term:entered signed term closed"),
    (MONTHS, "signed term:entered term term:entered term closed"),
    (MONTHS, "signed term:entered term signed closed"), (MONTHS, "signed term:entered signed term closed"),
    (MONTHS, "signed term:entered term:entered"),
    (NEVER, "steering:entered"),
]  # fmt: skip


def is_kept(line: Line, life: str) -> bool:
    state = line.initial
    for label in life.split():
        state = line.step(state, label)
        if line.is_violated(state):
            return False
    return line.accepts(state)


@pytest.mark.parametrize(("line", "life"), KEPT)
def test_rule_is_kept(line, life):
    assert is_kept(line, life)


@pytest.mark.parametrize(("line", "life"), BROKEN)
def test_rule_is_broken(line, life):
    assert not is_kept(line, life)


@pytest.mark.parametrize("line", [PRECEDES, OCCURS, RESPONSE, ONCE, EXCLUSIVE, BETWEEN, MONTHS, NEVER])
def test_what_is_broken_stays_broken_and_what_it_does_not_read_changes_nothing(line):
    for state in range(6):
        assert line.step(state, "anything else") == state
    for state in line.broken:
        assert all(line.step(state, label) in line.broken for label in line.labels)
        assert not line.accepts(state)


def test_every_kind_of_the_file_is_tried_here():
    assert set(automata.KINDS) == {
        "precedes", "occurs", "response", "settled", "at_most_once", "exclusive", "between", "months", "never",
    }  # fmt: skip
