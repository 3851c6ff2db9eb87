"""What a project has signed, or has to: by whom, or waited for since when, what to do about it; the files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import render_template, url_for

from engine import clock
from engine.agreements import amendment_wording, envelopes, papers, presenting, signatories, standing
from engine.agreements.models import AMENDMENT, ANNEX, EFFECTIVE, TO_SIGN
from engine.agreements.signatures import FORM, PAPER
from engine.committee import decisions
from engine.documents import requests
from engine.escalation import elsewhere
from engine.escalation.elsewhere import Elsewhere, Obstacle
from engine.i18n import mark as _
from engine.operations import paper_readers
from engine.people import organisations, persons
from engine.people.permissions import Permission
from forms import choices
from web import paper_files, typography
from web import work as web_work
from web.auth import requires, viewer
from web.projects import words
from web.projects.acts import may_sign_on_paper, offered
from web.projects.blueprint import pages
from web.projects.frame import File, frame, read_file

if TYPE_CHECKING:
    from engine.agreements.models import Agreement, Signature
    from engine.agreements.standing import Issue, Line
    from engine.documents.models import Paper

STATES = {
    "to_sign": (_("En signature"), "soon"),
    "effective": (_("En vigueur"), "done"),
    "voided": (_("Annulée"), ""),
}
AMENDMENT_STATES = STATES | {"voided": (_("Annulé"), "")}
VOIDED = {
    "decision_cancelled": _("le comité a annulé la décision dont il découlait"),
    "amendment_refused": _("un signataire a refusé"),
    "company_left": _("une entreprise qui devait signer n’est plus partenaire"),
    "amendment_not_signed": _("pas signé à temps"),
}
# How one goes back on what everybody has signed.
UNDOING = ("amendment_request", "termination_request")
# What the page writes beside a line; the list of what others hold up says the same at more length.
OBSTACLES = {
    Obstacle.NOBODY: _("Personne ne tient encore cette tâche."),
    Obstacle.GONE: _("Compte fermé : confiez sa part à quelqu’un d’autre."),
    Obstacle.AWAITING: _("En attente d’un tiers."),
    Obstacle.INVALID_ADDRESS: _("Son adresse ne marche pas : téléphonez."),
    Obstacle.ABSENT: _("Absence déclarée jusqu’au {day}."),
    Obstacle.TOO_SOON: _("Prochain courriel possible le {day}."),
}


@pages.get("/projets/<uuid:project_id>/convention")
@requires(Permission.SEE_PROJECT)
def show_agreement(project_id: UUID) -> str:
    """Show the agreement, its annex and its amendments: signatures, files, versions, what each changed."""
    with web_work.start_reading() as work:
        file = read_file(work, project_id)
        issues = standing.of_project(work, project_id)
        beside = read_beside(file, issues)
        shown = [issue_of(file, each, beside) for each in issues]
        head = frame(file, "projects.show_agreement")
    return render_template(
        "projects/agreement.html",
        **head,
        issues=shown,
        project_id=project_id,
        history_url=url_for("projects.history", project_id=project_id),
        scan_url=url_for("documents.ask_scan") if may_attest(file) and any_awaited(issues) else None,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page says of all texts at once: names, open tasks with their mails, documents made."""

    people: dict[UUID, str]
    firms: dict[UUID, str]
    waiting: dict[UUID, Elsewhere]
    made: list[Paper]
    cancelled: dict[UUID, str]


def read_beside(file: File, issues: list[Issue]) -> Beside:
    """Read it, whatever the number of texts."""
    lines = [line for each in issues for line in each.lines]
    mentioned: set[UUID | None] = {line.signature.recorded_by for line in lines if line.signature is not None}
    return Beside(
        people=persons.names(file.work, mentioned | {line.person_id for line in lines}),
        firms=organisations.names(
            file.work, {line.organisation_id for line in lines if line.organisation_id}
        ),
        waiting=elsewhere.of_form(file.work, file.project.id, FORM, file.today),
        made=paper_readers.readable(file.work, requests.of_project(file.work, file.project.id)),
        cancelled=decisions.cancelled(file.work, file.project.id),
    )


def may_attest(file: File) -> bool:
    """Whether the reader records what people signed on paper."""
    return Permission.ATTEST_PAPER in file.reader.permissions


def any_awaited(issues: list[Issue]) -> bool:
    """Whether a signature is waited for."""
    return any(line.task_id is not None for each in issues for line in each.lines)


def issue_of(file: File, issue: Issue, beside: Beside) -> dict[str, Any]:
    """What is signed together, as the page sets it."""
    text = issue.text
    is_amendment = text.kind == AMENDMENT
    state, tone = (AMENDMENT_STATES if is_amendment else STATES).get(text.state, (text.state, ""))
    return {
        "id": text.id.hex,
        "title": _("Avenant {number}") if is_amendment else _("Convention {number}"),
        "number": text.number,
        "version": text.version,
        "is_amendment": is_amendment,
        "state": state,
        "tone": tone,
        "prepared_on": text.prepared_on,
        "effective_on": text.effective_on,
        "voided_on": local_day(text.voided_at),
        "void_reason": VOIDED.get(text.void_reason or ""),
        "stands": stands(file, text, beside) if is_amendment else None,
        "objective": text.text.get("objective") if not is_amendment else None,
        "changes": changes_of(text),
        "signed": issue.signed,
        "lines": [line_of(file, each, beside, is_open=text.state == TO_SIGN) for each in issue.lines],
        "papers": papers_of(file, issue, beside.made),
        "texts": [text_of(each) for each in (text, *issue.beside, *issue.earlier)],
    }


