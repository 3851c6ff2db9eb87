"""Make the papers that are due: claim, gather, typeset, check, seal, keep, record."""

# A paper is claimed by a lease, made outside any transaction, kept under its hash, then recorded. A process
# that dies anywhere leaves the lease to run out, and the paper is made again: typesetting is repeatable, a
# second seal differs, but one row is written, by whoever still holds the lease. What the other kept is a
# file nobody asks for. Leases and retries follow the machine's clock (D6).

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog

from engine import errors
from engine.documents import requests
from engine.documents.models import Paper, State, is_requested, paper
from engine.documents.store import digest_of
from engine.documents.workshop import NOTHING, Certificate, Inspected, SealWaits, TsaUnreadable, Workshop
from engine.persistence import claims

if TYPE_CHECKING:
    from engine.documents.store import Store
    from engine.persistence.database import Database
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.settings import Settings

log = structlog.get_logger()

AT_MOST = 10
LEASE = timedelta(minutes=10)
# Six attempts over some five hours; then somebody must look.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
SEAL_WAITS = timedelta(hours=1)
TRIES = 4  # Each waits five seconds for its turn: a paper that is made is worth some of them.
LONGEST_FAILURE = 500
LONG_ENOUGH = 300  # Pages: no document of ours has more.
NEVER_RECORDED = "no outcome could be recorded"


class UnknownKind(errors.EngineError):
    """Aucun modèle n’est prévu pour ce genre de document : « {kind} »."""


class Unfit(errors.EngineError):
    """Le document composé n’est pas ce qui était demandé ({reason})."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a paper is made of, read in one go: plain values, and the files that go with them.

    `template` carries its number: « agreement@1 ». `data` holds at least `date` (YYYY-MM-DD), the day printed
    on the document; the paper's language and whether it is a specimen are added to it, and the `code` it may
    have, a path of ours, becomes a whole address. `attachments` are joined as they are, `from_store` by the
    hash under which they are kept.
    """

    template: str
    data: Mapping[str, Any]
    standard: str = "a-2a+ua-1"
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    from_store: Mapping[str, str] = field(default_factory=dict)
    most_pages: int = LONG_ENOUGH
    is_sealed: bool = False
    reason: str = ""  # What the seal says it was put on for, and where.
    place: str = ""


Gather = Callable[["UnitOfWork", Paper], Sheet]


def nobody_is_told(work: UnitOfWork, waiting: Paper, refusal: SealWaits) -> None:
    """Tell nobody that a paper waits for its seal."""


def nothing_follows(work: UnitOfWork, made: Paper) -> None:
    """Let nothing follow from a paper that is made."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the domain lends: who gathers what a kind is made of, and what follows once it is made.

    `made` runs in the act that records the paper, its dossier locked: it binds the file to what is signed.
    `waits` is told of each attempt at a seal that cannot be put on.
    """

    gather: Mapping[str, Gather]
    made: Callable[[UnitOfWork, Paper], None] = nothing_follows
    waits: Callable[[UnitOfWork, Paper, SealWaits], None] = nobody_is_told


@dataclass(frozen=True, slots=True)
class Press:
    """What papers are made with."""

    settings: Settings
    workshop: Workshop
    store: Store
    hooks: Hooks


@dataclass(frozen=True, slots=True)
class Claimed:
    """A paper that this process alone makes, until its lease ends."""

    paper_id: UUID
    chain_id: UUID
    locale: str
    attempts: int  # This one included.
    failure: str | None  # Of the attempt before.
    lease_ends: datetime

    @property
    def is_mine(self) -> sa.ColumnElement[bool]:
        """The row, as long as nobody else has claimed or concluded it."""
        return sa.and_(paper.c.id == self.paper_id, is_requested, paper.c.leased_until == self.lease_ends)

    @property
    def is_last(self) -> bool:
        """Whether no attempt follows this one."""
        return self.attempts > len(BACK_OFF)


def make_due(
    database: Database,
    settings: Settings,
    workshop: Workshop,
    store: Store,
    hooks: Hooks,
    *,
    limit: int = AT_MOST,
) -> int:
    """Make at most `limit` papers that are due; gives how many were dealt with, failures included.

    Any number of processes may call it: each paper is claimed by one, and made once.
    """
    press = Press(settings, workshop, store, hooks)
    for number in range(limit):
        claimed = claim(database)
        if claimed is None:
            return number
        make(database, press, claimed)
    return limit


def claim(database: Database) -> Claimed | None:
    """Lease the paper that is due since longest."""
    leased = claims.lease_due(database, paper, due, lasting=LEASE)
    if leased is None:
        return None
    row = leased.row
    return Claimed(row.id, row.chain_id, row.locale, row.attempts + 1, row.failure, leased.lease_ends)


