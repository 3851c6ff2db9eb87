"""Coded lists: one list for the schema, the table and the page."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from forms.texts import mark as _


class Coded(StrEnum):
    """A coded list: each member is its stored value, and carries its French label."""

    label: str
    hint: str

    def __new__(cls, value: str, label: str, hint: str = "") -> Self:
        """Attach the label and the hint to the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.hint = hint
        return member

    @classmethod
    def of(cls, value: object) -> Self:
        """Find a member by its stored value. Raises `LookupError`."""
        for member in cls:
            if member.value == value:
                return member
        raise LookupError(value)


# --- appraisal -------------------------------------------------------------------------------


class QualificationOutcome(Coded):
    """What the operator does with a request."""

    CONTINUE = "continue", _("Poursuivre par un diagnostic")
    REORIENT = "reorient", _("Réorienter vers un autre dispositif")
    DROP = "drop", _("Classer sans suite")


class Category(Coded):
    """Kinds of projects; the first is the priority, none is excluded (cahier des charges §III)."""

    DEVELOPMENT = "development", _("Développement d’une PME existante"), _("Cible prioritaire du programme")
    TAKEOVER = "takeover", _("Reprise d’entreprise")
    STRUCTURING = "structuring", _("Projet structurant pour le territoire")
    CREATION = "creation", _("Création à potentiel de PME")


class SchemeKind(Coded):
    """Kinds of other schemes; the first changes what the committee may give (R20)."""

    PFIL = "pfil", _("PFIL (Initiative France…)"), _("Plateforme d’initiative locale")
    NETWORK = "network", _("Réseau Entreprendre")
    PUBLIC_BANK = "public_bank", _("Bpifrance")
    LOCAL_AUTHORITY = "local_authority", _("Aide d’une collectivité")
    OTHER = "other", _("Autre dispositif")


class SchemeStatus(Coded):
    """Where the firm stands with another scheme."""

    CONSIDERED = "considered", _("Envisagé")
    REQUESTED = "requested", _("Demandé")
    GRANTED = "granted", _("Accordé")
    REFUSED = "refused", _("Refusé")


class Rating(Coded):
    """An appreciation in one tap; never turned into a decision."""

    STRONG = "strong", _("Forte")
    MEDIUM = "medium", _("Moyenne")
    WEAK = "weak", _("Faible")


class SkillDomain(Coded):
    """Fields in which partner companies lend their skills."""

    HUMAN_RESOURCES = "human_resources", _("Ressources humaines")
    ORGANISATION = "organisation", _("Organisation")
    SALES = "sales", _("Commercial")
    QUALITY = "quality", _("Qualité")
    PRODUCTION = "production", _("Production")
    SAFETY = "safety", _("Sécurité")
    STANDARDS = "standards", _("Normes")
    PURCHASING = "purchasing", _("Achats et cahier des charges")
    DIGITAL = "digital", _("Numérique")
    FINANCE = "finance", _("Finance")
    EXPORT = "export", _("Export")
    OTHER = "other", _("Autre")


class FinancingSide(Coded):
    """The two sides of a financing plan."""

    USE = "use", _("Besoin")
    RESOURCE = "resource", _("Ressource")


class Deadweight(Coded):
    """What would happen without Alizé."""

    WOULD_NOT_HAPPEN = "would_not_happen", _("Le projet ne se ferait pas")
    LATER = "later", _("Il se ferait plus tard")
    SMALLER = "smaller", _("Il se ferait en plus petit")
    SAME_ANYWAY = "same_anyway", _("Il se ferait quand même")


class Opinion(Coded):
    """What the prescriber thinks of the project."""

    FAVOURABLE = "favourable", _("Favorable")
    RESERVED = "reserved", _("Réservé")
    UNFAVOURABLE = "unfavourable", _("Défavorable")


class CompletenessOutcome(Coded):
    """What the operator concludes from a diagnostic."""

    COMPLETE = "complete", _("Complet : prêt pour le comité")
    INCOMPLETE = "incomplete", _("Incomplet : à reprendre par le prescripteur")
    COMPLEMENTARY = "complementary", _("Diagnostic complémentaire nécessaire")


class Recommendation(Coded):
    """What an expert recommends."""

    FAVOURABLE = "favourable", _("Favorable")
    FAVOURABLE_IF = "favourable_if", _("Favorable sous conditions")
    UNFAVOURABLE = "unfavourable", _("Défavorable")


# --- committee -------------------------------------------------------------------------------


