"""What people do with a dossier outside its tasks, from the answers of the act's form (D7, D19, D21)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import errors
from engine.agreements import paper_days, payments, striking
from engine.escalation import replacement
from engine.operations import amending, lost_seats, missions, replacing
from engine.people import committee_seats
from engine.people.models import Role
from engine.projects import alerts, closing, dossiers, everyday
from engine.projects.recording import coded

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork

Answers = Mapping[str, Any]


class NobodyToReplace(errors.Conflict):
    """Ce projet n’a pas encore de mandataire : le comité le choisit par sa décision."""


def write_note(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Leave a note."""
    everyday.write_note(
        work, project_id=project_id, text=answers["text"], audience=str(coded(answers["audience"]))
    )


def note_call(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Note a call."""
    everyday.note_call(
        work, project_id=project_id, correspondent=answers["correspondent"], summary=answers["summary"],
        called_on=answers["called_on"], direction=str(coded(answers["direction"])),
        audience=str(coded(answers["audience"])),
    )  # fmt: skip


def signal_difficulty(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Signal that the firm is in difficulty (E5)."""
    alerts.signal(
        work, project_id=project_id, difficulty=str(coded(answers["difficulty"])),
        seriousness=str(coded(answers["seriousness"])), statement=answers["statement"],
        occurred_on=answers["occurred_on"], proposal=answers["proposal"],
        judgment_on=answers["judgment_on"], published_on=answers["published_on"],
    )  # fmt: skip


def suspend(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Suspend the dossier; once the firm is labelled, only the chair may (D7)."""
    everyday.suspend(
        work, project_id=project_id, requested_by=str(coded(answers["requested_by"])),
        reason=answers["reason"], until=answers["until"],
    )  # fmt: skip


def resume(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Take it up again."""
    everyday.resume(work, project_id=project_id, note=answers.get("note"))


def withdraw(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Withdraw the dossier before its signature (E2)."""
    closing.withdraw(
        work, project_id=project_id, requested_by=str(coded(answers["requested_by"])),
        reason=answers["reason"], occurred_on=answers["requested_on"],
    )  # fmt: skip


def request_termination(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Ask for an early end, which the chair signs (E4)."""
    closing.request_termination(
        work, project_id=project_id, requested_by=str(coded(answers["requested_by"])),
        cause=str(coded(answers["cause"])), reason=answers["reason"], occurred_on=answers["requested_on"],
    )  # fmt: skip


def replace_mandatary(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Hand the project over to another mandatary (D19). Raises `NobodyToReplace`."""
    if dossiers.find(work, project_id).mandatary_id is None:
        raise NobodyToReplace
    named = committee_seats.sitter(work, answers["mandatary_id"])
    replacement.replace_mandatary(
        work, case_id=project_id, to_person=named.person_id, to_organisation=named.organisation_id,
        reason=answers["reason"],
    )  # fmt: skip
    lost_seats.replaced(work, project_id, Role.MANDATARY)
    missions.write_to_successor(work, project_id)


def replace_person(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Hand somebody's part to another person; a prescriber who had lost the seat is asked about no more."""
    role = replacing.replace_person(work, project_id, answers)
    if role is Role.PRESCRIBER:
        lost_seats.replaced(work, project_id, role)


def ask_for_amendment(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Ask for a change of the agreement in force (F11)."""
    amending.request_amendment(work, project_id, answers)


def mark_advance_paid(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Record that the advance was paid out (R26)."""
    payments.mark_paid(
        work, project_id=project_id, paid_on=answers["paid_on"], amount_cents=answers["amount"],
        bank_reference=answers["bank_reference"],
    )  # fmt: skip


def strike_advance_payment(work: UnitOfWork, project_id: UUID, answers: Answers) -> None:
    """Strike out a payment recorded by mistake (D21)."""
    payments.strike(work, project_id=project_id, reason=answers["reason"])


# By the key of the form that asks what the act must know.
FILE_ACTS: Mapping[str, Callable[[UnitOfWork, UUID, Answers], None]] = {
    "note": write_note,
    "phone_call": note_call,
    "firm_alert": signal_difficulty,
    "suspension": suspend,
    "resumption": resume,
    "withdrawal": withdraw,
    "termination_request": request_termination,
    "mandatary_replacement": replace_mandatary,
    "person_replacement": replace_person,
    "amendment_request": ask_for_amendment,
    "advance_payment": mark_advance_paid,
    "advance_payment_strike": strike_advance_payment,
    "paper_day_correction": paper_days.correct_day,
    "paper_signature_strike": striking.strike,
}
