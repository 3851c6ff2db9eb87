"""Where a basin is: the calendar and the zone of its territory, and the national decision on it (R1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.calendar.working_days import Territory
from engine.i18n import mark as _
from engine.people import basins
from engine.people.folding import clean, fold
from engine.people.models import Basin, BasinParameter

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

# What everybody's clock says there, unless the basin says otherwise.
ZONES: Mapping[Territory, str] = {
    Territory.FRANCE: "Europe/Paris",
    Territory.MOSELLE: "Europe/Paris",
    Territory.ALSACE: "Europe/Paris",
    Territory.REUNION: "Indian/Reunion",
}
# A dated fact of the basin, kept with its parameters: who recorded it, when, on which minutes.
DECISION = "territory.validated_on"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
CODE = re.compile(r"[A-Z][A-Z0-9]{1,5}")
# Words that follow « /bassins/ » in addresses already.
RESERVED = frozenset({"nouveau", "reference"})
LONGEST_SLUG = 60


@dataclass(frozen=True, slots=True)
class Validation:
    """The national committee’s decision that lets a basin be instituted."""

    decided_on: date
    minutes: str
    recorded_by: UUID


def add(work: UnitOfWork, *, name: str, code: str, territory: str, slug: str = "", zone: str = "") -> Basin:
    """Add a basin as people describe it: its short name and its zone follow from the rest if not given.

    Raises `InvalidAnswers`, field by field.
    """
    tidy = {"name": clean(name), "code": clean(code).upper(), "slug": clean(slug) or slug_of(name)}
    messages = wrong(**tidy, territory=territory)
    if messages:
        raise errors.InvalidAnswers(messages)
    taken = work.connection.scalars(sa.select(Basin.code).where(Basin.code == tidy["code"])).first()
    if taken is not None:
        raise errors.InvalidAnswers({"code": [_("Un autre bassin a déjà ce sigle.")]})
    return basins.add(work, **tidy, zone=clean(zone) or ZONES[Territory(territory)], territory=territory)


def slug_of(name: str) -> str:
    """The name of a basin as an address and a folder have it: « Val d’Orge » is « val-d-orge »."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:LONGEST_SLUG].strip("-")


def wrong(*, name: str, code: str, slug: str, territory: str) -> dict[str, list[str]]:
    """What cannot be a basin's, field by field."""
    messages: dict[str, list[str]] = {}
    if not name:
        messages["name"] = [_("Donnez le nom du bassin.")]
    if CODE.fullmatch(code) is None:
        messages["code"] = [_("Le sigle a deux à six lettres ou chiffres, une lettre d’abord : TDL.")]
    if SLUG.fullmatch(slug) is None or slug in RESERVED or len(slug) > LONGEST_SLUG:
        messages["slug"] = [_("Écrivez des lettres sans accent et des chiffres, séparés par des tirets.")]
    if territory not in {each.value for each in Territory}:
        messages["territory"] = [_("Ce territoire n’a pas de calendrier : choisissez-en un de la liste.")]
    return messages


def describe(work: UnitOfWork, basin_id: int, *, name: str, territory: str) -> Basin:
    """Correct how a basin is called, and from which territory its holidays come.

    Its code and its zone do not change: references and due days carry them. Raises `InvalidAnswers`.
    """
    basin = basins.lock(work, basin_id)
    messages = wrong(name=clean(name), code=basin.code, slug=basin.slug, territory=territory)
    if messages:
        raise errors.InvalidAnswers(messages)
    before = {"name": basin.name, "territory": basin.territory}
    after = {"name": clean(name), "territory": territory}
    if before == after:
        return basin
    basin.name, basin.territory = after["name"], territory
    work.database.flush()
    work.record(
        "people.basin.described", chain=basin.chain_id, subject=basin.chain_id, basin_id=basin.id,
        before=before["territory"], territory=territory,
        content={"before": before["name"], "name": basin.name},
    )  # fmt: skip
    return basin


def validate(work: UnitOfWork, basin_id: int, *, decided_on: date, minutes: str) -> None:
    """Record the national committee's decision that the territory may have a basin (R1), once.

    Raises `InvalidAnswers`.
    """
    basin = basins.lock(work, basin_id)
    messages: dict[str, list[str]] = {}
    if decided_on > basins.today(work, basin_id):
        messages["decided_on"] = [_("Cette date est à venir : enregistrez la décision une fois prise.")]
    if not clean(minutes):
        messages["minutes"] = [_("Indiquez le relevé de décisions : sa date ou son numéro.")]
    if messages:
        raise errors.InvalidAnswers(messages)
    known = validation(work, basin_id)
    if known is not None and (known.decided_on, known.minutes) == (decided_on, clean(minutes)):
        return
    recorded = BasinParameter(
        basin_id=basin_id, key=DECISION, value=decided_on.isoformat(), valid_from=work.now,
        recorded_at=work.now, recorded_by=work.actor.person_id, reason=clean(minutes),
    )  # fmt: skip
    work.database.add(recorded)
    work.database.flush()
    basins.forget(work, basin_id)
    work.record(
        "people.territory.validated", chain=basin.chain_id, subject=recorded.id, basin_id=basin_id,
        decided_on=decided_on, content={"minutes": recorded.reason},
    )  # fmt: skip


def validation(work: UnitOfWork, basin_id: int) -> Validation | None:
    """The national decision on a basin, as last recorded; None when none was."""
    found = [each for each in basins.changes(work, basin_id) if each.key == DECISION]
    if not found:
        return None
    last = found[-1]
    return Validation(date.fromisoformat(str(last.value)), last.reason, last.recorded_by)
