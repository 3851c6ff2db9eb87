"""A firm that a PFIL finances already receives skills only, whoever records it and through what (R20)."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import errors
from engine.committee import recording
from engine.operations import contexts
from engine.persistence.base import table_of
from engine.projects.models import Project
from forms import catalogue
from forms.context import Context
from tests.integration.programme import DIAGNOSTIC, Programme

HONOUR_LOAN = {
    "kind": "pfil",
    "name": "Prêt d’honneur",
    "organisation": "Initiative (démo)",
    "status": "granted",
}
ADVANCE = {"advance_amount": 1_000_000, "advance_months": 24}
IN_KIND = {"other_means": [{"kind": "in_kind", "description": "Une machine prêtée."}]}


@pytest.fixture
def programme(sqlite, clock):
    made = Programme(sqlite, clock).install()
    made.open()
    return made


def qualify(programme, *schemes):
    """The officer declares other schemes."""
    answers = {**programme.qualification(), "schemes": list(schemes)}
    programme.complete("qualify", "officer", answers)
    programme.complete("accept_prescription", "prescriber", {"accepted": True})


def diagnose(programme, *schemes, **changes):
    """The prescriber says where each scheme stands; the file goes before the committee."""
    answers = {**DIAGNOSTIC, "schemes": list(schemes), **changes}
    programme.complete("preliminary_diagnostic", "prescriber", answers)
    programme.complete("check_completeness", "officer", {"outcome": "complete"})


def decide(programme, **means):
    """The committee approves."""
    programme.meet(since=programme.task("committee_decision").opened_on)
    programme.complete("committee_decision", "officer", programme.decision(**means))


@pytest.mark.parametrize(("name", "means"), [("advance_amount", ADVANCE), ("other_means", IN_KIND)])
def test_a_firm_financed_by_a_pfil_receives_skills_only(programme, name, means):
    qualify(programme, HONOUR_LOAN)
    diagnose(programme, HONOUR_LOAN)

    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        decide(programme, **means)

    assert list(refusal.value.messages) == [name]
    assert "PFIL" in refusal.value.messages[name][0]
    decide(programme)
    assert programme.project().status == "decision_to_sign"


def test_the_act_itself_refuses_what_a_page_would_let_through(programme, monkeypatch):
    qualify(programme, HONOUR_LOAN)
    diagnose(programme, HONOUR_LOAN)
    monkeypatch.setattr(Context, "allows", lambda *_: False)

    with pytest.raises(errors.InvalidAnswers) as refusal:
        decide(programme, **ADVANCE)

    assert list(refusal.value.messages) == ["advance_amount"]
    assert recording.SKILLS_ONLY in refusal.value.messages["advance_amount"]


def test_a_pfil_that_was_only_asked_bars_nothing(programme):
    asked = {**HONOUR_LOAN, "status": "requested"}
    qualify(programme, asked)
    diagnose(programme, asked)

    decide(programme, **ADVANCE)

    assert programme.project().status == "decision_to_sign"


def test_the_diagnostic_says_where_a_scheme_stands_since_the_qualification(programme):
    qualify(programme, HONOUR_LOAN)
    with pytest.raises(catalogue.InvalidAnswers):
        programme.complete("preliminary_diagnostic", "prescriber", DIAGNOSTIC)

    diagnose(programme, {**HONOUR_LOAN, "status": "refused"})
    assert programme.project().schemes == [{**HONOUR_LOAN, "amount": None, "status": "refused"}]

    decide(programme, **ADVANCE)


def test_the_diagnostic_starts_from_the_schemes_of_the_qualification_and_the_committee_reads_them(programme):
    qualify(programme, HONOUR_LOAN)
    task = programme.task("preliminary_diagnostic")
    with programme.work_as("prescriber") as work:
        found = contexts.context(work, task)
    assert [row["name"] for row in found.prefill["schemes"]] == ["Prêt d’honneur"]

    diagnose(programme, HONOUR_LOAN)
    with programme.work_as("officer") as work:
        facts = dict(contexts.context(work, programme.task("committee_decision")).facts)
    assert facts["Dispositif déjà mobilisé"] == "Prêt d’honneur, PFIL (Initiative France…), Accordé"


def test_schemes_declared_before_kinds_were_asked_for_are_still_read(programme):
    qualify(programme)
    without = {name: value for name, value in HONOUR_LOAN.items() if name != "kind"}
    diagnose(programme)
    with programme.database.start_work() as work:
        work.connection.execute(sa.update(table_of(Project)).values(schemes=[without]))

    with programme.work_as("officer") as work:
        found = contexts.context(work, programme.task("committee_decision"))
    assert ("Dispositif déjà mobilisé", "Prêt d’honneur, Accordé") in found.facts
    assert not found.allows("skills_only")
    old = catalogue.upcast("qualification", 1, {**programme.qualification(), "schemes": [without]})
    assert catalogue.from_json("qualification", old, 2)["schemes"][0]["kind"] is None
