"""What came back since the committee asked for more: recalled when it decides again."""

from __future__ import annotations

from engine.committee import decisions
from engine.i18n import mark as _
from engine.operations.asked import Asked, Fact
from engine.operations.recalled import facts, until_signature
from engine.projects import appraisal


def of_completion(asked: Asked) -> list[Fact]:
    """What the committee wanted to know when it adjourned its decision."""
    decision = decisions.latest(asked.work, asked.project.id, asked.task.instance_id if asked.task else None)
    explanation = decision.explanation if decision is not None else None
    return [*facts.told((_("Ce que demande le comité"), explanation)), *facts.of_project(asked)]


def of_decision_to_take(asked: Asked) -> list[Fact]:
    """What a decision depends on, then what the prescriber and the experts brought since the last one."""
    brought = [
        (_("Complément du prescripteur"), each.completion)
        for each in appraisal.completions(asked.work, asked.project.id)
    ]
    found = [
        fact
        for each in appraisal.opinions(asked.work, asked.project.id)
        if each.recommendation
        for fact in ((_("Question posée"), each.question), (_("Constats de l’expert"), each.findings))
    ]
    return list(
        dict.fromkeys(
            [*until_signature.of_decision_to_take(asked), *facts.told(*brought), *facts.told(*found)]
        )
    )
