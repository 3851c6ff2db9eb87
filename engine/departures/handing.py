"""Hand over all that somebody holds, in one act: checked line by line, done whole or not at all."""

# The check is the act itself, undone: what would be refused is what is refused. One unit of work does all:
# killed half-way, nothing was done, and it is asked again.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import orjson
import sqlalchemy as sa

from engine import errors
from engine.departures import holdings
from engine.departures.holdings import Holding, What
from engine.i18n import mark as _
from engine.operations.file_acts import FILE_ACTS
from engine.outbox import notify
from engine.people import accounts, assignments, basins, giving, holders, permissions, persons
from engine.people.models import Role
from engine.people.permissions import Permission
from engine.persistence import history
from engine.runtime import cases, passing_on

if TYPE_CHECKING:
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import Actor, UnitOfWork

HANDED_OVER = "people.person.handed_over"
TOLD_ONCE = frozenset({"task_reassigned", "task_taken_over", "handed_over"})


class ClosedTaker(errors.NotAllowed):
    """Le compte de cette personne est fermé : choisissez quelqu’un d’autre."""


class Himself(errors.NotAllowed):
    """C’est la personne qui part : choisissez quelqu’un d’autre."""


class RolesAreGiven(errors.NotAllowed):
    """Un rôle se confie par l’administration : laissez cette ligne, ou demandez-le-lui."""


class NoMoreTheirs(errors.Conflict):
    """Quelqu’un d’autre l’a confié entre-temps : cette ligne n’est plus à cette personne."""


class NothingLeft(errors.Conflict):
    """Tout ce que vous avez choisi a été confié entre-temps par quelqu’un d’autre : la liste est à jour."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line, who takes it (None: it stays), and why it cannot be, when it cannot."""

    holding: Holding
    taker_id: UUID | None
    refusal: errors.EngineError | None = None


