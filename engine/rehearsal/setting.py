"""What a rehearsal is asked to play: where, from when, at which pace, with which outcomes."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from engine.i18n import mark as _

MOST_MONTHS = 60
MOST_DECIDED = 400


@dataclass(frozen=True, slots=True)
class Place:
    """The basin that is imagined: its name and calendar are the real one's, its people are not.

    `current` holds the values of its current parameters (quiet periods, ladder, cadence…), `published`
    those that its diagrams were made with.
    """

    name: str
    code: str
    zone: str = "Europe/Paris"
    territory: str = "FR"
    charter_version: str = "2010"
    current: Mapping[str, Any] = field(default_factory=dict)
    published: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clock_zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.zone)


class Pace(enum.StrEnum):
    """How soon people do what is asked of them."""

    ON_TIME = "on_time"
    LATE = "late"
    REPORTS_LATE = "reports_late"
    RANDOM = "random"


PACES: Mapping[Pace, str] = {
    Pace.ON_TIME: _("Chacun à temps"),
    Pace.REPORTS_LATE: _("Les comptes rendus en retard, le reste à temps"),
    Pace.LATE: _("Tout en retard"),
    Pace.RANDOM: _("Au hasard"),
}


class Otherwise(enum.StrEnum):
    """What becomes of a choice that was not said beforehand."""

    USUAL = "usual"
    RANDOM = "random"
    ASK = "ask"


OTHERWISE: Mapping[Otherwise, str] = {
    Otherwise.USUAL: _("Comme d’habitude"),
    Otherwise.RANDOM: _("Au hasard"),
    Otherwise.ASK: _("Je choisis au fur et à mesure"),
}


class Ending(enum.StrEnum):
    """What may put an end to a project from outside its steps."""

    NONE = ""
    WITHDRAWAL = "withdrawal"
    TERMINATION = "termination"


ENDINGS: Mapping[Ending, str] = {
    Ending.NONE: _("Non"),
    Ending.WITHDRAWAL: _("L’entreprise se retire"),
    Ending.TERMINATION: _("Une fin anticipée est demandée"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen beforehand, and how the rest is settled.

    `outcomes` gives an answer by choice (`decision_outcome` → `adjourned`): it is the first one given at
    that step; asked again, the step has its usual outcome. `decided` are the answers given so far, in
    order, where choices are asked for one by one; what follows them is settled `otherwise`. `ending`
    happens `ending_after` months after the start.
    """

    outcomes: Mapping[str, str] = field(default_factory=dict)
    otherwise: Otherwise = Otherwise.USUAL
    pace: Pace = Pace.ON_TIME
    ending: Ending = Ending.NONE
    ending_after: int = 2
    decided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One rehearsal to play: the diagrams, where, what is chosen, from when, how long, with which chances."""

    files: dict[str, bytes]
    place: Place
    choices: Choices
    starts_on: date
    months: int = 24
    seed: int = 1
