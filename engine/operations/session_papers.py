"""The dossier of a session in words: the same for its bound file and for its page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.committee import bound_dossiers, dossier, reading, sessions
from engine.committee.item_kinds import DECIDED, LABELS, Kind
from engine.documents import printable
from engine.documents.making import Sheet
from engine.i18n import mark as _
from engine.i18n import translate
from engine.operations import wording
from engine.operations.asked import Asked
from engine.people import basins, organisations
from engine.people.models import Person, Role
from engine.projects import basin_steps, written
from engine.projects.models import Project
from engine.projects.recording import days
from engine.runtime.models import Task
from forms import choices

if TYPE_CHECKING:
    from datetime import date

    from engine.committee.agenda import Line
    from engine.committee.dossier import Entry
    from engine.committee.models import CommitteeSession
    from engine.documents.models import Paper
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.basin_steps import Given
    from engine.projects.follow_up_models import InterventionRequest
    from engine.projects.models import Diagnostic, SkillNeed

MOST_PAGES = 300
RATED = (
    ("bearer", _("Capacité du porteur")),
    ("project", _("Qualité du projet")),
    ("impact", _("Incidence sur le territoire")),
)
Section = Mapping[str, Any]


def sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the bound dossier of a session is made of, without what its readers stepped back from."""
    work.locale = paper.locale
    session = sessions.find(work, paper.subject_id)
    asked = reader(work, session)
    without = bound_dossiers.left_out(work, session.id, paper.variant)
    found = dossier.of(work, session, without=without)
    basin, sent = basins.find(work, session.basin_id), bound_dossiers.latest(work, session.id)
    drawn_up_by = organisations.of_basin(work, basin.id, asked.today, Role.OPERATOR_ORGANISATION)
    data = {
        "title": said(asked, _("Dossier de séance {number}"), number=session.number),
        "author": drawn_up_by[0].name if drawn_up_by else basin.name,
        "date": (sent[0].sent_on if sent else asked.today).isoformat(),
        "basin": basin.name,
        "reference": session.number,
        "session": {
            "number": session.number,
            "held_on": session.held_on.isoformat(),
            "kind": wording.label(asked, choices.SessionKind, session.kind),
            "starts_at": session.starts_at,
            "place": session.place,
            "video_link": session.video_link,
        },
        "message": reading.typed(work, session.note, without=without),
        "left_out": found.left_out,
        "items": [item(asked, each) for each in found.entries],
        "late": late(work, found.entries, sent[0].sent_on if sent else asked.today),
    }
    return Sheet("session_dossier@1", printable.clean(data), most_pages=MOST_PAGES)


def late(work: UnitOfWork, entries: Iterable[Entry], on: date) -> list[dict[str, Any]]:
    """The reports that the committee is told are late on a day, the oldest first: whose, since when."""
    told = [each.line.subject_id for each in entries if each.line.kind is Kind.LATE_REPORT]
    if not told:
        return []
    rows = work.connection.execute(
        sa.select(Task.firm, Task.due_on, Person.full_name)
        .join(Project, Project.id == Task.case_id)
        .outerjoin(Person, Person.id == Project.mandatary_id)
        .where(Task.id.in_(told))
        .order_by(Task.due_on, Task.firm)
    )
    return [
        {
            "firm": row.firm,
            "mandatary": row.full_name or "",
            "due_on": row.due_on.isoformat(),
            "days": max(0, (on - row.due_on).days),
        }
        for row in rows
    ]


def reader(work: UnitOfWork, session: CommitteeSession) -> Asked:
    """Whoever reads a session's dossier: what is written for them is in the language of their act."""
    today = basins.today(work, session.basin_id)
    return Asked(work, "", session.basin_id, session.id, None, today, showing=True)


def item(asked: Asked, entry: Entry) -> dict[str, Any]:
    """One item of the dossier: what it is about, then all there is to read."""
    line, project = entry.line, entry.project
    kind = translate(LABELS[line.kind], asked.work.locale)
    return {
        "number": line.number,
        "kind": kind,
        "title": project.firm if project is not None else titled(asked, line) or kind,
        "city": project.city if project is not None else None,
        "reference": project.reference if project is not None else None,
        "need": need(asked, entry),
        "sections": [each for each in sections(asked, entry) if is_filled(each)],
    }


