"""Terres de Lorraine: the basin one sees first, with something in every group of the inbox."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from engine import clock
from engine.committee import interests
from engine.demo import committees, firms
from engine.demo.almanac import working
from engine.demo.life import TO_THE_COMMITTEE, Life, side_by_side
from engine.demo.stage import Stage, Story
from engine.projects import closing, corrections, reports
from engine.runtime import tasks

CODE = "TDL"
ANSWERS = (
    ("chair", "for", ""),
    ("deputy", "for", "Je connais le fromager : un homme sérieux."),
    ("prescriber", "for", ""),
    ("mandatary2", "for", "D’accord pour suivre le projet, sur 24 mois plutôt que 18."),
    ("councillor", "for", ""),
    ("adviser", "abstain", "Le plan de financement me paraît court."),
)


def stories(stage: Stage) -> list[Story]:
    """Every project of the basin."""
    told = (
        scierie, bio_pains, bel_air, garage_reprise, lutherie, sapiniere, trois_lunes, fromagerie, tuilerie,
        vannerie, grand_pre, serrurerie, verger,
    )  # fmt: skip
    return [tell(stage) for tell in told]


def grand_pre(stage: Stage) -> Story:
    """The diagnostic is due tomorrow."""
    life = Life.of(stage, CODE, firms.GRAND_PRE)
    yield from life.opened(life.ago(28))
    yield life.exactly(life.ago(20))  # The diagnostic is due twenty-one days later.
    life.dossier.accept_prescription()
    yield life.at(life.ago(6))
    with life.dossier.acting("prescriber") as work:
        begun = {"summary": life.firm.summary, "bearer_rating": "strong", "jobs_to_create": "4"}
        tasks.save_draft(work, task_id=life.dossier.task("preliminary_diagnostic").id, answers=begun)


def trois_lunes(stage: Stage) -> Story:
    """Ready for the next session; a member has declared an interest, and steps back."""
    life = Life.of(stage, CODE, firms.TROIS_LUNES, prescriber="adviser")
    yield from life.appraised(life.ago(48), missing="Le plan de charge des deux donneurs d’ordre.")
    yield life.at(life.ago(3))
    with life.dossier.acting("deputy") as work:
        interests.declare(
            work, project_id=life.dossier.case_id, situation="client_supplier",
            details="La Cristallerie du Toulois achète à la fonderie.", is_recused=True,
        )  # fmt: skip


def verger(stage: Stage) -> Story:
    """Ready the day after the agenda was sent: the officer may still add it to Thursday’s session."""
    life = Life.of(stage, CODE, firms.VERGER, officer="officer2")
    yield from life.opened(life.ago(40))
    yield life.at(life.ago(36))
    life.dossier.accept_prescription()
    yield life.at(life.ago(10))
    life.dossier.diagnose(life.diagnosis(visited_on=working(life.ago(20)).isoformat()))
    yield life.exactly(life.ago(3))
    life.dossier.check()


def sapiniere(stage: Stage) -> Story:
    """Approved under conditions; a member has said since that the firm is a customer of theirs."""
    life = Life.of(stage, CODE, firms.SAPINIERE, mandatary="adviser")
    session = life.basin.session_before(life.ago(12))
    yield from life.appraised(session - TO_THE_COMMITTEE)
    due_on = life.ago(-21).isoformat()
    conditions = [
        {"text": "Accord écrit de la banque sur le prêt de 40 000 €.", "due_on": due_on},
        {"text": "Devis signé du centre d’usinage.", "due_on": due_on},
    ]
    yield from life.decided(session, "approved_with_conditions", conditions=conditions)
    yield life.exactly(life.ago(6), 16)
    with life.dossier.acting("mandatary2") as work:
        interests.declare(
            work, project_id=life.dossier.case_id, situation="client_supplier",
            details="La menuiserie nous livre des caisses : je l’apprends de notre service d’achats.",
            is_recused=True,
        )  # fmt: skip


def bio_pains(stage: Stage) -> Story:
    """Labelled in spring; half of the days are given, the other half has not begun."""
    life = Life.of(stage, CODE, firms.BIO_PAINS, mandatary="mandatary2")
    effective_on = working(life.ago(150))
    yield from life.labelled(effective_on)
    yield from side_by_side(half_done(life), life.followed(effective_on, numbers=(1,)))


def half_done(life: Life) -> Story:
    """Six days out of twelve."""
    effective_on = working(life.ago(150))
    yield life.at(effective_on, 45)
    life.dossier.plan(
        *[life.dossier.intervention(domain, days, life.firm.need) for domain, days in life.firm.needs]
    )
    yield life.at(effective_on, 70)
    life.intervene("6", position=0)


def bel_air(stage: Stage) -> Story:
    """The second report is twenty-three days late: this morning, the officer is asked to call."""
    life = Life.of(stage, CODE, firms.BEL_AIR)
    effective_on = clock.add_months(life.ago(23), -6)
    yield from life.labelled(effective_on)
    yield from side_by_side(life.accompanied(effective_on), life.followed(effective_on, numbers=(1,)))


def garage_reprise(stage: Stage) -> Story:
    """Rejected a year ago, submitted again, approved; the agreement is being signed."""
    before = Life.of(stage, CODE, firms.REPRISE)
    refused = before.basin.session_before(before.ago(months=11))
    yield from before.appraised(refused - TO_THE_COMMITTEE)
    yield from before.decided(
        refused, "rejected", reason="capability",
        explanation="Le repreneur n’a pas encore de gestionnaire à ses côtés : revenez avec un associé.",
    )  # fmt: skip
    life = Life.of(stage, CODE, firms.REPRISE, mandatary="councillor", expert="expert2")
    session = life.basin.session_before(life.ago(20))
    yield from life.appraised(session - TO_THE_COMMITTEE)
    yield from life.decided(session)
    yield from life.mandated(session)
    for days, capacity in ((7, "operator"), (5, "beneficiary")):
        yield life.at(life.ago(days))
        life.dossier.sign(capacity)


def lutherie(stage: Stage) -> Story:
    """All have signed but the head of the firm, who has no account: a mail’s link and a code will do."""
    life = Life.of(stage, CODE, firms.LUTHERIE, mandatary="mandatary2", expert="expert2")
    session = life.basin.session_before(life.ago(20))
    yield from life.appraised(session - TO_THE_COMMITTEE)
    yield from life.decided(session)
    yield from life.mandated(session, drafted_on=working(life.ago(6)))
    for days in (5, 4, 3):
        yield life.at(life.ago(days))
        others = [task.capacity for task in life.dossier.open_tasks() if task.capacity != "beneficiary"]
        for capacity in others[: None if days == 3 else 1]:
            life.dossier.sign(capacity or "")


def fromagerie(stage: Stage) -> Story:
    """Consulted in writing; the chair sent the decision back; recorded again, it waits for the signature."""
    life = Life.of(stage, CODE, firms.FROMAGERIE, mandatary="mandatary2", officer="officer2")
    asked_until = working(life.ago(6))
    yield from life.appraised(asked_until - timedelta(days=55))
    yield from committees.consulted(
        stage, life.basin, asked_until, about=life.dossier.case_id, answers=ANSWERS
    )
    yield life.exactly(working(asked_until, 1), 10)
    said = Counter(choice for _name, choice, _comment in ANSWERS)
    answered = {
        "mode": "vote", "votes_for": said["for"], "votes_against": said["against"],
        "abstentions": said["abstain"],
    }  # fmt: skip
    life.dossier.record_decision("approved", **life.decision("approved"), **answered)
    yield life.exactly(working(asked_until, 1), 17)
    life.dossier.sign_off(decision="send_back", reason="Le comité avait retenu un suivi de 24 mois.")
    yield life.exactly(working(asked_until, 2))
    life.dossier.record_decision("approved", **life.decision("approved"), **answered, follow_up_months=24)


def tuilerie(stage: Stage) -> Story:
    """Adjourned: the file waits for the firm's energy study, and everybody knows."""
    life = Life.of(stage, CODE, firms.TUILERIE, officer="officer2")
    session = life.basin.session_before(life.ago(12))
    yield from life.appraised(session - TO_THE_COMMITTEE)
    yield from life.decided(
        session, "adjourned", explanation="Le comité attend l’étude du four électrique avant de décider."
    )
    yield life.at(life.ago(10))
    with life.dossier.acting("prescriber") as work:
        tasks.await_third_party(
            work, task_id=life.dossier.task("complete_file").id, cause="firm", until=life.ago(-14),
            reason="L’énergéticien rend son étude dans la quinzaine.",
        )  # fmt: skip


