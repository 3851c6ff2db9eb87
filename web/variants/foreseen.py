"""What becomes of running projects that go to another version, as pages tell it beforehand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from engine import clock
from engine.registry import wording
from engine.runtime import version_change
from engine.runtime.opening import folded
from web import work as web_work

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.version_change import Candidate, Prospect
    from engine.spiff.comparing import Refusal
    from engine.variants.published import Listed


@dataclass(frozen=True, slots=True)
class Follows:
    """A delay or a due rule not begun yet, as it is and as it would be, in words."""

    step: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One running project: whether it may move, why not, and what becomes of its dates."""

    id: UUID
    reference: str
    firm: str
    number: int  # Of the version it is on.
    may_move: bool
    is_asked: bool  # It waits for its turn to go to a version, this one or another.
    why: Sequence[str]
    remarks: Sequence[str]
    kept: Sequence[tuple[str, date]]
    begun: Sequence[tuple[str, date]]
    follows: Sequence[Follows]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The running projects that are on another version, by reference."""

    target: Listed
    projects: Sequence[Foreseen]

    def found(self, text: str) -> list[Foreseen]:
        """Those whose firm or reference holds these words, whatever their accents."""
        wanted = folded(text).split()
        return [
            each
            for each in self.projects
            if all(word in folded(f"{each.firm} {each.reference}") for word in wanted)
        ]

    def of(self, case_ids: Iterable[UUID]) -> list[Foreseen]:
        """Those of these that are still to be moved; what has moved or ended meanwhile is left out."""
        wanted = set(case_ids)
        return [each for each in self.projects if each.id in wanted]


def outlook(work: UnitOfWork, *, basin_id: int, target: Listed) -> Outlook:
    """Look at every running project that is on another version; nothing is locked or written.

    Raises what `version_change.preview` does.
    """
    candidates = version_change.candidates(work, basin_id=basin_id, to_version_id=target.id)
    prospects = version_change.preview(
        work, case_ids=[each.case_id for each in candidates], to_version_id=target.id
    )
    return Outlook(
        target,
        [
            foreseen(candidate, prospect)
            for candidate, prospect in zip(candidates, prospects, strict=True)
        ],
    )  # fmt: skip


def foreseen(candidate: Candidate, prospect: Prospect) -> Foreseen:
    """Put what was found into the reader's words, its days in the page's zone."""
    zone, locale = web_work.zone(), web_work.locale()

    def days(dates: Iterable[version_change.Awaited]) -> list[tuple[str, date]]:
        return [(web_work.translated(each.name), clock.local_date(each.due_at, zone)) for each in dates]

    return Foreseen(
        id=candidate.case_id,
        reference=candidate.reference,
        firm=candidate.firm,
        number=candidate.number,
        may_move=prospect.may_move and candidate.asked is None,
        is_asked=candidate.asked is not None,
        why=sentences([*candidate.refusals, *prospect.told]),
        remarks=sentences(prospect.remarks),
        kept=days(prospect.kept),
        begun=days(prospect.begun),
        follows=[
            Follows(
                web_work.translated(each.name),
                wording.delay(each.before, locale),
                wording.delay(each.after, locale),
            )
            for each in prospect.later
        ],
    )  # fmt: skip


def sentences(refusals: Iterable[Refusal]) -> list[str]:
    """What keeps a project back, in the reader's language; the names it speaks of too."""
    return [
        web_work.translated(
            each.template, **{name: web_work.translated(value) for name, value in each.values.items()}
        )
        for each in refusals
    ]


def followed(projects: Iterable[Foreseen]) -> Mapping[Follows, int]:
    """What would follow the new version, and in how many projects, the commonest first."""
    return dict(Counter(each for project in projects for each in project.follows).most_common())
