"""Longwy-Briey: its partnership agreement has ended, its projects go on to their own term."""

from __future__ import annotations

from datetime import timedelta

from engine import clock
from engine.demo import firms
from engine.demo.almanac import working
from engine.demo.life import Life, side_by_side
from engine.demo.stage import Stage, Story

CODE = "LGB"


def stories(stage: Stage) -> list[Story]:
    """Every project of the basin."""
    return [brasserie(stage), saint_roch(stage), plasturgie(stage)]


def brasserie(stage: Stage) -> Story:
    """In its nineteenth month: everything is done, the chair is asked to sign the closure."""
    life = Life.of(stage, CODE, firms.BRASSERIE)
    effective_on = working(life.ago(12, months=18))
    yield from life.labelled(effective_on, missing="Les comptes du dernier exercice.")
    yield from side_by_side(
        life.accompanied(effective_on),
        life.followed(effective_on, numbers=(1, 2, 3, 4, 5), says={3: {"nothing_new": True}}),
        last_report(life),
    )
    yield life.at(life.ago(6))
    life.dossier.final_review(
        jobs_created=3, jobs_sustained=7, may_sponsor=True, relations_continue=True,
        lessons="La moitié des ventes se fait hors du département, trois embauches.",
    )  # fmt: skip


def last_report(life: Life) -> Story:
    """The sixth report arrives on the very day that the eighteen months are over."""
    yield life.exactly(working(life.ago(12)))
    life.report(6)


def saint_roch(stage: Stage) -> Story:
    """Two months without the report, in spite of the call: another mandatary, an amendment being signed."""
    life = Life.of(stage, CODE, firms.SAINT_ROCH)
    due_on = life.ago(60)
    effective_on = clock.add_months(due_on, -6)
    yield from life.labelled(effective_on)
    yield from side_by_side(
        life.accompanied(effective_on),
        life.followed(effective_on, numbers=(1,)),
        called(life),
        replaced(life),
    )


def called(life: Life) -> Story:
    """The officer calls, as the ladder asks."""
    yield life.at(life.ago(60) + timedelta(days=24))
    life.dossier.complete(
        "call_mandatary",
        {
            "reached": True, "summary": "Muté dans une autre usine ; il n’a plus le temps de visiter.",
            "called_on": life.dossier.today.isoformat(),
        },
    )  # fmt: skip


def replaced(life: Life) -> Story:
    """The chair replaces him, as the ladder proposes."""
    yield life.at(life.ago(60) + timedelta(days=48))
    successor = life.basin.people["mandatary2"]
    life.dossier.complete(
        "keep_or_replace",
        {
            "choice": "replace",
            "mandatary_id": str(successor),
            "reason": "Il a quitté l’usine de Mont-Saint-Martin.",
        },
    )
    yield life.at(life.ago(8))
    life.dossier.amend()
    yield life.at(life.ago(5))
    life.dossier.sign("mandatary")


def plasturgie(stage: Stage) -> Story:
    """The basin's agreement has ended; this project is followed all the same, under its own charter."""
    life = Life.of(stage, CODE, firms.PLASTURGIE, mandatary="councillor")
    effective_on = working(life.ago(20, months=7))
    yield from life.labelled(effective_on)
    yield from side_by_side(life.accompanied(effective_on), life.followed(effective_on, numbers=(1, 2)))
