"""Draw up the agreement again while it is being signed: another mandatary is another text (E4, E10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from engine.agreements import drafting, signatories, signatures
from engine.agreements.models import Agreement, Signatory
from engine.agreements.signatories import Line
from engine.outbox import notify
from engine.people import chairs
from engine.projects.recording import project_of

if TYPE_CHECKING:
    from engine.projects.models import Project
    from engine.runtime.acts import Act, Routing

REASON = "mandatary_replaced"


def redraft(act: Act) -> Mapping[str, Routing]:
    """Draw up the next version with the mandatary and the chair of today; whose signature falls is told.

    Everything else stays as the officer prepared it; all sign the new text, each in their capacity.
    """
    project = project_of(act)
    before = drafting.latest(act.work, project.id)
    if before is None:
        raise LookupError(f"no agreement to draw up again on {act.case.reference}")
    lines = signatories.lines_of(act.work, before.id)
    signed = [each.person_id for each in signatures.given(act.work, before.id) if each.signed_on is not None]
    chair = chairs.chair_in_force(act.work, project.basin_id, act.today, project.id)
    kept = following(project, lines, chair=chair)
    drawn_up = drafting.draft(act, project, kept, purpose=before.text, reason=REASON)
    act.work.flush_objects()
    for person_id in dict.fromkeys(line.person_id for line in lines):
        signatories.release(act.work, act.case, person_id, reason=REASON, on=act.today)
    tell(act, drawn_up, signed)
    return {"means_changed": False, "signature_refused": False, "signatory_count": len(kept)}


def following(project: Project, lines: Iterable[Signatory], *, chair: chairs.Chair | None) -> list[Line]:
    """The lines of the text before, the chair’s and the mandatary’s being today’s (R24).

    The mandatary has none if his organisation signs already. With nobody to preside, the chair’s line
    keeps its name, and waits for whoever will.
    """
    presides = None if chair is None else Line(signatories.CHAIR, chair.organisation_id, chair.person_id)
    others = [
        presides
        if presides is not None and line.capacity == signatories.CHAIR
        else Line(line.capacity, line.organisation_id, line.person_id)
        for line in lines
        if line.capacity != signatories.MANDATARY
    ]
    known = {line.organisation_id for line in others if line.organisation_id is not None}
    if project.mandatary_id is None or project.mandatary_organisation_id in known:
        return others
    mandatary = Line(signatories.MANDATARY, project.mandatary_organisation_id, project.mandatary_id)
    return signatories.in_order([*others, mandatary])


def tell(act: Act, drawn_up: Agreement, signed: Iterable[UUID]) -> None:
    """Tell those who had signed that their signature fell with the text, and why."""
    notify.post(
        act.work,
        [
            notify.row(
                act.work, kind="agreement_redrafted", recipient_id=person_id, case_id=act.case.id,
                basin_id=act.case.basin_id, reference=act.case.reference,
                data={"version": drawn_up.version, "number": drawn_up.number},
            )
            for person_id in dict.fromkeys(signed)
        ],
    )  # fmt: skip
