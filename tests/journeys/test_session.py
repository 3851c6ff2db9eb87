"""A session of the committee from its year's plan to its erratum, by the officer, the members and the chair."""

from __future__ import annotations

import email
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import scheduler
from engine.committee.agenda_models import AgendaItem, Diffusion
from engine.committee.models import CommitteeSession, Decision
from engine.demo.dossier import Dossier
from engine.outbox.models import CapturedMail
from tests.journeys.basin import FIRM
from tests.journeys.site import PHONE, Site, Visitor, person


def planned(officer: Visitor, kind: str = "meeting", days: int = 10) -> UUID:
    """The officer plans the year: its first session is some days away."""
    site = officer.site
    officer.go("/seances")
    officer.follow("Prévoir l’année")
    day = site.today + timedelta(days=days)
    answers = {"held_on": day.isoformat(), "kind": kind}
    if kind == "meeting":
        answers |= {"starts_at": "14 h", "place": "Salle du conseil, Toul"}
    officer.answer(**{f"sessions__0__{name}": value for name, value in answers.items()})
    officer.send()
    assert officer.errors() == []
    with site.engine.database.start_reading() as work:
        found = sa.select(CommitteeSession.id).where(CommitteeSession.held_on == day)
        return work.connection.scalars(found).one()


def printed(site: Site) -> None:
    """The machine makes the documents that acts asked for, and sends what waits for them."""
    scheduler.make_papers(site.engine)
    scheduler.deliver_extracts(site.engine)
    scheduler.make_papers(site.engine)
    site.basin.post()


def entry_of(mail: CapturedMail) -> str:
    """The calendar entry joined to a mail."""
    parts = email.message_from_string(mail.source).walk()
    [entry] = [part for part in parts if part.get_content_type() == "text/calendar"]
    return bytes(entry.get_payload(decode=True)).decode()


def diffused(officer: Visitor, session: UUID) -> None:
    """The officer sends the agenda."""
    officer.go(f"/seances/{session}")
    officer.follow("Diffuser l’ordre du jour")
    officer.answer(message="Merci de lire le dossier du séchoir en entier.")
    officer.submit()
    assert officer.errors() == []
    printed(officer.site)


def acknowledged(member: Visitor, *, button: str = "Accuser réception") -> None:
    """The member says that the dossier is received, which opens it: a document of two pages or more."""
    form = member.page.locator("main form", has=member.page.get_by_role("button", name=button))
    hidden = form.locator("input[type=hidden]").all()
    given = {each.get_attribute("name") or "": each.get_attribute("value") or "" for each in hidden}
    answer = member.page.request.post(form.get_attribute("action") or "", form=given)
    assert answer.headers["content-type"] == "application/pdf", answer.url
    assert answer.body().startswith(b"%PDF")


def item_of(site: Site, session: UUID, dossier: Dossier) -> UUID:
    """The item of a project on a session's agenda."""
    with site.engine.database.start_reading() as work:
        found = sa.select(AgendaItem.id).where(
            AgendaItem.session_id == session, AgendaItem.project_id == dossier.case_id
        )
        return work.connection.scalars(found).one()


def held(officer: Visitor, session: UUID, *, chair: str = "chair") -> None:
    """The officer notes who is there: everybody."""
    officer.open_task("Tenir la séance")
    rows = officer.page.locator("main [name^='attendance-'][name$='-presence']")
    names = {rows.nth(at).get_attribute("name") or "" for at in range(rows.count())}
    officer.answer(**{name.replace("-", "__"): "present" for name in names})
    officer.answer(chaired_by_id=person(officer.site.world, chair))
    officer.submit()
    assert officer.errors() == []
    assert session


def test_a_session_from_the_plan_of_the_year_to_its_erratum(site: Site) -> None:
    lived(site)


@pytest.mark.repeated
@pytest.mark.postgresql
def test_a_session_from_the_plan_of_the_year_to_its_erratum_on_postgresql(postgres_site: Site) -> None:
    lived(postgres_site)


