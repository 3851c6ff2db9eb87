"""Everyday acts on a dossier: a note, a call, a document, a pause, an exit, another mandatary (D21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import flash, render_template, request, url_for

from engine import errors
from engine.i18n import mark as _
from engine.operations.file_acts import FILE_ACTS
from engine.people.permissions import Permission
from engine.projects.recording import coded
from engine.projects.statuses import AFTER_SIGNATURE, BEFORE_SIGNATURE, Status
from forms import catalogue
from web import once
from web import work as web_work
from web.auth import keeps_when_idle, requires
from web.page_forms import Messages, PageForm, answers_sent, general, keep_files, show_again_with
from web.projects.access import Reader, open_file
from web.projects.blueprint import pages
from web.sent_late import set_aside

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from forms.context import Context
    from forms.questions import Form

Answers = Mapping[str, Any]
PLAIN_SUBMIT = catalogue.form("note").submit
NOTHING_ON_PAPER = _(
    "Rien à corriger ici : une signature sur papier se corrige tant que son texte est en signature."
)


@dataclass(frozen=True, slots=True)
class EverydayAct:
    """One act of the file's page: its address, its form, who may do it, when, and what it does."""

    slug: str
    form: str
    permission: Permission
    done: str
    perform: Callable[[UnitOfWork, Project, PageForm], None]
    may_be_done: Callable[[Project], bool]
    tone: str = ""
    from_the_list: bool = True  # Else from the place of the file's pages that it is about.
    too_early: str = ""  # What is said of it until the agreement is in force.
    chosen_from: str = ""  # The question whose choices are what it is about: none, nothing to do.

    @property
    def endpoint(self) -> str:
        """The name of its page."""
        return f"projects.{self.ask_name}"

    @property
    def ask_name(self) -> str:
        """The name of the view that shows its form."""
        return f"ask_{self.form}"

    def why_not(self, project: Project, context: Context) -> str | None:
        """Why it may not be done on a dossier now; none when it may."""
        if self.may_be_done(project):
            return NOTHING_ON_PAPER if self.chosen_from and not context.choices[self.chosen_from] else None
        if self.too_early and is_alive(project) and project.effective_on is None:
            return self.too_early
        return _("Cela n’est plus possible sur ce dossier.")


def is_alive(project: Project) -> bool:
    """Whether the dossier goes on."""
    return project.ended_on is None


def is_kept(project: Project) -> bool:
    """A note may be left on a dossier that has ended too, until what is written in it is erased."""
    return project.erased_at is None


def may_suspend(project: Project) -> bool:
    """Whether it goes on and is not suspended."""
    return is_alive(project) and project.suspended_on is None


def may_resume(project: Project) -> bool:
    """Whether it is suspended."""
    return is_alive(project) and project.suspended_on is not None


def before_signature(project: Project) -> bool:
    """Whether it may still be withdrawn."""
    return is_alive(project) and project.status in BEFORE_SIGNATURE and project.end_kind is None


def after_signature(project: Project) -> bool:
    """Whether its early end may be asked for."""
    return is_alive(project) and project.status in AFTER_SIGNATURE


def is_being_signed(project: Project) -> bool:
    """Whether its agreement waits for signatures."""
    return is_alive(project) and project.status == Status.AGREEMENT_TO_SIGN


def may_amend(project: Project) -> bool:
    """Whether there is an agreement in force to amend."""
    return is_alive(project) and project.effective_on is not None


def may_sign_on_paper(project: Project) -> bool:
    """Whether its agreement, or an amendment of it, may be waiting for signatures."""
    return is_being_signed(project) or may_amend(project)


def may_pay(project: Project) -> bool:
    """Whether an advance was agreed, and is not paid yet."""
    return may_amend(project) and bool(project.advance_cents) and project.advance_paid_on is None


def has_paid(project: Project) -> bool:
    """Whether the advance is recorded as paid out."""
    return is_alive(project) and project.advance_paid_on is not None


