"""Alès-Cévennes: reports every six months, two years of follow-up, experts who take their time."""

from __future__ import annotations

from engine import clock
from engine.demo import firms
from engine.demo.almanac import working
from engine.demo.life import TO_THE_COMMITTEE, Life, side_by_side
from engine.demo.stage import Stage, Story
from engine.projects import everyday

CODE = "ALC"
EVERY = 6


def stories(stage: Stage) -> list[Story]:
    """Every project of the basin."""
    return [emballages(stage), confiserie(stage), poudres(stage), studio(stage)]


def poudres(stage: Stage) -> Story:
    """The committee ordered an expert's opinion; it is twelve days late, and was asked for again."""
    life = Life.of(stage, CODE, firms.POUDRES)
    session = life.basin.session_before(life.ago(20))
    yield from life.appraised(session - TO_THE_COMMITTEE)
    yield from life.decided(
        session, "complementary_diagnostic", expert_id=str(life.basin.people["expert"]),
        question="L’atelier peut-il microniser sans risque d’explosion dans ces locaux ?",
        complementary_due_on=life.ago(12).isoformat(),
    )  # fmt: skip


def emballages(stage: Stage) -> Story:
    """The mandatary asks for three days more: few enough for the chair, who is to say."""
    life = Life.of(stage, CODE, firms.EMBALLAGES)
    effective_on = working(clock.add_months(life.ago(2), -EVERY))
    yield from life.labelled(effective_on)
    asked = {
        "weather": "green", "progress": firms.EMBALLAGES.progress[1], "new_intervention": True,
        "intervention_domain": "standards", "intervention_days": "3",
        "intervention_purpose": "Préparer le dossier d’aptitude au contact alimentaire.",
    }  # fmt: skip
    yield from side_by_side(life.accompanied(effective_on), asking(life, asked))


def asking(life: Life, asked: dict[str, object]) -> Story:
    """The first report, a few days before its day; the officer sends the request on to the chair."""
    yield life.at(life.ago(5))
    life.report(1, **asked)
    yield life.at(life.ago(3))
    expert = life.basin.people["expert"]
    life.dossier.complete(
        "review_request",
        {
            "forward": True, "domain": "standards", "days": "3", "expert_id": str(expert),
            "company_id": str(life.basin.experts[expert]),
            "note": "Trois jours suffisent : l’essentiel est écrit, reste la mise en forme du dossier.",
        },
    )  # fmt: skip


def studio(stage: Stage) -> Story:
    """Too small and too early for the programme: sent on to a lender of honour."""
    life = Life.of(stage, CODE, firms.STUDIO)
    yield life.at(life.ago(64))
    life.open()
    yield life.at(life.ago(60))
    life.qualify(
        outcome="reorient", reoriented_to="Plateforme d’initiative locale (prêt d’honneur)",
        reason="Le besoin est un premier financement de 6 000 €, sans besoin de compétences.",
    )  # fmt: skip


def confiserie(stage: Stage) -> Story:
    """Suspended for two months while the workshop dries out after a flood."""
    life = Life.of(stage, CODE, firms.CONFISERIE, mandatary="mandatary2", expert="expert2")
    effective_on = working(life.ago(10, months=8))
    yield from life.labelled(effective_on)
    yield from side_by_side(
        life.accompanied(working(life.ago(60)), reviewed=False),
        life.followed(effective_on, every=EVERY, numbers=(1,)),
        flooded(life),
    )


def flooded(life: Life) -> Story:
    """The chair suspends the project at the firm's request."""
    yield life.at(life.ago(18))
    with life.dossier.acting("chair") as work:
        everyday.suspend(
            work, project_id=life.dossier.case_id, requested_by="firm", until=life.ago(-42),
            reason="L’atelier a été inondé par un épisode cévenol.",
        )  # fmt: skip
