"""Record what the committee decided, as the officer types it: nothing is committed yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import errors
from engine.committee import decisions, items, limits, pending, sessions, voted
from engine.committee.models import CommitteeSession, Decision, DecisionCondition, DecisionMeans
from engine.i18n import mark as _
from engine.people import committee_seats, organisations
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.projects import possible_days, statuses
from engine.projects.grid import MINIMUM_MONTHS
from engine.projects.recording import coded, plain_rows, project_of, quarter_days, record
from engine.projects.statuses import Status
from engine.runtime import cases
from forms.appraisal import SKILLS_ONLY, is_financed_by_pfil

if TYPE_CHECKING:
    from engine.people.committee_seats import Sitter
    from engine.runtime.acts import Act, Routing

USUAL_CADENCE = 3
KEPT = ("votes_for", "votes_against", "abstentions", "question", "expert_id", "explanation", "remarks")


class CompanyOfTheProject(errors.NotAllowed):
    """L’entreprise du projet ne peut ni en décider, ni le suivre, ni lui prêter ses compétences (D16)."""


def record_decision(act: Act) -> Mapping[str, Routing]:
    """Record what the committee decided; it commits nothing until the chair has signed it off (R19).

    Raises `errors.InvalidAnswers` (session, mandatary, partner companies, limits of the basin, votes, what
    a new intervention does not bring), `CompanyOfTheProject`.
    """
    answers = act.answers
    require_applied(act)
    session = session_of(act, answers["session_id"])
    if coded(answers["outcome"]) in decisions.APPROVING and act.process != pending.REQUEST:
        require_skills_only(act)
        limits.require_within(act, session.held_on)
    voted.require_carried(act, session)
    decision = decided(act, session)
    act.work.database.add(decision)
    act.work.database.flush()
    items.link(act, decision)
    add_means(act, decision, answers.get("human_means") or ())
    conditions = add_conditions(act, decision, answers.get("conditions") or ())
    if act.instance_id == act.case.id:
        statuses.move(act.work, project_of(act), Status.DECISION_TO_SIGN)
    record(
        act, "committee.decision.recorded", decision.id, on=decision.occurred_on, outcome=decision.outcome,
        session=decision.session_id,
        mandatary=decision.mandatary_id, advance_cents=decision.advance_cents,
        content={"explanation": decision.explanation, "remarks": decision.remarks},
    )  # fmt: skip
    return routing_of(decision, conditions)


def require_applied(act: Act) -> None:
    """Refuse to grant, with a new intervention, what nothing would apply: it is one company’s days.

    Other means change the agreement: an amendment brings any, for as long as before at least (R30).
    Raises `errors.InvalidAnswers`.
    """
    answers = act.answers
    outcome = coded(answers["outcome"])
    if act.instance_id == act.case.id or outcome not in decisions.APPROVING:
        return
    messages = of_an_amendment(act) if act.process == pending.AMENDMENT else of_a_request(act)
    if outcome != "approved":
        messages["outcome"] = [_("Sans condition à lever : la convention est déjà en vigueur.")]
    if mandatary_of(act).person_id != project_of(act).mandatary_id:
        messages["mandatary_id"] = [_("Le mandataire du projet se remplace par un acte à part.")]
    if messages:
        raise errors.InvalidAnswers(messages)


def of_a_request(act: Act) -> dict[str, list[str]]:
    """What a decision on a request for a new intervention may not bring."""
    answers = act.answers
    elsewhere = [_("Une nouvelle intervention n’apporte que des jours : ce moyen appelle un avenant.")]
    messages = {name: elsewhere for name in ("advance_amount", "other_means") if answers.get(name)}
    if len(answers.get("human_means") or ()) != 1:
        messages["human_means"] = [_("Indiquez une entreprise et ses jours : une demande, une intervention.")]
    return messages


def of_an_amendment(act: Act) -> dict[str, list[str]]:
    """What a decision on an amendment may not bring: a follow-up that ends sooner, an advance paid twice."""
    project, answers = project_of(act), act.answers
    messages: dict[str, list[str]] = {}
    if (answers.get("follow_up_months") or 0) < (project.follow_up_months or MINIMUM_MONTHS):
        messages["follow_up_months"] = [_("Un avenant ne raccourcit pas le suivi qui a été signé.")]
    if project.advance_paid_on is not None and (answers.get("advance_amount") or 0) != project.advance_cents:
        messages["advance_amount"] = [_("L’avance est déjà versée : son montant ne change plus.")]
    return messages


def require_skills_only(act: Act) -> None:
    """Refuse any other means than skills to a firm that a PFIL finances already (R20).

    Raises `errors.InvalidAnswers`.
    """
    if is_financed_by_pfil(project_of(act).schemes):
        given = [name for name in ("advance_amount", "other_means") if act.answers.get(name)]
        if given:
            raise errors.InvalidAnswers({name: [SKILLS_ONLY] for name in given})


def session_of(act: Act, session_id: UUID) -> CommitteeSession:
    """The session in which it was decided: of this basin, not to come, and held since the project opened.

    One held before the file came to the committee takes a reason, as any act before its task (D1). A
    consultation is waited for until each member has answered, or its last day is over.
    Raises `errors.InvalidAnswers`.
    """
    session = sessions.lock(act.work, session_id)
    is_other = session.basin_id != act.case.basin_id or session.state == sessions.CANCELLED
    if is_other or session.held_on > act.today:
        raise errors.InvalidAnswers({"session_id": [_("Choisissez une séance tenue dans ce bassin.")]})
    if session.minutes_signed_on is not None:
        raise errors.InvalidAnswers({"session_id": [_("Le procès-verbal de cette séance est signé.")]})
    if sessions.is_answered_still(act.work, session):
        raise errors.InvalidAnswers({"session_id": [errors.first_paragraph(sessions.StillConsulted)]})
    possible_days.require_since(act.work, "session_id", session.held_on, project_of(act).opened_on)
    if act.task is not None and session.held_on < act.task.opened_on and not is_explained(act, session):
        raise errors.InvalidAnswers(
            {
                "late_reason": [
                    _("La séance choisie précède la tâche : dites pourquoi, ou choisissez-en une autre.")
                ]
            }
        )
    return session


def is_explained(act: Act, session: CommitteeSession) -> bool:
    """Whether it is known why an early session decided: it was said, or the chair sent its decision back."""
    before = decisions.latest(act.work, act.case.id, act.instance_id)
    if before is not None and before.sent_back_at is not None and before.session_id == session.id:
        return True
    locked = cases.lock(act.work, act.case.id)
    known = None if act.task is None else locked.completing.get(act.task.id)
    return known is not None and known.late_reason is not None


def decided(act: Act, session: CommitteeSession) -> Decision:
    """The decision's row: its outcome, what it gives, in which session, in place of which one sent back."""
    answers = act.answers
    before = decisions.latest(act.work, act.case.id, act.instance_id)
    return Decision(
        id=new_id(),
        basin_id=act.case.basin_id,
        project_id=act.case.id,
        turn=decisions.next_turn(act.work, act.case.id),
        instance_id=act.instance_id,
        session_id=session.id,
        outcome=coded(answers["outcome"]),
        mode=coded(answers.get("mode")) or "consensus",
        **{name: answers.get(name) for name in KEPT},
        **terms_of(act),
        reason=coded(answers.get("reason")),
        expert_due_on=answers.get("complementary_due_on"),
        other_means=plain_rows(answers.get("other_means")),
        occurred_on=session.held_on,
        recorded_at=act.work.now,
        recorded_by=act.work.actor.person_id,
        on_behalf_of=act.work.on_behalf_of,
        supersedes_id=before.id if before is not None and before.sent_back_at is not None else None,
    )


