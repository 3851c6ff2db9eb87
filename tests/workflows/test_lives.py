"""Lives played by the engine alone write the history that projects write in a database, and end well (D29)."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from engine.projects import charter_watch
from engine.registry import library
from engine.runtime import timers
from tests import effort
from tests.integration.programme import PARIS, REVIEW, Programme
from tests.workflows import lives

DRAWN = lives.Drawn.of(library.reference())
# What the monitor reads of an entry, but for days: those are each project's own.
READ = {
    "committee.decision.signed": ("outcome",),
    "agreements.agreement.signed": ("signed_as",),
    "escalation.ladder.started": ("report_number",),
    "projects.report.recorded": ("number", "last_number", "days_late"),
    "projects.project.ended": ("end",),
    "runtime.task.opened": ("role",),
}
# In which capacity these are done matters to it.
OF_SOMEBODY = frozenset(
    {
        "projects.diagnostic.recorded", "committee.decision.signed", "agreements.agreement.signed",
        "projects.closure.signed", "projects.termination.signed",
    }
)  # fmt: skip


def told(entries):
    """A history as the monitor reads it; those who sign the same text do so in any order."""
    read = [
        (
            each.kind,
            each.capacity if each.kind in OF_SOMEBODY else "",
            [each.figures.get(name) for name in READ.get(each.kind, ())],
        )
        for each in entries
        if each.kind in charter_watch.WATCHED
    ]
    return [each for _kind, run in itertools.groupby(read, lambda one: one[0]) for each in sorted(run)]


def usual_life(seed, *, is_late):
    """A usual life played by the engine alone; its reports come on the last day, or three days late."""
    life = lives.Life(DRAWN, seed, usual=True)
    life.report_after = timedelta(days=14 + 3 * is_late, hours=12)
    return life.go()


@pytest.fixture
def programme(database, clock):
    return Programme(database, clock).install()


def live(programme, *, is_late):
    """The same life in a database."""
    programme.label()
    programme.plan()
    programme.complete("carry_out_intervention", "expert", programme.work_done("1"), position=0)
    programme.complete("review_accompaniment", "officer", {"complete": True})
    while "final_review" not in programme.steps():
        while "follow_up_report" not in programme.steps():
            with programme.database.start_reading() as work:
                due = timers.next_due(work)
            programme.play_until(due.astimezone(PARIS).date())
        due_on = programme.task("follow_up_report").due_on
        programme.play_until(due_on + timedelta(days=3 * is_late))
        programme.report()
        if programme.today >= programme.project().follow_up_ends_on:
            break
    programme.complete("final_review", "mandatary", REVIEW)
    programme.complete("sign_closure", "chair", {"decision": "sign"})
    with programme.database.start_reading() as work:
        return list(charter_watch.lived(work, programme.case_id))


@pytest.mark.parametrize("is_late", [False, True], ids=["on time", "late"])
def test_a_life_without_a_database_writes_the_history_of_one_with(programme, is_late):
    played = usual_life(1, is_late=is_late)

    assert played.troubles == ()
    assert told(played.records.entries) == told(live(programme, is_late=is_late))


def test_projects_on_the_reference_live_well_and_end_in_every_way():
    seeds = [effort.dice("lives", number).random() for number in range(effort.times(60, 1_000))]
    ends = Counter()

    for seed in seeds:
        played = lives.Life(DRAWN, seed).go()
        assert played.troubles == (), (seed, played.acts)
        ends[played.records.entries[-1].figures["end"]] += 1

    assert set(ends) <= {"closed", "not_pursued", "withdrawn", "terminated"}
    assert len(ends) > 1


@pytest.mark.parametrize("slug", library.slugs())
def test_projects_on_every_basins_variant_live_well(slug):
    drawn = lives.Drawn.of(library.basin(slug).apply(library.reference()))

    for number in range(effort.times(10, 200)):
        seed = effort.dice("lives", slug, number).random()
        played = lives.Life(drawn, seed).go()
        assert played.troubles == (), (seed, played.acts)
