"""What the API does around a task: a wait for a third party, a reminder, a signature given on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response

from engine.agreements import signatures
from engine.escalation import reminding
from engine.i18n import mark as _
from engine.people.permissions import Permission
from engine.projects.recording import coded
from engine.runtime import locking, tasks
from web.api import answering
from web.api.bodies import Answers, Body, Day, Flag, Identifier
from web.api.endpoints import endpoint
from web.api.task_acts import REFUSALS, acted

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

FORM = "awaiting"


class Wait(Body):
    """Whom the task waits for, until when, and why."""

    answers = Answers(required=True, form=FORM)


class OnPaper(Body):
    """The day written on the paper, the document that holds its scan, and whether the original is held."""

    signed_on = Day(required=True)
    document_id = Identifier(required=True)
    attested = Flag(load_default=False)


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/hold",
    title=_("Mettre une tâche en attente d’un tiers"),
    note=_("« answers » répond au formulaire « awaiting » : de qui, jusqu’au, pourquoi."),
    permission=Permission.AWAIT,
    body=Wait,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def hold_task(task_id: UUID, body: dict[str, Any]) -> Response:
    """Put a task « en attente de … jusqu’au … », with its reason (D21)."""

    def hold(work: UnitOfWork) -> None:
        view = tasks.find(work, task_id=task_id).task
        wait = answering.clean(work, FORM, body["answers"], basin_id=view.basin_id, case_id=view.case_id)
        tasks.await_third_party(
            work, task_id=task_id, cause=str(coded(wait["cause"])), until=wait["until"],
            reason=wait["reason"],
        )  # fmt: skip

    return acted(task_id, hold)


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/resume",
    title=_("Reprendre une tâche mise en attente"),
    permission=Permission.AWAIT,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def resume_task(task_id: UUID) -> Response:
    """Take a task up again before the day until which it waited."""
    return acted(task_id, lambda work: tasks.resume(work, task_id=task_id))


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/remind",
    title=_("Relancer qui doit accomplir une tâche"),
    note=_(
        "Un courriel part à la prochaine heure ouvrée du bassin : un par semaine au plus, trois en tout "
        "pour un compte rendu. « mails » du projet dit quand."
    ),
    permission=Permission.REMIND,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def remind_of_task(task_id: UUID) -> Response:
    """Have whoever holds a task written to again, as an officer's click does (D9)."""
    return acted(task_id, lambda work: reminding.remind(work, task_id))


@endpoint(
    "POST",
    "/tasks/<uuid:task_id>/sign-on-paper",
    title=_("Consigner une signature donnée sur papier"),
    note=_(
        "Avec l’exemplaire numérisé, ajouté d’abord aux documents du projet. C’est l’acte de l’opérateur."
    ),
    permission=Permission.ACT_ON_BEHALF,
    body=OnPaper,
    keyed=True,
    answers={200: "Task"},
    refusals=REFUSALS,
)
def sign_on_paper(task_id: UUID, body: dict[str, Any]) -> Response:
    """Record a signature given on paper, with its scan: the officer's act, shown as such (D18)."""

    def sign(work: UnitOfWork) -> None:
        if not tasks.find(work, task_id=task_id).is_officer:
            raise locking.NotYours
        signatures.sign_on_paper(
            work, task_id=task_id, signed_on=body["signed_on"], document_id=body["document_id"],
            attested=body["attested"],
        )  # fmt: skip

    return acted(task_id, sign)
