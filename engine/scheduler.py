"""What runs periodically: one table of ticks; APScheduler is only the metronome."""

# Any number of scheduler processes may run against one PostgreSQL: each tick claims what it works on in
# the database, or takes its period under a unique key. Nobody is elected.

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine import errors, operations, stepping
from engine.agreements import provider_requests
from engine.analytics import closed_months
from engine.committee import delivering, expecting, invitations, seats_consulted
from engine.documents import making
from engine.outbox import bounces, delivery, forgetting, mail_log
from engine.people import attempts, codes
from engine.people.models import Basin
from engine.persistence import anchors, claims, history, idempotency, installation, stored_clock
from engine.persistence.base import new_id
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import shared_rehearsals
from engine.retention import plans
from engine.runtime import cases, in_turn, standing_in, tasks, timers, version_change

if TYPE_CHECKING:
    from apscheduler.schedulers.base import BaseScheduler

    from engine.app import Engine

log = logging.getLogger("alize.scheduler")

# A tick that found nothing to do is kept this often, so that the page shows it alive.
NOTED_EVERY = timedelta(minutes=1)
RUNS_KEPT = timedelta(days=7)
# Longest advance of the simulated clock without a stop: nightly ticks must see every night.
LONGEST_STEP = timedelta(days=1)
ADVANCE_LEASE = timedelta(minutes=10)


class AlreadyAdvancing(errors.Conflict):
    """Quelqu’un fait déjà avancer l’horloge : attendez qu’elle s’arrête."""


class ClockIsReal(errors.NotAllowed):
    """L’horloge de cette installation est celle du monde : elle n’avance pas sur demande."""


class Held(errors.Conflict):
    """Cette base a été restaurée et reste retenue : reprenez-la avant de faire avancer l’horloge."""


class BackwardClock(errors.Conflict):
    """L’horloge simulée n’avance que vers le futur."""


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do again and again: how often, and what; `run` gives how many things it did."""

    name: str
    every: timedelta
    run: Callable[[Engine], int]
    jitter: int = 1
    by_programme_time: bool = True  # Played when simulated time advances.
    while_held: bool = False  # Goes on in a restored database that waits.
    reaches_out: bool = False  # Talks to the world in the installation's name: never from a copy.


def fire_timers(engine: Engine) -> int:
    """Fire every due timer, the rungs of late reports among them."""
    done = 0
    while woken := timers.fire_due(engine.database):
        done += woken
    return done


def change_versions(engine: Engine) -> int:
    """Move the running projects that somebody asked to move to another version (D30)."""
    return version_change.carry_out_due(engine.database)


def deliver_mail(engine: Engine) -> int:
    """Send the mails that may leave now; with no way out, they wait."""
    if engine.transport is None:
        return 0
    done = 0
    while sent := delivery.deliver_due(
        engine.database,
        engine.settings,
        engine.transport,
        hooks=operations.mail_hooks(engine.database, engine.store),
    ):
        done += sent
    return done


def make_papers(engine: Engine) -> int:
    """Make the documents that acts asked for; with no workshop, they wait."""
    if engine.workshop is None:
        return 0
    done = 0
    while made := making.make_due(
        engine.database, engine.settings, engine.workshop, engine.store, operations.paper_hooks()
    ):
        done += made
    return done


def advance_providers(engine: Engine) -> int:
    """Follow the signatures asked of a provider; with none, what waits for one waits."""
    provider = engine.provider
    if provider is None:
        return 0
    return provider_requests.advance_due(engine.database, provider, engine.store)


def deliver_extracts(engine: Engine) -> int:
    """Let what signed minutes say take effect on each project."""
    done = 0
    while delivered := delivering.deliver_due(engine.database):
        done += delivered
    return done


def forget_codes(engine: Engine) -> int:
    """Forget the codes that mails held, once over."""
    with engine.database.start_work() as work:
        return forgetting.forget_codes(work)


def read_bounces(engine: Engine) -> int:
    """Read the return mailbox, when there is one (D10)."""
    if not engine.settings.bounce_url:
        return 0
    return bounces.read(engine.database, engine.settings, hooks=operations.mail_hooks(engine.database))


def anchor_histories(engine: Engine) -> int:
    """Each night of each basin, anchor the chains that grew, once; its witnesses read of it monthly (D22)."""
    done = 0
    with engine.database.start_reading() as work:
        nights = list(_nights(work))
    for basin_id, night in nights:
        with engine.database.start_work() as work:
            if not claims.take_period(work, tick="anchor", period=f"{basin_id}/{night}"):
                continue
            leaves = anchors.anchor_basin(
                work, basin_id=basin_id, table=history.chain_head, chain=history.chain_head.c.chain_id
            )
            leaves += anchors.anchor_basin(
                work, basin_id=basin_id, table=cases.instance, chain=cases.instance.c.id
            )
            anchors.add(work, basin_id=basin_id, leaves=leaves)
            operations.tell_anchor(work, basin_id=basin_id)
            done += len(leaves)
    return done


def watch_charter(engine: Engine) -> int:
    """Read against the charter what the night's anchors cover (D29)."""
    return operations.watch_charter(engine.database)


