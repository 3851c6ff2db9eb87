"""The figures of projects in tables: those followed from their intake here, and those taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.projects.statuses import PHASE_LABELS, EndKind, Phase
from web.monitoring import words

if TYPE_CHECKING:
    from engine.analytics import indicators
    from engine.analytics.indicators import Overview

# What is counted, how many followed here, how many taken over.
Line = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """One table of the page; its lines add up only where it says so."""

    title: str
    lines: list[Line]
    has_total: bool = False


def tables(overview: Overview) -> list[FigureTable]:
    """Projects by phase, by end and over the period, their jobs and reports: followed here, taken over."""
    own, adopted = overview.own, overview.adopted
    phases = [(PHASE_LABELS[phase], own.phases[phase], adopted.phases[phase]) for phase in Phase]
    ends = [
        (words.ENDS[end], own.ends[end], adopted.ends[end])
        for end in EndKind
        if own.ends[end] or adopted.ends[end]
    ]
    events = [
        (_("Ouverts"), own.opened, adopted.opened),
        (_("Labellisés"), own.labelled, adopted.labelled),
        (_("Suivis menés à terme"), own.carried_through, adopted.carried_through),
        (_("Résiliés avant le terme"), own.ended_early, adopted.ended_early),
        (_("Arrêtés avant signature"), before_signature(own), before_signature(adopted)),
    ]
    found = (
        FigureTable(_("Où en sont les projets"), phases, has_total=True),
        FigureTable(_("Comment ils se sont terminés"), ends, has_total=True),
        FigureTable(_("Sur la période"), events),
        FigureTable(_("Emplois des projets labellisés"), jobs(own.jobs, adopted.jobs)),
        FigureTable(_("Comptes rendus remis sur la période"), reports(own.reports, adopted.reports)),
    )
    return [each for each in found if each.lines]


def jobs(own: indicators.Jobs, adopted: indicators.Jobs) -> list[Line]:
    """Jobs aimed at, created and sustained: three things that do not add up."""
    return [
        (_("Visés par les diagnostics"), own.targeted, adopted.targeted),
        (_("Créés, selon les bilans et comptes rendus"), own.created, adopted.created),
        (_("Soutenus"), own.sustained, adopted.sustained),
        (_("Projets qui ont compté leurs emplois"), own.counted_projects, adopted.counted_projects),
    ]


def reports(own: indicators.Reports, adopted: indicators.Reports) -> list[Line]:
    """Reports of the period: given, late, and the periods that a later one covered."""
    return [
        (_("Remis"), own.given, adopted.given),
        (_("dont remis en retard"), own.late, adopted.late),
        (_("Périodes manquées, couvertes par le suivant"), own.missed, adopted.missed),
    ]


def before_signature(projects: indicators.Projects) -> int:
    """Projects that ended in the period without having been signed."""
    return sum(projects.ended.values()) - projects.carried_through - projects.ended_early
