"""The committee decides, its chair signs or sends back, and nobody signs without a mandate in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.people.models import Role
from tests.journeys.basin import EXPERT, FIRM, HEAD
from tests.journeys.site import Site, Visitor, person


def decide(officer: Visitor, **answers: str | bool) -> None:
    """The officer records an approval with days, an advance and a condition."""
    site = officer.site
    officer.open_task("Consigner la décision")
    officer.answer(
        outcome="approved_with_conditions", mandatary_id=person(site.world, "member2"),
        human_means__0__company_id=str(site.basin.organisations["lender"]),
        human_means__0__domain="production", human_means__0__days="6",
        conditions__0__text="Devis signé du séchoir",
        conditions__0__due_on=(site.today + timedelta(days=40)).isoformat(), **answers,
    )  # fmt: skip
    officer.submit()


def test_a_decision_is_recorded_at_a_planned_session_sent_back_then_signed(site: Site) -> None:
    dossier = site.basin.appraised()
    officer = site.visit("officer")
    officer.go("/seances")
    officer.follow("Prévoir une séance")
    officer.answer(held_on=site.today.isoformat(), kind="meeting", starts_at="9 h 30", place="Toul")
    with officer.page.expect_navigation():
        officer.page.locator("main form button.button-primary").click()
    assert officer.errors() == []

    decide(officer, advance_amount="30 000,01", advance_months="36")
    assert any("Avance remboursable" in line for line in officer.errors()), "above the basin's ceiling"
    assert officer.page.locator("[name='conditions-0-text']").input_value() == "Devis signé du séchoir"
    officer.answer(advance_amount="20 000,00")
    officer.submit()
    assert officer.errors() == []

    chair = site.visit("chair")
    chair.open_task("Signer la décision")
    assert "20 000" in chair.text().replace("\u202f", " "), "what is signed is read first"
    chair.answer(decision="send_back", reason="L’avance était de 15 000 €.")
    chair.submit()
    officer.open_task("Consigner la décision")
    assert officer.sees("L’avance était de 15 000 €.")
    decide(officer, advance_amount="15 000,00", advance_months="36")
    assert officer.errors() == []
    chair.go("/signatures")
    chair.page.locator("[name=task]").check()
    chair.page.locator("[name=confirmed]").check()
    chair.press("Signer les actes cochés")
    assert dossier.steps() == ["notify_decision"]

    officer.does("Notifier la décision", channel="email")
    officer.does(
        "Lever les conditions", conditions__0__evidence="Devis du 18 novembre",
        conditions__0__lifted_on=site.today.isoformat(),
    )  # fmt: skip
    assert "accept_mandate" in dossier.steps()


def test_a_chair_whose_mandate_ended_cannot_sign_and_an_acting_chair_is_designated(site: Site) -> None:
    basin = site.basin
    dossier = basin.appraised()
    basin.session()
    dossier.record_decision("approved", human_means=basin.means())
    task = dossier.task("sign_off_decision")
    chair = site.visit("chair")
    chair.open_task("Signer la décision")
    chair.answer(decision="sign")
    basin.end_role("chair", Role.CHAIR)
    chair.submit()
    assert "sign_off_decision" in dossier.steps(), "nothing was signed"
    assert not chair.sees("C’est fait")
    assert chair.status_of(f"/taches/{task.id}") in {200, 403, 404}

    site.wait(days=1)
    officer = site.visit("officer")
    officer.does(
        "Désigner une présidence par intérim", acting_chair_id=person(site.world, "member3"),
        ends_on=(site.today + timedelta(days=60)).isoformat(),
    )  # fmt: skip
    acting = site.visit("member3")
    acting.does("Signer la décision", decision="sign")
    acting.go(f"/projets/{dossier.case_id}/engagements")
    assert acting.sees("intérim"), "the capacity is shown with the signature"
    assert acting.sees(FIRM)


def decides(officer: Visitor, **answers: str | bool) -> None:
    """The officer records a decision, the chair signs it, the officer tells the firm."""
    officer.does("Consigner la décision", **answers)
    chair = officer.site.visit("chair")
    chair.does("Signer la décision", decision="sign")
    officer.does("Notifier la décision", channel="email")


@pytest.mark.parametrize(
    ("outcome", "answers", "shown", "told"),
    [
        (
            "rejected", {"reason": "quality", "explanation": "Le marché n’est pas établi."}, "Rejeté",
            "n’a pas été retenu",
        ),
        (
            "reoriented", {"explanation": "Une plateforme d’initiative convient mieux."}, "Réorienté",
            "orienté vers un autre dispositif",
        ),
    ],
)  # fmt: skip
def test_a_project_not_retained_ends_and_firm_and_prescriber_know_why(
    site: Site, outcome: str, answers: dict[str, str], shown: str, told: str
) -> None:
    site.basin.session()
    dossier = site.basin.appraised()
    officer = site.visit("officer")
    decides(officer, outcome=outcome, **answers)
    assert dossier.project().status == outcome
    assert dossier.steps() == [], "nothing is asked of anybody any more"
    site.basin.post()
    for address in (HEAD, site.world.emails["member"]):
        mails = site.mails_to(address)
        assert any(mail.kind == "decision_notified" for mail in mails), "who asked is told what was decided"
        assert any(told in " ".join(mail.text.split()) for mail in mails), "and that the file is closed"
    member = site.visit("member")
    member.go(f"/projets/{dossier.case_id}")
    assert member.sees(shown)
    assert member.sees("Projet terminé le")
    member.go(f"/projets/{dossier.case_id}/engagements")
    assert member.sees(answers["explanation"]), "the prescriber reads why"


def test_an_adjourned_project_is_completed_by_its_prescriber_and_decided_again(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.appraised()
    officer = site.visit("officer")
    decides(officer, outcome="adjourned", explanation="Précisez le marché du bois sec.")
    assert "en savoir davantage" in site.last_mail(HEAD).text, "the firm knows that it is not a refusal"
    assert dossier.steps() == ["complete_file"]
    member = site.visit("member", phone=True)
    member.open_task("Compléter le dossier")
    assert member.sees("Précisez le marché du bois sec."), "what the committee asks is read first"
    member.answer(completion="Trois menuiseries se sont engagées.")
    member.submit()
    assert member.errors() == []
    officer.open_task("Consigner la décision")
    assert officer.sees("Trois menuiseries se sont engagées."), "the answer is before the committee"


def test_an_opinion_that_the_committee_orders_comes_back_to_its_next_decision(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.appraised()
    officer = site.visit("officer")
    decides(
        officer, outcome="complementary_diagnostic", question="Le séchoir convient-il ?",
        expert_id=person(site.world, "expert"),
        complementary_due_on=(site.today + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    assert dossier.steps() == ["complementary_diagnostic"]
    site.basin.post()
    [asked] = [mail for mail in site.mails_to(EXPERT) if "/taches/" in mail.text]
    expert = site.stranger(phone=True)
    expert.open_with_code(asked)
    assert expert.sees("Le séchoir convient-il ?")
    expert.answer(findings="Oui, avec une ventilation.", recommendation="favourable", days_spent="1")
    expert.submit()
    assert expert.page.url.endswith("/merci")
    officer.open_task("Consigner la décision")
    assert officer.sees("Oui, avec une ventilation."), "the opinion is before the committee"
