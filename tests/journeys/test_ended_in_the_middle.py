"""A sign-in that ends while votes are noted, or while one signs: what was typed is there, nothing is twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import sqlalchemy as sa

from engine.agreements.models import Signature
from engine.committee.agenda_models import Ballot
from engine.committee.minutes_models import Minutes
from tests.journeys.site import Site, Visitor
from tests.journeys.test_keys_alone import FIRMS, ready
from tests.journeys.test_session import diffused, held, planned
from tests.journeys.test_voted_session import decides, on_item
from tests.web.installation import PASSWORD

SIGN_SESSION = "Signer ce qui est coché"


def too_late(visitor: Visitor, who: str, button: str) -> None:
    """What one sends once the sign-in has ended is set aside, and found again after another tab signed in."""
    visitor.site.clock.ahead += timedelta(days=2)
    visitor.press(button)
    assert visitor.sees("ce que vous avez tapé n’est pas perdu")
    with visitor.page.context.expect_page() as opened:
        visitor.follow("Connectez-vous dans un autre onglet")
    tab = opened.value
    tab.locator("main [name=email]").first.fill(visitor.site.world.emails[who])
    tab.locator("input[type=password]").fill(PASSWORD)
    tab.locator("input[type=password]").press("Enter")
    tab.wait_for_url(lambda url: "/connexion" not in url)
    tab.close()
    visitor.press("Retrouver ce que j’ai tapé")
    assert visitor.sees("relisez ce que vous aviez tapé, puis renvoyez-le")


def count(site: Site, table: type[Ballot | Minutes | Signature], *conditions: sa.ColumnElement[bool]) -> int:
    """How many rows there are."""
    with site.engine.database.start_reading() as work:
        found = sa.select(sa.func.count()).select_from(table).where(*conditions)
        return work.connection.scalar(found) or 0


def test_votes_and_signatures_sent_after_the_sign_in_has_ended_are_found_again_and_done_once(
    site: Site,
) -> None:
    site.basin.session()
    site.basin.to_sign()
    [firm, _other] = FIRMS
    ready(site, firm)
    officer, chair = site.visit("officer"), site.visit("chair")
    session = planned(officer)
    diffused(officer, session)
    site.wait_until(site.today + timedelta(days=10), hour=15)
    held(officer, session)

    # The officer was noting the votes.
    on_item(officer, session, firm, "Noter les votes")
    officer.page.get_by_role("group", name="Chair (démo)").get_by_label("Pour", exact=True).check()
    officer.page.get_by_role("group", name="Member (démo)").get_by_label("Abstention", exact=True).check()
    too_late(officer, "officer", "Enregistrer")
    assert count(site, Ballot) == 0
    ticked = officer.page.locator("main form input[type=radio]:checked")
    values = [ticked.nth(at).get_attribute("value") for at in range(ticked.count())]
    assert Counter(values) == {"for": 1, "abstain": 1, "": 2}
    officer.press("Enregistrer")
    assert officer.sees("Les votes sont notés.")
    assert count(site, Ballot) == 2
    decides(officer, session, firm, "approved")
    officer.open_task("Rédiger le procès-verbal")
    officer.submit()
    assert officer.errors() == []

    # The chair wrote what is wrong with the minutes; then signs them after all.
    chair.sign_in("chair")
    chair.go(f"/seances/{session}/signature")
    chair.page.get_by_text("Renvoyer le procès-verbal à l’opérateur").click()
    chair.page.locator("main [name=reason]").fill("Le quorum manque.")
    too_late(chair, "chair", "Renvoyer")
    assert chair.page.locator("main [name=reason]").input_value() == "Le quorum manque."
    assert count(site, Minutes, Minutes.state == "to_sign") == 1
    chair.go(f"/seances/{session}/signature")
    chair.page.locator("main [name=task]").first.uncheck()
    chair.page.locator("main [name=confirmed]").check()
    too_late(chair, "chair", SIGN_SESSION)
    boxes = chair.page.locator("main [name=task]")
    assert [boxes.nth(at).is_checked() for at in range(boxes.count())] == [False, True]
    assert not chair.page.locator("main [name=confirmed]").is_checked(), "one says again that one has read"
    assert count(site, Minutes, Minutes.state == "to_sign") == 1
    boxes.first.check()
    chair.page.locator("main [name=confirmed]").check()
    chair.press(SIGN_SESSION)
    assert chair.sees("2 actes signés")
    assert count(site, Minutes, Minutes.state == "signed") == 1

    # The mandatary had proved who they are, and was signing.
    member = site.visit("member2")
    member.open_task("Signer la convention")
    member.proves("member2")
    member.answer(consent=True)
    task = member.page.url.partition("#")[0]
    site.clock.ahead += timedelta(days=2)
    member.submit()
    assert member.sees("Votre session était terminée.")
    assert count(site, Signature) == 0
    member.follow("Se connecter avec un mot de passe")
    member.type_password("member2")
    member.page.wait_for_url(task)
    member.proves("member2")
    member.answer(consent=True)
    member.submit()
    assert member.sees("C’est fait : Signer la convention")
    assert count(site, Signature) == 1
