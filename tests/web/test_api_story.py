"""Whole lives told through the API alone, over HTTP, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.web import api_story
from tests.web.api_client import INTAKE
from tests.web.api_story import DIAGNOSTIC, Life
from tests.web.installation import LORRAINE


@pytest.fixture(params=["sqlite", "postgres"])
def url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/alize.db"
    else:
        yield from api_story.postgres_url(request.getfixturevalue("postgres_server"))


@pytest.fixture
def life(url, tmp_path):
    with api_story.served(tmp_path, url) as api:
        yield Life(api)


def test_a_whole_life(life):
    intake_to_complete_file(life)
    opinions(life)
    decision(life)
    agreement(life)
    accompaniment(life)
    first_reports(life)
    late_report(life)
    everyday_acts(life)
    closing(life)


def intake_to_complete_file(life):
    """Points 1 and 2."""
    wrong = {"basin": LORRAINE, "answers": {**INTAKE, "siret": "00000007500003"}}
    refused = life.api.post("officer", "/projects", wrong)
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["siret"])
    life.open()
    life.prescribe()
    task = life.task("preliminary_diagnostic", "member")
    life.done("member", f"/tasks/{task['id']}/draft", {"answers": {"summary": "Un atelier…"}})
    assert life.task("preliminary_diagnostic", "member")["draft"]["answers"]["summary"] == "Un atelier…"
    assert life.task("preliminary_diagnostic", "officer")["draft"] is None
    life.complete("member", "preliminary_diagnostic", DIAGNOSTIC)
    life.complete("officer", "check_completeness", {"outcome": "incomplete", "missing": "Le bilan 2025."})
    assert life.steps() == ["preliminary_diagnostic"]
    assert "Le bilan 2025." in str(life.task("preliminary_diagnostic", "member")["facts"])
    life.advance("PT1M")
    assert ("Member (démo)", "2026-11-16") in life.mails("task_opened")
    life.complete("member", "preliminary_diagnostic", DIAGNOSTIC)


def opinions(life):
    """Point 3: one opinion before the session, late; another one by the committee's decision."""
    due = life.today + timedelta(days=8)
    asked = {"question": "Le marché est-il là ?", "expert_id": life.person("expert")}
    life.complete("officer", "check_completeness", {
        "outcome": "complementary", "complementary_due_on": due.isoformat(), **asked,
    })  # fmt: skip
    life.advance_to(due + timedelta(days=2))
    assert [each[0] for each in life.mails("reminder_expert")] == ["Expert (démo)"]
    answer = {"findings": "Le marché existe.", "recommendation": "favourable", "days_spent": "1"}
    life.complete("expert", "complementary_diagnostic", answer)
    life.decide(
        life.session("written"), outcome="complementary_diagnostic",
        complementary_due_on=(life.today + timedelta(days=10)).isoformat(), **asked,
    )  # fmt: skip
    life.complete("expert", "complementary_diagnostic", answer)


def decision(life):
    """Point 4: the chair sends it back once; means, advance, mandataire, a condition with its date."""
    life.advance("P1D")
    said = {
        "session_id": life.session(), "outcome": "approved_with_conditions",
        "mandatary_id": life.person("member2"), "human_means": life.lent(),
        "advance_amount": 2_000_000, "advance_months": 24,
        "conditions": [{"text": "Accord de la banque", "due_on": (life.today + timedelta(days=20)).isoformat()}],
    }  # fmt: skip
    task = life.task("committee_decision")
    too_much = {"answers": {**said, "advance_amount": 3_000_001}}
    assert life.refused("officer", f"/tasks/{task['id']}/complete", too_much) == 422
    life.complete("officer", "committee_decision", said)
    sign_off = life.task("sign_off_decision")["id"]
    for_chair = {"answers": {"decision": "sign"}, "on_behalf_of": life.person("chair")}
    assert life.refused("officer", f"/tasks/{sign_off}/complete", for_chair) == 403
    life.complete("chair", "sign_off_decision", {"decision": "send_back", "reason": "Le différé manque."})
    life.complete("officer", "committee_decision", {**said, "deferral_months": 6})
    life.complete("chair", "sign_off_decision", {"decision": "sign"})
    life.complete("officer", "notify_decision", {"channel": "email", "sent_on": life.today.isoformat()})