def due(work: UnitOfWork) -> sa.Select[Any]:
    """What should be made now: `<=`, never `=`, so that a missed tick loses nothing."""
    return (
        sa.select(paper.c.id, paper.c.chain_id, paper.c.locale, paper.c.attempts, paper.c.failure)
        .where(
            is_requested,
            claims.is_over(paper.c.next_try_at, work.wall, at_most=BACK_OFF[-1]),
            claims.is_free(paper.c.leased_until, work.wall, lasting=LEASE),
        )
        .order_by(paper.c.next_try_at, paper.c.requested_at, paper.c.id)
        .limit(1)
    )


def make(database: Database, press: Press, claimed: Claimed) -> None:
    """Make one paper and write what became of it; a failure to write that is left to the lease's end."""
    try:
        insist(attempt(database, press, claimed))
    except Exception:
        log.exception("documents.paper.not_recorded", paper=str(claimed.paper_id))


def attempt(database: Database, press: Press, claimed: Claimed) -> Callable[[], None]:
    """Make one paper; gives what is to be written about it."""
    if claimed.attempts > len(BACK_OFF) + 1:  # As many processes died making it, and could say nothing.
        return partial(put_off, database, claimed, claimed.failure or NEVER_RECORDED)
    try:
        made = produced(database, press, claimed)
        insist(partial(conclude, database, press.hooks, claimed, made))
    except SealWaits as refusal:
        return partial(wait_for_seal, database, press.hooks, claimed, refusal)
    except UnknownKind as refusal:
        return partial(give_up, database, claimed, refusal.message)
    except errors.EngineError as refusal:
        log.warning("documents.paper.not_made", paper=str(claimed.paper_id), reason=refusal.message)
        return partial(put_off, database, claimed, refusal.message)
    except Exception as error:
        log.exception("documents.paper.not_made", paper=str(claimed.paper_id))
        return partial(put_off, database, claimed, f"{type(error).__name__}: {error}")
    return written_already


def written_already() -> None:
    """Nothing is left to be written."""


def insist(write: Callable[[], None]) -> None:
    """Write again what a busy database refused: a document must not be made twice for so little."""
    for _again in range(TRIES - 1):
        try:
            return write()
        except errors.Unavailable:
            log.warning("documents.paper.recorded_later")
    return write()


# ── Make it: nothing is open in the database but while gathering ────────────────────────────────────────────


def produced(database: Database, press: Press, claimed: Claimed) -> dict[str, Any]:
    """Make the file of a paper and keep it; gives what its row will say of it.

    Raises `UnknownKind`, `Unfit`, and what the workshop, the store and the gathering raise.
    """
    sheet = gathered(database, press, claimed)
    certificate = press.workshop.certificate(database.clock.wall()) if sheet.is_sealed else None
    is_specimen = press.settings.environment != "production"
    attachments = {
        **sheet.attachments,
        **{name: press.store.read(content_hash) for name, content_hash in sheet.from_store.items()},
    }
    content = press.workshop.typeset(
        sheet.template.partition("@")[0],
        {**addressed(sheet.data, press.settings), "locale": claimed.locale, "is_specimen": is_specimen},
        attachments=attachments or NOTHING,
        standard=sheet.standard,
    )
    pages = require_fit(press.workshop.inspect(content), sheet, attachments)
    if certificate is not None:
        content = sealed(press, sheet, content, certificate)
    return {
        "template": sheet.template,
        "standard": sheet.standard,
        "content_hash": press.store.keep(content),
        "size": len(content),
        "pages": pages,
        "is_specimen": is_specimen,
        "sealed_by": certificate.fingerprint if certificate else None,
        "timestamped": certificate is not None and bool(press.settings.tsa_url),
    }


def addressed(data: Mapping[str, Any], settings: Settings) -> Mapping[str, Any]:
    """What a sheet says, its code leading to this installation: whoever gathers it knows only the path."""
    if not data.get("code"):
        return data
    return {**data, "code": settings.base_url.rstrip("/") + str(data["code"])}


def gathered(database: Database, press: Press, claimed: Claimed) -> Sheet:
    """Read what a paper is made of, in the language it is asked in. Raises `UnknownKind`."""
    with database.start_reading(locale=claimed.locale) as reading:
        asked = requests.find(reading, claimed.paper_id)
        gather = press.hooks.gather.get(asked.kind)
        if gather is None:
            raise UnknownKind(kind=asked.kind)
        return gather(reading, asked)


def require_fit(found: Inspected, sheet: Sheet, attachments: Mapping[str, bytes]) -> int:
    """Refuse a file that is not what was asked for; gives its number of pages. Raises `Unfit`."""
    reasons = list(unfitness(found, sheet, attachments))
    if reasons:
        raise Unfit(reason=" ; ".join(reasons))
    return found.pages


