"""How far an item of a session has come, as pages say it: two words and a tone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.committee.item_kinds import Outcome, said
from engine.i18n import mark as _

if TYPE_CHECKING:
    from engine.committee.items import Standing

TO_DECIDE = (_("À décider"), "accent")
TO_SIGN = (_("À signer"), "soon")
SIGNED = (_("Signée"), "done")
SENT_BACK = (_("Renvoyée, à reprendre"), "late")
MOOT = (_("Sans objet"), "")
REMOVED = (_("Retiré"), "")


def state_of(standing: Standing) -> tuple[str, str]:
    """What became of an item, or what it still waits for."""
    item, decision = standing.item, standing.decision
    if item.removed_at is not None:
        return REMOVED
    if standing.has_decision and decision is not None:
        return TO_SIGN if decision.signed_at is None else SIGNED
    if item.outcome is not None:
        return said(item.kind, item.outcome), "wait" if item.outcome == Outcome.POSTPONED else "done"
    if standing.is_moot:
        return MOOT
    return TO_DECIDE if decision is None else SENT_BACK
