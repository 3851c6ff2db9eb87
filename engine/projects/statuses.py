"""Where a project stands, and how it may end."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from engine.i18n import mark as _

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project

MOVED = "projects.status.changed"


class Status(StrEnum):
    """Where a project stands, in the words people use."""

    QUALIFYING = "qualifying"
    DIAGNOSING = "diagnosing"
    COMPLEMENTARY_DIAGNOSTIC = "complementary_diagnostic"
    READY_FOR_COMMITTEE = "ready_for_committee"
    DECISION_TO_SIGN = "decision_to_sign"
    ADJOURNED = "adjourned"
    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    AGREEMENT_TO_SIGN = "agreement_to_sign"
    LABELLED = "labelled"
    FINAL_REVIEW = "final_review"
    CLOSED = "closed"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    REORIENTED = "reoriented"
    DROPPED = "dropped"
    LAPSED = "lapsed"


STATUS_LABELS = {
    Status.QUALIFYING: _("En qualification"),
    Status.DIAGNOSING: _("Diagnostic en cours"),
    Status.COMPLEMENTARY_DIAGNOSTIC: _("Diagnostic complémentaire en cours"),
    Status.READY_FOR_COMMITTEE: _("Prêt pour le comité"),
    Status.DECISION_TO_SIGN: _("Décision à signer"),
    Status.ADJOURNED: _("Ajourné"),
    Status.APPROVED: _("Approuvé"),
    Status.APPROVED_WITH_CONDITIONS: _("Approuvé sous conditions"),
    Status.AGREEMENT_TO_SIGN: _("Convention en signature"),
    Status.LABELLED: _("Labellisé"),
    Status.FINAL_REVIEW: _("Bilan"),
    Status.CLOSED: _("Clos"),
    Status.TERMINATED: _("Résilié"),
    Status.WITHDRAWN: _("Retiré"),
    Status.REJECTED: _("Rejeté"),
    Status.REORIENTED: _("Réorienté"),
    Status.DROPPED: _("Sans suite"),
    Status.LAPSED: _("Caduc"),
}


class Phase(StrEnum):
    """The phases of the cahier des charges, as the list of projects filters them."""

    DIAGNOSTIC = "diagnostic"
    DECISION = "decision"
    AGREEMENT = "agreement"
    FOLLOW_UP = "follow_up"
    ENDED = "ended"


PHASE_LABELS = {
    Phase.DIAGNOSTIC: _("Diagnostic"),
    Phase.DECISION: _("Décision"),
    Phase.AGREEMENT: _("Convention"),
    Phase.FOLLOW_UP: _("Accompagnement et suivi"),
    Phase.ENDED: _("Terminé"),
}

STATUSES_OF_PHASE = {
    Phase.DIAGNOSTIC: (Status.QUALIFYING, Status.DIAGNOSING, Status.COMPLEMENTARY_DIAGNOSTIC),
    Phase.DECISION: (Status.READY_FOR_COMMITTEE, Status.DECISION_TO_SIGN, Status.ADJOURNED),
    Phase.AGREEMENT: (Status.APPROVED, Status.APPROVED_WITH_CONDITIONS, Status.AGREEMENT_TO_SIGN),
    Phase.FOLLOW_UP: (Status.LABELLED, Status.FINAL_REVIEW),
    Phase.ENDED: (
        Status.CLOSED, Status.TERMINATED, Status.WITHDRAWN, Status.REJECTED, Status.REORIENTED,
        Status.DROPPED, Status.LAPSED,
    ),
}  # fmt: skip

BEFORE_SIGNATURE = frozenset(
    status
    for phase in (Phase.DIAGNOSTIC, Phase.DECISION, Phase.AGREEMENT)
    for status in STATUSES_OF_PHASE[phase]
)
AFTER_SIGNATURE = frozenset(STATUSES_OF_PHASE[Phase.FOLLOW_UP])


class EndKind(StrEnum):
    """How a project ended; only `CLOSED` is a follow-up carried through (D2)."""

    CLOSED = "closed"
    TERMINATED = "terminated"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    REORIENTED = "reoriented"
    DROPPED = "dropped"
    LAPSED = "lapsed"


# Where a project may go from where it stands, whatever the diagrams of a basin are.
AT_ANY_TIME = {Status.WITHDRAWN, Status.DROPPED}
MOVES: dict[Status, frozenset[Status]] = {
    Status.QUALIFYING: frozenset({Status.DIAGNOSING, Status.REORIENTED, *AT_ANY_TIME}),
    Status.DIAGNOSING: frozenset(
        {Status.QUALIFYING, Status.COMPLEMENTARY_DIAGNOSTIC, Status.READY_FOR_COMMITTEE, *AT_ANY_TIME}
    ),
    Status.COMPLEMENTARY_DIAGNOSTIC: frozenset({Status.DIAGNOSING, Status.READY_FOR_COMMITTEE, *AT_ANY_TIME}),
    Status.READY_FOR_COMMITTEE: frozenset(
        {Status.DIAGNOSING, Status.COMPLEMENTARY_DIAGNOSTIC, Status.DECISION_TO_SIGN, *AT_ANY_TIME}
    ),
    Status.DECISION_TO_SIGN: frozenset(
        {
            Status.READY_FOR_COMMITTEE, Status.APPROVED, Status.APPROVED_WITH_CONDITIONS, Status.ADJOURNED,
            Status.COMPLEMENTARY_DIAGNOSTIC, Status.REJECTED, Status.REORIENTED, Status.LAPSED, *AT_ANY_TIME,
        }
    ),
    Status.ADJOURNED: frozenset({Status.READY_FOR_COMMITTEE, *AT_ANY_TIME}),
    Status.APPROVED: frozenset({Status.READY_FOR_COMMITTEE, Status.AGREEMENT_TO_SIGN, *AT_ANY_TIME}),
    Status.APPROVED_WITH_CONDITIONS: frozenset({Status.READY_FOR_COMMITTEE, Status.APPROVED, *AT_ANY_TIME}),
    Status.AGREEMENT_TO_SIGN: frozenset({Status.READY_FOR_COMMITTEE, Status.LABELLED, *AT_ANY_TIME}),
    Status.LABELLED: frozenset({Status.FINAL_REVIEW, Status.CLOSED, Status.TERMINATED}),
    Status.FINAL_REVIEW: frozenset({Status.CLOSED, Status.TERMINATED}),
    **{end: frozenset() for end in STATUSES_OF_PHASE[Phase.ENDED]},
}  # fmt: skip


class NoSuchMove(RuntimeError):
    """A diagram led a project where none goes: a labelled firm back to its diagnostic, an end undone."""


def move(work: UnitOfWork, project: Project, to: Status) -> None:
    """Set where a project stands, and say it in its history; nothing where it stands there already.

    Raises `NoSuchMove`.
    """
    was = Status(project.status)
    if to is was:
        return
    if to not in MOVES[was]:
        raise NoSuchMove(f"{project.reference}: {was} → {to}")
    project.status = to.value
    work.record(
        MOVED, chain=project.id, subject=project.id, basin_id=project.basin_id, was=was.value, now=to.value
    )


def phase_of(status: str) -> Phase:
    """The phase that a status belongs to."""
    return next(phase for phase, statuses in STATUSES_OF_PHASE.items() if status in statuses)
