"""The sessions of the committee, what waits for them, and what the chair signs."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from lxml import html

from engine import scheduler
from engine.agreements.models import Signature
from engine.committee import sessions
from engine.committee.models import CommitteeSession, Decision
from engine.outbox.models import CapturedMail
from engine.people import assignments, chairs, directory, proofs
from engine.persistence.unit_of_work import Actor
from tests.web import installation
from tests.web.lives import Life

TODAY = date(2026, 11, 16)
PLAN = {"held_on": "2026-12-10", "kind": "meeting", "starts_at": "14:00", "place": "Salle du conseil"}


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def officer(client, sign_in):
    return sign_in(client, "officer")


def text_of(answer) -> str:
    """What a page says, on one line."""
    return " ".join(html.fromstring(answer.get_data(as_text=True)).text_content().split())


def rows(engine, table):
    """Every row of a table."""
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table)))


def key_of(page) -> str:
    """The hidden key of a page."""
    return re.search(r'name="key" value="([^"]+)"', page.get_data(as_text=True))[1]


def test_a_session_is_planned_once_moved_and_cancelled_with_its_reason(officer, engine):
    answers = {**PLAN, "key": key_of(officer.get("/seances/nouvelle"))}
    for _time in range(2):
        assert officer.post("/seances/nouvelle", data=answers).status_code == 303
    planned = rows(engine, CommitteeSession)
    assert [each.held_on for each in planned] == [date(2026, 12, 10)]

    address = f"/seances/{planned[0].id}"
    assert officer.post(f"{address}/report", data={**PLAN, "held_on": "2026-12-17"}).status_code == 303
    assert "jeudi 17 décembre" in text_of(officer.get("/seances"))
    assert officer.post(f"{address}/annulation", data={"reason": " "}).status_code == 422
    assert officer.post(f"{address}/annulation", data={"reason": "Grève."}).status_code == 303
    assert rows(engine, CommitteeSession)[0].state == "cancelled"
    assert officer.post(f"{address}/annulation", data={"reason": "Encore."}).status_code == 409


def test_two_sessions_on_one_day_are_refused_and_a_past_day_too(officer, engine):
    officer.post("/seances/nouvelle", data=PLAN)

    assert officer.post("/seances/nouvelle", data=PLAN).status_code == 409
    assert officer.post("/seances/nouvelle", data={**PLAN, "held_on": "2026-01-05"}).status_code == 422
    assert len(rows(engine, CommitteeSession)) == 1


def test_a_session_is_noted_as_held_with_who_was_there(officer, engine, world, life):
    session_id = life.session(TODAY)
    page = officer.get(f"/seances/{session_id}/tenue").get_data(as_text=True)
    seats = re.findall(r'name="attendance-[0-9]+-seat_id"[^>]*value="([^"]+)"', page)
    there = {f"attendance-{number}-seat_id": seat for number, seat in enumerate(seats)} | {
        f"attendance-{number}-presence": "present" if number < 2 else "excused"
        for number in range(len(seats))
    }

    answer = officer.post(
        f"/seances/{session_id}/tenue",
        data={"held_on": "2026-11-16", **there, "chaired_by_id": str(world.people["chair"])},
    )

    assert answer.status_code == 303
    kept = rows(engine, CommitteeSession)[0]
    assert (kept.state, len(kept.present_seat_ids)) == ("held", 2)
    assert "Présidée par Chair (démo)" in text_of(officer.get(f"/seances/{session_id}"))


def test_what_is_ready_for_the_next_session_says_since_when_it_waits(client, sign_in, life, clock):
    life.ready()
    clock.advance(days=20)

    said = text_of(sign_in(client, "officer").get("/seances"))

    assert "Prêts pour la prochaine séance 1" in said
    assert "Scierie du Lac (démo)" in said
    assert "20 jours (le 16 nov. 2026) Favorable" in said


def test_only_the_officer_is_offered_to_record_what_is_decided(client, sign_in, life):
    life.ready()

    pages = {who: sign_in(client, who).get("/seances") for who in ("officer", "member2")}

    offered = {
        who: len(
            html.fromstring(page.get_data(as_text=True)).xpath(
                "//main//td//a[starts-with(@href, '/taches/')]"
            )
        )
        for who, page in pages.items()
    }
    assert offered == {"officer": 1, "member2": 0}
    assert "Scierie du Lac (démo)" in text_of(pages["member2"])


def test_an_act_on_a_session_leads_back_to_it(officer, life):
    address = f"/seances/{life.session(TODAY)}"

    for act in ("report", "annulation", "tenue"):
        page = html.fromstring(officer.get(f"{address}/{act}").get_data(as_text=True))

        assert page.xpath("//p[@class='kicker']/a/@href") == [address]
        assert page.xpath("//a[text()='Revenir sans rien changer']/@href") == [address]


def test_the_next_session_shows_what_is_ready_and_a_later_one_says_where_it_goes(officer, engine, life):
    life.ready()
    for day in ("2026-12-10", "2027-01-14"):
        officer.post("/seances/nouvelle", data=PLAN | {"held_on": day})
    following, later = sorted(rows(engine, CommitteeSession), key=lambda each: each.held_on)

    said = text_of(officer.get(f"/seances/{following.id}"))
    said_later = text_of(officer.get(f"/seances/{later.id}"))

    assert "Ordre du jour 1" in said
    assert "Scierie du Lac (démo)" in said
    assert "Scierie du Lac (démo)" not in said_later
    assert "Les dossiers prêts vont d’abord à la prochaine séance." in said_later


def test_the_pace_of_the_year_is_said_and_blocks_nothing(officer, life):
    for month in range(1, 12):
        day = date(2027, month, 10)
        life.session(day)

    assert officer.post("/seances/nouvelle", data={**PLAN, "held_on": "2027-12-10"}).status_code == 303
    assert "Le cahier des charges attend 6 à 10 séances par an" in text_of(officer.get("/seances"))


def test_a_session_whose_day_is_over_is_to_be_noted_not_to_come(client, sign_in, life, clock):
    life.session(TODAY)
    life.session(date(2026, 12, 1))
    clock.advance(days=3)
    officer = sign_in(client, "officer")

    page = html.fromstring(officer.get("/seances").get_data(as_text=True))

    listed = {
        each: " ".join(page.xpath(f"//section[@aria-labelledby='{each}']")[0].text_content().split())
        for each in ("to-note", "coming")
    }
    assert "lundi 16 novembre Passée, à noter" in listed["to-note"]
    assert "Noter comme tenue" in listed["to-note"]
    assert "16 novembre" not in listed["coming"]
    assert "mardi 1er décembre" in listed["coming"]
    assert "Passée, à noter" in officer.get("/seances.csv").get_data(as_text=True)


def test_the_history_dates_a_decision_by_its_session_and_says_when_it_was_typed(client, sign_in, life, clock):
    session_id = life.session(TODAY)
    life.ready()
    clock.advance(days=3)
    life.decision(session_id)
    clock.advance(days=9)
    officer = sign_in(client, "officer")

    said = text_of(officer.get(f"/projets/{life.case_id}/historique"))
    lines = officer.get(f"/projets/{life.case_id}/historique.csv").get_data(as_text=True).splitlines()

    assert "16 novembre 2026, saisi le 19 novembre 2026" in said
    [line] = [each for each in lines if "Décision du comité consignée" in each]
    assert line.startswith("2026-11-16;2026-11-19")


def test_sessions_are_a_file_too_and_another_basin_sees_nothing(client, sign_in, life):
    session_id = life.session(TODAY)

    assert "Salle du conseil" in sign_in(client, "officer").get("/seances.csv").get_data(as_text=True)
    stranger = sign_in(client, "other_officer")
    assert stranger.get(f"/seances/{session_id}").status_code == 404
    assert stranger.post(f"/seances/{session_id}/annulation", data={"reason": "x"}).status_code == 404
    assert stranger.get(f"/seances?bassin={installation.LORRAINE}").status_code == 404


def test_a_member_sees_the_sessions_and_plans_none(client, sign_in, life):
    session_id = life.session(TODAY)
    browser = sign_in(client, "member")

    assert browser.get("/seances").status_code == 200
    assert browser.get(f"/seances/{session_id}/report").status_code == 403
    assert browser.post("/seances/nouvelle", data=PLAN).status_code == 403


def test_an_acting_chair_is_designated_for_a_time(officer, engine, world):
    answer = officer.post(
        "/seances/interim",
        data={"acting_chair_id": str(world.people["member"]), "starts_on": "2026-11-16",
              "ends_on": "2026-11-30", "reason": "Congés"},
    )  # fmt: skip

    assert answer.status_code == 303
    with engine.database.start_reading() as work:
        chair = chairs.chair_in_force(work, world.basin_id, TODAY)
    assert chair is not None
    assert (chair.person_id, chair.acting) == (world.people["member"], True)


# Signatures.


@pytest.fixture
def two_to_sign(engine, world, life) -> list[Life]:
    """A decision and an agreement that wait for the chair."""
    session_id = life.session(TODAY)
    life.to_sign(session_id, TODAY)
    other = Life(
        engine, world,
        installation.open_project(engine, world, siret="00000008300006", name="Tannerie du Lac (démo)"),
    )  # fmt: skip
    other.decided(session_id)
    return [life, other]


@pytest.fixture
def proved(client, sign_in, engine, world):
    """The browser of the chair, who has just typed the code that was asked for several signatures."""
    browser = sign_in(client, "chair")
    with engine.database.start_work(Actor(world.people["chair"])) as work:
        proofs.prove(work, person_id=world.people["chair"], means="signature_code")
    return browser


def test_an_agreement_among_the_acts_asks_for_one_code(client, sign_in, engine, world, two_to_sign):
    browser = sign_in(client, "chair")
    before = browser.get("/signatures")
    assert "Confirmez votre identité" in text_of(before)
    assert "…\N{WORD JOINER}@exemple.test" in text_of(before), "no line is broken within an address"
    [closed] = html.fromstring(before.get_data(as_text=True)).xpath("//input[@name='task'][@disabled]/@value")
    assert closed == str(two_to_sign[0].task("sign_agreement", position=1).id)

    browser.post("/signatures/code")
    assert browser.post("/signatures/code/verifier", data={"code": "12"}).status_code == 401
    code = codes_mailed(engine, world.people["chair"])[-1]
    assert browser.post("/signatures/code/verifier", data={"code": code}).status_code == 303

    after = browser.get("/signatures")
    assert "vous pouvez signer pendant encore 30 minutes." in text_of(after), "no hour of the machine's clock"
    browser.post("/signatures", data=ticked(after))
    assert "2 actes signés" in text_of(browser.get("/signatures"))
    [signed] = rows(engine, Signature)
    assert (signed.identified_by, signed.person_id) == ("signature_code", world.people["chair"])


def test_without_a_code_the_agreement_is_left_and_the_decision_signed(client, sign_in, engine, two_to_sign):
    browser = sign_in(client, "chair")
    answers = ticked(browser.get("/signatures"))

    browser.post("/signatures", data=answers)

    said = text_of(browser.get("/signatures"))
    assert "1 acte signé" in said
    assert "Non signé : Signer la convention, Scierie du Lac (démo). Confirmez votre identité" in said
    assert rows(engine, Signature) == []


def codes_mailed(engine, person_id) -> list[str]:
    """The codes that somebody received, in order."""
    scheduler.deliver_mail(engine)
    mails = [each for each in rows(engine, CapturedMail) if each.recipient_id == person_id]
    found = (re.search(r"\b(\d{6})\b", each.text) for each in mails)
    return [each[1] for each in found if each]


def ticked(page) -> dict[str, object]:
    """What the page sends when everything is ticked and confirmed."""
    document = html.fromstring(page.get_data(as_text=True))
    hidden = {each.get("name"): each.get("value") for each in document.xpath("//main//input[@type='hidden']")}
    hidden.pop("csrf_token", None)
    return {**hidden, "task": document.xpath("//input[@name='task']/@value"), "confirmed": "yes"}


def test_the_chair_signs_several_acts_by_one_confirmation(proved, engine, two_to_sign):
    browser = proved
    page = browser.get("/signatures")
    answers = ticked(page)
    assert len(answers["task"]) == 2

    first = browser.post("/signatures", data=answers)
    said = text_of(browser.get("/signatures"))
    again = browser.post("/signatures", data=answers)

    assert first.status_code == again.status_code == 303
    assert all(each.signed_at is not None for each in rows(engine, Decision))
    assert "2 actes signés" in said
    assert "Rien à signer" in said


def test_what_cannot_be_signed_is_told_and_the_rest_is_signed(proved, engine, two_to_sign):
    browser = proved
    answers = ticked(browser.get("/signatures"))
    agreement = two_to_sign[0].task("sign_agreement", position=1)
    answers[f"document_digest-{agreement.id}"] = "0" * 64

    browser.post("/signatures", data=answers)

    said = text_of(browser.get("/signatures"))
    assert "1 acte signé" in said
    assert "Non signé : Signer la convention, Scierie du Lac (démo)" in said
    assert two_to_sign[0].task("sign_agreement", position=1).id == agreement.id


def test_what_waits_no_more_is_said_not_passed_over(proved, two_to_sign):
    browser = proved
    answers, late = ticked(browser.get("/signatures")), ticked(browser.get("/signatures"))
    decision = str(two_to_sign[1].task("sign_off_decision").id)
    browser.post("/signatures", data={**answers, "task": [decision]})
    browser.get("/signatures")

    browser.post("/signatures", data=late)
    partly = text_of(browser.get("/signatures"))
    wholly = text_of(browser.post("/signatures", data={**late, "key": ""}))

    assert "1 acte signé" in partly
    assert "1 acte coché n’attendait plus votre signature" in partly
    assert "2 actes cochés n’attendaient plus votre signature" in wholly


def test_nothing_is_signed_without_the_confirmation(client, sign_in, engine, two_to_sign):
    browser = sign_in(client, "chair")
    answers = ticked(browser.get("/signatures"))
    del answers["confirmed"]

    answer = browser.post("/signatures", data=answers)

    assert answer.status_code == 422
    assert "Confirmez que vous avez lu ces actes" in text_of(answer)
    assert [each.signed_at for each in rows(engine, Decision)].count(None) == 1


def test_nobody_else_sees_or_signs_what_is_the_chairs(client, sign_in, engine, two_to_sign):
    decision = two_to_sign[1].task("sign_off_decision")
    browser = sign_in(client, "officer")

    assert "Rien à signer" in text_of(browser.get("/signatures"))
    answer = browser.post("/signatures", data={"task": str(decision.id), "confirmed": "yes"})

    assert answer.status_code == 422
    assert two_to_sign[1].task("sign_off_decision").id == decision.id


def test_a_chair_whose_company_left_signs_nothing(client, sign_in, engine, world, two_to_sign):
    browser = sign_in(client, "chair")
    answers = ticked(browser.get("/signatures"))
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        for each in directory.roles_of_organisation(work, world.companies[0]):
            if each.role == "partner_company":
                assignments.end(work, each.assignment_id, reason="Départ", on=TODAY)

    browser.post("/signatures", data=answers)

    said = text_of(browser.get("/signatures"))
    assert "actes signés" not in said
    assert "Non signé : Signer la décision, Tannerie du Lac (démo)" in said
    with engine.database.start_reading() as work:
        assert sessions.decisions_of(work, rows(engine, CommitteeSession)[0].id)[-1].signed_at is None
