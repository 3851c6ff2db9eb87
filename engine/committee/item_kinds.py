"""What an item of an agenda is about, how it is called, and what the committee may make of it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from engine.i18n import mark as _


class Kind(StrEnum):
    """What an item is about, in the order in which a session takes them."""

    PREVIOUS_MINUTES = "previous_minutes"
    CONFIRMATION = "confirmation"  # A member declared an interest after the decision was signed.
    PROJECT_NEW = "project_new"
    COMPLEMENTARY_RETURNED = "complementary_returned"
    ADJOURNMENT_RETURNED = "adjournment_returned"
    INTERVENTION_REQUEST = "intervention_request"
    AMENDMENT = "amendment"
    INCIDENT = "incident"
    RATIFICATION = "ratification"
    CHAIR_ALONE = "chair_alone"
    LATE_REPORT = "late_report"
    ERRATUM = "erratum"
    FREE = "free"


class Outcome(StrEnum):
    """What became of an item that no decision settles."""

    NOTED = "noted"
    RATIFIED = "ratified"
    NOT_RATIFIED = "not_ratified"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    POSTPONED = "postponed"


LABELS: Mapping[Kind, str] = {
    Kind.PREVIOUS_MINUTES: _("Procès-verbal de la séance précédente"),
    Kind.CONFIRMATION: _("Décision à confirmer"),
    Kind.PROJECT_NEW: _("Nouveau projet"),
    Kind.COMPLEMENTARY_RETURNED: _("Retour après diagnostic complémentaire"),
    Kind.ADJOURNMENT_RETURNED: _("Retour après ajournement"),
    Kind.INTERVENTION_REQUEST: _("Demande de nouvelle intervention"),
    Kind.AMENDMENT: _("Avenant à la convention"),
    Kind.INCIDENT: _("Entreprise en difficulté"),
    Kind.RATIFICATION: _("Remplacement de mandataire"),
    Kind.CHAIR_ALONE: _("Décision prise par la présidence seule"),
    Kind.LATE_REPORT: _("Compte rendu en retard"),
    Kind.ERRATUM: _("Erratum"),
    Kind.FREE: _("Autre point"),
}

# A decision settles these; all that is said of one otherwise is that it waits for another session.
DECIDED = frozenset(
    {
        Kind.PROJECT_NEW, Kind.COMPLEMENTARY_RETURNED, Kind.ADJOURNMENT_RETURNED,
        Kind.INTERVENTION_REQUEST, Kind.AMENDMENT,
    }
)  # fmt: skip
# What members say for or against; the rest is told, or approved without a count.
VOTED = DECIDED | {Kind.CONFIRMATION, Kind.RATIFICATION, Kind.FREE}
# The committee is told of these: whoever drafts the minutes need not say so of each.
TOLD = frozenset({Kind.CHAIR_ALONE, Kind.LATE_REPORT, Kind.ERRATUM})

OUTCOMES: Mapping[Kind, tuple[Outcome, ...]] = {
    Kind.PREVIOUS_MINUTES: (Outcome.RATIFIED, Outcome.NOT_RATIFIED, Outcome.POSTPONED),
    Kind.CONFIRMATION: (Outcome.CONFIRMED, Outcome.CANCELLED, Outcome.POSTPONED),
    Kind.RATIFICATION: (Outcome.RATIFIED, Outcome.NOT_RATIFIED, Outcome.POSTPONED),
    **dict.fromkeys(sorted(DECIDED), (Outcome.POSTPONED,)),
    **dict.fromkeys((Kind.INCIDENT, Kind.FREE, *sorted(TOLD)), (Outcome.NOTED, Outcome.POSTPONED)),
}

SAID: Mapping[Outcome, str] = {
    Outcome.NOTED: _("Le comité en a pris acte"),
    Outcome.RATIFIED: _("Ratifié"),
    Outcome.NOT_RATIFIED: _("Non ratifié"),
    Outcome.CONFIRMED: _("Décision confirmée"),
    Outcome.CANCELLED: _("Décision annulée"),
    Outcome.POSTPONED: _("Reporté à une autre séance"),
}
OF_MINUTES: Mapping[Outcome, str] = {
    Outcome.RATIFIED: _("Approuvé"),
    Outcome.NOT_RATIFIED: _("Non approuvé"),
}


def said(kind: str, outcome: str) -> str:
    """What became of an item, in French; what other minutes say is approved rather than ratified."""
    known = {**SAID, **OF_MINUTES} if kind == Kind.PREVIOUS_MINUTES else SAID
    return known[Outcome(outcome)]
