"""Valenciennois: many large companies, short advances, and firms that do not all succeed."""

from __future__ import annotations

from engine import clock
from engine.demo import firms
from engine.demo.almanac import working
from engine.demo.life import TO_THE_COMMITTEE, Life, side_by_side
from engine.demo.stage import Stage, Story
from engine.projects import alerts, closing, everyday

CODE = "VAL"


def stories(stage: Stage) -> list[Story]:
    """Every project of the basin."""
    return [beffroi(stage), velos(stage), deule(stage), canal(stage)]


def canal(stage: Stage) -> Story:
    """Three signatures out of four: the mandatary's is missing, and was asked for again."""
    life = Life.of(stage, CODE, firms.CANAL, expert="expert2")
    session = life.basin.session_before(life.ago(50))
    yield from life.appraised(session - TO_THE_COMMITTEE)
    yield from life.decided(session)
    yield from life.mandated(session)
    for number, capacity in enumerate(("beneficiary", "partner_company", "chair")):
        yield life.at(session, 12 + 3 * number)
        life.dossier.sign(capacity)


def deule(stage: Stage) -> Story:
    """Red weather, and the mandatary's mail comes back: the officer is asked to telephone."""
    life = Life.of(stage, CODE, firms.DEULE, mandatary="mandatary2", expert="expert2")
    effective_on = working(clock.add_months(life.ago(-4), -6))
    yield from life.labelled(effective_on)
    red = {
        "weather": "red", "progress": firms.DEULE.progress[1],
        "difficulties": "Trésorerie tendue : le dirigeant demande à suspendre ses échéances.",
    }  # fmt: skip
    yield from side_by_side(
        life.accompanied(effective_on), life.followed(effective_on, numbers=(1,), says={1: red}), noted(life)
    )


def noted(life: Life) -> Story:
    """The mandatary signals that the main customer is leaving; the officer calls the head of the firm."""
    yield life.at(life.ago(50))
    with life.dossier.acting("mandatary2") as work:
        alerts.signal(
            work, project_id=life.dossier.case_id, difficulty="lost_customer", seriousness="serious",
            statement="Le donneur d’ordre réduit ses commandes de moitié ; le quai de nuit tourne à vide.",
            proposal="Chercher d’autres chargeurs avec un expert commercial.", occurred_on=life.ago(51),
        )  # fmt: skip
    yield life.at(life.ago(45))
    with life.dossier.acting("officer") as work:
        everyday.note_call(
            work, project_id=life.dossier.case_id, correspondent=f"{life.firm.head} (démo)",
            summary="Le client principal reviendra au printemps. Échéances de l’avance suspendues d’ici là.",
            called_on=life.ago(46),
        )  # fmt: skip


def beffroi(stage: Stage) -> Story:
    """Followed without trouble; the advance will be repaid before its term."""
    life = Life.of(stage, CODE, firms.BEFFROI)
    effective_on = working(life.ago(5, months=10))
    yield from life.labelled(effective_on)
    yield from side_by_side(
        life.accompanied(effective_on),
        life.followed(effective_on, numbers=(1, 2, 3), says={2: {"nothing_new": True}}),
        repaying_early(life),
    )


def repaying_early(life: Life) -> Story:
    """A note about the advance."""
    yield life.at(life.ago(25))
    with life.dossier.acting("officer") as work:
        everyday.write_note(
            work, project_id=life.dossier.case_id, audience=everyday.OPERATOR_ONLY,
            text="L’imprimerie veut solder son avance de 10 000 € en une fois, quatorze mois avant le terme.",
        )  # fmt: skip


def velos(stage: Stage) -> Story:
    """The firm failed: an early end with its cause, signed by the chair, is no follow-up carried through."""
    life = Life.of(stage, CODE, firms.VELOS)
    effective_on = working(life.ago(15, months=9))
    yield from life.labelled(effective_on)
    orange = {"weather": "orange"}
    yield from side_by_side(
        life.accompanied(effective_on), life.followed(effective_on, numbers=(1, 2), says={2: orange})
    )
    yield life.at(life.ago(58))
    with life.dossier.acting("officer") as work:
        closing.request_termination(
            work, project_id=life.dossier.case_id, requested_by="mandatary", cause="insolvency",
            reason="Liquidation judiciaire. L’avance restante est passée en perte.",
        )  # fmt: skip
    yield life.at(life.ago(53))
    life.dossier.complete("sign_termination", {"decision": "sign"})
