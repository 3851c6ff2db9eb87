"""Projects taken over at any entry live well and end in every way, on every shipped version (D15, D29)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from engine.clock import add_months
from engine.projects import charter_watch, grid
from engine.projects.charter_watch import Happened
from engine.projects.routing import INITIAL_ROUTING
from engine.registry import library
from engine.spiff import entering
from tests import effort
from tests.workflows import lives

ENTRIES = ("awaiting_session", "signing", "follow_up")


class Entered(lives.Instance):
    """A project's own instance, begun at an entry."""

    def begin(self, routing: Mapping[str, Any]) -> None:
        """Start at the entry, and play to the first wait."""
        self.play = entering.entered_play(self.spec, self, dict(routing), self.life.entry)
        self.settle()


class AdoptedLife(lives.Life):
    """A life that began before Alizé, up to thirty months before."""

    def __init__(self, drawn: lives.Drawn, seed: object, entry: str, **more: Any) -> None:
        super().__init__(drawn, seed, **more)
        self.entry = entry
        self.project = Entered(self, drawn.project)
        self.signed_on = add_months(self.today(), -self.dice.choice([0, 1, 5, 11, 17, 18, 20, 30]))
        self.records.outcome = "approved"
        figures = {"entry": entry} | (
            {"effective_on": self.signed_on.isoformat()} if entry == "follow_up" else {}
        )
        self.records.entries.append(Happened(charter_watch.ADOPTED, self.today(), "operator", figures))

    def routing(self) -> dict[str, Any]:
        """What the way to the entry would have left."""
        found: dict[str, Any] = {**INITIAL_ROUTING, "qualification_outcome": "continue"}
        if self.entry != "awaiting_session":
            months = {"follow_up_months": 18, "cadence_months": self.records.cadence_months}
            found |= {"decision_outcome": "approved", "decision_signed": True, **months}
        if self.entry == "follow_up":
            term = grid.ends_on(self.signed_on, 18)
            planned = grid.Grid(self.signed_on, self.records.cadence_months, term)
            found |= {
                "effective_on": self.signed_on.isoformat(), "follow_up_ends_on": term.isoformat(),
                "report_number": planned.first_after(self.today()) - 1,
            }  # fmt: skip
        return found

    def go(self) -> lives.Played:
        """Live until the end from the entry on; give what went wrong."""
        begin = self.project.begin
        self.project.begin = lambda _initial: begin(self.routing())
        return super().go()


def drawn_by() -> dict[str, lives.Drawn]:
    """The reference, and what each basin makes of it, as the engine reads them."""
    reference = library.reference()
    files = {"reference": reference} | {
        slug: library.basin(slug).apply(reference) for slug in library.slugs()
    }
    return {name: lives.Drawn.of(each) for name, each in files.items()}


@pytest.fixture(scope="module")
def drawn() -> dict[str, lives.Drawn]:
    return drawn_by()


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("name", ["reference", *library.slugs()])
def test_projects_taken_over_live_well_and_end(drawn, name, entry):
    ends = Counter()

    for number in range(effort.times(20 if name == "reference" else 5, 300)):
        seed = effort.dice("taken over", name, entry, number).random()
        life = AdoptedLife(drawn[name], seed, entry)
        played = life.go()
        assert played.troubles == (), (seed, life.signed_on, played.acts)
        ends[played.records.entries[-1].figures["end"]] += 1

    assert set(ends) <= {"closed", "not_pursued", "withdrawn", "terminated"}
    assert not (entry == "follow_up" and ends.keys() & {"withdrawn", "not_pursued"})


@pytest.mark.parametrize("months", [0, 17, 20])
def test_a_usual_follow_up_closes_after_its_own_eighteen_months(drawn, months):
    life = AdoptedLife(drawn["reference"], f"usual {months}", "follow_up", usual=True)
    life.signed_on = add_months(life.today(), -months)
    life.records.entries[0].figures["effective_on"] = life.signed_on.isoformat()
    began = life.today()

    played = life.go()

    closed = next(each for each in played.records.entries if each.kind == "projects.closure.signed")
    assert played.troubles == ()
    assert closed.on >= add_months(life.signed_on, 18)
    assert closed.on <= max(add_months(life.signed_on, 19), add_months(began, 5))
    assert [each.kind for each in played.records.entries].count("projects.report.recorded") >= 1


def test_a_monitor_that_forgot_what_was_declared_would_see_it_broken():
    """What the judge says of a life taken over is said of the declaration: without it, everything is wrong."""
    declared = Happened(charter_watch.ADOPTED, date(2026, 1, 5), "operator",
                        {"entry": "follow_up", "effective_on": "2024-05-03"})  # fmt: skip
    rest = [
        Happened("projects.report.recorded", date(2026, 1, 9), "mandatary", {"number": 6, "last_number": 6}),
        Happened("projects.closure.signed", date(2026, 1, 20), "chair"),
        Happened("projects.project.ended", date(2026, 1, 20), "chair", {"end": "closed"}),
    ]
    before = Happened("projects.diagnostic.recorded", date(2026, 1, 5))

    assert charter_watch.breaches([before, declared, *rest]) == []
    assert {each.line for each in charter_watch.breaches([before, *rest])} >= {"prescriber", "agreement"}


def test_a_follow_up_taken_over_is_not_closed_before_its_own_eighteen_months():
    declared = Happened(charter_watch.ADOPTED, date(2026, 1, 5), "operator",
                        {"entry": "follow_up", "effective_on": "2025-05-03"})  # fmt: skip
    ended = Happened("projects.project.ended", date(2026, 6, 20), "chair", {"end": "closed"})

    assert "follow_up" in {each.line for each in charter_watch.breaches([declared, ended])}