def _nights(work: UnitOfWork) -> Iterator[tuple[int, str]]:
    """The basins and the local night each is in; a night already anchored is left out."""
    basins = [(anchors.PROGRAMME, "Europe/Paris"), *work.connection.execute(sa.select(Basin.id, Basin.zone))]
    taken = set(
        work.connection.execute(
            sa.select(claims.tick_mark.c.period).where(claims.tick_mark.c.tick == "anchor")
        ).scalars()
    )
    for basin_id, zone in basins:
        night = work.today(ZoneInfo(zone)).isoformat()
        if f"{basin_id}/{night}" not in taken:
            yield basin_id, night


def tidy(engine: Engine) -> int:
    """Drop what has served: keys, codes, attempts, drafts, rehearsals, marks of nights, runs of processes."""
    with engine.database.start_work() as work:
        done = idempotency.forget_old(work) + codes.purge(work) + attempts.purge(work)
        old = work.now - timedelta(days=40)
        done += work.connection.execute(
            sa.delete(claims.tick_mark).where(claims.tick_mark.c.taken_at < old)
        ).rowcount
        done += shared_rehearsals.forget_expired(work)
        done += claims.forget_runs(work, before=work.wall - RUNS_KEPT) + tasks.forget_drafts(work)
    return done


def invite_newcomers(engine: Engine) -> int:
    """Invite whoever sits since a session's invitations left, and have them answer for a seat they took over.

    A session that was planned before invitations were is seen to as well, and a file that one has put off.
    """
    looks = (
        invitations.begin_those_planned_before,
        invitations.invite_newcomers,
        seats_consulted.follow_seats,
        expecting.follow_put_off,
    )
    return in_turn.each(looks, lambda look: look(engine.database))


def send_digests(engine: Engine) -> int:
    """Once a month, tell each steering committee how many reports are late."""
    return operations.send_late_digests(engine.database)


def fill_vacancies(engine: Engine) -> int:
    """See to what waits for a chair who is no longer one, or for a part that lost its seat (D18, D19)."""
    looks = (operations.fill_vacancies, operations.ask_for_others)
    return in_turn.each(looks, lambda look: look(engine.database))


def follow_substitutes(engine: Engine) -> int:
    """Give the tasks of those who are away to their substitutes, and back when the days are over."""
    return standing_in.follow(engine.database)


def ask_about_losses(engine: Engine) -> int:
    """See to the texts that a company left without signing, or whose member no longer sits (E10)."""
    looks = (operations.ask_about_losses, operations.follow_seats)
    return in_turn.each(looks, lambda look: look(engine.database))


def close_months(engine: Engine) -> int:
    """Count the months that have just ended, so that the nation's figures add up quickly (P7)."""
    done = 0
    while True:
        with engine.database.start_work() as work:
            counted = closed_months.close_month(work)
        if not counted:
            return done
        done += counted


TICKS = (
    Tick("timers", timedelta(seconds=5), fire_timers),
    Tick("version_changes", timedelta(seconds=5), change_versions),
    Tick("outbox", timedelta(seconds=5), deliver_mail, reaches_out=True),
    Tick("extracts", timedelta(seconds=5), deliver_extracts),
    Tick("documents", timedelta(seconds=5), make_papers),
    Tick("substitutes", timedelta(minutes=1), follow_substitutes, jitter=5),
    Tick("providers", timedelta(minutes=1), advance_providers, reaches_out=True),
    Tick("codes", timedelta(minutes=1), forget_codes, by_programme_time=False, while_held=True),
    Tick("bounces", timedelta(minutes=5), read_bounces, jitter=30, by_programme_time=False, reaches_out=True),
    Tick("anchor", timedelta(minutes=10), anchor_histories, jitter=60),
    Tick("charter", timedelta(minutes=10), watch_charter, jitter=60),
    Tick("chairs", timedelta(hours=1), fill_vacancies, jitter=60),
    Tick("signatories", timedelta(hours=1), ask_about_losses, jitter=60),
    Tick("sessions", timedelta(hours=1), invite_newcomers, jitter=60),
    Tick("digests", timedelta(hours=1), send_digests, jitter=60),
    Tick(
        "retention", timedelta(hours=1), lambda each: plans.forget_daily(each.database, each.store), jitter=60
    ),
    Tick("closed_months", timedelta(hours=6), close_months, jitter=300, by_programme_time=False),
    Tick("tidy", timedelta(hours=6), tidy, jitter=300, by_programme_time=False),
)


def process_name() -> str:
    """The name under which this process's ticks are shown."""
    return f"{socket.gethostname()}/{os.getpid()}"


