"""What holds of every agenda, whatever its officer did to it before it was sent."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from engine.committee import agenda
from engine.committee.agenda import Line
from engine.committee.agenda_models import key_of
from engine.committee.item_kinds import Kind

SINCE = date(2026, 11, 16)


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    """Items of any kind, some of which were moved by hand: each to a place of its own."""
    kinds = draw(st.lists(st.sampled_from(list(Kind)), max_size=30))
    places = draw(st.permutations(range(1, len(kinds) + 1)))
    return [
        Line(
            key_of(kind, UUID(int=number)), kind, None, None, UUID(int=number), None, SINCE,
            place if draw(st.booleans()) else agenda.UNPLACED,
        )
        for number, (kind, place) in enumerate(zip(kinds, places, strict=True))
    ]  # fmt: skip


@given(lines())
def test_arranging_loses_nothing_and_doubles_nothing(found):
    assert sorted(each.key for each in agenda.arranged(found)) == sorted(each.key for each in found)


@given(lines())
def test_minutes_to_approve_come_first(found):
    kinds = [each.kind for each in agenda.arranged(found)]
    count = kinds.count(Kind.PREVIOUS_MINUTES)

    assert kinds[:count] == [Kind.PREVIOUS_MINUTES] * count


@given(lines())
def test_what_was_moved_by_hand_stays_in_its_order_before_the_rest(found):
    placed = [each.position for each in agenda.arranged(found) if each.kind is not Kind.PREVIOUS_MINUTES]
    moved = [each for each in placed if each != agenda.UNPLACED]

    assert placed[: len(moved)] == sorted(moved)


@given(lines())
def test_what_nobody_moved_keeps_the_order_of_its_kinds_and_of_its_wait(found):
    order = list(Kind)
    free = [each for each in agenda.arranged(found) if each.position == agenda.UNPLACED]
    ranks = [order.index(each.kind) for each in free if each.kind is not Kind.PREVIOUS_MINUTES]

    assert ranks == sorted(ranks)
    for kind in Kind:
        before = [each.key for each in found if each.kind is kind and each.position == agenda.UNPLACED]
        assert [each.key for each in free if each.kind is kind] == before


@given(lines(), st.data())
def test_the_order_in_which_rows_are_read_changes_nothing_of_what_was_moved(found, data):
    shuffled = data.draw(st.permutations(found))

    def moved(some):
        return [each.key for each in agenda.arranged(some) if each.position != agenda.UNPLACED]

    assert moved(found) == moved(shuffled)
