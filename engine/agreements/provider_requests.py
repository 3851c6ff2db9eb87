"""Signatures asked of a provider: asked for in an act, handed over and followed by a tick, then recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import aliased

from engine import errors
from engine.agreements import papers, provider_lines, proving, signatures
from engine.agreements.models import (
    PASSED_ON,
    TO_SIGN,
    Agreement,
    ProviderRequest,
    Signatory,
    Signature,
)
from engine.agreements.providers import Answer, Fetched, Provider, Request, ToBeSigned
from engine.i18n import mark as _
from engine.people.models import Person
from engine.persistence import claims
from engine.persistence.base import new_id, table_of
from engine.projects import documents
from engine.runtime import advance, cases, instances, locking
from engine.runtime.models import Task

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.acts import TaskView

log = structlog.get_logger()

ASKED, SENT = "asked", "sent"
SIGNED, REFUSED, EXPIRED, FAILED = "signed", "refused", "expired", "failed"
GOING_ON = (ASKED, SENT)
LEASE = timedelta(minutes=5)
LOOKED_AT_EVERY = timedelta(minutes=1)
# A provider that does not answer is asked again, each time a little later; nothing handed over is lost.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60))
KIND = "provider_evidence"
REFUSED_THERE = _("Refusé chez le prestataire de signature.")
AT_MOST, LONGEST_FAILURE = 20, 300

asked_for = table_of(ProviderRequest)


class NotAtProvider(errors.Conflict):
    """Cette ligne ne se signe pas chez un prestataire."""


class AskedAlready(errors.Conflict):
    """Cette signature est déjà demandée au prestataire : ouvrez sa page depuis la tâche."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A request that this process alone deals with, until its lease ends."""

    id: UUID
    project_id: UUID
    signatory_id: UUID
    state: str
    reference: str | None
    attempts: int
    lease_ends: datetime


def ask(work: UnitOfWork, task_id: UUID) -> UUID:
    """Ask the provider for the signature of a task, again after it failed or expired; gives its id.

    Raises `locking.TaskNotFound`, `locking.NotYours`, `locking.AlreadyClosed`, `NotAtProvider`,
    `AskedAlready`, `proving.NotPrintedYet`.
    """
    standing_of_actor, locked = locking.lock(work, task_id)
    locking.require_open(standing_of_actor)
    task = standing_of_actor.task
    if not (standing_of_actor.is_officer or task.assignee_id == work.actor.person_id):
        raise locking.NotYours
    instances.require_alive(locked)
    return ask_for(work, task)


def ask_for(work: UnitOfWork, task: TaskView) -> UUID:
    """Write the request of a task; its dossier is locked. Raises as `ask`."""
    lines = provider_lines.lines_of(work, task)
    if task.form != signatures.FORM or not lines or lines[0].line.way != proving.PROVIDER:
        raise NotAtProvider
    for each in lines:
        proving.require_ready(each.text)
    line = lines[0].line
    if provider_lines.latest_of(work, line.id, GOING_ON) is not None:
        raise AskedAlready
    request = ProviderRequest(
        id=new_id(), basin_id=line.basin_id, signatory_id=line.id, project_id=task.case_id,
        provider=proving.PROVIDER, state=ASKED, asked_at=work.now, asked_by=work.actor.person_id, attempts=0,
        next_try_at=work.wall,
    )  # fmt: skip
    work.database.add(request)
    work.record(
        "agreements.provider.asked", chain=task.case_id, subject=request.id, basin_id=line.basin_id,
        person=line.person_id, signed_as=line.capacity,
    )  # fmt: skip
    return request.id


def advance_due(database: Database, provider: Provider, store: Store, *, limit: int = AT_MOST) -> int:
    """Ask what nobody asked yet, hand over what was asked, record what was answered; how many in all.

    Any number of processes may call it: each request is claimed by one.
    """
    done = ask_missing(database)
    for number in range(limit):
        claimed = claim(database)
        if claimed is None:
            return done + number
        follow(database, provider, store, claimed)
    return done + limit


def ask_missing(database: Database) -> int:
    """Ask for the signatures that wait for a provider and that it was never asked for."""
    with database.start_reading() as work:
        found = [(row.id, row.case_id) for row in work.connection.execute(never_asked())]
    for task_id, case_id in found:
        try:
            ask_if_missing(database, task_id, case_id)
        except errors.EngineError as refusal:  # One that cannot be asked keeps no other waiting.
            log.warning("agreements.provider.not_asked", task=str(task_id), reason=refusal.message)
    return len(found)


def ask_if_missing(database: Database, task_id: UUID, case_id: UUID) -> None:
    """Ask for one signature, unless somebody did since it was found missing. Raises as `ask`."""
    with database.start_work() as work:
        cases.lock(work, case_id)
        task = provider_lines.open_task(work, Task.id == task_id)
        if task is not None and provider_lines.of_task(work, task) is None:
            ask_for(work, task)


