"""Two versions side by side: what differs in words, process by process, and on the drawings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for
from markupsafe import Markup

from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.registry import differences, drawings, versions
from engine.variants import following, published
from web import work as web_work
from web.auth import requires
from web.basins.page import open_basin, picture_of
from web.variants import words
from web.variants.blueprint import pages

if TYPE_CHECKING:
    from uuid import UUID

    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.differences import Difference

REFERENCE = "reference"
PARAMETERS = _("Paramètres publiés")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two versions: a basin's, by its number, or the reference that the programme gave."""

    code: str  # As the address has it.
    label: str
    version_id: UUID
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """What differs within one process."""

    process: str
    name: str
    sentences: Sequence[str]


@pages.get("/bassins/<string:slug>/processus/comparer")
@requires(Permission.SEE_BASIN)
def compare(slug: str) -> str:
    """Show what differs between two versions of a basin's process."""
    with web_work.start_reading() as work:
        basin = open_basin(work, slug)
        sides = sides_of(work, basin)
        old, new = chosen(sides, request.args.get("de"), request.args.get("a"))
        before, after = (versions.files_of(work, each.version_id) for each in (old, new))
        found = [
            *differences.of_parameters(old.parameters, new.parameters),
            *differences.between(before, after),
        ]
        model = drawn_of(work, old, new, found, request.args.get("processus", ""))
        told = groups(found, {**names_of(work, old), **names_of(work, new)})
    return render_template(
        "variants/compare.html",
        basin=basin,
        sides=sides,
        old=old,
        new=new,
        groups=told,
        chips=[chip(slug, old, new, each, model) for each in told if each.process],
        drawing=model,
    )


def chip(slug: str, old: Side, new: Side, group: Group, model: Mapping[str, Any] | None) -> dict[str, Any]:
    """The way to the drawings of one process."""
    address = url_for("variants.compare", slug=slug, de=old.code, a=new.code, processus=group.process)
    is_chosen = model is not None and group.process == model["process"]
    return {"label": group.name, "url": f"{address}#dessins", "is_chosen": is_chosen}


def names_of(work: UnitOfWork, side: Side) -> dict[str, str]:
    """What a version calls its processes."""
    return {each.process: each.name for each in drawings.drawings(work, side.version_id)}


def sides_of(work: UnitOfWork, basin: Basin) -> list[Side]:
    """Every version that may be compared: the basin's, then the references they stand on.

    Raises `versions.NothingPublished`.
    """
    listed = published.of_basin(work, basin.id)
    if not listed:
        raise versions.NothingPublished
    asked = published.parameters_of(work, basin.id)
    found = [
        Side(str(each.number), web_work.translated(_("version {number}"), number=each.number), each.id,
             asked[each.id])
        for each in listed
    ]  # fmt: skip
    found += [
        Side(f"{REFERENCE}-{each.number}",
             web_work.translated(_("référence n° {number}"), number=each.number), each.id, {})
        for each in following.references(work)
    ]  # fmt: skip
    return found


def chosen(sides: Sequence[Side], old: str | None, new: str | None) -> tuple[Side, Side]:
    """The two sides of an address; by default the last version, and the one before or the reference.

    Raises `versions.VersionNotFound` for a version that is not the basin's.
    """
    known = {each.code: each for each in sides}
    after = sides[0] if new is None else known.get(new)
    before = sides[min(1, len(sides) - 1)] if old is None else known.get(old)
    if before is None or after is None:
        raise versions.VersionNotFound
    return before, after


def groups(found: Iterable[Difference], names: Mapping[str, str]) -> list[Group]:
    """Differences by process, in the reader's words; those of no process are of parameters."""
    by_process: dict[str, list[Difference]] = {}
    for each in found:
        by_process.setdefault(each.process, []).append(each)
    return [
        Group(
            process,
            web_work.translated(names.get(process, process) if process else PARAMETERS),
            [words.capital(each.sentence(web_work.locale())) for each in listed],
        )
        for process, listed in by_process.items()
    ]  # fmt: skip


def drawn_of(
    work: UnitOfWork, old: Side, new: Side, found: Sequence[Difference], wanted: str
) -> dict[str, Any] | None:
    """The drawings of the process asked for, or of the first that differs: before and after."""
    touched = list(dict.fromkeys(each.process for each in found if each.process))
    process = wanted if wanted in touched else next(iter(touched), "")
    if not process:
        return None
    marks = {each.element: each.kind.value for each in found if each.process == process}
    return {
        "process": process,
        "before": picture(work, old, process, marks=marks, prefix="avant"),
        "after": picture(work, new, process, marks=marks, prefix="apres"),
    }


def picture(
    work: UnitOfWork, side: Side, process: str, *, marks: Mapping[str, str], prefix: str
) -> Markup | None:
    """One drawing, what differs marked on it; none where that version has no such process.

    It is empty for a process that was published without its drawing.
    What was added is not on the older drawing, nor what was removed on the newer: each shows its own.
    """
    try:
        drawing = drawings.find(work, side.version_id, process)
    except drawings.ProcessNotFound:
        return None
    title = f"{web_work.translated(drawing.name)}, {side.label}"
    return picture_of(drawing, title=title, marks=marks, prefix=prefix) or Markup("")