def agreement(life):
    """Point 5: the mandate, the condition, five signatures; the last one labels the firm."""
    asked = life.task("lift_conditions")["form_schema"]["properties"]["conditions"]["anyOf"][0]
    rows = [
        {"condition_id": each["const"], "evidence": "Courrier reçu.", "lifted_on": life.today.isoformat()}
        for each in asked["items"]["properties"]["condition_id"]["oneOf"]
    ]
    life.complete("officer", "lift_conditions", {"conditions": rows})
    life.complete("member2", "accept_mandate", {"accepted": True})
    life.prepare_agreement()
    life.advance("P1D")
    lines = [each for each in life.show()["next"] if each["step"] == "sign_agreement"]
    assert len(lines) == 5  # The operator pays the advance out, and signs for it.
    life.sign_everything()
    shown = life.show()
    assert (shown["state"], shown["effective_on"]) == ("labelled", life.today.isoformat())
    assert shown["mandatary"]["name"] == "Member2 (démo)"
    assert shown["advance"] == {"cents": 2_000_000, "currency": "EUR"}
    assert life.refused("officer", f"{life.path}/withdraw", WITHDRAWAL) == 409


def accompaniment(life):
    """Point 6, first half: an intervention planned, its days recorded."""
    life.complete("officer", "plan_interventions", {"interventions": [{
        "company_id": str(life.api.world.companies[-1]), "expert_id": life.person("expert"),
        "domain": "production", "objective": "Réorganiser l’atelier", "planned_days": "2",
    }]})  # fmt: skip
    intervene(life)
    life.complete("officer", "review_accompaniment", {"complete": True})


def intervene(life):
    """The expert says what was done."""
    life.complete("expert", "carry_out_intervention", {
        "outcome": "done", "summary": "Atelier réorganisé.", "satisfaction": "4",
        "worked_days": [{"worked_on": life.today.isoformat(), "days": "1"}],
    })  # fmt: skip


def first_reports(life):
    """Point 6, second half: pre-filled, nothing new, a new intervention asked for."""
    signed_on = date.fromisoformat(life.show()["effective_on"])
    assert signed_on == date(2026, 11, 28)
    life.advance_to(date(2027, 2, 26))
    life.report("member2", jobs_created=3, jobs_sustained=9)
    life.advance_to(date(2027, 5, 27))
    task = life.task("follow_up_report", "member2")
    assert (task["prefill"]["jobs_created"], task["prefill"]["jobs_sustained"]) == (3, 9)
    life.report("member2", nothing_new=True, jobs_created=3, jobs_sustained=9)
    life.advance_to(date(2027, 8, 24))
    life.report(
        "member2", new_intervention=True, intervention_domain="quality", intervention_days="3",
        intervention_purpose="Préparer l’audit.",
    )  # fmt: skip
    life.complete("officer", "review_request", {"forward": True, "expert_id": life.person("expert")})
    life.decide(
        life.session(), outcome="approved", mandatary_id=life.person("member2"), human_means=life.lent("3")
    )
    life.amend()
    intervene(life)
    assert life.steps() == []


def late_report(life):
    """Point 7: the ladder, then the mandataire replaced in one action; history stays."""
    life.advance_to(date(2028, 1, 20))  # Due on Sunday 28 November 2027.
    assert life.steps() == ["call_mandatary", "follow_up_report", "keep_or_replace"]
    told = [each for kind in ("report_opened", "report_due_day", "report_late") for each in life.mails(kind)]
    assert len([each for each in told if each[1] >= "2027-11-01"]) == 3
    life.complete("officer", "call_mandatary", {"reached": False})
    other = {"answers": {"mandatary_id": life.person("member3"), "reason": "Muté"}}
    assert life.refused("officer", f"{life.path}/replace-mandatary", other) == 403
    life.done("chair", f"{life.path}/replace-mandatary", other)
    assert life.steps() == ["follow_up_report", "prepare_amendment"], "member3 sits for another company"
    life.amend()
    assert life.steps() == ["follow_up_report"]
    task = life.task("follow_up_report", "member3")
    assert task["assignee_id"] == life.person("member3")
    assert task["due_on"] == "2028-02-10"
    assert life.refused("member2", f"/tasks/{task['id']}/complete", {"answers": {}}) in {403, 404}
    life.advance("P1D")
    assert life.mails("task_reassigned")[-1][0] == "Member3 (démo)"
    assert "projects.mandatary.replaced" in life.history()