def count_waiting(work: UnitOfWork) -> int:
    """How many signatures wait for a provider: not asked yet, or not answered."""
    going_on = sa.select(sa.func.count()).where(ProviderRequest.state.in_(GOING_ON))
    return len(work.connection.execute(never_asked()).all()) + work.connection.execute(going_on).scalar_one()


def never_asked() -> sa.Select[UUID, UUID]:
    """The open tasks of lines to be signed at a provider, their file made, that no request is about."""
    line, text = aliased(Signatory), aliased(Agreement)
    # Asked once for all that a task has somebody sign: the request is about the first of its lines.
    asked = (
        sa.select(ProviderRequest.id)
        .join(line, line.id == ProviderRequest.signatory_id)
        .join(text, text.id == line.agreement_id)
        .where(
            ProviderRequest.state != PASSED_ON,
            text.project_id == Task.case_id,
            text.voided_at.is_(None),
            sa.func.coalesce(text.instance_id, text.project_id) == Task.instance_id,
            line.position == Task.position,
        )
        .exists()
    )
    signed = (
        sa.select(Signature.id)
        .where(Signature.signatory_id == Signatory.id, Signature.struck_at.is_(None))
        .exists()
    )
    return (
        sa.select(Task.id, Task.case_id)
        .join(Agreement, Agreement.project_id == Task.case_id)
        .join(Signatory, sa.and_(Signatory.agreement_id == Agreement.id, Signatory.position == Task.position))
        .where(
            Signatory.way == proving.PROVIDER,
            Agreement.state == TO_SIGN,
            Agreement.voided_at.is_(None),
            sa.or_(Agreement.paper_id.is_(None), Agreement.file_hash.is_not(None)),
            sa.func.coalesce(Agreement.instance_id, Agreement.project_id) == Task.instance_id,
            Task.form == signatures.FORM,
            Task.closed_at.is_(None),
            Task.suspended.is_(sa.false()),
            ~asked,
            ~signed,
        )
        .distinct()
        .limit(AT_MOST)
    )


def claim(database: Database) -> Claimed | None:
    """Lease the request that is due since longest."""
    leased = claims.lease_due(database, asked_for, due, lasting=LEASE)
    if leased is None:
        return None
    row = leased.row
    return Claimed(
        row.id, row.project_id, row.signatory_id, row.state, row.reference, row.attempts + 1,
        leased.lease_ends,
    )  # fmt: skip


def due(work: UnitOfWork) -> sa.Select[Any]:
    """What should be looked at now."""
    return (
        sa.select(
            asked_for.c.id, asked_for.c.project_id, asked_for.c.signatory_id, asked_for.c.state,
            asked_for.c.reference, asked_for.c.attempts,
        )
        .where(
            asked_for.c.state.in_(GOING_ON),
            asked_for.c.next_try_at <= work.wall,
            sa.or_(asked_for.c.leased_until.is_(None), asked_for.c.leased_until < work.wall),
        )
        .order_by(asked_for.c.next_try_at, asked_for.c.id)
        .limit(1)
    )  # fmt: skip


def follow(database: Database, provider: Provider, store: Store, claimed: Claimed) -> None:
    """Deal with one request; what could not be done is tried again later, and says why."""
    try:
        if claimed.state == ASKED:
            hand_over(database, provider, store, claimed)
        else:
            conclude(database, store, claimed, provider.fetch(claimed.reference or ""))
    except errors.Unavailable as refusal:
        put_off(database, claimed, refusal.message)
    except errors.EngineError as refusal:
        log.warning("agreements.provider.refused", request=str(claimed.id), reason=refusal.message)
        end(database, claimed, FAILED, failure=refusal.message)
    except Exception as error:
        log.exception("agreements.provider.not_followed", request=str(claimed.id))
        put_off(database, claimed, f"{type(error).__name__}: {error}")


def hand_over(database: Database, provider: Provider, store: Store, claimed: Claimed) -> None:
    """Give the provider what is to be signed, and keep where it is signed."""
    with database.start_reading() as work:
        request = request_of(work, store, claimed)
    if request is None:
        return end(database, claimed, EXPIRED)
    started = provider.start(request)
    with database.start_work() as work:
        written(
            work, claimed, state=SENT, provider=provider.key, reference=started.reference, url=started.url,
            attempts=0, failure=None, leased_until=None, next_try_at=work.wall + LOOKED_AT_EVERY,
        )  # fmt: skip
    return None


def request_of(work: UnitOfWork, store: Store, claimed: Claimed) -> Request | None:
    """What the provider is handed; None when the line is signed no more, or was signed otherwise."""
    task = provider_lines.task_of(work, claimed.project_id, claimed.signatory_id)
    lines = provider_lines.lines_of(work, task) if task else []
    if not lines:
        return None
    person = work.database.get_one(Person, lines[0].line.person_id)
    return Request(
        id=claimed.id,
        title=papers.title_of(lines[0].text, lines[0].text.locale),
        person=person.full_name,
        email=person.email,
        files=tuple(file_of(store, each.text) for each in lines),
    )