def vannerie(stage: Stage) -> Story:
    """Withdrawn by the firm while the diagnostic was being written."""
    life = Life.of(stage, CODE, firms.VANNERIE, officer="officer2")
    yield from life.opened(life.ago(110))
    yield life.at(life.ago(104))
    life.dossier.accept_prescription()
    yield life.at(life.ago(95))
    with life.dossier.acting("officer2") as work:
        closing.withdraw(
            work, project_id=life.dossier.case_id, requested_by="firm",
            reason="L’artisan préfère rester seul pour l’instant.", occurred_on=life.ago(97),
        )  # fmt: skip


def serrurerie(stage: Stage) -> Story:
    """Opened on the last working day: to be qualified."""
    life = Life.of(stage, CODE, firms.SERRURERIE)
    yield life.at(working(life.ago(), -1))
    life.open()


def scierie(stage: Stage) -> Story:
    """Followed to its term, closed: the figure that everything aims at."""
    life = Life.of(stage, CODE, firms.SCIERIE, mandatary="mandatary2")
    effective_on = working(life.ago(34, months=18))
    yield from life.labelled(effective_on)
    says: dict[int, dict[str, Any]] = {2: {"jobs_created": 12}, 4: {"nothing_new": True}}
    yield from side_by_side(
        life.accompanied(effective_on), life.followed(effective_on, numbers=(1, 2, 3, 4, 5), says=says),
        corrected(life, effective_on), said_on_the_phone(life, effective_on),
    )  # fmt: skip
    yield life.at(life.ago(26))
    life.dossier.final_review(
        jobs_created=4, jobs_sustained=15, may_join_committee=True, relations_continue=True,
        lessons="Le séchoir tourne à plein ; les charpentiers du département achètent ici.",
    )  # fmt: skip
    yield life.at(life.ago(20))
    life.dossier.sign_closure()


def corrected(life: Life, effective_on: date) -> Story:
    """A wrong figure of the second report is put right, with its reason."""
    yield life.at(clock.add_months(effective_on, 7))
    with life.dossier.acting("officer") as work:
        wrong = reports.latest(work, life.dossier.case_id)
        if wrong is None:
            raise LookupError("no report to correct")
        corrections.correct(
            work, project_id=life.dossier.case_id, record_id=wrong.id, changes={"jobs_created": 2},
            reason="Douze était le nombre de clients, pas d’emplois.",
        )  # fmt: skip


def said_on_the_phone(life: Life, effective_on: date) -> Story:
    """The last report is given by phone, and typed five days later by the officer."""
    due_on = clock.add_months(effective_on, 18)
    yield life.at(due_on, 4)
    life.dossier.report(
        by="officer", on_behalf_of="mandatary2", occurred_on=working(due_on, -1), jobs_created=4,
        jobs_sustained=15, progress="Donné par téléphone : le séchoir tourne à plein, quatre embauches.",
    )  # fmt: skip