def titled(asked: Asked, line: Line) -> str | None:
    """What an item that is about no project is called: minutes to approve by their session's day."""
    if line.kind == Kind.PREVIOUS_MINUTES and line.subject_id is not None:
        day = sessions.find(asked.work, line.subject_id).held_on
        return said(asked, _("Procès-verbal du {day}"), day=written.day(day.isoformat(), asked.work.locale))
    return line.title


def need(asked: Asked, entry: Entry) -> str | None:
    """What is asked for, in a line: days of skills, an advance; else what the firm said it needs."""
    if entry.line.kind not in DECIDED:
        return None
    if entry.request is not None:
        quarters = entry.request.quarter_days
        return wording.in_days(asked, quarters) if quarters else entry.request.purpose
    quarters = sum(each.quarter_days for each in entry.needs)
    advance = wording.money(asked, entry.diagnostic.advance_requested_cents) if entry.diagnostic else None
    parts = [
        said(asked, _("{days} de compétences"), days=wording.in_days(asked, quarters)) if quarters else None,
        said(asked, _("{amount} d’avance"), amount=advance) if advance else None,
    ]
    told = said(asked, _(" et ")).join(each for each in parts if each)
    return told or (entry.project.need if entry.project is not None else None)


def sections(asked: Asked, entry: Entry) -> Iterator[Section]:
    """Everything that there is to read on an item."""
    if entry.line.item is not None and entry.line.item.note:
        yield {"title": said(asked, _("Note de l’opérateur")), "text": entry.line.item.note}
    if entry.line.kind in DECIDED:
        yield from of_file(asked, entry)
    yield of_decisions(asked, entry)
    yield {
        "title": said(asked, _("Difficultés signalées")),
        "items": [
            f"{wording.day(asked, each.occurred_on)} – "
            f"{wording.label(asked, choices.Difficulty, each.difficulty)} – {each.statement}"
            for each in entry.alerts
        ],
    }


def of_file(asked: Asked, entry: Entry) -> Iterator[Section]:
    """What there is to decide on: the request, the diagnostic, what came since, the documents."""
    if entry.request is not None:
        yield of_request(asked, entry.request)
    if entry.diagnostic is not None:
        yield from of_diagnostic(asked, entry.diagnostic, entry.needs)
    yield from of_basin(asked, entry.given)
    yield {
        "title": said(asked, _("Compléments apportés")),
        "items": [
            f"{wording.day(asked, each.occurred_on)} – {each.completion}" for each in entry.completions
        ],
    }
    for opinion in entry.opinions:
        yield {
            "title": said(asked, _("Diagnostic complémentaire")),
            "facts": facts(
                (said(asked, _("Question posée")), opinion.question),
                (said(asked, _("Réponse")), opinion.findings),
                (
                    said(asked, _("Avis de l’expert")),
                    wording.label(asked, choices.Recommendation, opinion.recommendation),
                ),
            ),
        }
    yield {
        "title": said(asked, _("Documents du dossier")),
        "items": [f"{each.name} (SHA-256 {each.content_hash[:16]}…)" for each in entry.documents],
    }


def of_request(asked: Asked, request: InterventionRequest) -> Section:
    """What a labelled firm asks for besides."""
    quarters = request.quarter_days
    return {
        "title": said(asked, _("La demande")),
        "facts": facts(
            (said(asked, _("Domaine")), wording.label(asked, choices.SkillDomain, request.domain)),
            (said(asked, _("Jours")), wording.in_days(asked, quarters) if quarters else None),
            (said(asked, _("Pour quoi")), request.purpose),
            (said(asked, _("Note pour le comité")), request.review_note),
        ),
    }