def unfitness(found: Inspected, sheet: Sheet, attachments: Mapping[str, bytes]) -> Iterator[str]:
    """What is wrong with a file, in a few words each."""
    if not found.is_readable or found.is_encrypted or not found.pages:
        yield "illisible"
        return
    if found.pages > sheet.most_pages:
        yield f"{found.pages} pages, {sheet.most_pages} au plus"
    missing = set(sheet.standard.split("+")) - set(found.standards)
    yield from sorted(missing)
    if not found.is_tagged:
        yield "/MarkInfo"
    if not found.has_colours:
        yield "/OutputIntents"
    if dict(found.attachments) != {name: digest_of(content) for name, content in attachments.items()}:
        yield "pièces jointes"


def sealed(press: Press, sheet: Sheet, content: bytes, certificate: Certificate) -> bytes:
    """Put the installation's seal on a file, and look that it holds. Raises `Unfit`, `SealWaits`."""
    made = press.workshop.seal(
        content,
        certificate=certificate,
        reason=sheet.reason,
        place=sheet.place,
        tsa_url=press.settings.tsa_url,
        tsa_trust=tsa_trust(press.settings),
    )
    signatures = press.workshop.inspect(made).signatures
    holds = len(signatures) == 1 and signatures[0].is_whole
    if not (holds and signatures[0].fingerprint == certificate.fingerprint and made.startswith(content)):
        raise Unfit(reason="cachet")
    return made


def tsa_trust(settings: Settings) -> bytes:
    """The certificate that timestamps are to bear, when one is set. Raises `TsaUnreadable`."""
    try:
        return Path(settings.tsa_certificate).read_bytes() if settings.tsa_certificate else b""
    except OSError as error:
        raise TsaUnreadable from error


# ── Write what became of it: only by whoever still holds the lease ──────────────────────────────────────────


def conclude(database: Database, hooks: Hooks, claimed: Claimed, made: Mapping[str, Any]) -> None:
    """Record a paper that is made, and let follow what follows; the dossier is locked first."""
    with database.start_work() as work:
        work.head_of(claimed.chain_id)
        if not written(
            work, claimed, state=State.MADE.value, made_at=work.now, failure=None, leased_until=None, **made
        ):
            return
        found = requests.find(work, claimed.paper_id)
        hooks.made(work, found)
        work.record(
            "documents.paper.made", chain=found.chain_id, subject=found.id, basin_id=found.basin_id,
            paper=found.kind, about=str(found.subject_id), version=found.version, hash=found.content_hash,
            pages=found.pages, content={"name": found.name},
        )  # fmt: skip


def written(work: UnitOfWork, claimed: Claimed, **values: Any) -> bool:
    """Write on a paper's row; False when its lease ended and another process has it, or made it."""
    statement = sa.update(paper).where(claimed.is_mine).values(**values)
    return work.connection.execute(statement).rowcount == 1


def shortened(failure: str) -> str:
    """A failure on one line, as it is listed; a typesetter draws where it stumbled, on several."""
    return re.sub(r"\s*\n\s*", " ", failure)[:LONGEST_FAILURE]


def wait_for_seal(database: Database, hooks: Hooks, claimed: Claimed, refusal: SealWaits) -> None:
    """Try again in an hour, for ever: what is missing is the installation's, and no fault of the paper."""
    with database.start_work() as work:
        waits = written(
            work, claimed, next_try_at=work.wall + SEAL_WAITS, leased_until=None,
            attempts=claimed.attempts - 1, failure=shortened(refusal.message),
        )  # fmt: skip
        if waits:
            hooks.waits(work, requests.find(work, claimed.paper_id), refusal)


def put_off(database: Database, claimed: Claimed, failure: str) -> None:
    """Try a paper again later, each time a little later; give up at the sixth."""
    if claimed.is_last:
        return give_up(database, claimed, failure)
    with database.start_work() as work:
        written(
            work, claimed, next_try_at=work.wall + BACK_OFF[claimed.attempts - 1], leased_until=None,
            failure=shortened(failure),
        )  # fmt: skip
    return None


def give_up(database: Database, claimed: Claimed, failure: str) -> None:
    """Record that a paper cannot be made: somebody must look, and may ask again."""
    with database.start_work() as work:
        work.head_of(claimed.chain_id)
        if not written(
            work, claimed, state=State.FAILED.value, failed_at=work.now, leased_until=None,
            failure=shortened(failure),
        ):  # fmt: skip
            return
        found = requests.find(work, claimed.paper_id)
        work.record(
            "documents.paper.failed", chain=found.chain_id, subject=found.id, basin_id=found.basin_id,
            paper=found.kind, about=str(found.subject_id), content={"name": found.name},
        )  # fmt: skip
