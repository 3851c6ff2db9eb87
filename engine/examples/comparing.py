"""The example of each current parameter, as the basin has it and as it would be with another value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.examples import advancing, following, ladder, quiet, sitting, voting, writing
from engine.examples.showing import Example, Line, Place
from engine.i18n import mark as _
from engine.people import basins
from engine.registry import current, parameters
from engine.registry.parameters import LADDER
from engine.registry.wording import Said

if TYPE_CHECKING:
    from engine.examples.showing import Value
    from engine.persistence.unit_of_work import UnitOfWork

NO_MORE = _("n’y est plus")
# Every current parameter has its example: a test holds this table to the table of parameters.
EXAMPLES: Mapping[str, Callable[[Place], Example]] = {
    "follow_up.months": following.months,
    "follow_up.cadence_months": following.cadence,
    "follow_up.nothing_new_in_a_row": following.nothing_new,
    **dict.fromkeys((*LADDER, "ladder.keep_again", "ladder.replaced"), ladder.late_report),
    "calendar.quiet_periods": quiet.periods,
    "committee.notice_days": sitting.notice,
    "committee.decision_mode": voting.mode,
    "committee.quorum_percent": voting.quorum,
    "committee.majority": voting.majority,
    "committee.casting_vote": voting.casting,
    "committee.proxies_each": voting.proxies,
    "committee.prescriber_apart": voting.apart,
    "committee.written_consultation": sitting.written,
    "signature.agreement": writing.ways,
    "signature.annex": writing.ways,
    "documents.language": writing.language,
    "committee.chair_alone_days": sitting.alone,
    "amendment.signed_by": writing.amended_by,
    "perimeter.communes": writing.perimeter,
    "advance.enabled": advancing.largest,
    "advance.floor_cents": advancing.smallest,
    "advance.ceiling_cents": advancing.largest,
    "advance.max_months": advancing.largest,
    "advance.requires_skills": advancing.without_skills,
    "jobs.required": advancing.without_jobs,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of an example, with what it is today where the value tried changes it."""

    line: Line
    before: Value | None = None
    is_own: bool = False  # A line that the parameter itself sets.
    is_new: bool = False  # Nothing of today tells the same thing.


@dataclass(frozen=True, slots=True)
class Compared:
    """What a value gives, each line beside what it gives today; `is_tried` when it is not today's."""

    example: Example
    rows: Sequence[Row]
    is_tried: bool = False


def compared(work: UnitOfWork, *, basin_id: int, key: str, value: object = None) -> Compared:
    """What a current parameter gives; with a value, what that one would give, read in a unit that only looks.

    Raises `current.UnknownParameter`, `current.ChangesWithVersion`, and `InvalidAnswers` on `value` when it
    may not be chosen.
    """
    if current.find(key).kind is parameters.Kind.PUBLISHED:
        raise current.ChangesWithVersion(key=key)
    place = Place(work, basin_id, basins.today(work, basin_id))
    today = EXAMPLES[key](place)
    if value is None or current.plain(value) == current.plain(place.value(key)):
        return Compared(today, [Row(each, is_own=each.of == key) for each in today.lines])
    current.require_possible(work, basin_id, key, value)
    basins.suppose(work, basin_id, key, current.plain(value))
    tried = EXAMPLES[key](place)
    return Compared(tried, list(rows(tried, today, key)), is_tried=True)


def rows(tried: Example, today: Example, key: str) -> Iterator[Row]:
    """The lines of what is tried, each beside the one of today that tells the same thing.

    Those that the parameter itself sets and that are told no more come last.
    """
    before = {str(each.label): each for each in today.lines}
    for each in tried.lines:
        known, is_own = before.pop(str(each.label), None), each.of == key
        is_other = known is not None and known.value != each.value
        yield Row(each, known.value if known and is_other else None, is_own, is_own and known is None)
    for each in before.values():
        if each.of == key:
            yield Row(Line(each.label, Said(NO_MORE)), each.value, is_own=True)
