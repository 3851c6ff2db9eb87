"""What the condition of a drawn arrow may ask, in plain words: a variable, how it is compared, to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine import installing
from engine.i18n import mark as _
from engine.registry import reading
from engine.registry.rules import routing_name
from engine.registry.variables import Kind, Variable
from forms import choices
from web import work as web_work

# What each routing variable says of a project, a session or a ladder.
LABELS: Mapping[str, str] = {
    "qualification_outcome": _("L’issue de la qualification"),
    "prescription_accepted": _("Le prescripteur accepte la prescription"),
    "completeness_outcome": _("L’issue de la vérification du dossier"),
    "complementary_due_on": _("Le jour attendu du diagnostic complémentaire"),
    "decision_outcome": _("La décision du comité"),
    "decision_signed": _("La décision est signée"),
    "conditions_due_on": _("Le jour où les conditions sont à lever"),
    "conditions_lapse_on": _("Le jour où les conditions tombent"),
    "follow_up_months": _("Le nombre de mois de suivi"),
    "cadence_months": _("Le nombre de mois entre deux comptes rendus"),
    "mandate_accepted": _("Le mandataire accepte son mandat"),
    "means_changed": _("Les moyens de la convention ont changé"),
    "signatory_count": _("Le nombre de signataires"),
    "signature_refused": _("Une signature est refusée"),
    "agreement_outcome": _("L’issue de la convention"),
    "effective_on": _("Le jour d’effet de la convention"),
    "follow_up_ends_on": _("Le jour où le suivi se termine"),
    "intervention_count": _("Le nombre d’interventions"),
    "accompaniment_complete": _("L’accompagnement est achevé"),
    "report_number": _("Le numéro du compte rendu"),
    "report_opens_on": _("Le jour où le compte rendu s’ouvre"),
    "report_due_on": _("Le jour attendu du compte rendu"),
    "intervention_requested": _("Une nouvelle intervention est demandée"),
    "follow_up_over": _("Le suivi est terminé"),
    "closure_signed": _("La clôture est signée"),
    "termination_signed": _("La fin anticipée est signée"),
    "request_forwarded": _("La demande est transmise"),
    "is_for_chair": _("La présidence peut décider seule"),
    "approved_alone": _("La présidence l’accorde seule"),
    "amendment_decided": _("L’avenant est décidé"),
    "amendment_prepared": _("L’avenant est préparé"),
    "is_written": _("La consultation est écrite"),
    "seat_count": _("Le nombre de membres du comité"),
    "consultation_ends_on": _("Le jour où la consultation se termine"),
    "minutes_signed": _("Le procès-verbal est signé"),
    "prescriber_kept": _("Le prescripteur est gardé"),
    "due_day_on": _("Le jour du rappel du jour dit"),
    "reminder_on": _("Le jour de la relance du mandataire"),
    "call_on": _("Le jour de l’appel de l’opérateur"),
    "chair_on": _("Le jour du choix de la présidence"),
    "ladder_paused": _("Les relances sont en pause"),
    "mandatary_replacement": _("La présidence remplace le mandataire"),
}
# What the words that a variable may hold are called.
WORDS: Mapping[str, Mapping[str, str]] = {
    "qualification_outcome": {str(each): each.label for each in choices.QualificationOutcome},
    "completeness_outcome": {str(each): each.label for each in choices.CompletenessOutcome},
    "decision_outcome": {str(each): each.label for each in choices.DecisionOutcome},
    "agreement_outcome": {"signed": _("Signée"), "returned": _("Renvoyée")},
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """One way to compare: its words, and the expression that it makes of a name and a value."""

    label: str
    expression: str

    @property
    def has_value(self) -> bool:
        """Whether it compares to something that is to be said."""
        return "{value}" in self.expression


COMPARISONS: Mapping[Kind, tuple[Comparison, ...]] = {
    Kind.YES_NO: (Comparison(_("oui"), "{name}"), Comparison(_("non"), "not {name}")),
    Kind.WORD: (
        Comparison(_("est"), '{name} == "{value}"'), Comparison(_("n’est pas"), '{name} != "{value}"'),
    ),
    Kind.NUMBER: (
        Comparison(_("est égal à"), "{name} == {value}"), Comparison(_("dépasse"), "{name} > {value}"),
        Comparison(_("est en dessous de"), "{name} < {value}"),
    ),
    Kind.DAY: (Comparison(_("est fixé"), '{name} != ""'), Comparison(_("n’est pas fixé"), '{name} == ""')),
}  # fmt: skip


def offered(process: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What the conditions of a process may ask, as its page's script is given it: variables, comparisons."""
    say = web_work.translated
    return {
        "variables": [asked(name, installing.VARIABLES[name]) for name in known_in(process, files)],
        "comparisons": {
            kind.value: [
                {"label": say(each.label), "expression": each.expression, "has_value": each.has_value}
                for each in listed
            ]
            for kind, listed in COMPARISONS.items()
        },
    }


def asked(name: str, variable: Variable) -> dict[str, Any]:
    """One variable: what it is called, what it holds, the words that it may be."""
    say = web_work.translated
    words = WORDS.get(name, {})
    return {
        "name": name,
        "label": say(LABELS[name]),
        "kind": variable.kind.value,
        "values": [[word, say(label)] for word, label in words.items() if word in variable.values],
    }


def known_in(process: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """The variables that every life which comes to a process begins with, in the order of a life."""
    file = f"{process}.bpmn"
    lives = []
    if file in files:
        diagram = reading.read(files[file], file)
        lives = list(routing_name.lives_of(diagram, installing.known(files, file)))
    starts = [installing.STARTS[life] for life in lives]
    return (name for name in installing.VARIABLES if all(name in known for known in starts))
