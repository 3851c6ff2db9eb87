"""Draw up the agreement again while it is being signed: other people are another text (E4, E10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from engine import errors
from engine.agreements import drafting, fallen, signatories, signatures
from engine.agreements.models import AGREEMENT, AMENDMENT, TO_SIGN, Agreement, Signatory
from engine.agreements.signatories import Line
from engine.outbox import notify
from engine.people import assignments, chairs, holders, persons
from engine.people.models import Role
from engine.projects import mandates, replacing
from engine.projects.recording import project_of
from engine.runtime import instances, messages

if TYPE_CHECKING:
    from engine.people.models import Assignment
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.projects.models import Project
    from engine.runtime.acts import Act, Routing

REASON = "mandatary_replaced"
SIGNATORY_REPLACED = "signatory_replaced"
# Lines whose person nothing else decides: the others follow the head of the firm, the chair, the mandatary.
NAMED = frozenset({signatories.PARTNER_COMPANY, signatories.OPERATOR})


class CannotBeRedrafted(errors.Conflict):
    """La convention est en signature, et ce parcours ne sait pas la refaire avec un autre signataire.

    Un signataire peut la refuser : le projet revient alors au comité.
    """


def redraft(act: Act) -> Mapping[str, Routing]:
    """Draw up the next version with the people of today; those whose signature falls are told.

    Everything else stays as the officer prepared it; all sign the new text, each in their capacity.
    """
    project = project_of(act)
    before = drafting.latest(act.work, project.id)
    if before is None:
        raise LookupError(f"no agreement to draw up again on {act.case.reference}")
    lines = signatories.of_issue(act.work, before)
    signed = [each.person_id for each in signatures.of_issue(act.work, before) if each.signed_on is not None]
    chair = chairs.chair_in_force(act.work, project.basin_id, act.today, project.id)
    signing = holders.holders(act.work, role=Role.SIGNATORY, case_id=project.id, on=act.today)
    kept = following(project, lines, chair=chair, signing=signing)
    reason = reason_for(act.work, project, before)
    drawn_up = drafting.draft(act, project, kept, purpose=before.text, reason=reason)
    act.work.flush_objects()
    for person_id in dict.fromkeys(line.person_id for line in lines):
        signatories.release(act.work, act.case, person_id, reason=reason, on=act.today)
    tell(act, drawn_up, signed, reason)
    return {"means_changed": False, "signature_refused": False, "signatory_count": len(kept)}


def reason_for(work: UnitOfWork, project: Project, former: Agreement) -> str:
    """Why a text is drawn up again: another mandatary than the one it names, else another signatory.

    A mandatary whose company signs already has no line of his own: only the text says who he was.
    """
    people = persons.names(work, [project.mandatary_id])
    named = people.get(project.mandatary_id) if project.mandatary_id else None
    return SIGNATORY_REPLACED if former.text.get("mandatary") == named else REASON


def following(
    project: Project,
    lines: Iterable[Signatory],
    *,
    chair: chairs.Chair | None,
    signing: Iterable[Assignment] = (),
) -> list[Line]:
    """The lines of the text before, each with its person of today: the firm’s head, the chair (R24).

    Each is signed in the way that was chosen for it. The mandatary has none if his organisation signs
    already. With nobody to preside, the chair’s line keeps its name, and waits for whoever will.
    """
    of_today, before = list(signing), list(lines)
    ways = {line.capacity: line.way for line in before}
    others = [
        present(line, project, chair, of_today) for line in before if line.capacity != signatories.MANDATARY
    ]
    known = {line.organisation_id for line in others if line.organisation_id is not None}
    if project.mandatary_id is None or project.mandatary_organisation_id in known:
        return others
    # A mandatary who had no line of his own signs as the firm does: the basin has that way.
    way = ways.get(signatories.MANDATARY, ways[signatories.BENEFICIARY])
    mandatary = Line(signatories.MANDATARY, project.mandatary_organisation_id, project.mandatary_id, way)
    return signatories.in_order([*others, mandatary])


def present(
    line: Signatory, project: Project, chair: chairs.Chair | None, signing: Iterable[Assignment]
) -> Line:
    """A line with whoever signs in its capacity today."""
    if line.capacity == signatories.CHAIR and chair is not None:
        return Line(line.capacity, chair.organisation_id, chair.person_id, line.way)
    if line.capacity == signatories.BENEFICIARY and project.sme_head_id is not None:
        return Line(line.capacity, line.organisation_id, project.sme_head_id, line.way)
    of_firm = [each.person_id for each in signing if each.organisation_id == line.organisation_id]
    if line.capacity in NAMED and of_firm and line.person_id not in of_firm:
        return Line(line.capacity, line.organisation_id, of_firm[-1], line.way)
    return Line(line.capacity, line.organisation_id, line.person_id, line.way)


def replaceable(work: UnitOfWork, project: Project) -> list[Signatory]:
    """The lines being signed, and not signed yet, whose person an officer may replace."""
    return [line for line in still_to_sign(work, project) if line.capacity in NAMED]


def still_to_sign(work: UnitOfWork, project: Project) -> list[Signatory]:
    """The lines that wait for their signature, of the agreement or of the amendment being signed."""
    text = being_signed(work, project.id)
    if text is None:
        return []
    signed = {each.signatory_id for each in signatures.of_issue(work, text)}
    return [line for line in signatories.of_issue(work, text) if line.id not in signed]


def being_signed(work: UnitOfWork, project_id: UUID) -> Agreement | None:
    """The text that a project waits to have signed, its agreement or an amendment of it: one at a time."""
    return work.database.scalars(
        sa.select(Agreement)
        .where(
            Agreement.project_id == project_id,
            Agreement.kind.in_([AGREEMENT, AMENDMENT]),
            Agreement.state == TO_SIGN,
        )
        .order_by(Agreement.prepared_at.desc())
        .limit(1)
    ).first()


def replace_signatory(
    work: UnitOfWork, project: Project, line: Signatory, *, person_id: UUID, reason: str, today: date
) -> None:
    """Let another person sign a line: the text names them, so it is drawn up again and signed by all (E4).

    Raises `holders.SameHolder`, `replacing.HasAPartAlready`, `CannotBeRedrafted`.
    """
    former = line.person_id
    if person_id == former:
        raise holders.SameHolder
    if person_id == project.sme_head_id:
        raise replacing.HasAPartAlready
    for held in holders.holders(work, role=Role.SIGNATORY, case_id=project.id, on=today):
        if (held.person_id, held.organisation_id) == (former, line.organisation_id):
            assignments.end(work, held.id, reason=reason, on=today)
    holders.hold(
        work, role=Role.SIGNATORY, case_id=project.id, basin_id=project.basin_id, person_id=person_id,
        organisation_id=line.organisation_id, from_date=today,
    )  # fmt: skip
    replacing.keep(work, project, Role.SIGNATORY, former=former, to=person_id, reason=reason)
    work.flush()
    asked = open_of_line(work, project, line.position)
    send_for_redraft(work, project)
    replacing.tell(work, project, asked, former=former, to=None, today=today)


def follow_head(work: UnitOfWork, project: Project, *, former: UUID) -> None:
    """Draw the agreement up again when it waits for the signature of the head who left."""
    waiting = still_to_sign(work, project)
    if any(line.capacity == signatories.BENEFICIARY and line.person_id == former for line in waiting):
        work.flush()
        send_for_redraft(work, project)


def send_for_redraft(work: UnitOfWork, project: Project) -> None:
    """Tell the process that the text has changed. Raises `CannotBeRedrafted` where none waits for it."""
    if not messages.send(work, case_id=project.id, name=mandates.TEXT_CHANGED, required=False):
        raise CannotBeRedrafted


def open_of_line(work: UnitOfWork, project: Project, position: int) -> list[UUID]:
    """The open task of a line."""
    line = {"case": project.id, "held_role": Role.SIGNATORY.value, "line": position}
    return list(work.connection.scalars(instances.OPEN_OF_LINE, line))


def tell(act: Act, drawn_up: Agreement, signed: Iterable[UUID], reason: str) -> None:
    """Tell those who had signed that their signature fell with the text, and why."""
    notify.post(
        act.work,
        [
            notify.row(
                act.work, kind=fallen.REDRAFTED, recipient_id=person_id, case_id=act.case.id,
                basin_id=act.case.basin_id, reference=act.case.reference,
                data={
                    "version": drawn_up.version, "number": drawn_up.number, "text": drawn_up.kind,
                    "reason": reason,
                },
            )
            for person_id in dict.fromkeys(signed)
        ],
    )  # fmt: skip
