"""The choices that send a project one way or another: said beforehand, made at random, or asked for."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.i18n import mark as _
from engine.rehearsal.setting import Choices, Otherwise, Pace
from engine.rehearsal.told import Option
from forms import catalogue, fields
from forms.context import Context

if TYPE_CHECKING:
    from engine.runtime.acts import TaskView

SILENT = "silent"
ON_TIME, LATE, NEW_INTERVENTION = "on_time", "late", "new_intervention"
REPORT_OPTIONS = (
    Option(ON_TIME, _("À temps")),
    Option(LATE, _("Très en retard : les relances montent jusqu’à la présidence")),
    Option(NEW_INTERVENTION, _("À temps, avec une demande de nouvelle intervention")),
)
NEVER = {
    "agreement_signature": Option(SILENT, _("Ne signe pas : le délai court")),
    "conditions_lift": Option(SILENT, _("Ne lève pas les conditions : le délai court")),
    "file_completion": Option(SILENT, _("Ne complète pas le dossier")),
}
# A choice made at random turns the same way this often, then takes its usual way: lives end.
MOST_TURNS = 3
OTHERWISE = 0.25  # How often.
LATE_REPORTS = frozenset({Pace.LATE, Pace.REPORTS_LATE})


@dataclass(frozen=True, slots=True)
class Deciding:
    """One choice: how it is called, the form and the question that make it, its usual answer.

    `is_asked` is false for those that a guided rehearsal does not stop at: they change little.
    """

    key: str
    form: str
    question: str
    usual: str
    label: str
    is_asked: bool = True


DECIDING = (
    Deciding("qualification_outcome", "qualification", "outcome", "continue", _("Suite de la demande")),
    Deciding(
        "prescription_accepted", "prescription_answer", "accepted", "yes", _("Le prescripteur accepte")
    ),
    Deciding("completeness_outcome", "completeness_check", "outcome", "complete", _("Dossier complet")),
    Deciding("decision_outcome", "committee_decision", "outcome", "approved", _("Décision du comité")),
    Deciding("decision_signed", "decision_sign_off", "decision", "sign", _("Signature de la décision")),
    Deciding("conditions_lifted", "conditions_lift", "", "lifted", _("Levée des conditions")),
    Deciding("file_completed", "file_completion", "", "completed", _("Dossier complété"), is_asked=False),
    Deciding("mandate_accepted", "mandate_answer", "accepted", "yes", _("Le mandataire accepte")),
    Deciding("means_changed", "agreement_preparation", "means_changed", "no", _("Les moyens ont changé")),
    Deciding("signature", "agreement_signature", "answer", "accept", _("Signature de la convention")),
    Deciding("accompaniment_complete", "accompaniment_review", "complete", "yes",
             _("L’accompagnement est terminé")),
    Deciding("report", "follow_up_report", "new_intervention", ON_TIME, _("Compte rendu de suivi")),
    Deciding("request_forwarded", "intervention_request_review", "forward", "yes",
             _("La demande d’intervention est transmise")),
    Deciding("request_granted", "request_approval", "decision", "sign",
             _("La présidence accorde la demande")),
    Deciding("amendment_dropped", "amendment_preparation", "drop", "no", _("On renonce à l’avenant")),
    Deciding("mandatary_choice", "mandatary_choice", "choice", "keep", _("Mandataire en retard")),
    Deciding("mandatary_reached", "reminder_call", "reached", "yes", _("L’appel aboutit"), is_asked=False),
    Deciding("intervention_outcome", "intervention", "outcome", "done", _("L’intervention a lieu"),
             is_asked=False),
    Deciding("minutes_signed", "minutes_sign_off", "decision", "sign", _("Signature du procès-verbal"),
             is_asked=False),
    Deciding("closure_signed", "closure_sign_off", "decision", "sign", _("Signature de la clôture")),
    Deciding("termination_signed", "termination_sign_off", "decision", "sign",
             _("Signature de la fin anticipée")),
)  # fmt: skip
BY_FORM: Mapping[str, Deciding] = {each.form: each for each in DECIDING}
BY_KEY: Mapping[str, Deciding] = {each.key: each for each in DECIDING}


class ChoiceAwaited(Exception):
    """A guided rehearsal comes to a choice that was not made yet."""

    def __init__(self, deciding: Deciding, task: TaskView, options: Sequence[Option]) -> None:
        super().__init__(deciding.key)
        self.deciding = deciding
        self.task = task
        self.options = tuple(options)


@dataclass(slots=True)
class Decider:
    """Makes each choice, always in the same way for the same seed, whatever else happens."""

    choices: Choices
    seed: int
    made: list[tuple[str, str]] = field(default_factory=list)  # Step's title, what was chosen, in order.
    _turns: Counter[str] = field(default_factory=Counter)
    _given: int = 0

    def draw(self, *about: object) -> random.Random:
        """Give chances of their own to something, so that nothing else moves them."""
        return random.Random("/".join(map(str, (self.seed, *about))))

    def decide(self, task: TaskView, context: Context) -> tuple[Deciding, str] | None:
        """Choose for a task; None when its form sends the project nowhere. Raises `ChoiceAwaited`."""
        deciding = BY_FORM.get(task.form)
        if deciding is None:
            return None
        options = options_of(deciding, context)
        turn = self._turns[deciding.key]
        self._turns[deciding.key] += 1
        chosen = self._chosen(deciding, task, options, turn)
        label = next((each.label for each in options if each.value == chosen), chosen)
        self.made.append((task.title, label))
        return deciding, chosen

    def usual(self, chosen: tuple[Deciding, str] | None) -> tuple[Deciding, str] | None:
        """The usual way of a choice, once another was refused or its task went to somebody else."""
        return None if chosen is None else (chosen[0], chosen[0].usual)

    def otherwise(self, chosen: tuple[Deciding, str] | None) -> tuple[Deciding, str] | None:
        """What is done once a choice was refused: minutes go back to the officer, the rest its usual way."""
        if chosen is not None and chosen[0].key == "minutes_signed" and chosen[1] == "sign":
            return chosen[0], "send_back"
        return self.usual(chosen)

    def _chosen(self, deciding: Deciding, task: TaskView, options: Sequence[Option], turn: int) -> str:
        known = {each.value for each in options}
        usual = deciding.usual if deciding.usual in known else options[0].value
        if deciding.key == "report" and self.choices.pace in LATE_REPORTS:
            usual = LATE
        said = self.choices.outcomes.get(deciding.key)
        if said is not None:
            return said if turn == 0 and said in known else usual
        if self._is_asked(deciding, task, options):
            return self._answered(deciding, task, options)
        if self.choices.otherwise is Otherwise.RANDOM:
            chances = self.draw(deciding.key, turn)
            if turn < MOST_TURNS and chances.random() < OTHERWISE:
                return chances.choice(options).value
        return usual

    def _is_asked(self, deciding: Deciding, task: TaskView, options: Sequence[Option]) -> bool:
        """Whether somebody is asked: until the answers given run out, or for ever."""
        is_another_signature = deciding.key == "signature" and bool(task.position)
        asks = self.choices.otherwise is Otherwise.ASK or self._given < len(self.choices.decided)
        return asks and deciding.is_asked and len(options) > 1 and not is_another_signature

    def _answered(self, deciding: Deciding, task: TaskView, options: Sequence[Option]) -> str:
        """The next of the answers given so far; one that is not proposed any more is asked again."""
        if self._given >= len(self.choices.decided):
            raise ChoiceAwaited(deciding, task, options)
        given = self.choices.decided[self._given]
        self._given += 1
        if given not in {each.value for each in options}:
            raise ChoiceAwaited(deciding, task, options)
        return given


def options_of(deciding: Deciding, context: Context) -> tuple[Option, ...]:
    """What may be answered here and now: the form's own answers, less those that its context excludes."""
    never = NEVER.get(deciding.form)
    more = () if never is None else (never,)
    if deciding.key == "report":
        return REPORT_OPTIONS
    if not deciding.question:
        return (Option(deciding.usual, _("Fait")), *more)
    question = catalogue.form(deciding.form).questions(context).asked()[deciding.question]
    if not isinstance(question, fields.Code | fields.YesNo):
        raise TypeError(f"{deciding.form}.{deciding.question} is no choice")
    found = [Option(each.value, each.label) for each in question.options()]
    if deciding.key == "decision_outcome" and not context.allows("may_lapse"):
        found = [each for each in found if each.value != "lapsed"]
    return (*found, *more)


def answer_of(deciding: Deciding, chosen: str, context: Context) -> dict[str, object]:
    """The answer that makes a choice, as JSON has it."""
    if not deciding.question:
        return {}
    if deciding.key == "report":
        return {"new_intervention": chosen == NEW_INTERVENTION}
    question = catalogue.form(deciding.form).questions(context).asked()[deciding.question]
    return {deciding.question: chosen == "yes" if isinstance(question, fields.YesNo) else chosen}