def terms_of(act: Act) -> dict[str, Any]:
    """What an approval gives: a mandatary, a follow-up of eighteen months at least, perhaps an advance."""
    answers = act.answers
    if coded(answers["outcome"]) not in decisions.APPROVING:
        return {"advance_cents": 0}
    named = mandatary_of(act)
    if act.process == pending.REQUEST:
        return {"advance_cents": 0, "mandatary_id": named.person_id}
    return {
        "mandatary_id": named.person_id,
        "mandatary_organisation_id": mandatary_organisation(act, named),
        "follow_up_months": max(MINIMUM_MONTHS, answers.get("follow_up_months") or 0),
        "cadence_months": answers.get("cadence_months") or USUAL_CADENCE,
        "advance_cents": answers.get("advance_amount") or 0,
        "advance_months": answers.get("advance_months"),
        "advance_deferral_months": answers.get("deferral_months"),
    }


def mandatary_of(act: Act) -> Sitter:
    """The mandatary that the committee chose: an approval names one."""
    return committee_seats.sitter(act.work, act.answers["mandatary_id"])


def mandatary_organisation(act: Act, named: Sitter) -> UUID:
    """The organisation for which the mandatary sits. Raises `errors.InvalidAnswers` (R28, D16)."""
    for seat in committee_seats.speaking_seats(
        act.work, named.person_id, act.case.basin_id, act.today, act.case.id
    ):
        if named.organisation_id in {None, seat.organisation_id}:
            return seat.organisation_id
    raise errors.InvalidAnswers(
        {
            "mandatary_id": [
                _("Le mandataire tient un siège délibératif, et n’est pas de l’entreprise du projet.")
            ]
        }
    )