def is_followed(project: Project) -> bool:
    """Whether there is a mandatary to replace."""
    return is_alive(project) and project.mandatary_id is not None


def by_its_answers(work: UnitOfWork, project: Project, form: PageForm) -> None:
    """Do what the form is for, from what was typed."""
    FILE_ACTS[form.key](work, project.id, form.read(work))


def add_document(work: UnitOfWork, project: Project, form: PageForm) -> None:
    """Add what was uploaded, under the title given to it."""
    kept = keep_files(work, "files", project_id=project.id, kind="attachment")
    work.database.flush()
    answers = form.read(work, {**answers_sent(), "files": [str(each.id) for each in kept]})
    for number, document in enumerate(kept, start=1):
        title = answers["title"].strip() + (f" ({number})" if len(kept) > 1 else "")
        document.name = title + Path(document.name).suffix.lower()
        document.audience = str(coded(answers["audience"]))


def request_termination(work: UnitOfWork, project: Project, form: PageForm) -> None:
    """Ask for an early end, with its papers."""
    keep_files(work, "attachments", project_id=project.id, kind="termination_request")
    by_its_answers(work, project, form)


ACTS = (
    EverydayAct("note", "note", Permission.NOTE, _("Note ajoutée."), by_its_answers, is_kept),
    EverydayAct("appel", "phone_call", Permission.NOTE, _("Appel noté."), by_its_answers, is_kept),
    EverydayAct("document", "document", Permission.NOTE, _("Document ajouté."), add_document, is_kept),
    EverydayAct(
        "difficulte", "firm_alert", Permission.ALERT,
        _("La difficulté est signalée. L’entreprise n’en est pas prévenue."),
        by_its_answers, after_signature,
    ),
    EverydayAct(
        "remplacement-du-mandataire", "mandatary_replacement", Permission.REPLACE_MANDATARY,
        _("Le mandataire est remplacé : ses tâches en cours sont passées à la nouvelle personne."),
        by_its_answers, is_followed,
    ),
    EverydayAct(
        "remplacement-d-une-personne", "person_replacement", Permission.REPLACE_PERSON,
        _("La personne est remplacée, et prévenue avec celle qui prend sa place."), by_its_answers, is_alive,
    ),
    EverydayAct(
        "avenant", "amendment_request", Permission.AMEND,
        _("La demande d’avenant est ouverte : sa première tâche attend l’opérateur."), by_its_answers,
        may_amend,
        too_early=_("Un avenant change une convention que tous ont signée : celle-ci ne l’est pas encore."),
    ),
    EverydayAct(
        "versement", "advance_payment", Permission.PAY_ADVANCE, _("Le versement de l’avance est noté."),
        by_its_answers, may_pay,
        too_early=_("Une avance se verse une fois que tous ont signé la convention et son annexe."),
    ),
    EverydayAct(
        "versement-barre", "advance_payment_strike", Permission.PAY_ADVANCE,
        _("Le versement est barré : il peut être noté de nouveau."), by_its_answers, has_paid, "danger",
    ),
    EverydayAct(
        "suspension", "suspension", Permission.SUSPEND, _("Le projet est suspendu."), by_its_answers,
        may_suspend,
    ),
    EverydayAct(
        "reprise", "resumption", Permission.SUSPEND, _("Le projet reprend."), by_its_answers, may_resume
    ),
    EverydayAct(
        "retrait", "withdrawal", Permission.WITHDRAW,
        _("Le projet est retiré. Les personnes concernées sont prévenues."), by_its_answers, before_signature,
        "danger",
    ),
    EverydayAct(
        "resiliation", "termination_request", Permission.TERMINATE,
        _("La résiliation est demandée : la présidence du comité est invitée à la signer."),
        request_termination, after_signature, "danger",
    ),
    EverydayAct(
        "jour-de-signature", "paper_day_correction", Permission.CORRECT,
        _("Le jour de la signature est corrigé."), by_its_answers, may_sign_on_paper, from_the_list=False,
        chosen_from="signature_id",
    ),
    EverydayAct(
        "signature-barree", "paper_signature_strike", Permission.CORRECT,
        _("La signature est barrée : la personne est de nouveau invitée à signer."),
        by_its_answers, may_sign_on_paper, "danger", from_the_list=False, chosen_from="signature_id",
    ),
)  # fmt: skip
LEADS_TO = {"note": "projects.papers", "phone_call": "projects.papers", "document": "projects.papers",
            "paper_day_correction": "projects.commitments_page",
            "paper_signature_strike": "projects.commitments_page",
            "advance_payment": "projects.commitments_page"}  # fmt: skip


