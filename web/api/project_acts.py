"""What the API does with a project outside its tasks: one line per act, each with the form that asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, url_for

from engine.i18n import mark as _
from engine.operations.file_acts import FILE_ACTS
from engine.people.permissions import Permission
from web.api import answering, writes
from web.api.bodies import Answers, Body
from web.api.endpoints import View, endpoint
from web.api.projects import readable, shown

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class ProjectAct:
    """One act: the last word of its path, the name of its operation, its form, who may do it."""

    path: str
    name: str
    form: str
    permission: Permission
    title: str
    note: str


ACTS = (
    ProjectAct(
        "withdraw", "withdraw_project", "withdrawal", Permission.WITHDRAW,
        _("Retirer un projet avant la signature"),
        _("« answers » répond au formulaire « withdrawal » : qui le demande, et pourquoi."),
    ),
    ProjectAct(
        "terminate", "terminate_project", "termination_request", Permission.TERMINATE,
        _("Demander la fin anticipée d’un projet signé"),
        _("« answers » répond au formulaire « termination_request ». La présidence du comité la signe."),
    ),
    ProjectAct(
        "replace-mandatary", "replace_mandatary", "mandatary_replacement", Permission.REPLACE_MANDATARY,
        _("Remplacer le mandataire"),
        _("« answers » répond au formulaire « mandatary_replacement ». Les tâches en cours suivent."),
    ),
    ProjectAct(
        "replace-person", "replace_person", "person_replacement", Permission.REPLACE_PERSON,
        _("Remplacer une personne"),
        _("« answers » répond au formulaire « person_replacement » : qui, par qui, pourquoi."),
    ),
    ProjectAct(
        "correct-paper-day", "correct_paper_day", "paper_day_correction", Permission.CORRECT,
        _("Corriger le jour d’une signature sur papier"),
        _("« answers » répond au formulaire « paper_day_correction », avant la dernière signature."),
    ),
    ProjectAct(
        "strike-paper-signature", "strike_paper_signature", "paper_signature_strike", Permission.CORRECT,
        _("Barrer une signature sur papier"),
        _("« answers » répond au formulaire « paper_signature_strike », avant la dernière signature."),
    ),
    ProjectAct(
        "amendments", "ask_for_amendment", "amendment_request", Permission.AMEND,
        _("Demander un avenant à la convention"),
        _("« answers » répond au formulaire « amendment_request ». Le comité décide d’abord s’il le faut."),
    ),
    ProjectAct(
        "advance-payment", "mark_advance_paid", "advance_payment", Permission.PAY_ADVANCE,
        _("Noter le versement de l’avance"),
        _("« answers » répond au formulaire « advance_payment », une fois l’annexe entièrement signée."),
    ),
    ProjectAct(
        "strike-advance-payment", "strike_advance_payment", "advance_payment_strike", Permission.PAY_ADVANCE,
        _("Barrer le versement de l’avance"),
        _("« answers » répond au formulaire « advance_payment_strike » : pourquoi il est noté à tort."),
    ),
    ProjectAct(
        "suspend", "suspend_project", "suspension", Permission.SUSPEND,
        _("Suspendre un projet"),
        _("« answers » répond au formulaire « suspension » ; après la signature, la présidence le fait."),
    ),
    ProjectAct(
        "resume", "resume_project", "resumption", Permission.SUSPEND,
        _("Reprendre un projet suspendu"),
        _("« answers » répond au formulaire « resumption »."),
    ),
    ProjectAct(
        "alerts", "signal_difficulty", "firm_alert", Permission.ALERT,
        _("Signaler une difficulté de l’entreprise"),
        _("« answers » répond au formulaire « firm_alert ». L’opérateur et la présidence sont prévenus."),
    ),
    ProjectAct(
        "notes", "write_note", "note", Permission.NOTE,
        _("Ajouter une note"),
        _("« answers » répond au formulaire « note », qui dit aussi qui peut la lire."),
    ),
    ProjectAct(
        "calls", "note_call", "phone_call", Permission.NOTE,
        _("Noter un appel"),
        _("« answers » répond au formulaire « phone_call »."),
    ),
)  # fmt: skip


def view_of(act: ProjectAct) -> View:
    """The view that does an act, and answers with the project as it is then."""

    def do(project_id: UUID, body: dict[str, Any]) -> Response:
        def on_file(work: UnitOfWork) -> None:
            project = readable(work, project_id, act.permission)
            answers = answering.clean(
                work, act.form, body["answers"], basin_id=project.basin_id, case_id=project_id
            )
            FILE_ACTS[act.form](work, project_id, answers)

        return shown(writes.act(on_file, url_for("api.show_project", project_id=project_id)), project_id)

    do.__name__ = act.name
    return do


def body_of(act: ProjectAct) -> type[Body]:
    """The body of an act: the answers to its form."""
    return type("Answered", (Body,), {"answers": Answers(required=True, form=act.form)})


for each in ACTS:
    endpoint(
        "POST",
        f"/projects/<uuid:project_id>/{each.path}",
        title=each.title,
        note=each.note,
        permission=each.permission,
        body=body_of(each),
        keyed=True,
        answers={200: "Project"},
        refusals=(403, 404, 409, 503),
    )(view_of(each))
