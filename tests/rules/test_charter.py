"""The charter is proved on every path: what breaks it is refused with the story that shows it, the rest accepted."""

from __future__ import annotations

import pytest

from engine import installing
from engine.registry import checks, library
from engine.registry.charter import articles
from engine.registry.problems import Level
from tests.rules.editing import (
    Edit,
    drawn,
    edited,
    forgotten,
    inserted,
    marked,
    plain,
    redirected,
    renamed,
    said,
    turned_into,
    without,
    without_event,
    written,
)

PATIENCE = 20.0  # Much above what a proof takes: tests may share a slow machine.
STEP = (
    '<bpmn:userTask id="{id}" name="{name}" alize:form="basin_note" alize:role="{role}" alize:due="P5D" '
    'alize:operation="projects.record_basin_step"/>'
)
TIMER = (
    '<bpmn:intermediateCatchEvent id="{id}" name="Attendre" alize:step="{step}" alize:from="effective_on">'
    '<bpmn:timerEventDefinition><bpmn:timeDuration>{months}</bpmn:timeDuration></bpmn:timerEventDefinition>'
    "</bpmn:intermediateCatchEvent>"
)  # fmt: skip
PREPARATION = (
    '<bpmn:userTask id="early" name="Préparer d’avance" alize:form="agreement_preparation" '
    'alize:role="operator" alize:due="P5D" alize:operation="agreements.prepare" '
    'alize:step="agreement_preparation"/>'
)
FOLLOW_UP_BY_HAND = (
    turned_into("project", "follow_up", "userTask"),
    written("project", "follow_up", calledElement=None),
    marked("project", "follow_up", form="basin_note", role="mandatary", due="P5D",
           operation="projects.record_basin_step"),
)  # fmt: skip