def offered(project: Project, reader: Reader) -> list[EverydayAct]:
    """The acts that this reader may do on this dossier now: what the page shows."""
    return [
        act for act in ACTS
        if act.from_the_list and act.may_be_done(project) and act.permission in reader.permissions
        and not (act.form == "suspension" and needs_chair(project, reader))
    ]  # fmt: skip


def needs_chair(project: Project, reader: Reader) -> bool:
    """Whether suspending this dossier is for the chair, and the reader is not (D7)."""
    return after_signature(project) and Permission.REPLACE_MANDATARY not in reader.permissions


def act_page(
    act: EverydayAct, project_id: UUID, values: Answers | None = None, messages: Messages | None = None
) -> str:
    """The form of an act, beside what one must know of the dossier."""
    with web_work.start_reading() as work:
        project = open_file(work, project_id, act.permission)
        form = PageForm(act.form, project.basin_id, project.id)
        context = form.context(work)
        inputs = form.inputs(context, values, messages)
    return render_template(
        "projects/act.html",
        title=form.form.title,
        intro=form.form.intro,
        submit=words_of_button(form.form),
        tone=act.tone,
        firm=project.firm,
        reference=project.reference,
        project_url=url_for("projects.show_project", project_id=project.id),
        action=request.path,
        facts=context.facts,
        inputs=inputs,
        general_errors=general(messages, inputs),
        key=once.new_key(),
        refused=act.why_not(project, context),
    )


def words_of_button(form: Form) -> str:
    """What the button says: the act itself, unless its form has words of its own."""
    return form.title if form.submit == PLAIN_SUBMIT else form.submit


def do_act(act: EverydayAct, project_id: UUID) -> Response:
    """Do an act, once, and go back to the dossier."""
    show_again_with(partial(act_page, act, project_id))
    location = url_for(LEADS_TO.get(act.form, "projects.show_project"), project_id=project_id)
    with once.start_work() as work:
        project = open_file(work, project_id, act.permission)
        if not act.may_be_done(project):
            raise NotNow
        act.perform(work, project, PageForm(act.form, project.basin_id, project.id))
        response = once.done(work, location)
    flash(web_work.translated(act.done), "success")
    return response


class NotNow(errors.Conflict):
    """Cela n’est plus possible sur ce dossier : il a changé depuis que vous l’avez ouvert."""


def ask_view(act: EverydayAct) -> Callable[[UUID], str]:
    """The view that shows the form of an act."""

    def ask(project_id: UUID) -> str:
        return act_page(act, project_id)

    return ask


def do_view(act: EverydayAct) -> Callable[[UUID], Response]:
    """The view that does an act."""

    def do(project_id: UUID) -> Response:
        return do_act(act, project_id)

    return do


for each in ACTS:
    path = f"/projets/<uuid:project_id>/{each.slug}"
    asks = requires(each.permission)(ask_view(each))
    does = requires(each.permission)(keeps_when_idle(set_aside)(do_view(each)))
    pages.add_url_rule(path, each.ask_name, asks, methods=["GET"])
    pages.add_url_rule(path, f"do_{each.form}", does, methods=["POST"])