def run_tick(engine: Engine, tick: Tick) -> None:
    """Run one tick and note how it went; a failure is noted and logged, never raised: others go on.

    Nothing is run on a database that waits or does not answer, nor on the tables of another release (D13).
    """
    try:
        engine.require_release()
        with engine.database.start_reading() as work:
            standing = installation.standing(work)
    except errors.Unavailable as refusal:  # Another release's tables, or no database at all for now.
        log.warning("scheduler.tick.refused tick=%s reason=%s", tick.name, refusal.message)
        return
    is_copy = standing.is_copy_at(engine.settings.base_url)
    if (standing.is_held and not tick.while_held) or (is_copy and tick.reaches_out):
        return
    started, done, failure = engine.database.clock.wall(), 0, None
    try:
        done = tick.run(engine)
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"[:500]
        engine.failures[tick.name] = engine.failures.get(tick.name, 0) + 1
        log.exception("scheduler.tick.failed tick=%s", tick.name)
    engine.beats[tick.name] = started
    if done or failure or is_to_be_noted(engine, tick, started):
        note_run(engine, tick, started=started, done=done, failure=failure)


def is_to_be_noted(engine: Engine, tick: Tick, started: datetime) -> bool:
    """Whether to keep a run that did nothing: the first, one a minute, and any after a failure."""
    noted_at, has_failed = engine.noted.get(tick.name, (None, False))
    return noted_at is None or has_failed or abs(started - noted_at) >= NOTED_EVERY


def note_run(engine: Engine, tick: Tick, *, started: datetime, done: int, failure: str | None) -> None:
    """Keep the last run of a tick in this process, for the administration page."""
    table = claims.tick_run
    try:
        with engine.database.start_work() as work:
            dialect = sqlite if engine.database.is_sqlite else postgresql
            values = {
                "last_started_at": started, "last_ended_at": work.wall, "last_done": done,
                "last_error": failure,
            }  # fmt: skip
            work.connection.execute(
                dialect.insert(table)
                .values(tick=tick.name, process_name=process_name(), runs=1, **values)
                .on_conflict_do_update(
                    index_elements=["tick", "process_name"], set_=values | {"runs": table.c.runs + 1}
                )
            )
        engine.noted[tick.name] = (started, failure is not None)
    except Exception:
        log.exception("scheduler.tick.not_noted tick=%s", tick.name)


def start(engine: Engine) -> BaseScheduler:
    """Start the metronome, in the background of this process."""
    # Web processes show the ticks and beat none: they start without it.
    from apscheduler.schedulers.background import BackgroundScheduler  # noqa: PLC0415

    metronome = BackgroundScheduler(daemon=True)
    for tick in TICKS:
        metronome.add_job(
            run_tick, "interval", (engine, tick), seconds=tick.every.total_seconds(), jitter=tick.jitter,
            coalesce=True, max_instances=1, misfire_grace_time=None, id=tick.name,
            next_run_time=engine.database.clock.wall(),
        )  # fmt: skip
    metronome.start()
    stepping.watch(metronome, {tick.name: tick.every + timedelta(seconds=2 * tick.jitter) for tick in TICKS})
    return metronome


def advance_clock(engine: Engine, *, to: datetime) -> int:
    """Play simulated time on to an instant: stop at each due one in order, fire it, send its mails (D6).

    Returns how many things were done. Raises `ClockIsReal`, `AlreadyAdvancing`, `BackwardClock`, `Held`.
    """
    require_simulated(engine)
    holder = f"{process_name()}/{new_id()}"
    with engine.database.start_work() as work:
        if installation.is_held(work):
            raise Held  # Playing time on would fire what D26 keeps still.
        if to < work.now:
            raise BackwardClock
        if not claims.take_lease(work, name="clock", holder=holder, lasting=ADVANCE_LEASE):
            raise AlreadyAdvancing
    try:
        return _play(engine, to=to, holder=holder)
    finally:
        with engine.database.start_work() as work:
            claims.give_back(work, name="clock", holder=holder)


def require_simulated(engine: Engine) -> None:
    """Refuse to move a clock that is the world's. Raises `ClockIsReal`."""
    if not isinstance(engine.database.clock, stored_clock.StoredClock):
        raise ClockIsReal


def _play(engine: Engine, *, to: datetime, holder: str) -> int:
    done = 0
    while True:
        done += sum(tick.run(engine) for tick in TICKS if tick.by_programme_time)
        with engine.database.start_work() as work:
            if work.now >= to:
                return done
            if not claims.take_lease(work, name="clock", holder=holder, lasting=ADVANCE_LEASE):
                raise AlreadyAdvancing  # A stop outlasted the lease, and somebody else plays on.
            stored_clock.set_instant(work.connection, next_stop(work, to=to))


def next_due(engine: Engine) -> datetime | None:
    """The next instant at which a timer fires or a mail may leave; None when nothing is awaited."""
    with engine.database.start_reading() as work:
        due = (timers.next_due(work), mail_log.next_departure(work))
        return min((instant for instant in due if instant and instant > work.now), default=None)


def next_stop(work: UnitOfWork, *, to: datetime) -> datetime:
    """The next instant at which something is due: a timer, a mail that may leave, or the end of the day."""
    due = [instant for instant in (timers.next_due(work), mail_log.next_departure(work)) if instant]
    later = [instant for instant in due if instant > work.now]
    return min([*later, work.now + LONGEST_STEP, to])
