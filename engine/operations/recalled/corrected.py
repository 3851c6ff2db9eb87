"""What a page recalls of the records that may be corrected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.operations import wording
from engine.operations.asked import Asked
from forms.context import Choice

if TYPE_CHECKING:
    from engine.projects.corrections import Found

KINDS = {
    "report": _("Compte rendu de suivi"),
    "firm_alert": _("Alerte sur l’entreprise"),
    "final_review": _("Bilan"),
    "diagnostic": _("Diagnostic préalable"),
    "intervention_day": _("Jour d’intervention"),
    "note": _("Note"),
    "phone_call": _("Appel"),
    "document": _("Document"),
}


def correctable(asked: Asked, found: Sequence[Found]) -> list[Choice]:
    """The records that may be corrected, by kind and day."""
    return [
        Choice(str(each.record.id), KINDS[each.kind], wording.long_day(asked, each.record.occurred_on))
        for each in found
    ]