class CannotAllBeHandedOver(errors.Conflict):
    """Rien n’a été confié : des lignes ne peuvent pas l’être ainsi."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        super().__init__(None)
        self.outcomes = list(outcomes)


class _Undone(Exception):
    """The check is over: nothing of it is kept."""


def check(
    database: Database, actor: Actor, person_id: UUID, takers: Mapping[str, UUID], *, reason: str, locale: str
) -> list[Outcome]:
    """Do it all and undo it: what each line would come to. Raises as `hand_over` before any line."""
    found: list[Outcome] = []
    with suppress(_Undone), database.start_work(actor, locale=locale) as work:
        found = _each(work, person_id, takers, reason)
        raise _Undone
    return found


def hand_over(work: UnitOfWork, person_id: UUID, takers: Mapping[str, UUID], *, reason: str) -> list[Outcome]:
    """Hand each line named in `takers` (by its key) to somebody; what is not named stays.

    Each who takes something gets one mail with the list. Raises `CannotAllBeHandedOver` with every
    line’s reason, `permissions.MissingPermission`, and `errors.InvalidAnswers` on `reason` or `taker`.
    """
    outcomes = _each(work, person_id, takers, reason)
    if any(each.refusal is not None for each in outcomes):
        raise CannotAllBeHandedOver(outcomes)
    done = [each for each in outcomes if each.taker_id is not None]
    work.record(
        HANDED_OVER, chain=person_id, subject=person_id, content={"reason": reason.strip()},
        lines=[_line(each) | {"to": str(each.taker_id)} for each in done],
    )  # fmt: skip
    tell(work, done)
    return outcomes


def _each(work: UnitOfWork, person_id: UUID, takers: Mapping[str, UUID], reason: str) -> list[Outcome]:
    permissions.require_may_manage(work, person_id)
    if not reason.strip():
        raise errors.InvalidAnswers({"reason": [_("Indiquez pourquoi : un départ, un changement de poste.")]})
    if not takers:
        raise errors.InvalidAnswers({"taker": [_("Choisissez à qui confier au moins une ligne.")]})
    cannot = _lock(work, [each for each in holdings.of_person(work, person_id) if each.key in takers], takers)
    found = holdings.of_person(work, person_id)  # What was read before the locks proves nothing.
    if not any(each.key in takers for each in found):
        raise NothingLeft
    cannot[person_id] = Himself()
    outcomes = []
    with notify.left_out(work, TOLD_ONCE):
        for each in found:
            taker_id = takers.get(each.key)
            refusal = None if taker_id is None else _try(work, each, taker_id, cannot.get(taker_id), reason)
            outcomes.append(Outcome(each, taker_id, refusal))
    return outcomes


def _lock(
    work: UnitOfWork, found: Sequence[Holding], takers: Mapping[str, UUID]
) -> dict[UUID, errors.EngineError]:
    """Lock dossiers, basins and the takers’ accounts, as a closing does; why some may take nothing."""
    for case_id in sorted({each.case_id for each in found if each.case_id is not None}):
        cases.lock(work, case_id)
    for basin_id in sorted({each.basin_id for each in found if each.basin_id and each.what is What.ROLE}):
        basins.lock(work, basin_id)
    wanted = set(takers.values())
    locked = accounts.lock(work, wanted)
    known = persons.several(work, wanted)
    cannot: dict[UUID, errors.EngineError] = {
        each: ClosedTaker() for each, account in locked.items() if account.disabled_at is not None
    }
    return cannot | {each: persons.UnknownPerson() for each in wanted - set(known)}


def _try(
    work: UnitOfWork, holding: Holding, taker_id: UUID, known: errors.EngineError | None, reason: str
) -> errors.EngineError | None:
    if known is not None:
        return known
    try:
        HANDS[holding.what](work, holding, taker_id, reason)
        work.flush()
    except errors.EngineError as refusal:
        return refusal
    return None


def give_role(work: UnitOfWork, holding: Holding, taker_id: UUID, reason: str) -> None:
    """End a role and give it to somebody, for the days that were left; whoever gives roles does.

    Somebody who holds it already keeps it as they do. Raises `accounts.NoAccount`.
    """
    ruled = permissions.permissions_of(work, work.actor.person_id).basins_with(Permission.MANAGE_ROLES)
    if ruled is not None and holding.basin_id not in ruled:
        raise RolesAreGiven
    accounts.find(work, taker_id)  # A basin, or the installation, would be left to nobody who signs in.
    assignments.end(work, holding.id, reason=reason)
    role, today = Role(holding.role), basins.today(work, holding.basin_id)
    start = today if holding.since is None else max(today, holding.since)
    try:
        if holding.basin_id is None:
            assignments.assign(
                work, role=role, basin_id=None, person_id=taker_id, from_date=start, until=holding.until
            )
        else:
            giving.give(
                work, role=role, basin_id=holding.basin_id, person_id=taker_id,
                organisation_id=holding.organisation_id, guest=holding.guest, from_date=start,
                until=holding.until,
            )  # fmt: skip
    except assignments.AlreadyHeld as taken:
        if taken.details.get("who") != taker_id:
            raise
    permissions.forget(work)


def give_part(work: UnitOfWork, holding: Holding, taker_id: UUID, reason: str) -> None:
    """Replace whoever has a part, or is to sign, by the act of the project’s page."""
    case_id = _of_project(work, holding, Permission.REPLACE_PERSON)
    answers = {"part_id": holding.id, "person_id": taker_id, "reason": reason}
    FILE_ACTS["person_replacement"](work, case_id, answers)


def give_mandate(work: UnitOfWork, holding: Holding, taker_id: UUID, reason: str) -> None:
    """Replace a mandatary: the chair alone does (D19). Raises `NoMoreTheirs` when another has it by now."""
    if holding.case_id is None or holding.basin_id is None:
        raise errors.NotFound
    cases.lock(work, holding.case_id)
    on = basins.today(work, holding.basin_id)
    now = holders.holder(work, role=Role.MANDATARY, case_id=holding.case_id, on=on)
    if now is None or now.id != holding.id:
        raise NoMoreTheirs
    answers = {"mandatary_id": taker_id, "reason": reason}
    FILE_ACTS["mandatary_replacement"](work, holding.case_id, answers)


def give_task(work: UnitOfWork, holding: Holding, taker_id: UUID, reason: str) -> None:
    """Pass a task that somebody had taken to another holder of its role."""
    del reason
    _of_project(work, holding, Permission.DELEGATE)
    passing_on.pass_on(work, task_id=holding.id, former=holding.person_id, to=taker_id)


def _of_project(work: UnitOfWork, holding: Holding, permission: Permission) -> UUID:
    """The project of a line; whoever gives the basin’s roles may hand over what goes with them."""
    if holding.case_id is None:
        raise errors.NotFound
    rights = permissions.permissions_of(work, work.actor.person_id)
    if not rights.allows(Permission.MANAGE_ROLES, basin_id=holding.basin_id):
        permissions.require(work, permission, basin_id=holding.basin_id, case_id=holding.case_id)
    return holding.case_id


HANDS = {
    What.ROLE: give_role,
    What.PART: give_part,
    What.MANDATE: give_mandate,
    What.SIGNATURE: give_part,
    What.TASK: give_task,
}


def _line(outcome: Outcome) -> dict[str, str]:
    """A line as history and a mail keep it: codes, references and identifiers."""
    found = outcome.holding
    return {"what": found.what.value, "role": found.role, "reference": found.reference}


def tell(work: UnitOfWork, done: Sequence[Outcome]) -> None:
    """Write once to each who takes something, with the list, but to whoever does it."""
    by_taker: dict[UUID, list[Outcome]] = {}
    for each in done:
        if each.taker_id is not None and each.taker_id != work.actor.person_id:
            by_taker.setdefault(each.taker_id, []).append(each)
    notify.post(
        work,
        [
            notify.row(
                work, kind="holdings_taken", recipient_id=taker_id, basin_id=lines[0].holding.basin_id,
                data={"lines": [_line(each) for each in lines], "path": "/taches"},
            )
            for taker_id, lines in sorted(by_taker.items())
        ],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handed:
    """A line of a report: what was handed over, on which project, to whom, and when."""

    at: datetime
    what: What
    role: str
    reference: str
    taker_id: UUID


def report(work: UnitOfWork, person_id: UUID) -> list[Handed]:
    """What was handed over of somebody, the latest first, as their history keeps it."""
    table = history.history
    rows = work.connection.execute(
        sa.select(table.c.recorded_at, table.c.data)
        .where(table.c.chain_id == person_id, table.c.kind == HANDED_OVER)
        .order_by(table.c.number.desc())
    )
    return [
        Handed(at, What(line["what"]), line["role"], line["reference"], UUID(line["to"]))
        for at, data in rows
        for line in orjson.loads(data)["lines"]
    ]
