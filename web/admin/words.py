"""The words of roles, ticks and kinds of mail, as the administration shows them."""

from __future__ import annotations

from engine.i18n import mark as _
from engine.people.directory import Held
from engine.people.models import Role
from web import work as web_work

ROLES = {
    Role.OPERATOR: _("Opérateur"),
    Role.CHAIR: _("Présidence du comité d’agrément"),
    Role.SEAT: _("Membre du comité d’agrément"),
    Role.STEERING: _("Comité de pilotage"),
    Role.ADMINISTRATOR: _("Administration"),
    Role.AUDITOR: _("Lecture pour contrôle"),
    Role.NATIONAL_COORDINATOR: _("Coordination nationale"),
    Role.PRESCRIBER: _("Prescripteur"),
    Role.MANDATARY: _("Mandataire"),
    Role.EXPERT: _("Intervenant"),
    Role.SME_HEAD: _("Dirigeant de l’entreprise"),
    Role.SIGNATORY: _("Signataire"),
    Role.RECUSED: _("Déport sur un projet"),
    Role.PARTNER_COMPANY: _("Entreprise partenaire"),
    Role.ASSOCIATE_PARTNER: _("Partenaire associé"),
    Role.LOCAL_AUTHORITY: _("Collectivité"),
    Role.FUNDER: _("Financeur"),
    Role.OPERATOR_ORGANISATION: _("Structure opératrice"),
    Role.BENEFICIARY: _("Entreprise bénéficiaire"),
}

TICKS = {
    "timers": _("Échéances des projets"),
    "outbox": _("Envoi des courriels"),
    "documents": _("Préparation des documents"),
    "extracts": _("Remise des extraits de procès-verbal"),
    "codes": _("Oubli des codes de connexion"),
    "bounces": _("Courriels revenus"),
    "anchor": _("Ancrage de l’historique"),
    "digests": _("Récapitulatifs mensuels"),
    "tidy": _("Rangement"),
    "chairs": _("Présidences à pourvoir"),
    "sessions": _("Invitations des nouveaux membres"),
    "signatories": _("Signataires partis"),
    "closed_months": _("Comptes des mois clos"),
    "providers": _("Prestataire de signature"),
    "version_changes": _("Changements de version"),
    "charter": _("Cahier des charges"),
    "retention": _("Durées de conservation"),
    "substitutes": _("Remplacements"),
}

MAILS = {
    "task_opened": _("Tâche confiée"),
    "task_reassigned": _("Tâche confiée à une autre personne"),
    "task_taken_over": _("Tâche confiée à quelqu’un d’autre"),
    "report_opened": _("Compte rendu à venir"),
    "report_due_day": _("Compte rendu dû"),
    "report_late": _("Compte rendu en retard"),
    "task_reminded": _("Relance de l’opérateur"),
    "reminder_expert": _("Rappel à l’intervenant"),
    "reminder_prescriber": _("Rappel au prescripteur"),
    "reminder_signatories": _("Rappel aux signataires"),
    "handed_over": _("Suivi transmis"),
    "decision_notified": _("Décision notifiée"),
    "project_withdrawn": _("Projet retiré"),
    "project_ended": _("Projet terminé"),
    "agreement_effective": _("Convention signée"),
    "agreement_archived": _("Texte signé, sous enveloppe scellée"),
    "agreement_redrafted": _("Texte à signer de nouveau"),
    "agreement_voided": _("Convention annulée pendant sa signature"),
    "amendment_dropped": _("Avenant abandonné"),
    "amendment_voided": _("Avenant annulé pendant sa signature"),
    "amendment_stands": _("Avenant en vigueur, décision annulée"),
    "intervention_requested": _("Intervention demandée"),
    "firm_in_difficulty": _("Entreprise en difficulté"),
    "interest_to_confirm": _("Intérêt déclaré après la décision"),
    "session_invitation": _("Invitation à une séance"),
    "session_moved": _("Séance modifiée"),
    "session_cancelled": _("Séance annulée"),
    "session_agenda": _("Ordre du jour diffusé"),
    "minutes_available": _("Procès-verbal signé"),
    "erratum_recorded": _("Erratum"),
    "variant_submitted": _("Processus à relire"),
    "variant_reviewed": _("Processus relu"),
    "variant_published": _("Processus publié"),
    "holdings_taken": _("Passation"),
    "substitute_named": _("Annonce d’un remplacement"),
    "substitution_ended": _("Fin d’un remplacement"),
    "code": _("Code de connexion"),
    "invitation": _("Accès ouvert"),
    "address_changed": _("Adresse remplacée"),
    "paper_waiting": _("Documents sans cachet"),
    "charter_broken": _("Cahier des charges non suivi"),
    "history_anchored": _("Ancrage de l’historique"),
    "retention_due": _("Projets à archiver ou à effacer"),
    "retention_own": _("Données bientôt effacées"),
    "digest_late": _("Récapitulatif des retards"),
}

FAILURES = {
    "dead": _("abandonné après plusieurs essais"),
    "refused": _("refusé par le serveur"),
    "bounced": _("revenu à l’envoyeur"),
    "no_address": _("sans adresse valable"),
}


def role_name(role: Held) -> str:
    """A role in words: « Présidence du comité d’agrément par intérim », « Membre … (invité) »."""
    text = web_work.translated(ROLES[Role(role.role)])
    if role.acting:
        return web_work.translated(_("{role} par intérim"), role=text)
    return web_work.translated(_("{role} (invité)"), role=text) if role.guest else text


def named(table: dict[str, str], key: str) -> str:
    """The words of a code; the code itself when nobody wrote them yet."""
    return web_work.translated(table.get(key, key))
