"""Rehearse a variant from its first day to its last, or to the choice that is waited for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from engine import clock as clocks
from engine.operations.lent import domain
from engine.people import calendars
from engine.rehearsal import stage as stages
from engine.rehearsal.acting import Acting
from engine.rehearsal.deciding import ChoiceAwaited, Decider
from engine.rehearsal.mailbox import Mailbox
from engine.rehearsal.pacing import Pacing
from engine.rehearsal.playing import Playing, Stopped
from engine.rehearsal.setting import MOST_MONTHS, Choices, Ending, Place
from engine.rehearsal.sittings import Sittings
from engine.rehearsal.stage import Stage
from engine.rehearsal.telling import Teller
from engine.rehearsal.told import Rehearsal
from engine.rehearsal.trail import Drawn, Trail, drawn

MONTHS = 24


def play(
    files: Mapping[str, bytes],
    place: Place,
    choices: Choices,
    *,
    starts_on: date,
    months: int = MONTHS,
    seed: int = 1,
) -> Rehearsal:
    """Play a project's life on these diagrams, in memory; the same seed gives the same life.

    What refuses to go on is told in a sentence, never raised; diagrams that cannot be read raise what
    the reader does. Nothing is shared with any installation: not its database, its clock, its mail.
    """
    on_stage = stages.raise_curtain(files, place, starts_on=starts_on)
    try:
        playing = made_ready(on_stage, drawn(files), choices, starts_on=starts_on, seed=seed)
        return played(playing, starts_on=starts_on, months=min(max(months, 1), MOST_MONTHS))
    finally:
        on_stage.close()


def made_ready(stage: Stage, diagrams: Drawn, choices: Choices, *, starts_on: date, seed: int) -> Playing:
    """Put together whoever acts, whoever decides, and what remembers."""
    trail, decider = Trail(), Decider(choices, seed)
    lent = domain()
    stage.database.domain = replace(lent, operations=trail.watching(lent.operations))
    with stage.database.start_reading() as work:
        calendar = calendars.calendar_of(work, stage.basin_id)
    acting, pacing = Acting(stage, decider), Pacing(stage, decider, calendar, starts_on)
    playing = Playing(
        stage, acting, decider, pacing, Sittings(stage, acting, pacing), trail, diagrams, Mailbox(stage)
    )
    if choices.ending is not Ending.NONE:
        ends_on = playing.pacing.working(clocks.add_months(starts_on, max(choices.ending_after, 0)))
        playing.ending_at = stage.at(ends_on, 11, 5)
    return playing


def played(playing: Playing, *, starts_on: date, months: int) -> Rehearsal:
    """Play to the end, and tell."""
    until = clocks.add_months(starts_on, months)
    stopped, awaited = None, None
    try:
        playing.begin(starts_on)
        playing.go_on(playing.stage.at(until, 23, 59))
    except Stopped as refusal:
        stopped = refusal
    except ChoiceAwaited as choice:
        awaited = choice
    return Teller(playing).told(starts_on, until, stopped=stopped, awaited=awaited)