def add_means(act: Act, decision: Decision, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep the days each partner company commits: an active one, and not the firm itself (D16)."""
    active = {
        each.id
        for each in organisations.of_basin(act.work, act.case.basin_id, act.today, Role.PARTNER_COMPANY)
    }
    for position, row in enumerate(rows):
        company_id = row["company_id"]
        if company_id not in active:
            raise errors.InvalidAnswers(
                {
                    f"human_means-{position}-company_id": [
                        _("Cette entreprise n’est pas partenaire aujourd’hui.")
                    ]
                }
            )
        if committee_seats.in_conflict(act.work, act.case.id, company_id, act.today):
            raise CompanyOfTheProject
        act.work.database.add(
            DecisionMeans(
                id=new_id(),
                basin_id=act.case.basin_id,
                decision_id=decision.id,
                position=position,
                company_id=company_id,
                domain=str(coded(row["domain"])),
                quarter_days=quarter_days(row["days"]) or 0,
                day_rate_cents=row.get("day_rate") or 0,
            )
        )


def add_conditions(
    act: Act, decision: Decision, rows: Sequence[Mapping[str, Any]]
) -> list[DecisionCondition]:
    """Keep the conditions, each with its own deadline."""
    made = [
        DecisionCondition(
            id=new_id(),
            basin_id=act.case.basin_id,
            decision_id=decision.id,
            position=position,
            text=row["text"],
            due_on=row["due_on"],
        )
        for position, row in enumerate(rows)
    ]
    act.work.database.add_all(made)
    return made


def routing_of(decision: Decision, conditions: Sequence[DecisionCondition]) -> Mapping[str, Routing]:
    """What the process must know of a decision. Conditions lapse the day after the last of their dates."""
    routing: dict[str, Routing] = {"decision_outcome": decision.outcome, "decision_signed": False}
    if decision.expert_due_on is not None:
        routing["complementary_due_on"] = decision.expert_due_on.isoformat()
    last = max((each.due_on for each in conditions), default=None)
    routing["conditions_due_on"] = last.isoformat() if last else ""
    routing["conditions_lapse_on"] = (last + timedelta(days=1)).isoformat() if last else ""
    if decision.outcome in decisions.APPROVING:
        routing["follow_up_months"] = decision.follow_up_months or MINIMUM_MONTHS
        routing["cadence_months"] = decision.cadence_months or USUAL_CADENCE
    return routing
