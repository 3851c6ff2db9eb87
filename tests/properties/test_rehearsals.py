"""A rehearsal, whatever is chosen: it ends with a sentence, in order of time, and never with a trace."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.registry import library
from engine.rehearsal import rehearsing, told
from engine.rehearsal.deciding import DECIDING, NEVER, options_of
from engine.rehearsal.setting import Choices, Ending, Otherwise, Pace
from engine.rehearsal.told import How, Kind
from forms.context import Context
from tests.applied import place_of
from tests.effort import OF_LIVES, times

ANSWERS = {each.key: [one.value for one in options_of(each, Context())] for each in DECIDING}
OUTCOMES = st.lists(
    st.sampled_from(sorted(ANSWERS)).flatmap(
        lambda key: st.tuples(st.just(key), st.sampled_from([*ANSWERS[key], "no such answer"]))
    ),
    max_size=4,
).map(dict)
CHOICES = st.builds(
    Choices,
    outcomes=OUTCOMES,
    otherwise=st.sampled_from([Otherwise.RANDOM, Otherwise.RANDOM, Otherwise.USUAL, Otherwise.ASK]),
    pace=st.sampled_from(Pace),
    ending=st.sampled_from(Ending),
    ending_after=st.integers(0, 12),
    decided=st.lists(
        st.sampled_from(["continue", "yes", "no", "complete", "approved", "sign"]), max_size=6
    ).map(tuple),
)
DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


@settings(max_examples=times(8, 200), phases=OF_LIVES)
@given(
    slug=st.sampled_from(library.slugs()), choices=CHOICES, starts_on=DAYS, months=st.integers(1, 26),
    seed=st.integers(0, 9_999),
)  # fmt: skip
def test_whatever_is_chosen_a_rehearsal_says_how_it_ended(slug, choices, starts_on, months, seed):
    files = library.basin(slug).apply(library.reference())

    played = rehearsing.play(files, place_of(slug), choices, starts_on=starts_on, months=months, seed=seed)

    assert played.sentence.written()
    assert "Traceback" not in played.sentence.written()
    assert (played.how is How.WAITING) is (played.choice is not None)
    assert (played.how is How.ENDED) <= (played.ended_on is not None)
    days = [each.on for each in played.entries]
    assert days == sorted(days)
    assert all(starts_on <= day <= played.until + timedelta(days=1) for day in days)
    assert told.from_mapping(told.as_mapping(played)) == played
    assert sum(each.kind is Kind.END for each in played.entries) == (played.ended_on is not None)


def test_every_way_of_never_answering_is_one_of_a_known_choice():
    assert set(NEVER) <= {each.form for each in DECIDING}
