"""Basins: find one, its day and its chain, and read its current parameters as of a date (D14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from engine import clock, errors
from engine.i18n import mark as _
from engine.people.folding import clean
from engine.people.models import Basin, BasinParameter

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

NATIONAL_ZONE = ZoneInfo("Europe/Paris")
# Why a value of the basin's folder is what it is: nobody in the basin has chosen it.
FIRST_VALUE = _("Valeur de départ du bassin")


class UnknownBasin(errors.NotFound):
    """Ce bassin n’existe pas, ou ne vous est pas visible."""


class ParameterNotSet(errors.NotFound):
    """Le paramètre « {key} » n’a pas de valeur dans ce bassin."""


class Given(NamedTuple):
    """A value as acts read it: of which parameter, and since when."""

    key: str
    value: Any
    valid_from: datetime


def add(
    work: UnitOfWork,
    *,
    slug: str,
    code: str,
    name: str,
    zone: str = "Europe/Paris",
    territory: str = "FR",
) -> Basin:
    """Add a basin, whose history starts a chain of its own.

    Raises `InvalidAnswers` when the slug or the code is taken, or the zone unknown.
    """
    taken = work.database.scalars(
        sa.select(Basin).where(sa.or_(Basin.slug == slug, Basin.code == code))
    ).first()
    if taken is not None:
        raise errors.InvalidAnswers({"slug": [_("Un bassin porte déjà ce nom court ou ce sigle.")]})
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise errors.InvalidAnswers({"zone": [_("Ce fuseau horaire n’existe pas.")]}) from error
    basin = Basin(slug=slug, code=code, name=name, zone=zone, territory=territory, created_at=work.now)
    work.database.add(basin)
    work.database.flush()
    work.record("people.basin.added", chain=basin.chain_id, subject=basin.chain_id, basin_id=basin.id)
    return basin


def find(work: UnitOfWork, basin_id: int) -> Basin:
    """Find a basin, at most one statement per unit of work. Raises `UnknownBasin`."""
    basin = work.database.get(Basin, basin_id)
    if basin is None:
        raise UnknownBasin
    work.memory[__name__, "basin", basin_id] = basin  # The session would let it go, and read it again.
    work.memory.setdefault((__name__, "zone", basin_id), ZoneInfo(basin.zone))
    return basin


def phone_region(work: UnitOfWork, basin_id: int) -> str:
    """The country code of a basin's telephones: its territory without its department."""
    return find(work, basin_id).territory.partition("-")[0]


def by_slug(work: UnitOfWork, slug: str) -> Basin:
    """Find a basin by the name it has in addresses and folders. Raises `UnknownBasin`."""
    basin = work.database.scalars(sa.select(Basin).where(Basin.slug == clean(slug))).one_or_none()
    if basin is None:
        raise UnknownBasin
    return basin


def every(work: UnitOfWork) -> list[Basin]:
    """List the basins by name."""
    return list(work.database.scalars(sa.select(Basin).order_by(Basin.name)))


