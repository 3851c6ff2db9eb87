"""The history of a dossier in words: one sentence per kind of entry, its details written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from engine.agreements.signatories import ACTING_CHAIR
from engine.i18n import mark as _
from engine.projects.statuses import STATUS_LABELS
from forms import choices
from web import typography
from web import work as web_work
from web.projects import words

if TYPE_CHECKING:
    from engine.projects.corrections import Consequence
    from engine.projects.timeline import Event

SENTENCES: Mapping[str, str] = {
    "projects.project.opened": _("Dossier ouvert"),
    "projects.project.adopted": _("Projet repris en cours"),
    "projects.diagnostic.declared": _("Diagnostic déclaré à la reprise"),
    "committee.decision.declared": _("Décision {number} déclarée à la reprise : {outcome}"),
    "agreements.agreement.declared": _(
        "Convention {number} déclarée à la reprise, en vigueur au {effective_on}"
    ),
    "skills.intervention.declared": _("Jours déjà faits, déclarés à la reprise"),
    "projects.report.declared": _("Dernier compte rendu d’avant la reprise"),
    "projects.project.qualified": _("Demande qualifiée : {outcome}"),
    "projects.prescription.answered": _("Prescription acceptée"),
    "projects.prescription.answered:no": _("Prescription déclinée"),
    "projects.diagnostic.recorded": _("Diagnostic préalable remis : avis {opinion}"),
    "projects.basin_step.recorded": _("Étape du bassin : {step}"),
    "runtime.questions.answered": _("Questions du bassin : {step}"),
    "projects.completeness.checked": _("Dossier vérifié : {outcome}"),
    "projects.opinion.ordered": _("Diagnostic complémentaire demandé, pour le {due_on}"),
    "projects.opinion.given": _("Diagnostic complémentaire remis : {recommendation}"),
    "projects.file.completed": _("Dossier complété"),
    "committee.decision.recorded": _("Décision du comité consignée : {outcome}"),
    "committee.decision.signed": _("Décision {number} signée : {outcome}"),
    "committee.decision.sent_back": _("Décision renvoyée par la présidence"),
    "committee.decision.approved_alone": _("Décision {number} prise par la présidence seule"),
    "committee.request.left_to_committee": _("Demande d’intervention laissée au comité par la présidence"),
    "committee.decision.notified": _("Décision notifiée à l’entreprise : {outcome}"),
    "committee.decision.confirmed": _("Décision {number} confirmée par le comité"),
    "committee.decision.cancelled": _("Décision {number} annulée par le comité"),
    "committee.extract.received": _("Extrait du procès-verbal reçu"),
    "committee.observation.written": _("Observation du comité de pilotage"),
    "committee.observation.answered": _("Réponse à une observation du comité de pilotage"),
    "committee.interest.declared": _("Intérêt déclaré par un membre du comité"),
    "committee.interest.ended": _("Intérêt déclaré qui prend fin"),
    "committee.conditions.lifted": _("Conditions levées"),
    "committee.acting_chair.designated": _("Présidence par intérim désignée jusqu’au {ends_on}"),
    "projects.mandate.answered": _("Mandat accepté"),
    "projects.mandate.answered:no": _("Mandat décliné"),
    "projects.mandate.reassigned": _("Un autre mandataire désigné"),
    "projects.mandatary.replaced": _("Mandataire remplacé"),
    "agreements.agreement.prepared": _("Convention {number} préparée (version {version})"),
    "agreements.annex.prepared": _("Annexe de l’avance préparée : convention {number}, version {version}"),
    "agreements.text.bound": _("Document à signer prêt : version {version}"),
    "agreements.envelope.archived": _("Enveloppe scellée archivée : version {version}"),
    "agreements.agreement.voided": _("Version {version} de la convention annulée, ses signatures aussi"),
    "agreements.agreement.signed": _("Signature de la convention : {signed_as}"),
    "agreements.signature.recorded": _("Signature sur papier enregistrée : {signed_as}, le {signed_on}"),
    "agreements.signature.corrected": _(
        "Jour d’une signature sur papier corrigé : {signed_as}, le {signed_on} au lieu du {wrong_on}"
    ),
    "agreements.provider.asked": _("Signature demandée au prestataire : {signed_as}"),
    "agreements.provider.answered": _("Réponse du prestataire de signature"),
    "agreements.signature.struck": _("Signature sur papier barrée : {signed_as}, le {signed_on}"),
    "agreements.signature.refused": _("Signature refusée : {signed_as}"),
    "agreements.amendment.requested": _("Avenant demandé"),
    "agreements.amendment.prepared": _("Avenant {number} préparé (version {version})"),
    "agreements.amendment.signed": _("Signature de l’avenant {number} : {signed_as}"),
    "agreements.amendment.dropped": _("Avenant abandonné"),
    "agreements.amendment.voided": _("Avenant {number} annulé (version {version}), ses signatures aussi"),
    "agreements.amendment.effective": _("Avenant {number} en vigueur au {effective_on}"),
    "agreements.loss.found": _("Une entreprise qui devait signer a quitté le bassin"),
    "agreements.loss.settled": _("Départ d’un signataire réglé"),
    "agreements.advance.paid": _("Avance versée"),
    "agreements.advance.struck": _("Versement de l’avance barré"),
    "agreements.means.changed": _("D’autres moyens demandés : retour au comité"),
    "agreements.firm.labelled": _("Entreprise labellisée : convention en vigueur au {effective_on}"),
    "agreements.project.returned": _("Projet renvoyé au comité"),
    "skills.interventions.planned": _("Interventions prévues : {interventions}"),
    "skills.intervention.recorded": _("Intervention réalisée : {quarter_days}"),
    "skills.intervention.recorded:no": _("Intervention non réalisée"),
    "skills.accompaniment.reviewed": _("Accompagnement terminé"),
    "skills.accompaniment.reviewed:no": _("Accompagnement à poursuivre"),
    "projects.report.recorded": _("Compte rendu n° {number} remis, météo : {weather}"),
    "projects.report.recorded:none": _("Compte rendu n° {number} remis : rien de nouveau"),
    "projects.intervention.requested": _("Nouvelle intervention demandée"),
    "projects.intervention_request.reviewed": _("Demande d’intervention transmise"),
    "projects.intervention_request.reviewed:no": _("Demande d’intervention déclinée"),
    "projects.final_review.recorded": _("Bilan remis (emplois créés : {jobs_created})"),
    "projects.closure.signed": _("Clôture signée"),
    "projects.closure.sent_back": _("Bilan renvoyé par la présidence"),
    "projects.termination.requested": _("Résiliation demandée : {cause}"),
    "projects.termination.signed": _("Résiliation signée"),
    "projects.termination.refused": _("Résiliation refusée"),
    "projects.withdrawal.requested": _("Retrait demandé par {requested_by}"),
    "projects.charter.broken": _(
        "L’historique montre ce que le cahier des charges ne permet pas ({article})"
    ),
    "projects.project.ended": _("Fin du projet : {end}"),
    "retention.plan.extended": _("Conservation prolongée jusqu’au {until}"),
    "retention.project.archived": _("Projet archivé, au terme de sa conservation courante"),
    "retention.project.erased": _("Noms, textes et documents effacés, au terme de la conservation"),
    "retention.pieces.erased": _("Références des versements effacées"),
    "retention.document.erased": _("Document effacé avec la personne qui l’avait envoyé"),
    "projects.project.suspended": _("Projet suspendu jusqu’au {until}"),
    "projects.project.resumed": _("Projet repris"),
    "projects.prescriber.kept": _("Prescripteur maintenu sans siège au comité"),
    "projects.person.replaced": _("Personne remplacée"),
    "projects.firm.renamed": _("Entreprise renommée ou déplacée"),
    "projects.firm.registered": _("Entreprise immatriculée"),
    "projects.note.written": _("Note"),
    "projects.call.noted": _("Appel noté"),
    "projects.document.added": _("Document ajouté"),
    "documents.paper.made": _("Document prêt"),
    "documents.paper.failed": _("Document qui n’a pas pu être préparé"),
    "projects.firm_alert.signalled": _("Alerte sur l’entreprise : {difficulty} ({seriousness})"),
    "projects.firm_alert.corrected": _("Alerte sur l’entreprise corrigée"),
    "projects.report.corrected": _("Compte rendu corrigé"),
    "projects.final_review.corrected": _("Bilan corrigé"),
    "projects.diagnostic.corrected": _("Diagnostic préalable corrigé"),
    "projects.intervention_day.corrected": _("Jour d’intervention corrigé"),
    "projects.note.corrected": _("Note barrée"),
    "projects.phone_call.corrected": _("Appel barré"),
    "projects.document.corrected": _("Document barré"),
    "projects.address.found_invalid": _("Adresse invalide : un courriel n’a pas pu arriver"),
    "projects.address.corrected": _("Adresse vérifiée par téléphone : {outcome}"),
    "escalation.ladder.started": _("Compte rendu en retard : les relances commencent"),
    "escalation.rung.climbed": _("{rung} : {outcome}"),
    "escalation.task.reminded": _("Relance de l’opérateur : {step}"),
    "runtime.task.completed": _("Étape terminée : {step}"),
    "runtime.task.claimed": _("Tâche prise : {step}"),
    "runtime.task.released": _("Tâche rendue : {step}"),
    "runtime.task.delegated": _("Tâche confiée à quelqu’un d’autre : {step}"),
    "runtime.task.put_on_hold": _("En attente de {cause} jusqu’au {until} : {step}"),
    "runtime.task.taken_back": _("Attente terminée : {step}"),
    "runtime.task.rescheduled": _("Nouvelle échéance : {due_on}"),
    "runtime.version.changed": _("Passage à une autre version du processus"),
    "runtime.version.undone": _("Retour à la version précédente du processus"),
    "runtime.incident.recorded": _("Incident technique : une étape n’a pas pu être enregistrée"),
    "runtime.incident.retried": _("Incident technique résolu"),
    "runtime.instance.rebuilt": _("État enregistré abîmé, refait à l’identique"),
}
ENDS = {status.value: text for status, text in STATUS_LABELS.items()}
# Said otherwise when this detail is false, or another value than the usual one.
NEGATIVES = {"accepted": True, "complete": True, "forwarded": True, "state": "done"}
UNNAMED = _("Fait enregistré : {kind}")

LISTS = {
    ("projects.project.qualified", "outcome"): choices.QualificationOutcome,
    ("projects.completeness.checked", "outcome"): choices.CompletenessOutcome,
    ("projects.address.corrected", "outcome"): choices.AddressOutcome,
    "opinion": choices.Opinion,
    "recommendation": choices.Recommendation,
    "outcome": choices.DecisionOutcome,
    "weather": choices.Weather,
    "difficulty": choices.Difficulty,
    "seriousness": choices.Seriousness,
    "cause": choices.TerminationCause,
    ("runtime.task.put_on_hold", "cause"): choices.WaitingCause,
    "signed_as": choices.SignatoryCapacity,
    "requested_by": choices.Requester,
}


def sentence_of(event: Event, steps: Mapping[tuple[str, str], str]) -> str:
    """One entry of a dossier's history as a sentence in the reader's language.

    `steps` gives the names of the diagrams' steps: (process, step) → name.
    """
    key = event.kind
    for detail, usual in NEGATIVES.items():
        if detail in event.details and event.details[detail] != usual and f"{key}:no" in SENTENCES:
            key = f"{key}:no"
    if key == "projects.report.recorded" and not event.details.get("weather"):
        key = f"{key}:none"
    if key not in SENTENCES:
        return web_work.translated(UNNAMED, kind=event.kind)
    found = {name: written(event, name, steps) for name in (*event.details, "step")}
    sentence = web_work.translated(SENTENCES[key])
    return sentence.format_map(Blank(found))


class Blank(dict[str, str]):
    """The details of an entry; one that an older release did not keep is left out."""

    def __missing__(self, name: str) -> str:
        return "…"


def written(event: Event, name: str, steps: Mapping[tuple[str, str], str]) -> str:
    """One detail as people read it."""
    value = event.details.get(name)
    if name == "step":
        place = (str(event.details.get("process")), str(event.details.get("step")))
        return web_work.translated(steps.get(place, place[1]))
    return "…" if value is None else value_written(event, name, value)


def value_written(event: Event, name: str, value: object) -> str:
    """The value of a detail: a day, a count of days, a code in words, else itself."""
    if name.endswith("_on") or name == "until":
        return typography.long_date(date.fromisoformat(str(value)), web_work.locale())
    if name == "quarter_days":
        return typography.days(int(str(value)) / 4, web_work.locale())
    if event.kind == "escalation.rung.climbed" and name in {"rung", "outcome"}:
        table = words.RUNGS if name == "rung" else words.RUNG_TOLD
        return web_work.translated(table.get(str(value), str(value)))
    if name == "end":
        return lowered(web_work.translated(ENDS.get(str(value), str(value))))
    coded = LISTS.get((event.kind, name)) or LISTS.get(name)
    if coded is not None:
        is_acting = name == "signed_as" and value == ACTING_CHAIR
        text = words.ACTING_CHAIR if is_acting else words.label(coded, str(value))
        return lowered(heading(web_work.translated(text)))
    return str(value)


def heading(text: str) -> str:
    """The first part of a label that explains itself: « Vert » of « Vert : tout va bien »."""
    return re.split(r"\s*:", text, maxsplit=1)[0]


def lowered(text: str) -> str:
    """A label inside a sentence begins in lower case, unless it is a sign or all capitals."""
    is_kept = len(text) == 1 or text[1:2].isupper() or text[1:2].isdigit()
    return text if is_kept else text[:1].lower() + text[1:]


def consequence(found: Consequence) -> tuple[str, date | None]:
    """Something that followed from a record, in a few words, and its day."""
    sentence = SENTENCES.get(found.kind)
    if sentence is None:
        return web_work.translated(UNNAMED, kind=found.kind), found.occurred_on
    start = re.split(r"\s*(?:[:(,]|jusqu’au|until|n°|no\.)", web_work.translated(sentence), maxsplit=1)[0]
    plain = re.sub(r"\s*\{\w+\}", "", start).strip()
    return plain or web_work.translated(_("Relance")), found.occurred_on
