"""What the address of a rehearsal asks: read whatever it holds, and written again for the next link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.rehearsal.deciding import BY_KEY, DECIDING
from engine.rehearsal.setting import MOST_DECIDED, MOST_MONTHS, Choices, Ending, Otherwise, Pace

START, MONTHS, PACE, OTHERWISE, SEED = "debut", "mois", "rythme", "sinon", "hasard"
ENDING, ENDING_AFTER, DECIDED, PLAYED = "fin", "fin-apres", "choix", "jouer"
OUTCOME = "issue-"
USUAL_MONTHS, USUAL_SEED, USUAL_AFTER = 24, 1, 2
LARGEST_SEED = 9_999
# What most rehearsals ask for, in the order of a project's life.
PROPOSED = (
    "qualification_outcome", "completeness_outcome", "decision_outcome", "mandate_accepted", "signature",
    "report", "mandatary_choice", "accompaniment_complete", "closure_signed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A rehearsal as its address asks for it."""

    starts_on: date
    months: int = USUAL_MONTHS
    pace: Pace = Pace.ON_TIME
    otherwise: Otherwise = Otherwise.USUAL
    seed: int = USUAL_SEED
    ending: Ending = Ending.NONE
    ending_after: int = USUAL_AFTER
    outcomes: Mapping[str, str] = field(default_factory=dict)
    decided: tuple[str, ...] = ()
    is_played: bool = False

    @property
    def choices(self) -> Choices:
        """What is chosen beforehand."""
        return Choices(
            outcomes=self.outcomes, otherwise=self.otherwise, pace=self.pace, ending=self.ending,
            ending_after=self.ending_after, decided=self.decided,
        )  # fmt: skip

    def arguments(self, **more: object) -> dict[str, str]:
        """The same as the arguments of an address, with others; one that is None is left out."""
        found: dict[str, object] = {
            START: self.starts_on.isoformat(), MONTHS: self.months, PACE: self.pace.value,
            OTHERWISE: self.otherwise.value, SEED: self.seed, ENDING: self.ending.value or None,
            ENDING_AFTER: self.ending_after if self.ending else None,
            DECIDED: ",".join(self.decided) or None, PLAYED: "1",
            **{f"{OUTCOME}{key}": value for key, value in self.outcomes.items()},
        }  # fmt: skip
        return {name: str(value) for name, value in {**found, **more}.items() if value is not None}


def read(sent: Mapping[str, Any], today: date) -> Asked:
    """Read an address; what is missing or makes no sense has its usual value."""
    said = {each.key: str(sent.get(f"{OUTCOME}{each.key}", ""))[:40] for each in DECIDING}
    outcomes = {key: value for key, value in said.items() if value}
    decided = tuple(each for each in str(sent.get(DECIDED, "")).split(",") if each)[:MOST_DECIDED]
    return Asked(
        starts_on=day(sent.get(START), today),
        months=number(sent.get(MONTHS), USUAL_MONTHS, least=1, most=MOST_MONTHS),
        pace=Pace(known(sent.get(PACE), Pace, Pace.ON_TIME)),
        otherwise=Otherwise(known(sent.get(OTHERWISE), Otherwise, Otherwise.USUAL)),
        seed=number(sent.get(SEED), USUAL_SEED, least=0, most=LARGEST_SEED),
        ending=Ending(known(sent.get(ENDING), Ending, Ending.NONE)),
        ending_after=number(sent.get(ENDING_AFTER), USUAL_AFTER, least=0, most=MOST_MONTHS),
        outcomes=outcomes,
        decided=decided,
        is_played=bool(sent.get(PLAYED)),
    )


def day(text: object, otherwise: date) -> date:
    """A day of this century, or another."""
    try:
        found = date.fromisoformat(str(text))
    except ValueError:
        return otherwise
    return found if 2000 <= found.year <= 2090 else otherwise


def number(text: object, otherwise: int, *, least: int, most: int) -> int:
    """A number within bounds."""
    written = str(text or "")
    if not (written.isascii() and written.isdecimal()) or len(written) > 5:
        return otherwise
    return min(max(int(written), least), most)


def known(text: object, values: type[Any], otherwise: str) -> str:
    """One of a list's values."""
    written = str(text or "")
    return written if written in {each.value for each in values} else otherwise


def proposed() -> list[Any]:
    """The choices that the form proposes beforehand."""
    return [BY_KEY[key] for key in PROPOSED]