class DecisionOutcome(Coded):
    """What the committee decides; only the first two lead to the agreement."""

    APPROVED = "approved", _("Approuvé")
    APPROVED_WITH_CONDITIONS = "approved_with_conditions", _("Approuvé sous conditions")
    ADJOURNED = "adjourned", _("Ajourné")
    COMPLEMENTARY_DIAGNOSTIC = "complementary_diagnostic", _("Diagnostic complémentaire")
    REJECTED = "rejected", _("Rejeté")
    REORIENTED = "reoriented", _("Réorienté")
    WITHDRAWN = "withdrawn", _("Retiré par l’entreprise ou le prescripteur")
    LAPSED = "lapsed", _("Agrément caduc : conditions ou signatures hors délai")


class DecisionMode(Coded):
    """How the committee decided."""

    CONSENSUS = "consensus", _("Consensus")
    VOTE = "vote", _("Vote")


class RejectionReason(Coded):
    """Why a project is rejected; size, sector and age are no reasons (cahier des charges §III)."""

    OUT_OF_SCOPE = "out_of_scope", _("Hors périmètre")
    QUALITY = "quality", _("Qualité du projet")
    CAPABILITY = "capability", _("Capacité du porteur")
    JOBS = "jobs", _("Emploi")
    DEADWEIGHT = "deadweight", _("Effet d’aubaine")
    OTHER_SCHEME = "other_scheme", _("Autre dispositif mieux adapté")
    NO_MEANS = "no_means", _("Moyens indisponibles")
    OTHER = "other", _("Autre motif")


class OtherMeans(Coded):
    """Means that are neither days nor an advance."""

    SUBSIDISED_LOAN = "subsidised_loan", _("Prêt bonifié")
    IN_KIND = "in_kind", _("Apport en nature")


class SignOff(Coded):
    """What the chair does with a recorded act."""

    SIGN = "sign", _("Signer")
    SEND_BACK = "send_back", _("Renvoyer pour correction")


class NotificationChannel(Coded):
    """How the firm was told."""

    EMAIL = "email", _("Courriel")
    LETTER = "letter", _("Courrier")
    IN_PERSON = "in_person", _("Remise en main propre")


class SessionKind(Coded):
    """How a committee session is held."""

    MEETING = "meeting", _("Réunion")
    VIDEO = "video", _("Visioconférence")
    WRITTEN = "written", _("Consultation écrite")


# --- agreements ------------------------------------------------------------------------------


class SignatoryCapacity(Coded):
    """The capacities in which an agreement is signed (cahier des charges §VI)."""

    BENEFICIARY = "beneficiary", _("Responsable de la PME")
    CHAIR = "chair", _("Présidence du comité d’agrément")
    PARTNER_COMPANY = "partner_company", _("Entreprise partenaire")
    MANDATARY = "mandatary", _("Mandataire")
    OPERATOR = "operator", _("Opérateur (annexe d’avance)")


class SignatureMode(Coded):
    """How an agreement is signed."""

    ONLINE = "online", _("En ligne")
    PAPER = "paper", _("Sur papier, numérisé")
    PROVIDER = "provider", _("Par un prestataire de signature")


class SignatureAnswer(Coded):
    """What a signatory answers."""

    ACCEPT = "accept", _("Je signe")
    REFUSE = "refuse", _("Je refuse de signer")


# --- skills and follow-up --------------------------------------------------------------------


class InterventionOutcome(Coded):
    """Whether an intervention took place."""

    DONE = "done", _("Réalisée")
    NOT_DONE = "not_done", _("Non réalisée")


class Satisfaction(Coded):
    """From 1 to 5."""

    ONE = "1", _("1 – pas du tout satisfaite")
    TWO = "2", _("2 – peu satisfaite")
    THREE = "3", _("3 – moyennement satisfaite")
    FOUR = "4", _("4 – satisfaite")
    FIVE = "5", _("5 – très satisfaite")


class Weather(Coded):
    """How the project goes, at a glance."""

    GREEN = "green", _("Vert : tout va bien")
    ORANGE = "orange", _("Orange : à surveiller")
    RED = "red", _("Rouge : en difficulté")


class Evidence(Coded):
    """What jobs figures rest on."""

    DECLARED = "declared", _("Déclaration de l’entreprise")
    CERTIFICATE = "certificate", _("DSN ou attestation")
    PAYSLIP = "payslip", _("Bulletins de salaire")


class MandataryChoice(Coded):
    """What the chair decides when a report stays missing."""

    KEEP = "keep", _("Maintenir le mandataire")
    REPLACE = "replace", _("Remplacer le mandataire")


