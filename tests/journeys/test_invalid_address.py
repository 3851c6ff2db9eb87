"""A mail cannot arrive: the officer calls, corrects the address, and the mails leave again (D10)."""

from __future__ import annotations

from tests.journeys.site import Site
from tests.stories import QUALIFICATION, Mailbox

DEAD, ALIVE = "member@exemple.test", "membre.retrouve@exemple.test"


def test_a_dead_address_is_called_corrected_and_its_mails_leave_again(site: Site) -> None:
    post = site.engine.transport = Mailbox(site.engine.database)
    post.dead.add(DEAD)
    dossier = site.basin.opened()
    dossier.qualify(**QUALIFICATION)
    site.basin.post()
    assert site.mails_to(DEAD) == []

    officer = site.visit("officer")
    officer.open_task("Adresse invalide : téléphoner")
    assert officer.sees("Member (démo)"), "whom to call"
    assert officer.sees(DEAD), "the address that refused"
    assert officer.sees("01 99 00 00 23"), "the number to call"
    officer.go("/administration/courriels")
    assert officer.sees("Member (démo)"), "the mail that failed can be seen"
    officer.does("Adresse invalide : téléphoner", outcome="corrected", email=ALIVE)
    assert dossier.steps() == ["accept_prescription"], "the project never stopped for it"

    site.world.emails["member"] = ALIVE
    member = site.stranger(phone=True)
    member.open_with_code(site.last_mail(ALIVE))
    member.answer(accepted="yes")
    member.submit()
    assert dossier.steps() == ["preliminary_diagnostic"]
    site.basin.post()
    assert "Établir le diagnostic préalable" in site.last_mail(ALIVE).subject, "the next mails arrive"
    assert site.mails_to(DEAD) == []
