"""Contexts of the forms up to the committee's decision: intake, appraisal, decision, conditions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from engine.committee import decisions, limits, sessions, voted
from engine.i18n import mark as _
from engine.operations import proposals, returned
from engine.operations.asked import Asked, Parts
from engine.operations.recalled import facts, until_signature
from engine.people import basins
from engine.projects import appraisal
from engine.projects.recording import days
from forms.appraisal import is_financed_by_pfil

if TYPE_CHECKING:
    from engine.committee.models import CommitteeSession


def plain(asked: Asked) -> Parts:
    """A form that knows what any form of a dossier does."""
    return Parts(facts=partial(facts.of_project, asked))


def intake(asked: Asked) -> Parts:
    """F0."""
    return Parts(
        choices={
            "brought_by_id": partial(proposals.every_organisation, asked),
            "known_member_id": partial(proposals.members, asked),
        },
        limits=of_telephones(asked),
    )


def of_telephones(asked: Asked) -> dict[str, object]:
    """Where a number without its prefix is dialled: Réunion is not the mainland."""
    return {"phone_region": basins.phone_region(asked.work, asked.basin_id)}


def with_telephone(asked: Asked) -> Parts:
    """A person or an organisation of a basin."""
    return Parts(limits=of_telephones(asked))


def adoption(asked: Asked) -> Parts:
    """A project that began elsewhere: the basin’s people, companies and limits of today (D15)."""
    return Parts(
        choices={
            "prescriber_id": partial(proposals.members_by_seat, asked),
            "mandatary_id": partial(proposals.members_by_seat, asked),
            "means-company_id": partial(proposals.partner_companies, asked),
            "means-expert_id": partial(proposals.experts, asked),
        },
        limits={**of_telephones(asked), **of_perimeter(asked), **of_advance(asked)},
    )


def qualification(asked: Asked) -> Parts:
    """F1: what the firm asked, and who may prescribe."""

    def start() -> Mapping[str, object]:
        project = asked.project
        kept = {name: getattr(project, name) for name in (*appraisal.QUALIFIED, "schemes", "city")}
        return {name: value for name, value in kept.items() if value not in (None, [])}

    return Parts(
        choices={"prescriber_id": partial(proposals.members_by_seat, asked)},
        prefill=start,
        facts=partial(until_signature.of_intake, asked),
        limits=of_perimeter(asked),
    )


def of_perimeter(asked: Asked) -> dict[str, object]:
    """The communes of the basin's perimeter, once it is drawn: elsewhere is accepted with a reason (R2)."""
    communes = asked.parameters()["perimeter.communes"]
    return {"perimeter": communes} if communes else {}


def prescription_answer(asked: Asked) -> Parts:
    """The prescriber takes the file or suggests another member."""
    return Parts(
        choices={"suggested_prescriber_id": partial(proposals.members, asked)},
        facts=partial(until_signature.of_intake, asked),
    )


def preliminary_diagnostic(asked: Asked) -> Parts:
    """F2: limits of the advance; sent back, it starts from what was submitted."""
    declared = asked.project.schemes

    def start() -> Mapping[str, object]:
        known = {"schemes": declared} if declared else {}
        found = appraisal.diagnostics(asked.work, asked.project.id)
        if not found:
            return known
        needs = [
            {"domain": each.domain, "description": each.description, "days": days(each.quarter_days)}
            for each in appraisal.needs_of(asked.work, found[0].id)
        ]
        return {**appraisal.summary_of(found[0]), "needs": needs, **known}

    return Parts(
        prefill=start,
        facts=partial(until_signature.of_intake, asked),
        limits={**of_advance(asked), "schemes_declared": bool(declared)},
    )


def of_advance(asked: Asked) -> dict[str, object]:
    """The basin's limits of today on an advance."""
    return dict(limits.on(asked.work, asked.basin_id, asked.today))


def of_sessions(asked: Asked, possible: Sequence[CommitteeSession]) -> dict[str, object]:
    """The limits on what a decision gives: of the sessions that may have taken it, whichever did (D14)."""
    days = {each.held_on for each in possible}
    return dict(limits.widest(asked.work, asked.basin_id, days or {asked.today}))


BY_THE_COMMITTEE = _("Dans ce bassin, le comité se prononce en séance, sans consultation écrite.")