def lived(site: Site) -> None:
    """A session as its officer, its members, its chair and the steering committee live it."""
    dossier = site.basin.appraised()
    officer = site.visit("officer")
    session = planned(officer)
    invited = site.last_mail(site.world.emails["member2"])
    assert "METHOD:REQUEST" in entry_of(invited)
    assert f"/seances/{session}" in invited.text
    officer.go(f"/seances/{session}")
    assert officer.sees(FIRM), "what is ready is on the agenda by itself"
    officer.check(PHONE)
    diffused(officer, session)

    # On a phone in the car park: the dossier is read, an interest declared, the item is gone.
    member = site.visit("member2", phone=True)
    member.go(f"/seances/{session}/dossier")
    assert member.sees(FIRM)
    member.check()
    acknowledged(member)
    officer.go(f"/seances/{session}")
    assert officer.sees("Reçu le")
    member.go(f"/seances/{session}/dossier")
    member.page.locator("main details summary").first.click()
    member.follow("Déclarer un intérêt")
    member.answer(situation="competitor")
    member.answer(details="Nous vendons le même bois.")
    member.send()
    assert member.errors() == []
    member.go(f"/seances/{session}/dossier")
    assert FIRM not in member.text()
    assert member.status_of(f"/projets/{dossier.case_id}") == 404
    printed(site)
    with site.engine.database.start_reading() as work:
        sent = work.database.scalars(sa.select(Diffusion).where(Diffusion.session_id == session)).all()
    papers = {each.paper_id for each in sent if each.person_id == site.world.people["member2"]}
    assert papers.isdisjoint(each.paper_id for each in sent if each.person_id == site.world.people["chair"])

    # The day comes: who is there, what is decided, under the chair's signature.
    site.wait_until(site.today + timedelta(days=10), hour=15)
    held(officer, session)
    officer.open_task("Consigner la décision")
    officer.answer(
        outcome="approved", mandatary_id=person(site.world, "member"),
        human_means__0__company_id=str(site.basin.organisations["lender"]),
        human_means__0__domain="production", human_means__0__days="6",
    )  # fmt: skip
    officer.submit()
    assert officer.errors() == []
    officer.open_task("Rédiger le procès-verbal")
    body = officer.page.locator("main [name=body]")
    assert FIRM in body.input_value(), "drafted from what was recorded"
    body.fill(body.input_value() + "\n\nLe comité remercie l’entreprise de son accueil.")
    officer.submit()
    assert officer.errors() == []

    chair = site.visit("chair", phone=True)
    chair.go(f"/seances/{session}/signature")
    assert chair.sees("Le comité remercie l’entreprise de son accueil.")
    chair.check()
    for box in chair.page.locator("main [name=task]").all():
        box.check()
    chair.page.locator("main [name=confirmed]").check()
    chair.press("Signer ce qui est coché")
    assert chair.sees("Le procès-verbal est signé : la séance est close.")
    printed(site)

    with site.engine.database.start_reading() as work:
        decision = work.database.scalars(
            sa.select(Decision).where(Decision.project_id == dossier.case_id)
        ).one()
    assert "notify_decision" in dossier.steps(), "the extract woke the project's process"
    told = [each.kind for each in site.mails_to(site.world.emails["member"])]
    assert "minutes_available" in told
    officer.go(f"/seances/{session}/proces-verbal")
    assert officer.sees(str(decision.number))
    officer.check(PHONE)
    officer.follow("Établir un erratum")
    officer.answer(wrong="accueil", right="accueil, le 12 novembre", reason="La date de la visite manquait.")
    officer.send()
    assert officer.errors() == []
    printed(site)
    officer.go(f"/seances/{session}/proces-verbal")
    assert officer.sees("La date de la visite manquait.")

    steering = site.visit("steering")
    steering.go(f"/seances/{session}/proces-verbal")
    assert steering.sees("La date de la visite manquait.")
    steering.go(f"/seances/{session}/observations")
    steering.answer(text="Le sous-préfet salue le projet.")
    steering.send()
    officer.go(f"/seances/{session}/observations")
    assert officer.sees("Le sous-préfet salue le projet.")


def test_a_consultation_in_writing_is_answered_on_telephones_and_decides(site: Site) -> None:
    dossier = site.basin.appraised()
    officer = site.visit("officer")
    session = planned(officer, "written")
    officer.go(f"/seances/{session}")
    assert officer.sees("Une consultation écrite ne porte que sur les points choisis ici.")
    officer.press("Ajouter à l’ordre du jour")
    diffused(officer, session)

    asked = [mail.text for mail in site.mails_to(site.world.emails["member2"])]
    assert any("est consulté par écrit jusqu’au" in " ".join(text.split()) for text in asked)
    assert any("/taches/" in text for text in asked), "a link opens the answer itself"
    for who, choice in (("chair", "for"), ("member2", "for"), ("member3", "against")):
        member = site.visit(who, phone=True)
        member.open_task("Répondre à la consultation")
        assert member.sees(FIRM)
        member.check()
        member.answer(answers__0__choice=choice, is_read=True)
        member.submit()
        assert member.errors() == []
    officer.go(f"/seances/{session}")
    assert not officer.sees("Votes notés"), "nobody reads the answers while others are awaited"

    site.wait_until(site.today + timedelta(days=11))
    officer.open_task("Tenir la séance")
    officer.submit()
    assert officer.errors() == []
    officer.go(f"/seances/{session}")
    assert officer.sees("Votes notés")
    officer.open_task("Consigner la décision")
    officer.answer(
        outcome="complementary_diagnostic", question="Le séchoir convient-il ?",
        expert_id=person(site.world, "expert"),
        complementary_due_on=(site.today + timedelta(days=20)).isoformat(),
    )  # fmt: skip
    officer.submit()
    assert officer.errors() == []
    site.visit("chair").does("Signer la décision", decision="sign")
    assert "complementary_diagnostic" in dossier.steps() or "notify_decision" in dossier.steps()
