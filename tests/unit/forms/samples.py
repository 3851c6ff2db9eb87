"""One short, valid set of typed answers per form, and the context it is given in."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from forms import Choice, Context, catalogue

TODAY = date(2026, 11, 2)
FIRST, SECOND, THIRD = (UUID(int=number) for number in (1, 2, 3))
DIGEST = "ab" * 32

PEOPLE = [Choice(str(one), f"Personne {rank} (démo)") for rank, one in enumerate((FIRST, SECOND, THIRD), 1)]
REFERENCES = (
    "brought_by_id", "known_member_id", "prescriber_id", "suggested_prescriber_id", "expert_id", "session_id",
    "mandatary_id", "part_id", "human_means-company_id", "acting_chair_id", "present_seat_ids", "chaired_by_id",
    "conditions-condition_id", "signatories-organisation_id", "signatories-person_id",
    "interventions-company_id", "interventions-expert_id", "company_id", "act_id", "to_id", "organisation_id",
    "person_id", "signature_id", "files", "attachments", "scan", "seat_id", "attendance-seat_id", "item_id",
    "attendance-proxy_to_seat_id", "ballots-seat_id", "answers-item_id", "point", "role", "form", "step", "target",
    "value", "means-company_id", "means-expert_id",
)  # fmt: skip


def context(**changes: object) -> Context:
    """The context of an ordinary basin, with what a test changes."""
    limits = {"today": TODAY, "advance_ceiling": 2_500_000, "document_digest": DIGEST,
              "has_items": True}  # fmt: skip
    limits |= changes.pop("limits", {})  # type: ignore[arg-type]
    known = {"choices": dict.fromkeys(REFERENCES, PEOPLE), "limits": limits}
    return Context(**(known | changes))  # type: ignore[arg-type]


SIGNATORY = {"organisation_id": str(FIRST), "person_id": str(FIRST), "mode": "online"}

SAMPLES: dict[str, dict[str, object]] = {
    "basin_note": {"report": "La banque suit le projet."},
    "basin_opinion": {"opinion": "reserved", "reasons": "Le bail court jusqu’en juin."},
    "basin_visit": {"people_met": "La gérante, le chef d’atelier", "findings": "Un atelier bien tenu."},
    "basin_questions": {},
    "intake": {
        "siret": "000 000 018 00002", "name": "Mécanique du Grand Pré (démo)", "contact_name": "La gérance",
        "contact_phone": "01 99 00 12 34", "need": "Structurer nos achats.", "information_read": "on",
    },
    "adoption": {
        "stage": "awaiting_session", "name": "Mécanique du Grand Pré (démo)", "commune": "54528",
        "category": "development", "headcount": "12", "contact_name": "La gérance",
        "contact_phone": "01 99 00 12 34", "need": "Structurer nos achats.", "received_on": "01/09/2026",
        "prescriber_id": str(FIRST), "diagnosed_on": "01/10/2026", "jobs_to_create": "2",
    },
    "qualification": {
        "outcome": "continue", "prescriber_id": str(FIRST), "category": "development", "headcount": "12",
        "commune": "54528",
    },
    "prescription_answer": {"accepted": "yes"},
    "preliminary_diagnostic": {
        "summary": "Une deuxième ligne.", "bearer_rating": "strong", "project_rating": "medium",
        "impact_rating": "weak", "jobs_to_create": "3", "needs": [{"domain": "quality", "days": "2,5"}],
        "subsidiarity": "Aucun dispositif ne prête de compétences.", "deadweight": "later",
        "opinion": "favourable", "has_interest": "no",
    },
    "completeness_check": {"outcome": "complete"},
    "complementary_diagnostic": {
        "findings": "Le marché existe.", "recommendation": "favourable", "days_spent": "1,25",
    },
    "file_completion": {"completion": "Voici le devis."},
    "committee_decision": {
        "session_id": str(FIRST), "outcome": "approved", "mandatary_id": str(SECOND),
        "human_means": [{"company_id": str(THIRD), "domain": "sales", "days": "4"}],
    },
    "decision_sign_off": {"decision": "sign"},
    "decision_notification": {"sent_on": "02/11/2026"},
    "conditions_lift": {
        "conditions": [{"condition_id": str(one), "evidence": "Acte signé."} for one in (FIRST, SECOND, THIRD)]
    },
    "acting_chair_designation": {"acting_chair_id": str(FIRST), "ends_on": "2026-12-31"},
    "session_plan": {"held_on": "2026-12-03"},
    "session_held": {
        "attendance": [{"seat_id": str(FIRST), "presence": "present"}, {"seat_id": str(SECOND), "presence": "excused"}],
        "chaired_by_id": str(FIRST),
    },
    "agenda_diffusion": {"message": "Merci de lire le premier dossier."},
    "session_year": {"sessions": [{"held_on": "2026-12-03"}, {"held_on": "2027-01-14", "kind": "video"}]},
    "agenda_item": {"title": "Calendrier de l’année"},
    "agenda_removal": {"reason": "Le dirigeant ne peut pas venir."},
    "agenda_resend": {"reason": "Un point de plus."},
    "minutes_draft": {"body": "Le comité s’est réuni le 5 novembre."},
    "minutes_sign_off": {"decision": "sign", "document_digest": DIGEST},
    "item_outcome": {"outcome": "noted", "note": "Le comité remercie l’opérateur."},
    "item_chair": {"person_id": str(FIRST)},
    "session_erratum": {
        "item_id": str(FIRST), "wrong": "Trois jours.", "right": "Quatre jours.", "reason": "Une faute de saisie.",
    },
    "observation": {"text": "Le quorum n’est pas noté."},
    "observation_answer": {"answer": "Il l’est désormais."},
    "interest_declaration": {"situation": "client_supplier", "details": "Nous lui achetons des pièces."},
    "interest_end": {"reason": "Le contrat est fini."},
    "session_attendance": {
        "attendance": [{"seat_id": str(FIRST), "presence": "present"}, {"seat_id": str(SECOND), "presence": "excused"}],
        "chaired_by_id": str(FIRST),
    },
    "item_opinion": {"choice": "for"},
    "item_ballots": {"ballots": [{"seat_id": str(FIRST), "choice": "for"}, {"seat_id": str(SECOND)}]},
    "consultation_answer": {
        "answers": [{"item_id": str(one), "choice": "for"} for one in (FIRST, SECOND, THIRD)], "is_read": "on"
    },
    "consultation_extension": {"until": "2026-12-03", "reason": "Deux réponses manquent."},
    "mandate_answer": {"accepted": "yes"},
    "mandate_reassignment": {"mandatary_id": str(SECOND)},
    "agreement_preparation": {
        "objective": "Ouvrir l’export.",
        "signatories": [SIGNATORY | {"capacity": "beneficiary"}, SIGNATORY | {"capacity": "chair"}],
    },
    "paper_day_correction": {
        "signature_id": str(FIRST), "signed_on": "2026-10-05", "reason": "Jour du scan.",
    },
    "paper_signature_strike": {"signature_id": str(FIRST), "reason": "La voisine a signé."},
    "agreement_signature": {"answer": "accept", "consent": "on", "document_digest": DIGEST},
    "amendment_request": {"object": "means", "what": "Deux jours de plus.", "reason": "Le marché grandit."},
    "amendment_preparation": {
        "reason": "Le marché grandit.", "signatories": [SIGNATORY | {"capacity": "beneficiary"}],
    },
    "request_approval": {"decision": "sign"},
    "signatory_loss": {"choice": "return", "reason": "L’entreprise a quitté le bassin."},
    "advance_payment": {"paid_on": "2026-10-05", "amount": "15 000,00", "bank_reference": "VIR 42"},
    "advance_payment_strike": {"reason": "Le virement est revenu."},
    "intervention_plan": {
        "interventions": [{
            "company_id": str(FIRST), "expert_id": str(SECOND), "domain": "quality",
            "objective": "Préparer l’ISO 9001", "planned_days": "3",
        }]
    },
    "intervention": {
        "worked_days": [{"worked_on": "2026-10-05", "days": "0,5"}], "summary": "Audit blanc."
    },
    "intervention_day": {"days": "0,5", "activity": "Audit blanc."},
    "accompaniment_review": {"complete": "yes"},
    "follow_up_report": {
        "weather": "green", "progress": "Deux commandes de plus.", "jobs_created": "1",
        "jobs_sustained": "12", "contact_on": "2026-10-20",
    },
    "intervention_request_review": {"forward": "yes"},
    "final_review": {
        "jobs_created": "4", "jobs_sustained": "12", "satisfaction": "5", "lessons": "Une équipe commerciale.",
    },
    "closure_sign_off": {"decision": "sign"},
    "termination_sign_off": {"decision": "sign"},
    "reminder_call": {"reached": "no"},
    "mandatary_choice": {"choice": "keep"},
    "prescriber_choice": {"choice": "keep", "reason": "Son diagnostic est rendu."},
    "address_correction": {"outcome": "confirmed"},
    "note": {"text": "Rappeler la banque."},
    "phone_call": {"correspondent": "La gérance", "summary": "Tout va bien."},
    "firm_alert": {"difficulty": "cash", "seriousness": "watch", "statement": "Deux échéances reportées."},
    "document": {"title": "Devis", "files": [str(FIRST)]},
    "correction": {"act_id": str(FIRST), "reason": "Chiffre inversé.", "correction": "21 emplois."},
    "awaiting": {"cause": "firm", "until": "2026-11-16", "reason": "Le bilan du comptable."},
    "suspension": {"requested_by": "firm", "reason": "Déménagement.", "until": "2027-05-02"},
    "resumption": {},
    "delegation": {"to_id": str(SECOND)},
    "withdrawal": {"requested_by": "firm", "reason": "Projet abandonné."},
    "termination_request": {"requested_by": "firm", "cause": "ceased", "reason": "Liquidation."},
    "mandatary_replacement": {"mandatary_id": str(THIRD), "reason": "Départ en retraite."},
    "person_replacement": {"part_id": str(FIRST), "person_id": str(THIRD), "reason": "Départ."},
    "person": {"full_name": "Membre du comité (démo)", "email": "membre@exemple.test"},
    "organisation": {"name": "Atelier (démo)"},
    "assignment": {"role": "seat", "person_id": str(FIRST), "organisation_id": str(SECOND)},
    "assignment_end": {"reason": "Départ."},
    "basin": {"name": "Toulois (démo)", "code": "TOU", "territory": "FR"},
    "basin_description": {"name": "Toulois (démo)", "territory": "FR-57"},
    "territory_validation": {"minutes": "Relevé de décisions du 3 mars"},
    "partnership": {"charter_version": "2010", "is_complete": "on"},
    "partnership_end": {"ends_on": "2029-05-31", "reason": "Avenant nᵒ 1"},
    "parameter_number": {"value": "60", "reason": "Vote du comité."},
    "parameter_amount": {"value": "15 000,00", "reason": "Vote du comité."},
    "parameter_switch": {"value": "no", "reason": "Vote du comité."},
    "parameter_choice": {"value": str(FIRST), "reason": "Vote du comité."},
    "parameter_communes": {"value": "54528, 2a004\n54323", "reason": "Extension à Briey."},
    "variant_parameters": {
        "follow_up__minimum": "18", "agreement__signature_expiry": "120",
        "agreement__signature_expiry_reason": "Nos signataires voyagent.",
        "agreement__signature_reminder": "30", "committee__adjournment_reminder": "60",
    },
    "variant_step": {
        "name": "Avis de la banque", "point": str(FIRST), "role": str(FIRST), "due_days": "10",
        "form": str(FIRST), "reason": "La banque finance.",
    },
    "variant_questions": {
        "target": str(FIRST), "reason": "Nous suivons l’apprentissage.",
        "questions": [{"label": "Combien d’apprentis ?", "type": "number"}], "questions-0-type": "number",
    },
    "variant_delay": {"step": str(FIRST), "due_days": "20", "reason": "Nos membres sont loin."},
    "variant_name": {"step": str(FIRST), "name": "Visite et diagnostic", "reason": "C’est ainsi qu’on dit."},
    "variant_wishes": {"reason": "Suivre plus longtemps."},
    "variant_publication": {},
    "variant_review": {"answer": "approve"},
    "version_change": {"reason": "Le comité veut une visite de site."},
    "keep_longer": {"until": "2027-06-30", "reason": "Un recours est en cours."},
    "parameter_periods": {"value": "1/8 au 20/8\n24/12 – 02/01", "reason": "Vote du comité."},
}  # fmt: skip


def load(key: str, changes: dict[str, object] | None = None, **surroundings: Any) -> dict[str, Any]:
    """Read the sample answers of a form, with some changed."""
    return catalogue.load(key, SAMPLES[key] | (changes or {}), context(**surroundings))


def refused(key: str, changes: dict[str, object] | None = None, **surroundings: Any) -> dict[str, list[str]]:
    """The messages with which they are refused."""
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        load(key, changes, **surroundings)
    return refusal.value.messages
