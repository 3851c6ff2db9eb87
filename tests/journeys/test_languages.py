"""Stories in English, and on PostgreSQL."""

from __future__ import annotations

import re

import pytest

from tests.journeys.basin import FIRM
from tests.journeys.site import Site, Visitor, person
from tests.journeys.test_agreement import sign
from tests.journeys.test_intake import ANSWERS

# French that English pages keep: names, and the programme's own words.
KEPT = re.compile(
    r"\([^()]*démo\)|Scierie du Lac|Fonderie prêteuse|Nous privilégions la souplesse|Terres de Lorraine|Toul\b|mandataire|prescripteur|comité d’agrément|Français"
)
FRENCH = re.compile(r"[àâçèêëîïôùûœ]|\b(?:le|la|les|des|une|du|vous|votre|projet|tâche|séance|avant)\b")


def french_left(visitor: Visitor) -> list[str]:
    """The lines of a page that are still in French, its drawings and what says that it is French aside."""
    shown: str = visitor.page.evaluate(  # At once: a drawing may fill its list again at any moment.
        """() => {
          document.querySelectorAll('.diagram, svg, body [lang=fr]').forEach(each => each.remove());
          return document.body.innerText;
        }"""
    )
    lines = shown.splitlines()
    return [line for line in lines if FRENCH.search(KEPT.sub("", line))]


def test_sign_in_and_the_pages_of_a_prescriber_are_in_english(site: Site) -> None:
    dossier = site.basin.prescribed()
    stranger = site.stranger(locale="en")
    stranger.go("/connexion")
    assert stranger.page.locator("html").get_attribute("lang") == "en"
    found = {"sign in": french_left(stranger)}
    member = site.visit("member", locale="en")
    found["inbox"] = french_left(member)
    member.go(f"/taches/{dossier.task('preliminary_diagnostic').id}")
    found["task"] = french_left(member)
    member.answer(**ANSWERS)
    member.submit()
    assert dossier.steps() == ["check_completeness"]
    member.go(f"/projets/{dossier.case_id}")
    found["project"] = [line for line in french_left(member) if "Trouver" not in line and FIRM not in line]
    assert not any(found.values()), found


@pytest.mark.repeated
@pytest.mark.postgresql
def test_a_request_is_qualified_and_accepted_on_postgresql(postgres_site: Site) -> None:
    site = postgres_site
    dossier = site.basin.opened()
    officer = site.visit("officer")
    officer.does(
        "Qualifier la demande", outcome="continue", category="development", headcount="12",
        commune="54528", prescriber_id=str(site.world.people["member"]),
    )  # fmt: skip
    member = site.visit("member", phone=True)
    member.does("Accepter la prescription", accepted="yes")
    assert dossier.steps() == ["preliminary_diagnostic"]


def test_members_sign_an_agreement_in_english(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.to_sign()
    site.basin.post()
    sign(site, english=True)
    assert dossier.project().status == "labelled"


@pytest.mark.repeated
@pytest.mark.postgresql
def test_everybody_signs_and_the_firm_is_labelled_on_postgresql(postgres_site: Site) -> None:
    postgres_site.basin.session()
    dossier = postgres_site.basin.to_sign()
    postgres_site.basin.post()
    sign(postgres_site)
    assert dossier.project().status == "labelled"


@pytest.mark.repeated
@pytest.mark.postgresql
def test_a_mandataire_reports_in_time_on_postgresql(postgres_site: Site) -> None:
    site = postgres_site
    site.basin.session()
    dossier = site.basin.accompanied()
    site.wait(days=85)
    mandatary = site.visit("member2", phone=True)
    mandatary.does(
        "Rendre compte du suivi", weather="green", progress="Le séchoir est monté.", jobs_created="2",
        jobs_sustained="12", contact_on=site.today.isoformat(),
    )  # fmt: skip
    assert dossier.steps() == []


def test_a_decision_is_taken_signed_and_told_in_english(site: Site) -> None:
    site.basin.session()
    dossier = site.basin.appraised()
    officer, chair = site.visit("officer", locale="en"), site.visit("chair", locale="en")
    officer.open_task("Record the decision")
    found = {"the decision": french_left(officer)}
    officer.answer(
        outcome="approved", mandatary_id=person(site.world, "member2"), human_means__0__domain="production",
        human_means__0__company_id=str(site.basin.organisations["lender"]), human_means__0__days="6",
    )  # fmt: skip
    officer.submit()
    assert officer.sees("Done"), officer.errors()
    chair.open_task("Sign the decision")
    found["its signature"] = french_left(chair)
    chair.answer(decision="sign")
    chair.submit()
    officer.open_task("Notify the decision")
    found["what the firm is told"] = french_left(officer)
    officer.answer(channel="email")
    officer.submit()
    assert dossier.steps() == ["accept_mandate"]
    for part in ("", "/engagements", "/historique"):
        officer.go(f"/projets/{dossier.case_id}{part}")
        found[part] = [line for line in french_left(officer) if "Trouver" not in line and FIRM not in line]
    assert not any(found.values()), found