def lock(work: UnitOfWork, basin_id: int) -> Basin:
    """Lock a basin's row: those who change its roles or agreements take turns.

    SQLite has one writer already. Raises `UnknownBasin`.
    """
    work.forget_what_was_read()
    statement = (
        sa.select(Basin)
        .where(Basin.id == basin_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    basin = work.database.scalars(statement).one_or_none()
    if basin is None:
        raise UnknownBasin
    return basin


# Its one column: the whole basin, as an object, costs four times as much, and this is asked at every act.
ZONE = sa.select(Basin.zone).where(Basin.id == sa.bindparam("basin_id"))


def zone_of(work: UnitOfWork, basin_id: int | None) -> ZoneInfo:
    """The time zone of a basin; Paris's for what is national. Asked once per unit; raises `UnknownBasin`."""
    if basin_id is None:
        return NATIONAL_ZONE
    key = (__name__, "zone", basin_id)
    if key not in work.memory:
        work.flush_objects()  # A basin just added is known too.
        name = work.connection.execute(ZONE, {"basin_id": basin_id}).scalar_one_or_none()
        if name is None:
            raise UnknownBasin
        work.memory[key] = ZoneInfo(name)
    zone: ZoneInfo = work.memory[key]
    return zone


def learn_zones(work: UnitOfWork) -> None:
    """Read the time zone of every basin, in one statement: a look at all of them asks for each."""
    for basin_id, zone in work.connection.execute(sa.select(Basin.id, Basin.zone)):
        work.memory.setdefault((__name__, "zone", basin_id), ZoneInfo(zone))


def today(work: UnitOfWork, basin_id: int | None) -> date:
    """The programme's day in a basin."""
    return work.today(zone_of(work, basin_id))


def chain_of(work: UnitOfWork, basin_id: int) -> UUID:
    """The chain of a basin's administration (D22)."""
    return find(work, basin_id).chain_id


def change_parameter(
    work: UnitOfWork,
    *,
    basin_id: int,
    key: str,
    value: object,
    reason: str,
    valid_from: datetime | None = None,
) -> None:
    """Give a current parameter another value, at once or from an instant on, with its reason.

    Earlier values stay: an act of last month still reads last month's. Whether the key exists and the
    value suits it is for the caller's table of parameters to say.
    """
    if not clean(reason):
        raise errors.InvalidAnswers({"reason": [_("Indiquez le motif du changement.")]})
    changed = BasinParameter(
        basin_id=basin_id,
        key=key,
        value=value,
        valid_from=valid_from or work.now,
        recorded_at=after_the_others(work, basin_id, key),
        recorded_by=work.actor.person_id,
        reason=clean(reason),
    )
    work.database.add(changed)
    work.database.flush()
    forget(work, basin_id)
    work.record(
        "people.parameter.changed",
        chain=chain_of(work, basin_id),
        subject=changed.id,
        basin_id=basin_id,
        parameter=key,
        valid_from=changed.valid_from,
        content={"value": value, "reason": changed.reason},
    )


def after_the_others(work: UnitOfWork, basin_id: int, key: str) -> datetime:
    """Now, or just after the last change of the parameter: a demonstration's clock may stand still."""
    latest = work.database.scalar(
        sa.select(sa.func.max(BasinParameter.recorded_at)).where(
            BasinParameter.basin_id == basin_id, BasinParameter.key == key
        )
    )
    return work.now if latest is None else max(work.now, latest + timedelta(microseconds=1))


def forget(work: UnitOfWork, basin_id: int) -> None:
    """Read a basin's values again at the next question: this act has just changed one."""
    work.memory.pop((__name__, basin_id), None)
    work.memory.pop((__name__, "values", basin_id), None)


def changes(work: UnitOfWork, basin_id: int) -> list[BasinParameter]:
    """Every value that a basin's parameters ever had, oldest first; one statement per unit of work."""
    key = (__name__, basin_id)
    if key not in work.memory:
        work.memory[key] = list(
            work.database.scalars(
                sa.select(BasinParameter)
                .where(BasinParameter.basin_id == basin_id)
                .order_by(BasinParameter.valid_from, BasinParameter.recorded_at, BasinParameter.id)
            )
        )
    found: list[BasinParameter] = work.memory[key]
    return found


# Their columns alone: as objects, with their authors and reasons, they cost five times as much.
VALUES = (
    sa.select(BasinParameter.key, BasinParameter.value, BasinParameter.valid_from)
    .where(BasinParameter.basin_id == sa.bindparam("basin_id"))
    .order_by(BasinParameter.valid_from, BasinParameter.recorded_at, BasinParameter.id)
)


def values_given(work: UnitOfWork, basin_id: int) -> Sequence[Given | sa.Row[Any]]:
    """The same without author nor reason: what acts ask for, again and again."""
    key = (__name__, "values", basin_id)
    if key not in work.memory:
        work.flush_objects()
        work.memory[key] = work.connection.execute(VALUES, {"basin_id": basin_id}).all()
    found: Sequence[Given | sa.Row[Any]] = work.memory[key]
    return found


def suppose(work: UnitOfWork, basin_id: int, key: str, value: object) -> None:
    """Have a unit that only looks read a parameter as if it were given another value now.

    Whatever asks then answers as it would in earnest. Raises `ValueError` where something may be written:
    no act ever follows a value that nobody gave.
    """
    if not work.reading:
        raise ValueError("only a unit that looks may suppose a value")
    given = Given(key, value, work.now)
    work.memory[__name__, "values", basin_id] = [*values_given(work, basin_id), given]


def parameters(
    work: UnitOfWork,
    basin_id: int,
    defaults: Mapping[str, Any],
    *,
    on: date | datetime | None = None,
) -> dict[str, Any]:
    """The values of the parameters that `defaults` names, as of a day (its end), an instant, or now.

    A day that is not over reads what is in force now. Keys unknown to `defaults` are left out.
    """
    instant = _instant(work, basin_id, on)
    values = dict(defaults)
    for change in values_given(work, basin_id):
        if change.key in defaults and change.valid_from <= instant:
            values[change.key] = change.value
    return values


_NO_DEFAULT: Any = object()


def parameter(
    work: UnitOfWork,
    basin_id: int,
    key: str,
    on: date | datetime | None = None,
    *,
    default: Any = _NO_DEFAULT,
) -> Any:
    """The value of one parameter as of a day, an instant, or now; else `default`.

    Raises `ParameterNotSet` when it never had a value and no default is given.
    """
    value = parameters(work, basin_id, {key: default}, on=on)[key]
    if value is _NO_DEFAULT:
        raise ParameterNotSet(key=key)
    return value


def _instant(work: UnitOfWork, basin_id: int, on: date | datetime | None) -> datetime:
    if on is None:
        return work.now
    if isinstance(on, datetime):
        return on
    return min(work.now, clock.end_of_day(on, zone_of(work, basin_id)))
