"""The process diagram coloured by where time goes: shares, levels, figures on the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from markupsafe import Markup

from engine.analytics import redrawn
from engine.i18n import mark as _
from engine.registry import drawings
from web import bpmn_svg, typography
from web import work as web_work
from web.monitoring import words

if TYPE_CHECKING:
    from engine.analytics.bottlenecks import Bottlenecks, StepFigures
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.registry.drawings import Drawing
    from web.monitoring.filters import Filters

# The share of all the time from which a step has a level; the same on every diagram, so that they compare.
LEVELS = ((0.35, 5), (0.20, 4), (0.10, 3), (0.05, 2), (0.0, 1))
LEGEND = (
    (1, _("moins de 5 % du temps")), (2, _("5 à 10 %")), (3, _("10 à 20 %")), (4, _("20 à 35 %")),
    (5, _("plus de 35 %")),
)  # fmt: skip

Figures = Mapping[tuple[str, str], "StepFigures"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A process drawn with its heat, and how to go to the others."""

    drawing: Drawing
    svg: Markup | None  # None for a process that was published without its drawing.
    state: Mapping[str, object]
    summary: str
    chips: Sequence[Mapping[str, object]]
    xml_url: str


def drawn(work: UnitOfWork, filters: Filters) -> tuple[drawings.Version | None, Sequence[Drawing]]:
    """The diagrams to colour: those of the basin asked about, else the reference's."""
    basin_id = None if filters.basin is None else filters.basin.id
    version = drawings.in_force(work, basin_id, on=web_work.today())
    return version, [] if version is None else drawings.drawings(work, version.id)


def picture(
    filters: Filters, version: drawings.Version, found: Sequence[Drawing], answer: Bottlenecks
) -> Picture:
    """The diagram asked for, else that of a project's whole life. Raises `drawings.ProcessNotFound`."""
    by_id = {each.process: each for each in found}
    wanted = filters.process or found[0].process
    if wanted not in by_id:
        raise drawings.ProcessNotFound
    drawing = by_id[wanted]
    seconds = seconds_by_process(answer, found)
    hot = heat(drawing, answer, seconds)
    return Picture(
        drawing=drawing,
        svg=bpmn_svg.render_if_drawn(
            drawing.content, title=web_work.translated(drawing.name), description=web_work.translated(ABOUT),
            heat=hot, prefix="pilotage", say=web_work.translated,
        ),
        state={"heat": {step: {"level": each.level, "label": each.label} for step, each in hot.items()}},
        summary=web_work.translated(ABOUT),
        chips=chips(filters, drawing, found, answer, seconds),
        xml_url=xml_url(filters, version, drawing),
    )  # fmt: skip


ABOUT = _(
    "Couleur : part de tout le temps passé sur la période. Sur une étape : sa durée médiane en jours. "
    "Sur un sous-processus : sa part du temps. Les mêmes chiffres sont dans le tableau."
)


def xml_url(filters: Filters, version: drawings.Version, drawing: Drawing) -> str:
    """Where the browser's viewer finds the diagram: the basin's own, or the reference's."""
    slug = filters.basin.slug if filters.basin is not None and version.basin_id is not None else "reference"
    return url_for("basins.diagram_file", slug=slug, process=drawing.process)


def level_of(part: float) -> int:
    """The level of a share of the time."""
    return next(level for least, level in LEVELS if part >= least)


def seconds_by_process(answer: Bottlenecks, found: Sequence[Drawing]) -> dict[str, int]:
    """The time of each process, those it calls included, each once: a project's whole life has all of it.

    What stands beside that life (a request, a late report) has its own steps only: its decisions cannot
    be told from the others.
    """
    own: dict[str, int] = {}
    homes = drawn_in(found)
    for each in answer.steps:
        process = homes.get(each.key, each.completed.process)
        own[process] = own.get(process, 0) + each.completed.total_seconds
    by_id = {each.process: each for each in found}
    of_life = reached(found[0].process, by_id)
    return {
        process: sum(
            own.get(each, 0)
            for each in reached(process, by_id)
            if process in of_life or each == process or each not in of_life
        )
        for process in by_id
    }


def drawn_in(found: Sequence[Drawing]) -> dict[tuple[str, str], str]:
    """The process where each step is drawn here: an older version may draw it in another than today’s."""
    return {redrawn.now(each.process, step.id): each.process for each in found for step in each.steps}


def reached(process: str, by_id: Mapping[str, Drawing]) -> set[str]:
    """A process and all those that it calls, directly or not; published diagrams call no circle."""
    called = by_id[process].calls.values() if process in by_id else ()
    return {process}.union(*(reached(each, by_id) for each in called))


def heat(drawing: Drawing, answer: Bottlenecks, seconds: Mapping[str, int]) -> dict[str, bpmn_svg.Heat]:
    """The heat of each step and call of a diagram; nothing where no time was spent."""
    whole = answer.total_seconds
    if not whole:
        return {}
    hot: dict[str, bpmn_svg.Heat] = {}
    drawn_here = drawn_in([drawing])
    for each in answer.steps:
        _process, step = each.key
        if each.key in drawn_here and each.completed.completed:
            median = each.completed.lasted.median
            label = "" if median is None else words.short_days(median)
            hot[step] = bpmn_svg.Heat(level_of(each.completed.total_seconds / whole), label)
    for element, called in drawing.calls.items():
        part = seconds[called] / whole
        if seconds[called]:
            hot[element] = bpmn_svg.Heat(level_of(part), typography.percent(part, web_work.locale()))
    return hot


def chips(
    filters: Filters,
    shown: Drawing,
    found: Sequence[Drawing],
    answer: Bottlenecks,
    seconds: Mapping[str, int],
) -> list[Mapping[str, object]]:
    """The other diagrams, each with its share of the time; those where nothing happens are left out."""
    homes = drawn_in(found)
    active = {homes.get(each.key, each.completed.process) for each in answer.steps}
    return [
        {
            "label": each.name,
            "url": filters.url(processus=each.process) + "#diagramme",
            "is_chosen": each.process == shown.process,
            "share": seconds[each.process] / answer.total_seconds if answer.total_seconds else None,
        }
        for each in found
        if each.process == shown.process
        or each.process in active
        or seconds[each.process]
        or each.process == found[0].process
    ]