def of_diagnostic(asked: Asked, found: Diagnostic, needs: Iterable[SkillNeed]) -> Iterator[Section]:
    """The prescriber's diagnostic, whole."""
    yield {
        "title": said(asked, _("Le projet")),
        "text": "\n".join(filter(None, (found.summary, found.market))),
    }
    rated = [
        (
            said(asked, label),
            rating(asked, getattr(found, f"{name}_rating"), getattr(found, f"{name}_comment")),
        )
        for name, label in RATED
    ]
    yield {
        "title": said(asked, _("Appréciations du prescripteur")),
        "facts": facts(
            *rated,
            (said(asked, _("Emplois à créer")), found.jobs_to_create),
            (said(asked, _("Emplois à maintenir")), found.jobs_to_sustain),
            (said(asked, _("Horizon")), wording.in_months(asked, found.horizon_months)),
            (said(asked, _("Avance demandée")), wording.money(asked, found.advance_requested_cents)),
            (said(asked, _("Pourquoi Alizé")), found.subsidiarity),
            (said(asked, _("Sans Alizé")), wording.label(asked, choices.Deadweight, found.deadweight)),
            (said(asked, _("Risques")), found.risks),
            (said(asked, _("Avis du prescripteur")), wording.label(asked, choices.Opinion, found.opinion)),
            (said(asked, _("Intérêt déclaré")), found.interest if found.has_interest else None),
            (said(asked, _("Entreprise visitée le")), wording.day(asked, found.visited_on)),
        ),
    }
    yield of_needs(asked, needs)
    yield of_financing(asked, found)


def of_basin(asked: Asked, given: Iterable[Given]) -> Iterator[Section]:
    """What the basin asked before the committee: its own steps, then its questions as last answered."""
    before = [each for each in given if each.process in basin_steps.BEFORE_THE_COMMITTEE]
    for each in before:
        if each.is_step:
            yield {
                "title": said(asked, each.title),
                "facts": facts(*((one.label, one.text) for one in each.answers)),
            }
    last = {(each.process, each.step): each for each in before if not each.is_step}
    told = [(one.label, one.text) for each in last.values() for one in each.answers]
    yield {"title": said(asked, _("Questions du bassin")), "facts": facts(*told)}


def of_needs(asked: Asked, needs: Iterable[SkillNeed]) -> Section:
    """The days of skills that the prescriber finds needed."""
    return {
        "title": said(asked, _("Besoins en compétences")),
        "rows": {
            "head": [said(asked, _("Domaine")), said(asked, _("Jours")), said(asked, _("Pour quoi"))],
            "lines": [
                [
                    wording.label(asked, choices.SkillDomain, each.domain) or "",
                    wording.number(asked, Decimal(days(each.quarter_days))),
                    each.description or "",
                ]
                for each in needs
            ],
        },
    }


def of_financing(asked: Asked, found: Diagnostic) -> Section:
    """What an advance would finance, and what with besides."""
    return {
        "title": said(asked, _("Plan de financement")),
        "rows": {
            "head": [said(asked, _("Nature")), said(asked, _("Poste")), said(asked, _("Montant"))],
            "lines": [
                [
                    wording.label(asked, choices.FinancingSide, each.get("side")) or "",
                    each.get("label") or "",
                    wording.money(asked, each.get("amount")) or "",
                ]
                for each in found.financing_plan
            ],
        },
    }


def of_decisions(asked: Asked, entry: Entry) -> Section:
    """What the committee decided before."""
    return {
        "title": said(asked, _("Décisions précédentes")),
        "rows": {
            "head": [said(asked, _("Numéro")), said(asked, _("Prise le")), said(asked, _("Décision"))],
            "lines": [
                [
                    each.number or "",
                    wording.day(asked, each.occurred_on) or "",
                    wording.label(asked, choices.DecisionOutcome, each.outcome) or "",
                ]
                for each in entry.decisions
            ],
        },
    }


def rating(asked: Asked, value: str | None, comment: str | None) -> str | None:
    """A rating and what explains it: « Forte – L’équipe est stable »."""
    told = wording.label(asked, choices.Rating, value)
    return " – ".join(each for each in (told, comment) if each) or None


def facts(*told: tuple[str, object]) -> list[dict[str, str]]:
    """The facts that have a value."""
    return [{"name": name, "text": str(value)} for name, value in told if value not in (None, "")]


def is_filled(section: Section) -> bool:
    """Whether a section has anything to show."""
    rows = section.get("rows")
    return any(section.get(name) for name in ("text", "facts", "items")) or bool(rows and rows["lines"])


def said(asked: Asked, text: str, **values: object) -> str:
    """A text in the reader's language."""
    return translate(text, asked.work.locale, **values)


__all__ = ["item", "reader", "sheet"]
