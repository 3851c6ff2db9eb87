"""Draw up the agreement again while it is being signed: another mandatary is another text (E4, E10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from engine.agreements import drafting, signatories, signatures
from engine.agreements.models import Agreement, Signatory
from engine.agreements.signatories import Line
from engine.outbox import notify
from engine.people import holders
from engine.people.models import Role
from engine.projects.recording import project_of

if TYPE_CHECKING:
    from engine.projects.models import Project
    from engine.runtime.acts import Act, Routing

REASON = "mandatary_replaced"


def redraft(act: Act) -> Mapping[str, Routing]:
    """Draw up the next version with the mandatary of today; those whose signature falls are told.

    Everything else stays as the officer prepared it; all sign the new text, each in their capacity.
    """
    project = project_of(act)
    before = drafting.latest(act.work, project.id)
    if before is None:
        raise LookupError(f"no agreement to draw up again on {act.case.reference}")
    lines = signatories.lines_of(act.work, before.id)
    signed = [each.person_id for each in signatures.given(act.work, before.id) if each.signed_on is not None]
    kept = following(project, lines)
    drawn_up = drafting.draft(act, project, kept, purpose=before.text, reason=REASON)
    release(act, lines, kept)
    tell(act, drawn_up, signed)
    return {"means_changed": False, "signature_refused": False, "signatory_count": len(kept)}


def following(project: Project, lines: Iterable[Signatory]) -> list[Line]:
    """The lines of the text before, the mandatary’s being today’s: none if his organisation signs already."""
    others = [
        Line(line.capacity, line.organisation_id, line.person_id)
        for line in lines
        if line.capacity != signatories.MANDATARY
    ]
    known = {line.organisation_id for line in others if line.organisation_id is not None}
    if project.mandatary_id is None or project.mandatary_organisation_id in known:
        return others
    mandatary = Line(signatories.MANDATARY, project.mandatary_organisation_id, project.mandatary_id)
    return signatories.in_order([*others, mandatary])


def release(act: Act, lines: Iterable[Signatory], kept: Iterable[Line]) -> None:
    """Whoever signs nothing any more is no signatory of the project any more."""
    still = {line.person_id for line in kept}
    for person_id in {line.person_id for line in lines} - still:
        holders.release(
            act.work, role=Role.SIGNATORY, case_id=act.case.id, reason=REASON, on=act.today,
            person_id=person_id,
        )  # fmt: skip


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