# What somebody might draw, the code that refuses it, and the last thing that the story tells.
HARMFUL: dict[str, tuple[tuple[Edit, ...], str, str]] = {
    "the prescriber's diagnostic is taken out": (
        (without("appraisal", "preliminary_diagnostic"),),
        "CHARTER_DIAGNOSTIC", "Consigner la décision"),
    "the diagnostic may be skipped": (
        (redirected("appraisal", "qualification_gateway__accept_prescription", "to_ready"),),
        "CHARTER_DIAGNOSTIC", "Consigner la décision"),
    "the officer writes the diagnostic": (
        (marked("appraisal", "preliminary_diagnostic", role="operator"),),
        "CHARTER_DIAGNOSTIC", "Consigner la décision"),
    "the diagnostic is only a note": (
        (marked("appraisal", "preliminary_diagnostic", form="basin_note"),),
        "CHARTER_DIAGNOSTIC", "Consigner la décision"),
    "a request set aside goes to the committee": (
        (redirected("appraisal", "qualification_gateway__dropped", "to_diagnostic"),),
        "CHARTER_QUALIFICATION", "Instruction"),
    "nobody qualifies the request": (
        (without("appraisal", "qualify"),),
        "CHARTER_QUALIFICATION", "diagnostic"),
    "the committee is not asked": (
        (without("engagement", "decision"),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer la convention"),
    "a rejected project goes on to its agreement": (
        (redirected("decision", "decision_gateway__not_approved", "approved"),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer la convention"),
    "what counts as approved is any decision": (
        (said("decision", "decision_gateway__approved", "conditionExpression", 'decision_outcome != ""'),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer la convention"),
    "an agreement sent back is prepared again without the committee": (
        (redirected("engagement", "agreement_returned__to_committee", "agreement"),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer la convention"),
    "a decision cancelled is signed all the same": (
        (redirected("engagement", "cancel_agreement__to_committee", "agreement"),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer la convention"),
    "the agreement is prepared before the committee met": (
        (inserted("engagement", "to_committee__decision", PREPARATION),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer d’avance"),
    "the chair signs twice what was decided once": (
        (redirected("decision", "to_next_session__to_session", "sign_off_decision"),),
        "CHARTER_DECISION_SIGN_OFF", "Signer la décision"),
    "the chair does not sign the decision": (
        (without("decision", "sign_off_decision"),),
        "CHARTER_DECISION_SIGN_OFF", "Signée"),
    "a decision that the chair sends back passes": (
        (redirected("decision", "sign_off_gateway__to_session", "notify_decision"),),
        "CHARTER_DECISION_SIGN_OFF", "Issue"),
    "the operator signs the decision": (
        (marked("decision", "sign_off_decision", role="operator"),),
        "CHARTER_PERSONAL", "Consigner la décision"),
    "the decision is signed on behalf of the chair": (
        (marked("decision", "sign_off_decision", personal=None),),
        "CHARTER_PERSONAL", "Consigner la décision"),
    "the decision is signed by a service": (
        (turned_into("decision", "sign_off_decision", "serviceTask"),),
        "CHARTER_PERSONAL", "Consigner la décision"),
    "the signing hides its mark": (
        (marked("decision", "sign_off_decision", step=None),),
        "CHARTER_PERSONAL", "Consigner la décision"),
    "nobody signs the agreement": (
        (turned_into("agreement", "convention_signature", "callActivity"),
         written("agreement", "convention_signature", calledElement="completion")),
        "CHARTER_SIGNATURES", "Labelliser la PME"),
    "an agreement sent back labels all the same": (
        (redirected("engagement", "agreement_returned__to_committee", "engaged"),),
        "CHARTER_SIGNATURES", "Labelliser la PME"),
    "a refused signature passes for one": (
        (redirected("convention_signature", "signature_gateway__or_refused", "all_signed"),),
        "CHARTER_SIGNATURES", "Tous ont signé"),
    "conditions out of time count as lifted": (
        (redirected("agreement", "conditions_expired__not_lifted_or_changed", "to_mandate"),),
        "CHARTER_COMMITTEE_DECIDES", "Préparer la convention"),
    "other means than those decided are signed": (
        (inserted("agreement", "agreement_gateway__not_lifted_or_changed",
                  STEP.format(id="note", name="Noter les moyens", role="operator")),
         redirected("agreement", "after_note", "convention_signature")),
        "CHARTER_COMMITTEE_DECIDES", "Noter les moyens"),
    "a decision that the chair sends back rejects the project": (
        (redirected("decision", "sign_off_gateway__to_session", "not_approved"),),
        "CHARTER_DECISION_SIGN_OFF", "Non retenu"),
    "another mandataire is taken to have accepted": (
        (redirected("agreement", "reassign_mandate__to_mandate", "mandate_gateway"),),
        "CHARTER_MANDATE", "Accepté"),
    "a project set aside passes for withdrawn": (
        (redirected("project", "engagement_stopped__not_pursued", "withdrawn"),),
        "CHARTER_WITHDRAWAL", "Projet retiré"),
    "the officer names another mandataire": (
        (marked("agreement", "reassign_mandate", role="operator"),),
        "CHARTER_PERSONAL", "Accepté"),
    "the text is not prepared": (
        (without("agreement", "prepare_agreement"),),
        "CHARTER_SIGNATURES", "Moyens inchangés"),
    "the first signature is enough": (
        (said("convention_signature", "sign_agreement", "completionCondition", "signatory_count > 0"),),
        "CHARTER_PERSONAL", "Moyens inchangés"),
    "a refusal is forgotten when another signs": (
        (forgotten("convention_signature", "sign_agreement", "completionCondition"),),
        "CHARTER_PERSONAL", "Moyens inchangés"),
    "signatures may be none at all": (
        (marked("convention_signature", "sign_agreement", at_least=None),),
        "CHARTER_PERSONAL", "Moyens inchangés"),
    "a declined mandate passes for one": (
        (redirected("agreement", "mandate_gateway__reassign_mandate", "prepare_agreement"),),
        "CHARTER_MANDATE", "Moyens inchangés"),
    "nobody accepts the mandate": (
        (without("agreement", "accept_mandate"),),
        "CHARTER_MANDATE", "Accepté"),
    "the firm is not accompanied": (
        (without("project", "accompaniment"),),
        "CHARTER_ACCOMPANIMENT", "Projet clos"),
    "the follow-up is one task": (
        FOLLOW_UP_BY_HAND,
        "CHARTER_FOLLOW_UP", "Établir le bilan final"),
    "a follow-up of twelve months": (
        (said("project", "minimum_duration", "timeDuration", "P12M"),),
        "CHARTER_MINIMUM_DURATION", "Établir le bilan final"),
    "a follow-up of seventeen months": (
        (said("project", "minimum_duration", "timeDuration", "P17M"),),
        "CHARTER_MINIMUM_DURATION", "Établir le bilan final"),
    "days are no months": (
        (said("project", "minimum_duration", "timeDuration", "P548D"),),
        "CHARTER_MINIMUM_DURATION", "Établir le bilan final"),
    "the months count from the day the timer is met": (
        (marked("project", "minimum_duration", **{"from": None}),),
        "CHARTER_MINIMUM_DURATION", "Établir le bilan final"),
    "the timer is not waited for": (
        (without("project", "minimum_duration"),),
        "CHARTER_MINIMUM_DURATION", "Établir le bilan final"),
    "three times six months": (
        (said("project", "minimum_duration", "timeDuration", "P6M"),
         inserted("project", "minimum_duration__execution_join",
                  TIMER.format(id="second", step="minimum_follow_up", months="P6M")),
         inserted("project", "minimum_duration__execution_join",
                  TIMER.format(id="third", step="minimum_follow_up", months="P6M"))),
        "CHARTER_MINIMUM_DURATION", "Établir le bilan final"),
    "two timers beside each other": (
        (inserted("project", "label_firm__execution",
                  TIMER.format(id="second", step="minimum_follow_up", months="P18M")),),
        "CHARTER_MINIMUM_DURATION", ""),
    "the timer runs before the signature": (
        (inserted("agreement", "agreement_gateway__convention_signature",
                  TIMER.format(id="second", step="minimum_follow_up", months="P18M")),
         without("project", "minimum_duration")),
        "CHARTER_MINIMUM_DURATION", "Moyens inchangés"),
    "a late report reminds nobody": (
        (without("report", "begin_ladder"),),
        "CHARTER_ESCALATION", "Ouverture du compte rendu"),
    "the ladder begins on another day": (
        (said("report", "ladder_begins", "timeDate", "report_opens_on"),),
        "CHARTER_ESCALATION", "Ouverture du compte rendu"),
    "lateness takes the report away": (
        (written("report", "ladder_begins", cancelActivity="true"),),
        "CHARTER_ESCALATION", "Ouverture du compte rendu"),
    "the ladder never comes to the chair": (
        (redirected("late_report", "choice_pause__keep_or_replace", "mandatary_replaced"),),
        "CHARTER_ESCALATION", "Échelle achevée"),
    "the closure goes without the chair": (
        (without("closure", "sign_closure"),),
        "CHARTER_CLOSURE_SIGN_OFF", "Clôture signée"),
    "a closure that the chair sends back passes": (
        (redirected("closure", "closure_gateway__to_review", "closure_signed_off"),),
        "CHARTER_CLOSURE_SIGN_OFF", "Projet clos"),
    "an early end without the chair": (
        (without("project", "sign_termination"),),
        "CHARTER_TERMINATION", "Fin signée"),
    "a refused early end ends all the same": (
        (redirected("project", "termination_gateway__termination_requested_again", "terminated"),),
        "CHARTER_TERMINATION", "Fin anticipée"),
    "the arrow of the refusal passes for the signature's": (
        (redirected("project", "termination_gateway__termination_requested_again", "terminated"),
         marked("project", "termination_gateway__termination_requested_again", step="termination_granted")),
        "CHARTER_TERMINATION", "Fin anticipée"),
    "a labelled firm may withdraw": (
        (written("project", "withdrawal_before_signature", attachedToRef="execution"),),
        "CHARTER_WITHDRAWAL", "Projet retiré"),
    "an end that the programme does not know": (
        (renamed("project", "closed", "over"),),
        "CHARTER_OUTCOME", "Projet clos"),
    "a closure beside which an early end may still be asked for": (
        (plain("project", "closed"),),
        "CHARTER_OUTCOME", "Projet clos"),
    "an early end that nobody signed interrupts the follow-up": (
        (written("project", "early_termination", cancelActivity=None),),
        "CHARTER_FOLLOW_UP", "Fin anticipée demandée"),
    "the ladder goes on once the report came": (
        (written("late_report", "ladder_stopped", cancelActivity="false"),),
        "CHARTER_ESCALATION", ""),
    "the ladder does not hear that the report came": (
        (without_event("late_report", "ladder_stopped"),),
        "CHARTER_ESCALATION", ""),
    "a text is drawn up again while it is signed": (
        (marked("convention_signature", "remind_signatories", operation="agreements.redraft",
                step="agreement_redraft"),),
        "CHARTER_SIGNATURES", "Tous ont signé"),
    "an end that says nothing": (
        (marked("project", "closed", step=None),),
        "CHARTER_OUTCOME", "Projet clos"),
    "a firm is labelled beside its project": (
        (inserted("invalid_address", "call_person__address_corrected",
                  '<bpmn:serviceTask id="label" name="Labelliser" alize:operation="agreements.label_firm" '
                  'alize:step="labelling"/>'),),
        "CHARTER_OUTCOME", "Labelliser"),
    "the committee decides beside the project": (
        (inserted("signatory_loss", "loss_found__settle_signatory",
                  '<bpmn:callActivity id="decision" name="Décider" calledElement="decision"/>'),),
        "CHARTER_OUTCOME", "Consigner la décision"),
    "the steering committee is waited for": (
        (inserted("decision", "notify_decision__decision_gateway",
                  STEP.format(id="steer", name="Avis du pilotage", role="steering")),),
        "CHARTER_STEERING", "Notifier la décision"),
    "an intervention is added although it was refused": (
        (redirected("intervention_request", "alone_gateway__to_committee", "to_amendment"),),
        "CHARTER_NEW_MEANS", "Convention modifiée"),
    "an intervention is added without its amendment": (
        (without("intervention_request", "amendment"),),
        "CHARTER_NEW_MEANS", ""),
    "the minutes go out unsigned": (
        (redirected("committee_session", "minutes_gateway__to_minutes", "send_extracts"),),
        "CHARTER_MINUTES", "Remettre les extraits"),
}  # fmt: skip
STARTS = {"intake_received", "amendment_started", "request_received", "report_is_due", "session_planned",
          "mail_refused", "loss_found"}  # fmt: skip
BENIGN: dict[str, tuple[Edit, ...]] = {
    "an opinion of the bank before the diagnostic": (
        inserted("appraisal", "prescription_gateway__to_diagnostic",
                 STEP.format(id="bank", name="Avis de la banque", role="operator")),),
    "a visit before the closure": (
        inserted("project", "execution__closure",
                 STEP.format(id="visit", name="Visite de site", role="mandatary")),),
    "a step before the committee": (
        inserted("engagement", "to_committee__decision",
                 STEP.format(id="opinion", name="Avis du territoire", role="operator")),),
    "a follow-up of twenty-four months": (said("project", "minimum_duration", "timeDuration", "P24M"),),
    "years and months": (said("project", "minimum_duration", "timeDuration", "P1Y6M"),),
    "other names": (
        written("decision", "sign_off_decision", name="Parapher la décision"),
        written("appraisal", "preliminary_diagnostic", name="Étudier le projet")),
    "longer delays": (
        marked("closure", "sign_closure", due="P30D"), marked("appraisal", "qualify", due="P15D")),
    "no check of completeness": (
        redirected("appraisal", "qualification_gateway__accept_prescription", "accept_prescription"),),
    "the months on a branch of their own": (
        drawn("project", "execution", '<bpmn:endEvent id="waited" name="Dix-huit mois passés"/>'),
        redirected("project", "minimum_duration__execution_join", "waited")),
}  # fmt: skip


def judged(edits: tuple[Edit, ...]) -> checks.Report:
    return checks.check_version(edited(*edits), installing.known(), seconds=PATIENCE)


def test_the_reference_is_proved_to_end_properly_and_to_keep_the_charter():
    report = judged(())

    assert [problem.message() for problem in report.problems] == []
    assert report.verdict == checks.Verdict.ACCEPTED
    assert (report.sound, report.conformant) == (True, True)
    assert set(report.levels.values()) == {checks.Answer.OK}
    assert report.states > 1_000


@pytest.mark.parametrize("name", HARMFUL)
def test_what_breaks_the_charter_is_refused_with_the_story_that_shows_it(name):
    edits, code, last = HARMFUL[name]

    report = judged(edits)

    found = [problem for problem in report.problems if problem.code == code]
    assert found, [each.code for each in report.problems]
    assert report.verdict == checks.Verdict.REFUSED
    assert report.conformant is False
    assert report.levels[Level.CHARTER] == checks.Answer.REFUSED
    assert any(last in problem.story[-1].sentence() for problem in found)
    for problem in found:
        assert problem.article
        assert problem.rule
        assert problem.remedy
        assert problem.file in library.reference()
        assert problem.trace[0] in STARTS


def test_a_ladder_reads_nothing_of_its_project():
    report = judged((said("late_report", "call_pause__to_call", "conditionExpression", "closure_signed"),))

    assert report.verdict == checks.Verdict.REFUSED
    [found] = [each for each in report.problems if each.code == "UNKNOWN_NAME"]
    assert found.elements == ("call_pause__to_call",)
    assert "le processus «\u202fCompte rendu en retard\u202f»" in found.message()
    assert "late_report" not in found.message()


def test_every_article_refuses_something():
    assert {code for _edits, code, _last in HARMFUL.values()} == {
        article.code for article in articles.charter().articles
    }


@pytest.mark.parametrize("name", BENIGN)
def test_what_keeps_the_charter_is_accepted(name):
    report = judged(BENIGN[name])

    assert [problem.message() for problem in report.problems] == []
    assert report.verdict == checks.Verdict.ACCEPTED