def file_of(store: Store, text: Agreement) -> ToBeSigned:
    """The very file that a signature on a text binds; the words of one drawn up before there were files."""
    content = store.read(text.file_hash) if text.file_hash else text.body.encode()
    name = f"{papers.title_of(text, text.locale)}.{'pdf' if text.file_hash else 'txt'}"
    return ToBeSigned(name, content, proving.signed_hash(text))


def conclude(database: Database, store: Store, claimed: Claimed, fetched: Fetched) -> None:
    """Record what a provider answered, the dossier locked first; nothing twice, whoever else fetched it."""
    if fetched.state is Answer.PENDING:
        return look_again(database, claimed)
    if fetched.state is Answer.EXPIRED:
        return end(database, claimed, EXPIRED)
    with database.start_work() as work:
        locked = cases.lock(work, claimed.project_id)
        task = provider_lines.task_of(work, claimed.project_id, claimed.signatory_id)
        is_signed = fetched.state is Answer.SIGNED
        state = EXPIRED if task is None else SIGNED if is_signed else REFUSED
        if not written(work, claimed, state=state, answered_at=work.now, leased_until=None, next_try_at=None):
            return None
        if task is None:
            return None
        record(work, claimed, state)
        proof = kept_proof(work, store, claimed, fetched)
        day = min(fetched.signed_on or work.today(locked.case.zone), work.today(locked.case.zone))
        answers = {
            "answer": "accept" if is_signed else "refuse", "mode": proving.PROVIDER, "signed_on": day,
            "evidence": proof, "reason": None if is_signed else REFUSED_THERE,
        }  # fmt: skip
        advance.complete_task(work, locked, task, answers, occurred_on=day)
    return None


def kept_proof(work: UnitOfWork, store: Store, claimed: Claimed, fetched: Fetched) -> UUID | None:
    """Keep a provider's proof as a document of the project, as it gave it."""
    if not fetched.evidence:
        return None
    added = documents.add(
        work, store, project_id=claimed.project_id, name=f"preuve-{claimed.id.hex}.pdf",
        content=fetched.evidence, kind=KIND,
    )  # fmt: skip
    work.flush_objects()
    work.connection.execute(
        sa.update(ProviderRequest)
        .where(ProviderRequest.id == claimed.id)
        .values(evidence_document_id=added.id)
    )
    return added.id


def record(work: UnitOfWork, claimed: Claimed, state: str) -> None:
    """Tell the project's history what a provider answered."""
    request = work.database.get_one(ProviderRequest, claimed.id, populate_existing=True)
    work.record(
        "agreements.provider.answered", chain=claimed.project_id, subject=claimed.id,
        basin_id=request.basin_id, provider=request.provider, state=state,
    )  # fmt: skip


def look_again(database: Database, claimed: Claimed) -> None:
    """Look later at what nobody has answered; a line signed otherwise is asked of nobody any more."""
    with database.start_work() as work:
        if provider_lines.task_of(work, claimed.project_id, claimed.signatory_id) is None:
            written(work, claimed, state=EXPIRED, answered_at=work.now, leased_until=None, next_try_at=None)
            return
        written(
            work, claimed, attempts=0, failure=None, leased_until=None,
            next_try_at=work.wall + LOOKED_AT_EVERY,
        )  # fmt: skip


def put_off(database: Database, claimed: Claimed, failure: str) -> None:
    """Try again later, for ever: somebody else's server is silent, and the request is good."""
    with database.start_work() as work:
        wait = BACK_OFF[min(claimed.attempts, len(BACK_OFF) - 1)]
        written(
            work, claimed, leased_until=None, failure=failure[:LONGEST_FAILURE], next_try_at=work.wall + wait
        )


def end(database: Database, claimed: Claimed, state: str, *, failure: str | None = None) -> None:
    """Close a request that nobody has anything more to do about."""
    with database.start_work() as work:
        work.head_of(claimed.project_id)
        closed = written(
            work, claimed, state=state, answered_at=work.now, leased_until=None, next_try_at=None,
            failure=failure[:LONGEST_FAILURE] if failure else None,
        )  # fmt: skip
        if closed:
            record(work, claimed, state)


def written(work: UnitOfWork, claimed: Claimed, **values: Any) -> bool:
    """Write on a request's row; False when its lease ended and another process has it."""
    statement = (
        sa.update(ProviderRequest)
        .where(
            ProviderRequest.id == claimed.id,
            ProviderRequest.state == claimed.state,
            ProviderRequest.leased_until == claimed.lease_ends,
        )
        .values(**values)
    )
    return work.connection.execute(statement).rowcount == 1
