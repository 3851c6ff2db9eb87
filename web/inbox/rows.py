"""Tasks as lines of a list: what to do, for which firm, by when, and the next gesture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from engine.committee.session_names import Named
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins
from engine.people.permissions import Permission, Rights
from engine.runtime import inbox
from engine.runtime.acts import TaskView
from forms import catalogue
from forms.choices import SignatoryCapacity, WaitingCause
from web import case_pages, typography
from web.inbox.question import Question

GROUPS = {
    "late": _("En retard"),
    "soon": _("À faire sous 3 jours"),
    "later": _("Plus tard"),
    "waiting": _("En attente d’un tiers"),
}
CAPACITIES = {str(each.value): each.label for each in SignatoryCapacity}
FOR_ANOTHER = _("pour {name}, absent(e) jusqu’au {day}")
BY_ANOTHER = _("{name} la fait jusqu’au {day}")
VERBS = {"claim": "prendre", "release": "rendre"}


@dataclass(frozen=True, slots=True)
class Row:
    """One task of a list, in the reader's words."""

    id: str
    title: str
    url: str
    firm: str
    firm_url: str | None
    reference: str
    basin: str
    due_on: date
    day: str
    due: str
    urgency: str
    awaiting_until: date | None
    awaiting: str | None
    awaiting_day: str
    suspended: bool
    has_draft: bool
    is_mine: bool
    is_to_sign: bool
    stands_in: bool
    stood_in: str | None  # « pour X, absent(e) jusqu’au … », or who does it while the reader is away.
    capacity: str | None  # In which capacity one signs: in two, one signs twice.
    gesture: str | None
    gesture_url: str
    group: str
    minutes: int


class Rows:
    """Describes tasks to one reader; the days and titles that a list says again and again are made once."""

    def __init__(
        self,
        rights: Rights,
        question: Question,
        now: datetime,
        locale: str,
        sessions: Mapping[UUID, Named] | None = None,
        *,
        names: Mapping[UUID, str] | None = None,
    ) -> None:
        self.rights, self.now, self.locale, self.sessions = rights, now, locale, sessions or {}
        self.names = names or {}
        self.filters = question.address("", after=question.after)
        self.today = cache(self._today)
        self.title = cache(lambda text: translate(text, locale))
        self.due = cache(lambda due, today: typography.due_in_words(due, today, locale))
        self.day = cache(lambda day, today: typography.day_in_words(day, locale, today=today))
        self.sees = cache(self._sees)

    def of(self, view: TaskView, *, has_draft: bool = False) -> Row:
        """Describe one task."""
        today = self.today(view.basin_id)
        known = self.rights.places.get(view.basin_id)
        until = view.awaiting_until if view.awaiting and not view.suspended else None
        until = until if until and until >= today else None
        is_mine = view.assignee_id == self.rights.person_id
        takes_turns = view.pool and not view.personal and not view.suspended and not self.stands_in(view)
        gesture = None if not takes_turns else "release" if is_mine else "claim"
        identifier = str(view.id)
        url = f"/taches/{identifier}"
        return Row(
            id=identifier,
            title=self.title(view.title),
            url=url,
            firm=case_pages.name(view.firm, view.reference, self.locale, self.sessions.get(view.case_id)),
            firm_url=case_pages.address(view.case_id, view.reference)
            if self.sees(view.basin_id, view.case_id)
            else None,
            reference=view.reference,
            basin=known.name if known else "",
            due_on=view.due_on,
            day=self.day(view.due_on, today),
            due=self.due(view.due_on, today),
            urgency=typography.urgency(view.due_on, today),
            awaiting_until=until,
            awaiting=self.title(cause_of(view)) if until else None,
            awaiting_day=self.day(until, today) if until else "",
            suspended=view.suspended,
            has_draft=has_draft,
            is_mine=is_mine,
            # Whoever presides that day signs it: it is shown to them alone, and nobody takes it.
            is_to_sign=view.personal and view.pool and view.assignee_id is None,
            stands_in=self.stands_in(view),
            stood_in=self.stood_in(view),
            capacity=self.title(CAPACITIES[view.capacity]) if view.capacity in CAPACITIES else None,
            gesture=gesture,
            gesture_url=f"{url}/{VERBS[gesture]}{self.filters}" if gesture else "",
            group="waiting" if view.suspended else inbox.group_of(view, today=today),
            minutes=catalogue.form(view.form).minutes,
        )

    def stands_in(self, view: TaskView) -> bool:
        """Whether the reader does it for somebody: it is theirs, and nobody takes it."""
        return view.substitute_id == self.rights.person_id

    def stood_in(self, view: TaskView) -> str | None:
        """For whom the reader does a task, or who does it for them, and until when; None for most."""
        if view.substitute_id is None or view.substitute_until is None:
            return None
        is_for_another = self.stands_in(view)
        name = self.names.get(view.assignee_id if is_for_another else view.substitute_id, "")  # type: ignore[arg-type]
        text = FOR_ANOTHER if is_for_another else BY_ANOTHER
        day = typography.long_date(view.substitute_until, self.locale)
        return typography.elided(translate(text, self.locale, name=name, day=day), name)

    def _today(self, basin_id: int) -> date:
        """The day in the task's basin: lateness is that of its place, not of the reader's."""
        known = self.rights.places.get(basin_id)
        return self.now.astimezone(known.zone if known else basins.NATIONAL_ZONE).date()

    def _sees(self, basin_id: int, case_id: UUID) -> bool:
        return self.rights.allows(Permission.SEE_PROJECT, basin_id=basin_id, case_id=case_id)


def cause_of(view: TaskView) -> str:
    """Whom a task waits for, as a marked text; a code of an older list as it is."""
    causes = {str(cause.value): cause.label for cause in WaitingCause}
    return causes.get(view.awaiting or "", view.awaiting or "")


def grouped(rows: list[Row], *, more: bool) -> list[tuple[str, str, str, list[Row]]]:
    """Rows by urgency: (key, label, how many, rows); « + » where the next page goes on with a group."""
    by_group: dict[str, list[Row]] = {key: [] for key in GROUPS}
    for row in rows:
        by_group[row.group].append(row)
    last = max((row.due_on for row in rows), default=None)
    found = []
    for key, label in GROUPS.items():
        here = by_group[key]
        if here:
            goes_on = more and (key == "waiting" or here[-1].due_on == last)
            found.append((key, label, f"{len(here)}+" if goes_on else str(len(here)), here))
    return found


def people_of(found: Iterable[TaskView]) -> set[UUID]:
    """Those whom lines name: who is away and who stands in; nobody for most lists."""
    stood_in = [each for each in found if each.substitute_id is not None]
    return {person for each in stood_in for person in (each.assignee_id, each.substitute_id) if person}