def stands(file: File, text: Agreement, beside: Beside) -> dict[str, Any] | None:
    """The cancelled decision of an amendment in force, and how one goes back on what was signed."""
    number = beside.cancelled.get(text.decision_id) if text.decision_id else None
    if text.state != EFFECTIVE or number is None:
        return None
    urls = {
        act.form: url_for(act.endpoint, project_id=file.project.id)
        for act in offered(file.project, file.reader)
        if act.form in UNDOING
    }
    return {"number": number, **{form: urls.get(form) for form in UNDOING}}


def local_day(instant: Any) -> date | None:
    """The day of an instant where the page is."""
    return clock.local_date(instant, web_work.zone()) if instant else None


def changes_of(text: Agreement) -> list[amendment_wording.Difference]:
    """What an amendment replaces, in the reader's language."""
    return [amendment_wording.difference(each, web_work.locale()) for each in papers.changes_of(text)]


def papers_of(file: File, issue: Issue, made: list[Paper]) -> list[paper_files.Line]:
    """The files of a text and of its annex, then their envelopes, asked for once everybody has signed."""
    texts = (issue.text, *issue.beside)
    by_id = {each.id: each for each in made}
    found = [by_id[text.paper_id] for text in texts if text.paper_id in by_id]
    found += [envelope for text in texts for envelope in envelopes_of(made, text)[:1]]
    return [paper_files.line(file.work, each) for each in found]


def envelopes_of(made: list[Paper], text: Agreement) -> list[Paper]:
    """The envelopes of a text, the last asked for first."""
    return [each for each in made if each.kind == envelopes.KIND and each.subject_id == text.id]


def text_of(text: Agreement) -> dict[str, Any]:
    """A version to read: its words, what its signatures bind."""
    return {
        "label": label_of(text),
        "version": text.version,
        "blocks": presenting.words_of(text),
        "locale": text.locale,
        "digest": text.file_hash or text.text_hash,
        "is_file": text.file_hash is not None,
    }


def label_of(text: Agreement) -> str:
    """What folds the words of a version."""
    if text.kind == ANNEX:
        return web_work.translated(_("Lire le texte de l’annexe"))
    if text.voided_at is not None:
        return web_work.translated(_("Lire la version {version}, annulée"), version=text.version)
    is_amendment = text.kind == AMENDMENT
    return web_work.translated(
        _("Lire le texte de l’avenant") if is_amendment else _("Lire le texte de la convention")
    )


def line_of(file: File, line: Line, beside: Beside, *, is_open: bool) -> dict[str, Any]:
    """One line: who, in which capacity, signed when and how, or waited for since when and reminded when."""
    given = line.signature
    on_paper = given if is_open else None  # What is in force is put right no more.
    found = beside.waiting.get(line.task_id) if line.task_id else None
    return {
        "capacity": words.ACTING_CHAIR
        if given is not None and given.capacity == signatories.ACTING_CHAIR
        else words.label(choices.SignatoryCapacity, line.capacity),
        "person": beside.people.get(line.person_id, ""),
        "organisation": beside.firms.get(line.organisation_id, "") if line.organisation_id else "",
        "state": line.state.value,
        "signed_on": given.signed_on if given else None,
        "refused_on": given.refused_on if given else None,
        "mode": words.label(choices.SignatureMode, given.mode) if given else None,
        "recorded_by": beside.people.get(given.recorded_by) if given and given.mode == PAPER else None,
        "attested": given is not None and given.attested,
        "correct_url": url_on_paper(file, on_paper, "projects.ask_paper_day_correction"),
        "strike_url": url_on_paper(file, on_paper, "projects.ask_paper_signature_strike"),
        "struck": [
            {"signed_on": each.signed_on, "struck_on": local_day(each.struck_at)} for each in line.struck
        ],
        "way": words.label(choices.SignatureMode, line.way) if line.way != signatories.ONLINE else None,
        "since": line.since,
        "days": (file.today - line.since).days if line.since else 0,
        "task_url": url_for("inbox.show_task", task_id=line.task_id) if may_open(file, line) else None,
        "is_own": line.person_id == viewer().person_id,
        "provider_url": line.provider_url if line.person_id == viewer().person_id else None,
        **reminding_of(file, line, found),
    }


def may_open(file: File, line: Line) -> bool:
    """Whether the task of a line is for this reader: its signatory, or the officer."""
    return line.task_id is not None and (file.reader.is_officer or line.person_id == viewer().person_id)


def reminding_of(file: File, line: Line, found: Elsewhere | None) -> dict[str, Any]:
    """When they were last written to, and whether they may be again: one click, or why not."""
    may = Permission.REMIND in file.reader.permissions and line.person_id != viewer().person_id
    if found is None or file.project.suspended_on is not None:
        return {"written_on": None, "remind_url": None, "why_not": None}
    obstacle = found.obstacle(file.today, web_work.zone())
    return {
        "written_on": local_day(found.written_at),
        "remind_url": url_for("inbox.remind", task_id=line.task_id) if may and obstacle is None else None,
        "why_not": why_not(found, obstacle) if may and obstacle is not None else None,
    }


def why_not(found: Elsewhere, obstacle: Obstacle) -> str:
    """Why no mail may leave today."""
    again_on = found.may_be_written_again_on(web_work.zone())
    day = found.away_until if obstacle is Obstacle.ABSENT else again_on
    shown = typography.long_date(day, web_work.locale()) if day else ""
    return web_work.translated(OBSTACLES.get(obstacle, OBSTACLES[Obstacle.NOBODY]), day=shown)


def url_on_paper(file: File, given: Signature | None, page: str) -> str | None:
    """Where a signature on paper is put right or struck out, for those who may, while all sign."""
    may = Permission.CORRECT in file.reader.permissions and may_sign_on_paper(file.project)
    if not may or given is None or given.mode != PAPER or given.signed_on is None:
        return None
    return url_for(page, project_id=file.project.id)
