"""A member's three acts without a mouse, and without a script: an interest, a vote in writing, a signature."""

from __future__ import annotations

import re
from uuid import UUID

import sqlalchemy as sa

from engine.agreements.models import Signature
from engine.committee.agenda_models import Ballot
from engine.demo.dossier import Dossier
from engine.people.models import Assignment, Role
from tests.journeys.site import Site, Visitor
from tests.journeys.test_keyboard import FOCUS, MOST_STOPS
from tests.journeys.test_session import diffused, planned
from tests.stories import DIAGNOSTIC, QUALIFICATION

# Whether what has the focus is this control, or bears these words.
IS_NAMED = "name => document.activeElement.name === name"
SAYS = "words => document.activeElement.textContent.includes(words)"


FIRMS = ("Carrière du Bois (démo)", "Tannerie du Gué (démo)")


def ready(site: Site, firm: str) -> Dossier:
    """A firm's project, ready for the committee."""
    dossier = site.basin.dossier(prescriber="member3")
    dossier.open({
        "name": firm, "siret": "", "not_registered": True, "need": "Recruter.", "information_read": True,
        "contact_name": "Paule Pont (démo)", "contact_email": "pont@exemple.test",
    })  # fmt: skip
    dossier.qualify(**QUALIFICATION)
    dossier.accept_prescription()
    dossier.diagnose(DIAGNOSTIC)
    dossier.check()
    return dossier


def asked(site: Site) -> UUID:
    """An agreement waits for its signatories, and two projects for the members' votes in writing."""
    site.basin.session()
    site.basin.to_sign()
    for firm in FIRMS:
        ready(site, firm)
    officer = site.visit("officer")
    session = planned(officer, "written")
    officer.go(f"/seances/{session}")
    for _firm in FIRMS:
        officer.press("Ajouter à l’ordre du jour")
    diffused(officer, session)
    return session


class Keys:
    """Somebody who has no mouse: they see where they are, and what has the focus is never hidden."""

    def __init__(self, visitor: Visitor) -> None:
        self.page = visitor.page

    def reach(self, condition: str, what: str) -> None:
        """Press Tab until the focus is there."""
        for _stop in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(condition, what):
                seen = self.page.evaluate(FOCUS)
                assert seen["isSeen"], seen
                assert seen["isBare"], seen
                return
        raise AssertionError(f"no key leads to {what} of {self.page.url}")

    def follow(self, words: str) -> None:
        """Go to a link or a button, and press it."""
        self.reach(SAYS, words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name: str, value: str) -> None:
        """Go to a choice, and move through it with the arrows."""
        self.reach(IS_NAMED, name)
        if self.page.evaluate("document.activeElement.type") == "radio":
            self.page.keyboard.press("Space")
        for _option in range(9):
            if self.page.evaluate("document.activeElement.value") == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no arrow leads to {value} of {name}")

    def write(self, name: str, text: str) -> None:
        """Go to a control, and type."""
        self.reach(IS_NAMED, name)
        self.page.keyboard.type(text)

    def tick(self, name: str) -> None:
        """Go to a box, and tick it."""
        self.reach(IS_NAMED, name)
        self.page.keyboard.press("Space")


def test_members_declare_vote_and_sign_with_keys_alone_or_without_a_script(site: Site) -> None:
    session = asked(site)
    by_keys(site.visit("chair"), session)
    without_script(site.stranger(phone=True, scripts=False), session)
    for who, capacity in (("chair", "chair"), ("member2", "mandatary")):
        assert kept(site, who) == (1, ["for"], [capacity]), who


def by_keys(chair: Visitor, session: UUID) -> None:
    """The chair has a keyboard."""
    keys = Keys(chair)
    chair.go(f"/seances/{session}")
    keys.follow("Déclarer un intérêt")
    keys.choose("situation", "family_link")
    keys.follow("Déclarer")
    assert chair.sees("Votre déport est noté")

    chair.go("/taches")
    keys.follow("Répondre à la consultation")
    keys.choose("answers-0-choice", "for")
    keys.tick("is_read")
    keys.follow("Voter")
    assert chair.sees("C’est fait : Répondre à la consultation")

    chair.go("/taches")
    keys.follow("Signer la convention")
    keys.follow("Recevoir un code pour signer")
    code = re.search(r"\b\d{3}\s?\d{3}\b", chair.site.last_mail("chair@exemple.test", "code").text)
    assert code
    keys.write("code", code[0])
    keys.follow("Confirmer mon identité")
    keys.tick("consent")
    keys.follow("Signer la convention")
    assert chair.sees("C’est fait : Signer la convention")


def without_script(member: Visitor, session: UUID) -> None:
    """The mandatary's browser runs no script."""
    member.sign_in("member2")
    member.go(f"/seances/{session}")
    member.follow("Déclarer un intérêt")
    member.answer(situation="family_link")
    member.send()
    assert member.sees("Votre déport est noté")

    member.open_task("Répondre à la consultation")
    member.answer(answers__0__choice="for", is_read=True)
    member.submit()
    assert member.sees("C’est fait : Répondre à la consultation")

    member.open_task("Signer la convention")
    member.proves("member2")
    member.answer(consent=True)
    member.submit()
    assert member.sees("C’est fait : Signer la convention")


def kept(site: Site, who: str) -> tuple[int, list[str], list[str]]:
    """From how many projects a member stepped back, what they voted, in which capacities they signed."""
    person_id = site.world.people[who]

    def of_person(column: sa.ColumnElement[str], owner: sa.ColumnElement[UUID]) -> list[str]:
        return list(work.connection.scalars(sa.select(column).where(owner == person_id)))

    with site.engine.database.start_reading() as work:
        roles = of_person(Assignment.role, Assignment.person_id)
        voted = of_person(Ballot.choice, Ballot.person_id)
        return roles.count(Role.RECUSED.value), voted, of_person(Signature.capacity, Signature.person_id)