def with_expert(asked: Asked) -> Parts:
    """The officer's check of a file: who may be asked for an opinion, unless the committee alone may ask."""
    is_written = asked.parameters()["committee.written_consultation"]
    return Parts(
        choices={"expert_id": partial(proposals.experts, asked)},
        facts=partial(until_signature.of_diagnostic, asked),
        excluded={} if is_written else {"outcome": {"complementary": BY_THE_COMMITTEE}},
    )


def session_plan(asked: Asked) -> Parts:
    """A session to come, in one of the forms that the basin allows; it lasts as long as they do there."""
    is_written = asked.parameters()["committee.written_consultation"]
    return Parts(
        prefill=lambda: {"duration_minutes": sessions.usual_minutes(asked.work, asked.basin_id)},
        excluded={} if is_written else {"kind": {"written": BY_THE_COMMITTEE}},
    )


def file_completion(asked: Asked) -> Parts:
    """What the committee wanted to know when it adjourned."""
    return Parts(facts=partial(returned.of_completion, asked))


def complementary_diagnostic(asked: Asked) -> Parts:
    """F3: the question put to the expert."""
    return Parts(facts=partial(until_signature.of_opinion, asked))


def committee_decision(asked: Asked) -> Parts:
    """F5: sessions, means within the basin's limits, a mandatary not in conflict."""
    possible = proposals.possible_sessions(asked)

    def start() -> Mapping[str, object]:
        before = decisions.latest(
            asked.work, asked.project.id, asked.task.instance_id if asked.task else None
        )
        if before is not None and before.sent_back_at is not None:
            named = proposals.choice_of(asked, before.mandatary_id, before.mandatary_organisation_id)
            again = {**until_signature.decision_to_redo(asked, before), "mandatary_id": named}
            noted = votes_noted(asked, before.session_id)
            return {**again, **noted, "outcome": before.outcome} if noted else again
        found: dict[str, object] = dict(proposals.session_since(asked, possible))
        found["mode"] = asked.parameters()["committee.decision_mode"]
        session_id = voted_in(asked, possible) or found.get("session_id")
        if session_id is not None:
            found |= {"session_id": str(session_id), **votes_noted(asked, UUID(str(session_id)))}
        if asked.task is not None and asked.task.instance_id != asked.case_id:
            project = asked.project
            found["mandatary_id"] = proposals.choice_of(
                asked, project.mandatary_id, project.mandatary_organisation_id
            )
        return found

    return Parts(
        choices={
            "session_id": partial(proposals.committee_sessions, asked, possible),
            "mandatary_id": partial(proposals.members_by_seat, asked),
            "expert_id": partial(proposals.experts, asked),
            "human_means-company_id": partial(proposals.partner_companies, asked),
        },
        prefill=start,
        facts=partial(returned.of_decision_to_take, asked),
        limits={
            **of_sessions(asked, possible),
            "beneficiary_id": asked.project.organisation_id,
            "may_lapse": may_lapse(asked),
            "skills_only": is_financed_by_pfil(asked.project.schemes),
        },
    )


def voted_in(asked: Asked, possible: Sequence[CommitteeSession]) -> UUID | None:
    """The session in which votes on this file were noted, whatever other session came since."""
    if asked.task is None:
        return None
    return voted.session_of(asked.work, [each.id for each in possible], asked.task.instance_id)


def votes_noted(asked: Asked, session_id: UUID | None) -> Mapping[str, object]:
    """What the votes noted on this file in a session come to; nothing where none were."""
    if asked.task is None or session_id is None:
        return {}
    return voted.counts(asked.work, session_id, asked.task.instance_id)


def may_lapse(asked: Asked) -> bool:
    """Whether an approval was given before, that the project came back from without an agreement (E4)."""
    is_own = asked.task is None or asked.task.instance_id == asked.case_id
    return is_own and asked.project.decision_id is not None and asked.project.effective_on is None


def of_decision(asked: Asked) -> Parts:
    """What the chair signs off, what the firm is told, what the mandatary is asked."""
    return Parts(facts=partial(until_signature.of_decision, asked))


def conditions_lift(asked: Asked) -> Parts:
    """One row per condition."""
    return Parts(
        choices={"conditions-condition_id": partial(proposals.conditions, asked)},
        facts=partial(until_signature.of_decision, asked),
    )
