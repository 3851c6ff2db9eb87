"""A session that votes: quorum, proxies, members who step back, an acting chair for one item, a casting vote."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from engine.committee.agenda_models import Ballot
from engine.committee.models import Decision
from engine.demo.dossier import Dossier
from engine.people import basins, committee_seats
from tests.journeys.basin import FIRM
from tests.journeys.site import DESK, PHONE, Site, Visitor, person
from tests.journeys.test_session import diffused, item_of, planned, printed
from tests.stories import DIAGNOSTIC, QUALIFICATION

QUARRY = "Carrière du Bois (démo)"
VOTING = {"decision_mode": "vote", "quorum_percent": 75, "proxies_each": 1, "casting_vote": True}
SEATED = {
    "chair": "Chair (démo)", "member": "Member (démo)", "member2": "Member2 (démo)", "member3": "Member3 (démo)",
}  # fmt: skip


def ready(site: Site) -> tuple[Dossier, Dossier]:
    """Two projects for the committee, in a basin that votes and takes proxies."""
    site.wait(seconds=1)  # What is changed at the very instant of the publication is not a change.
    with site.engine.database.start_work() as work:
        for name, value in VOTING.items():
            basins.change_parameter(
                work, basin_id=site.world.basin_id, key=f"committee.{name}", value=value, reason="essai"
            )
    quarry = site.basin.dossier(prescriber="member3")
    quarry.open({
        "name": QUARRY, "siret": "", "not_registered": True, "need": "Recruter.", "information_read": True,
        "contact_name": "Paule Pont (démo)", "contact_email": "pont@exemple.test",
    })  # fmt: skip
    quarry.qualify(**QUALIFICATION)
    quarry.accept_prescription()
    quarry.diagnose(DIAGNOSTIC)
    quarry.check()
    return site.basin.appraised(), quarry


def steps_back(site: Site, who: str, session: UUID, dossier: Dossier) -> None:
    """A member says what links them to a firm."""
    member = site.visit(who, phone=True)
    member.go(f"/projets/{dossier.case_id}/interets?seance={session}")
    member.answer(situation="competitor")
    member.send()
    assert member.errors() == []
    opinion = f"/seances/{session}/points/{item_of(site, session, dossier)}/avis"
    assert member.status_of(opinion) == 404, "they have no say on it any more"


def presences(officer: Visitor, **noted: str) -> None:
    """The officer notes who is there, and who votes for whom."""
    officer.open_task("Tenir la séance")
    for name, presence in noted.items():
        row = officer.page.get_by_role("group", name=SEATED[name], exact=True)
        row.get_by_label("Présence").select_option("represented" if presence in SEATED else presence)
        if presence in SEATED:
            chosen = row.get_by_label("Pouvoir donné à")
            chosen.select_option(chosen.locator("option", has_text=SEATED[presence]).get_attribute("value"))
    officer.answer(chaired_by_id=person(officer.site.world, "chair"))
    officer.submit()
    assert officer.errors() == []


def on_item(officer: Visitor, session: UUID, firm: str, gesture: str) -> None:
    """The officer does something about an item, from the page of the session."""
    officer.go(f"/seances/{session}")
    officer.page.locator("li.panel", has_text=firm).get_by_role("link", name=gesture).click()
    officer.page.wait_for_load_state()


def votes(officer: Visitor, session: UUID, firm: str, **choices: str) -> None:
    """The officer notes the votes on an item; whoever is not asked has no line."""
    on_item(officer, session, firm, "Noter les votes")
    lines = officer.page.locator("main form fieldset.field > legend").all_inner_texts()
    assert len(lines) == len(choices), lines
    for name, choice in choices.items():
        officer.page.get_by_role("group", name=SEATED[name]).get_by_label(choice, exact=True).check()
    officer.send()
    assert officer.errors() == []


APPROVAL = {"human_means__0__domain": "production", "human_means__0__days": "6"}


def decides(officer: Visitor, session: UUID, firm: str, outcome: str, **answers: str) -> None:
    """The officer records what was decided of an item: the votes that were noted are already there."""
    on_item(officer, session, firm, "Consigner la décision")
    site = officer.site
    if outcome == "approved":
        lender = str(site.basin.organisations["lender"])
        means = {"mandatary_id": person(site.world, "member2"), "human_means__0__company_id": lender}
        answers = {**APPROVAL, **means, **answers}
    officer.answer(outcome=outcome, **answers)
    officer.submit()


def signs_session(signatory: Visitor, session: UUID, count: int) -> None:
    """Whoever presides signs what is theirs of a session."""
    signatory.go(f"/seances/{session}/signature")
    boxes = signatory.page.locator("main [name=task]")
    assert boxes.count() == count, signatory.text()
    signatory.check()
    signatory.page.locator("main [name=confirmed]").check()
    signatory.press("Signer ce qui est coché")


def test_a_session_votes_with_proxies_and_an_acting_chair_for_one_item(site: Site) -> None:
    sawmill, quarry = ready(site)
    officer = site.visit("officer")
    session = planned(officer)
    diffused(officer, session)
    steps_back(site, "chair", session, sawmill)
    steps_back(site, "member", session, quarry)
    site.wait_until(site.today + timedelta(days=10), hour=15)
    presences(officer, chair="present", member="present", member2="member", member3="present")

    # The chair stepped back: another member presides over that item, and their voice decides a tie.
    on_item(officer, session, FIRM, "Autre présidence pour ce point")
    assert officer.page.get_by_label(SEATED["chair"]).count() == 0, "not one who stepped back"
    officer.page.get_by_label(SEATED["member3"]).check()
    officer.send()
    forges(officer, session)
    votes(officer, session, FIRM, member="Contre", member2="Abstention", member3="Pour")
    assert officer.sees("par la voix prépondérante de la présidence")
    assert "Chair (démo) (Entreprise partenaire 1 (démo)) s’est déporté" in officer.text()
    officer.check(DESK, PHONE)

    # A proxy given to one who stepped back counts for nobody: the quorum is missing, said, and held to.
    votes(officer, session, QUARRY, chair="Pour", member3="Pour")
    assert officer.sees("Quorum non atteint")
    assert "2 sur 3 qui peuvent voter" in officer.text()
    decides(officer, session, QUARRY, "approved")
    assert any("Le quorum n’est pas atteint" in each for each in officer.errors())
    decides(officer, session, FIRM, "approved")
    assert officer.errors() == []
    officer.open_task("Rédiger le procès-verbal")
    officer.submit()
    assert officer.sees(f"Il reste à décider : {QUARRY}."), "no session closes on an undecided item"
    assert decisions(site) == [("approved", None)]
    decides(officer, session, QUARRY, "adjourned", explanation="Le quorum manquait.")
    assert officer.errors() == []

    # Each presidency signs what it presided over, the chair the minutes, less what they stepped back from.
    officer.open_task("Rédiger le procès-verbal")
    body = " ".join(officer.page.locator("main [name=body]").input_value().split())
    assert "Représentés : Member2 (démo) (Entreprise partenaire 3 (démo)) par Member (démo)." in body
    assert "Présidence de ce point : Member3 (démo)." in body
    assert "la voix de la présidence étant prépondérante" in body
    officer.submit()
    signs_session(site.visit("member3", phone=True), session, 1)
    assert decisions(site) == [("adjourned", None), ("approved", "acting_chair")]
    chair = site.visit("chair", phone=True)
    signs_session(chair, session, 2)
    assert chair.sees("Le procès-verbal est signé : la séance est close.")
    assert FIRM not in chair.text()
    assert decisions(site) == [("adjourned", "chair"), ("approved", "acting_chair")]
    printed(site)
    assert "notify_decision" in sawmill.steps()
    officer.go(f"/seances/{session}/proces-verbal")
    assert officer.sees("Présidence de ce point : Member3 (démo).")


def forges(officer: Visitor, session: UUID) -> None:
    """A page is bent into a vote of the seat that stepped back: it is refused, and nothing is counted."""
    site = officer.site
    with site.engine.database.start_reading() as work:
        seats = committee_seats.seats_in_force(work, site.world.basin_id, site.today)
    [seat] = [each.assignment_id for each in seats if each.person_id == site.world.people["chair"]]
    on_item(officer, session, FIRM, "Noter les votes")
    line = officer.page.get_by_role("group", name=SEATED["member"])
    line.locator("input[type=hidden]").evaluate("(each, seat) => { each.value = seat; }", str(seat))
    line.get_by_label("Pour", exact=True).check()
    officer.send()
    assert not officer.sees("Les votes sont notés.")
    with site.engine.database.start_reading() as work:
        assert work.database.scalars(sa.select(Ballot)).all() == []


def decisions(site: Site) -> list[tuple[str, str | None]]:
    """What was decided, and in which capacity it was signed."""
    with site.engine.database.start_reading() as work:
        found = work.database.scalars(sa.select(Decision))
        return sorted((each.outcome, each.signed_as) for each in found)
