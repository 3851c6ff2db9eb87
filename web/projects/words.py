"""What pages of dossiers call things: roles, mails and their outcomes, rungs of a ladder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from forms.choices import Coded

if TYPE_CHECKING:
    from engine.outbox.mail_log import LoggedMail

ROLES: Mapping[str, str] = {
    "operator": _("Opérateur"),
    "chair": _("Présidence du comité"),
    "seat": _("Membre du comité"),
    "prescriber": _("Prescripteur"),
    "mandatary": _("Mandataire"),
    "expert": _("Intervenant"),
    "sme_head": _("Dirigeant de l’entreprise"),
    "signatory": _("Signataire"),
    "recused": _("Déport : ne siège pas sur ce projet"),
    "beneficiary": _("Entreprise bénéficiaire"),
    "partner_company": _("Entreprise partenaire"),
    "steering": _("Comité de pilotage"),
    "administrator": _("Administration"),
    "auditor": _("Contrôle"),
}
# The same inside a sentence: « chez l’opérateur ».
AT: Mapping[str, str] = {
    "operator": _("l’opérateur"),
    "chair": _("la présidence"),
    "prescriber": _("le prescripteur"),
    "mandatary": _("le mandataire"),
    "expert": _("un intervenant"),
    "sme_head": _("l’entreprise"),
    "signatory": _("les signataires"),
}
ACTING_CHAIR = _("Présidence par intérim")

# Whom a step keeps waiting when it is not only its holder (`Task.waits_for`).
WAITS_FOR: Mapping[str, str] = {
    "session": _("la prochaine séance"),
    "firm": _("l’entreprise"),
    "expert": _("un intervenant"),
    "member": _("un membre"),
    "operator": _("l’opérateur"),
    "chair": _("la présidence"),
}

MAILS: Mapping[str, str] = {
    "task_opened": _("Une tâche vous attend"),
    "task_reassigned": _("Une tâche vous est confiée"),
    "task_taken_over": _("Une tâche est passée à quelqu’un d’autre"),
    "report_opened": _("Le compte rendu est ouvert"),
    "report_due_day": _("Le compte rendu est attendu aujourd’hui"),
    "report_late": _("Le compte rendu est en retard"),
    "reminder_expert": _("Rappel à l’intervenant"),
    "reminder_prescriber": _("Rappel au prescripteur"),
    "reminder_signatories": _("Rappel aux signataires"),
    "task_reminded": _("Relance de l’opérateur"),
    "handed_over": _("Le mandat est passé à quelqu’un d’autre"),
    "decision_notified": _("La décision du comité"),
    "project_withdrawn": _("Le projet est retiré"),
    "project_ended": _("Le projet est terminé"),
    "agreement_effective": _("La convention est en vigueur"),
    "agreement_archived": _("Le texte signé est archivé"),
    "agreement_redrafted": _("Le texte est à signer de nouveau"),
    "agreement_voided": _("La convention en signature est annulée"),
    "amendment_dropped": _("L’avenant est abandonné"),
    "amendment_voided": _("L’avenant en signature est annulé"),
    "amendment_stands": _("L’avenant signé reste en vigueur"),
    "intervention_requested": _("Une nouvelle intervention est demandée"),
    "firm_in_difficulty": _("L’entreprise est en difficulté"),
    "interest_to_confirm": _("Un intérêt a été déclaré après la décision"),
    "code": _("Code de connexion"),
    "invitation": _("Invitation"),
}

# What became of a mail: words, tone of the badge.
MAIL_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "sent": (_("parti"), "done"),
    "captured": (_("parti"), "done"),
    "moot": (_("sans objet"), ""),
    "no_address": (_("adresse invalide"), "late"),
    "refused": (_("adresse invalide"), "late"),
    "bounced": (_("revenu : adresse invalide"), "late"),
    "dead": (_("échec d’envoi"), "late"),
    "restored": (_("non envoyé : base restaurée"), ""),
}
TO_LEAVE = (_("à partir"), "soon")

RUNGS: Mapping[str, str] = {
    "early": _("Rappel avant l’échéance"),
    "due": _("Rappel le jour de l’échéance"),
    "reminder": _("Deuxième rappel"),
    "call": _("Appel de l’opérateur"),
    "chair": _("Choix de la présidence"),
    "reminder_expert": _("Rappel à l’intervenant"),
    "reminder_prescriber": _("Rappel au prescripteur"),
    "reminder_signatories": _("Rappel aux signataires"),
}
# The step of the ladder where a dossier waits for a day, or for somebody, and the rung it leads to.
RUNG_OF_STEP: Mapping[str, str] = {
    "due_day": "due",
    "reminder_day": "reminder",
    "call_day": "call",
    "call_mandatary": "call",
    "chair_day": "chair",
    "keep_or_replace": "chair",
}
RUNG_OUTCOMES: Mapping[str, str] = {
    "sent": _("courriel envoyé"),
    "moot": _("sans objet"),
    "awaiting": _("non envoyé : en attente d’un tiers"),
    "absent": _("non envoyé : absence déclarée"),
    "invalid_address": _("non envoyé : adresse invalide"),
    "enough": _("non envoyé : trois courriels déjà partis"),
    "reached": _("joint au téléphone"),
    "not_reached": _("injoignable"),
    "kept": _("mandataire maintenu"),
    "replaced": _("mandataire remplacé"),
}
# The history tells what a ladder did at night; the mail itself may still not leave in the morning.
RUNG_TOLD: Mapping[str, str] = {**RUNG_OUTCOMES, "sent": _("courriel préparé")}
SEATS_LOST: Mapping[str, str] = {
    "mandatary": _("Mandataire sans siège : à remplacer"),
    "prescriber": _("Prescripteur sans siège : à remplacer"),
}
BADGES: Mapping[str, tuple[str, str]] = {
    "up_to_date": (_("Suivi à jour"), "done"),
    "due": (_("Compte rendu attendu"), "soon"),
    "late": (_("Compte rendu en retard"), "late"),
    "late_at_first": (_("Compte rendu : échéance d’origine dépassée"), "soon"),
}


def role_of(role: str, *, acting: bool = False) -> str:
    """What a role is called; one added by a later release keeps its code."""
    return ACTING_CHAIR if acting else ROLES.get(role, role)


def outcome_of(mail: LoggedMail) -> tuple[str, str]:
    """What became of a mail, and how serious that is."""
    return outcome_named(mail.outcome)


def outcome_named(outcome: str | None) -> tuple[str, str]:
    """What a mail's outcome is called, and how serious it is; one without any has still to leave."""
    return TO_LEAVE if outcome is None else MAIL_OUTCOMES.get(outcome, (outcome, ""))


def label(coded: type[Coded], value: str | None) -> str:
    """The French label of a stored code; a code of an older list as it is."""
    if not value:
        return ""
    return next((member.label for member in coded if member.value == value), value)