def everyday_acts(life):
    """Point 11: typed later for somebody else, corrected, a call, a wait; past figures stay as they were."""
    life.done("officer", f"/tasks/{life.task('follow_up_report')['id']}/hold", {"answers": {
        "cause": "firm", "until": (life.today + timedelta(days=5)).isoformat(), "reason": "En congés.",
    }})  # fmt: skip
    assert life.task("follow_up_report")["awaiting"]["reason"] == "En congés."
    life.done("officer", f"/tasks/{life.task('follow_up_report')['id']}/resume")
    assert life.task("follow_up_report")["awaiting"] is None
    life.done("officer", f"{life.path}/calls", {"answers": {
        "correspondent": "Odile Sapin (démo)", "summary": "Rappelle lundi.",
    }})  # fmt: skip
    life.advance("P9D")
    told_on = (life.today - timedelta(days=4)).isoformat()
    life.report(
        "officer",
        on_behalf_of=life.person("member3"),
        occurred_on=told_on,
        contact_on=told_on,
        jobs_created=30,
    )
    asked = (
        f"/monitoring/bottlenecks?basin={LORRAINE}&from=2027-01-01&to=2028-01-29&as_of=2028-01-30T12:00:00Z"
    )
    life.advance("P1D")
    before = life.api.get("officer", asked).json
    wrong = life.api.get("officer", f"{life.path}/records").json["items"][0]
    assert (wrong["kind"], wrong["values"]["jobs_created"], wrong["occurred_on"]) == ("report", 30, told_on)
    followed = life.api.get("officer", f"{life.path}/records/{wrong['id']}").json["followed"]
    right = {
        "reason": "Une faute de frappe.",
        "changes": {"jobs_created": 3},
        "consequences_read": bool(followed),
    }
    correct = f"{life.path}/records/{wrong['id']}/correct"
    assert life.refused("officer", correct, {**right, "changes": {"jobs_created": 30}}) == 422
    assert life.refused("member3", correct, right) == 403
    now = life.done("officer", correct, right)["items"][0]
    assert (now["values"]["jobs_created"], now["replaces_id"]) == (3, wrong["id"])
    assert life.refused("officer", correct, right) == 409
    assert "projects.report.corrected" in life.history()
    assert life.api.get("officer", asked).json == before


def closing(life):
    """Point 8: not before eighteen months, whatever is tried; then the review, and the chair's signature."""
    term = date(2028, 5, 28)
    life.advance_to(date(2028, 2, 28))
    life.report("member3")
    life.advance_to(term - timedelta(days=1))
    life.report("member3")
    assert life.steps() == []
    assert life.refused("chair", f"{life.path}/close", {"answers": {}}) == 404
    assert life.refused("officer", f"{life.path}/withdraw", WITHDRAWAL) == 409
    life.advance("P1D")
    assert life.steps() == ["final_review"]
    life.complete("member3", "final_review", {
        "jobs_created": 3, "jobs_sustained": 10, "evidence": "certificate", "satisfaction": "5",
        "lessons": "Une organisation qui tient.",
    })  # fmt: skip
    sign = f"/tasks/{life.task('sign_closure')['id']}/complete"
    assert life.refused("officer", sign, {"answers": {"decision": "sign"}}) == 403
    early = {"answers": {"decision": "sign"}, "occurred_on": "2028-05-27", "late_reason": "Hier."}
    assert life.refused("chair", sign, early) in {403, 422}
    life.complete("chair", "sign_closure", {"decision": "sign"})
    shown = life.show()
    assert (shown["state"], shown["ended_on"], shown["next"]) == ("closed", term.isoformat(), [])
    assert shown["end"]["kind"] == "closed"


WITHDRAWAL = {"answers": {"requested_by": "firm", "reason": "Le porteur renonce."}}


def test_a_withdrawal_before_the_signature(life):
    life.open()
    life.prescribe()
    life.complete("member", "preliminary_diagnostic", DIAGNOSTIC)
    assert life.refused("member", f"{life.path}/withdraw", WITHDRAWAL) == 403
    early = {"requested_by": "firm", "cause": "insolvency", "reason": "Procédure."}
    assert life.refused("officer", f"{life.path}/terminate", {"answers": early}) == 409

    shown = life.done("officer", f"{life.path}/withdraw", WITHDRAWAL)

    assert (shown["state"], shown["next"]) == ("withdrawn", [])
    assert shown["end"]["reason"] == "Le porteur renonce."
    life.advance("PT1M")
    assert "Member (démo)" in [each[0] for each in life.mails("project_withdrawn")]
    entry = life.api.get("officer", f"{life.path}/history").json["items"]
    [ended] = [each for each in entry if each["kind"] == "projects.project.ended"]
    assert ended["actor"] == "Officer (démo)"
    assert life.refused("officer", f"{life.path}/withdraw", WITHDRAWAL) == 409


def test_an_early_termination_after_the_signature(life):
    life.open()
    life.prescribe()
    life.complete("member", "preliminary_diagnostic", DIAGNOSTIC)
    life.complete("officer", "check_completeness", {"outcome": "complete"})
    life.label()
    life.advance("P3D")
    asked = {"requested_by": "firm", "cause": "insolvency", "reason": "Liquidation prononcée."}
    assert life.refused("member2", f"{life.path}/terminate", {"answers": asked}) == 403

    life.done("officer", f"{life.path}/terminate", {"answers": asked})
    life.complete("chair", "sign_termination", {"decision": "sign"})

    shown = life.show()
    assert (shown["state"], shown["next"]) == ("terminated", [])
    assert (shown["end"]["kind"], shown["end"]["cause"]) == ("terminated", "insolvency")