class PrescriberChoice(Coded):
    """What the officer notes when the prescriber no longer sits."""

    REPLACE = "replace", _("Remplacer le prescripteur")
    KEEP = "keep", _("Maintenir le prescripteur : son diagnostic est rendu")


class AddressOutcome(Coded):
    """What a call about an invalid address gave."""

    CORRECTED = "corrected", _("Nouvelle adresse obtenue")
    CONFIRMED = "confirmed", _("L’adresse est la bonne")
    NO_EMAIL = "no_email", _("Pas d’adresse : joindre par téléphone")
    LEFT = "left", _("La personne est partie")


class Difficulty(Coded):
    """What a followed firm is in difficulty with (F10)."""

    CASH = "cash", _("Difficulté de trésorerie")
    LOST_CUSTOMER = "lost_customer", _("Perte d’un client majeur")
    LABOUR_DISPUTE = "labour_dispute", _("Conflit social")
    DISASTER = "disaster", _("Sinistre")
    INSOLVENCY = "insolvency", _("Procédure collective")
    HEAD_LEFT = "head_left", _("Départ du dirigeant")
    OTHER = "other", _("Autre")


class Seriousness(Coded):
    """How serious a difficulty is."""

    WATCH = "watch", _("À surveiller")
    SERIOUS = "serious", _("Grave")


# --- everyday --------------------------------------------------------------------------------


class Requester(Coded):
    """Who asks for a withdrawal, a suspension or a termination."""

    FIRM = "firm", _("L’entreprise")
    PRESCRIBER = "prescriber", _("Le prescripteur")
    MANDATARY = "mandatary", _("Le mandataire")
    COMMITTEE = "committee", _("Le comité")
    OPERATOR = "operator", _("L’opérateur")


class TerminationCause(Coded):
    """Why an agreement ends early."""

    AGREED = "agreed", _("D’un commun accord")
    CEASED = "ceased", _("Cessation d’activité")
    INSOLVENCY = "insolvency", _("Procédure collective")
    SOLD_OR_MOVED = "sold_or_moved", _("Cession, fusion ou déménagement")
    BREACH = "breach", _("Engagements non tenus")
    OTHER = "other", _("Autre cause")


class Audience(Coded):
    """Who sees a note or a document."""

    OPERATOR = "operator", _("L’équipe de l’opérateur")
    COMMITTEE = "committee", _("Le comité et l’opérateur")
    PROJECT = "project", _("Toutes les personnes du projet, l’entreprise comprise")


class CallDirection(Coded):
    """Who called."""

    OUTGOING = "outgoing", _("J’ai appelé")
    INCOMING = "incoming", _("On m’a appelé")


class WaitingCause(Coded):
    """What a task waits for; figures attribute the wait to it."""

    FIRM = "firm", _("L’entreprise")
    SESSION = "session", _("La prochaine séance")
    EXPERT = "expert", _("Un intervenant")
    PARTNER = "partner", _("Un partenaire ou un financeur")
    ADMINISTRATION = "administration", _("Une administration")
    OTHER = "other", _("Autre")


# --- administration --------------------------------------------------------------------------


class Language(Coded):
    """Languages of the application."""

    FRENCH = "fr", _("Français")
    ENGLISH = "en", _("Anglais")


class BasinRole(Coded):
    """What a person or an organisation may be in a basin, from a date."""

    SEAT = "seat", _("Membre du comité d’agrément")
    CHAIR = "chair", _("Présidence du comité d’agrément")
    OPERATOR = "operator", _("Opérateur")
    STEERING = "steering", _("Comité de pilotage")
    EXPERT = "expert", _("Intervenant")
    ADMINISTRATOR = "administrator", _("Administration du bassin")
    AUDITOR = "auditor", _("Lecture pour contrôle")
    PARTNER_COMPANY = "partner_company", _("Entreprise partenaire")
    ASSOCIATE_PARTNER = "associate_partner", _("Partenaire associé")
    LOCAL_AUTHORITY = "local_authority", _("Collectivité")
    FUNDER = "funder", _("Financeur")
    OPERATOR_ORGANISATION = "operator_organisation", _("Structure opératrice")


class Territory(Coded):
    """A territory with public holidays of its own."""

    FRANCE = "FR", _("France métropolitaine"), _("Jours fériés communs")
    MOSELLE = "FR-57", _("Moselle"), _("Avec le Vendredi saint et le 26 décembre")
    ALSACE = "FR-67", _("Alsace"), _("Avec le Vendredi saint et le 26 décembre")
    REUNION = "RE", _("La Réunion"), _("Avec le 20 décembre, à l’heure de La Réunion")
