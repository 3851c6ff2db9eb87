"""Move running projects to another version of their basin's process, and back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import click

from engine import clock
from engine.people import basins
from engine.runtime import version_change
from web.cli import parts

if TYPE_CHECKING:
    from engine.app import Engine
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.runtime.version_change import Line, Prospect

OUTCOMES = {
    "moved": "passé", "refused": "resté", "skipped": "sans objet", "failed": "erreur",
    "undone": "revenu", "waiting": "en attente",
}  # fmt: skip


@click.command()
@click.option("--basin", "slug", required=True, help="Le bassin dont les projets changent de version.")
@click.option("--to", "number", type=int, help="Le numéro de la version où ils vont.")
@click.option("--reference", "references", multiple=True,
              help="Un projet, par son numéro de dossier ; sans cela, tous ceux en cours.")  # fmt: skip
@click.option("--reason", default="", help="Pourquoi : cela reste dans l’historique de chaque projet.")
@click.option("--dry-run", is_flag=True, help="Dire ce que deviendrait chaque projet, et ne rien changer.")
@click.option("--undo", "takes_back", is_flag=True,
              help="Ramener ces projets à leur version d’avant, si personne n’a agi depuis.")  # fmt: skip
def migrate(
    *, slug: str, number: int | None, references: tuple[str, ...], reason: str, dry_run: bool,
    takes_back: bool,
) -> None:  # fmt: skip
    """Faire passer des projets en cours à une autre version ; interrompue, la commande se relance."""
    if takes_back and not references:
        raise click.UsageError("--undo : nommez chaque projet par --reference.")
    if not takes_back and number is None:
        raise click.UsageError("Dites par --to le numéro de la version.")
    with parts.opened() as engine:
        if takes_back:
            done = take_back(engine, slug, references)
        elif dry_run:
            done = foretell(engine, slug, number or 0, references)
        else:
            done = move(engine, slug, number or 0, references, reason)
    if not done:
        sys.exit(1)


def foretell(engine: Engine, slug: str, number: int, references: Sequence[str]) -> bool:
    """Say what would become of each project; whether all would move."""
    with engine.database.start_reading(parts.CONSOLE) as work:
        basin = basins.by_slug(work, slug)
        zone = ZoneInfo(basin.zone)
        target = version_change.numbered(work, basin_id=basin.id, number=number)
        ids = chosen(work, basin.id, target, references)
        found = version_change.preview(work, case_ids=ids, to_version_id=target)
    for each in found:
        for line in told(each, zone):
            click.echo("\t".join(line))
    return all(each.may_move for each in found)


def told(prospect: Prospect, zone: ZoneInfo) -> list[tuple[str, ...]]:
    """Give the lines that tell a project: whether it moves, why not, its dates."""
    head = (prospect.reference, "passerait" if prospect.may_move else "resterait")
    lines = [(*head, *(each.told() for each in (*prospect.told, *prospect.remarks)))]
    for what, dates in (("date gardée", prospect.kept), ("date nouvelle", prospect.begun)):
        lines += [
            (prospect.reference, what, each.name, clock.local_date(each.due_at, zone).isoformat())
            for each in dates
        ]
    lines += [
        (prospect.reference, "à venir", each.name, f"{each.before or '–'} → {each.after or '–'}")
        for each in prospect.later
    ]
    return lines


def chosen(work: UnitOfWork, basin_id: int, target: UUID, references: Sequence[str]) -> list[UUID]:
    """The projects named, or all that run on another version."""
    if references:
        return list(version_change.named(work, basin_id=basin_id, references=references).values())
    found = version_change.candidates(work, basin_id=basin_id, to_version_id=target)
    return [each.case_id for each in found]


def move(engine: Engine, slug: str, number: int, references: Sequence[str], reason: str) -> bool:
    """Finish what was begun and stopped, then move the projects asked for; whether each could."""
    with engine.database.start_reading(parts.CONSOLE) as work:
        basin_id = basins.by_slug(work, slug).id
        target = version_change.numbered(work, basin_id=basin_id, number=number)
        stopped = version_change.waiting_batches(work, basin_id=basin_id, to_version_id=target)
    for each in stopped:
        parts.say("Reprise d’un changement de version interrompu.")
        carry_out(engine, each)
    with engine.database.start_reading(parts.CONSOLE) as work:
        ids = chosen(work, basin_id, target, references)
    if not ids:
        parts.say("Aucun autre projet en cours n’est sur une autre version.")
        return True
    with engine.database.start_work(parts.CONSOLE) as work:
        batch_id = version_change.order(
            work, basin_id=basin_id, case_ids=ids, to_version_id=target, reason=reason
        )
    return carry_out(engine, batch_id)


def carry_out(engine: Engine, batch_id: UUID) -> bool:
    """Carry a batch out, its progress on the terminal; whether each project is on its version."""
    with engine.database.start_reading(parts.CONSOLE) as work:
        waiting = version_change.report(work, batch_id).counts["waiting"]
    with click.progressbar(length=waiting, label="Changement de version", file=sys.stderr) as bar:
        version_change.carry_out(engine.database, batch_id, progress=lambda done: bar.update(done - bar.pos))
    with engine.database.start_reading(parts.CONSOLE) as work:
        report = version_change.report(work, batch_id)
    for each in report.lines:
        click.echo("\t".join(said(each)))
    counts = ", ".join(f"{OUTCOMES[name]} : {count}" for name, count in sorted(report.counts.items()))
    parts.say(f"{counts}.")
    return set(report.counts) <= {"moved", "skipped"}


def said(line: Line) -> tuple[str, ...]:
    """What became of one project, in words."""
    return line.reference, OUTCOMES[line.outcome], *(each.told() for each in line.told)


def take_back(engine: Engine, slug: str, references: Sequence[str]) -> bool:
    """Take projects back to the version they were on, one by one; whether each could be."""
    with engine.database.start_reading(parts.CONSOLE) as work:
        basin_id = basins.by_slug(work, slug).id
        found = version_change.named(work, basin_id=basin_id, references=references)
    done = True
    for reference, case_id in found.items():
        try:
            with engine.database.start_work(parts.CONSOLE) as work:
                version_change.undo(work, case_id=case_id)
        except (version_change.TooLate, version_change.NothingToUndo) as refusal:
            parts.say(f"{reference} : {refusal}")
            done = False
        else:
            click.echo(f"{reference}\trevenu")
    return done


COMMANDS = (migrate,)
