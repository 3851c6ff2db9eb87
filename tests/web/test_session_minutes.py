"""The chair signs a session on one page; its minutes, its errata and what is observed of it are read by all."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa

from engine.committee import errata, items, minutes, sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.minutes_models import Minutes
from engine.committee.models import Decision
from engine.operations import page_context
from engine.people import committee_seats, recusals
from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox, tasks
from forms import catalogue
from tests.web.lives import Life
from tests.web.project_pages.reading import TODAY, text_of

BODY = "Procès-verbal\nPoint 1. Mécanique\nLe comité agrée le projet."


@pytest.fixture
def life(engine, world, project) -> Life:
    return Life(engine, world, project)


@pytest.fixture
def chair(flask_app, sign_in):
    return sign_in(flask_app.test_client(), "chair")


@pytest.fixture
def session_id(life):
    """A session held today, whose only decision waits for the chair, as do its minutes."""
    found = life.session(TODAY)
    life.decided(found)
    hold(life, found)
    complete(life, found, "draft_minutes", "officer", {"body": BODY})
    return found


def hold(life, session_id):
    with life.engine.database.start_reading() as work:
        seats = committee_seats.seats_in_force(work, life.world.basin_id, TODAY)
    answers = {
        "held_on": TODAY.isoformat(),
        "chaired_by_id": str(life.world.people["chair"]),
        "attendance": [{"seat_id": str(seat.assignment_id), "presence": "present"} for seat in seats],
    }
    with life.engine.database.start_work(Actor(life.world.people["officer"])) as work:
        context = page_context(
            work, "session_held", basin_id=life.world.basin_id, case_id=session_id, channel="json"
        )
        sessions.hold(work, session_id, answers=catalogue.load("session_held", answers, context))


def complete(life, session_id, step, by, answers):
    with life.engine.database.start_work(Actor(life.world.people[by])) as work:
        task = next(each for each in inbox.open_of_case(work, session_id) if each.step == step)
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")


def minutes_of(life, session_id):
    with life.engine.database.start_reading() as work:
        return minutes.latest(work, session_id)


def boxes(page):
    return re.findall(r'name="task" id="sign-[^"]*" value="([^"]+)"', page.get_data(as_text=True))


def sign(client, page, ticked, **more):
    html = page.get_data(as_text=True)
    digests = dict(re.findall(r'name="(document_digest-[^"]+)" value="([^"]*)"', html))
    return client.post(
        page.request.path,
        data={"task": ticked, "confirmed": "yes", "key": re.search(r'name="key" value="([^"]+)"', html)[1],
              **digests, **more},
    )  # fmt: skip


def test_the_chair_reads_each_decision_and_signs_all_at_once(chair, life, session_id):
    page = chair.get(f"/seances/{session_id}/signature")
    said = text_of(page)
    assert "Le comité agrée le projet, par consensus." in said
    assert "6 jours en production" in said
    ticked = boxes(page)
    assert len(ticked) == 2

    answer = sign(chair, page, ticked)

    assert answer.status_code == 303
    with life.engine.database.start_reading() as work:
        assert sessions.find(work, session_id).minutes_signed_on == TODAY
        assert work.database.scalars(sa.select(Decision)).one().number
    assert "la séance est close" in text_of(chair.get(answer.location))


def test_the_chair_signs_item_by_item(chair, life, session_id):
    page = chair.get(f"/seances/{session_id}/signature")
    decision, own_minutes = boxes(page)

    sign(chair, page, [decision])

    left = chair.get(f"/seances/{session_id}/signature")
    assert boxes(left) == [own_minutes]
    assert minutes_of(life, session_id).state == "to_sign"


def test_minutes_ticked_without_their_decisions_are_told_apart(chair, life, session_id):
    page = chair.get(f"/seances/{session_id}/signature")

    answer = sign(chair, page, boxes(page)[1:])

    assert "Des décisions de la séance ne sont pas signées" in text_of(chair.get(answer.location))
    assert minutes_of(life, session_id).state == "to_sign"


def test_nothing_is_signed_unconfirmed_or_unticked(chair, life, session_id):
    page = chair.get(f"/seances/{session_id}/signature")

    for data in ({"task": boxes(page)}, {"confirmed": "yes"}):
        assert (
            chair.post(f"/seances/{session_id}/signature", data={"key": "k" * 32, **data}).status_code == 422
        )
    assert minutes_of(life, session_id).state == "to_sign"


def test_the_chair_sends_the_minutes_back_with_a_reason(chair, life, session_id):
    address = f"/seances/{session_id}/signature/renvoi"
    assert chair.post(address, data={"key": "a" * 32, "reason": ""}).status_code == 422

    too_long = chair.post(address, data={"key": "d" * 32, "reason": "Long. " * 200})
    assert too_long.status_code == 422
    assert "Dites ce qui est à corriger" not in text_of(too_long)
    assert "600" in text_of(too_long)

    assert chair.post(address, data={"key": "b" * 32, "reason": "Le quorum manque."}).status_code == 303

    assert minutes_of(life, session_id).sent_back_reason == "Le quorum manque."
    assert "Le quorum manque." in text_of(chair.get(f"/seances/{session_id}/proces-verbal"))


def test_minutes_that_wait_no_more_cannot_be_sent_back_and_say_why(chair, life, session_id):
    page = chair.get(f"/seances/{session_id}/signature")
    sign(chair, page, boxes(page))

    late = chair.post(
        f"/seances/{session_id}/signature/renvoi", data={"key": "c" * 32, "reason": "Trop tard."}
    )

    assert late.status_code == 422
    assert "Le procès-verbal n’attend plus votre signature" in text_of(late)
    assert "Cochez" not in text_of(late)


def test_the_officer_reads_but_signs_nothing(officer, session_id):
    page = officer.get(f"/seances/{session_id}/signature")

    assert boxes(page) == []
    assert "Le comité agrée le projet" in text_of(page)
    assert "Elle attend la signature de la présidence." in text_of(page)
    assert "vous ne le pouvez pas" not in text_of(page)


def test_who_stepped_back_from_an_item_does_not_read_it(client, sign_in, life, session_id):
    with life.engine.database.start_work() as work:
        recusals.recuse(
            work, case_id=life.case_id, basin_id=life.world.basin_id, person_id=life.world.people["member3"]
        )
    member = sign_in(client, "member3")
    firm = life.project().firm

    for page in ("signature", "proces-verbal"):
        said = text_of(member.get(f"/seances/{session_id}/{page}"))
        assert firm not in said
        assert "agrée le projet" not in said


def closed(life, session_id):
    life.do("sign_off_decision", "chair", {"decision": "sign"})
    digest = minutes_of(life, session_id).body_hash
    complete(life, session_id, "sign_minutes", "chair", {"decision": "sign", "document_digest": digest})


def test_an_erratum_goes_with_signed_minutes(officer, chair, life, session_id):
    address = f"/seances/{session_id}/erratum"
    typed = {"wrong": "Six jours.", "right": "Sept jours.", "reason": "Une faute."}
    assert officer.post(address, data={**typed, "key": "a" * 32}).status_code == 409
    closed(life, session_id)

    assert officer.post(address, data={**typed, "key": "b" * 32}).status_code == 303

    said = text_of(chair.get(f"/seances/{session_id}/proces-verbal"))
    assert "Sept jours." in said
    assert "Le comité agrée le projet." in said
    with life.engine.database.start_reading() as work:
        assert [each.number for each in errata.of_session(work, session_id)] == [1]


def test_a_file_is_shown_to_whoever_stepped_back_from_something_else(client, sign_in, life, session_id):
    closed(life, session_id)
    with life.engine.database.start_work(Actor(life.world.people["officer"])) as work:
        paper_id = minutes.latest(work, session_id).paper_id
        [own] = work.database.scalars(sa.select(AgendaItem).where(AgendaItem.session_id == session_id))
        recusals.recuse(
            work, case_id=life.case_id, basin_id=life.world.basin_id, person_id=life.world.people["member3"]
        )
    member, there = sign_in(client, "member3"), f"paper-{paper_id}"
    pages = [f"/seances/{session_id}", f"/seances/{session_id}/proces-verbal"]
    assert [there in member.get(page).text for page in pages] == [False, False]

    # What they stepped back from was dealt with in another session.
    another = life.session(date(2026, 12, 10))
    with life.engine.database.start_work() as work:
        work.database.get_one(AgendaItem, own.id).session_id = another
    assert [there in member.get(page).text for page in pages] == [True, True]


def test_an_item_put_off_says_so(officer, life):
    found = life.session(TODAY)
    life.ready()
    hold(life, found)
    with life.engine.database.start_reading() as work:
        item = items.standings(work, found)[0].item
    address = f"/seances/{found}/points/{item.id}/suite"
    assert "Reporté à une autre séance" in text_of(officer.get(address))

    answer = officer.post(
        address, data={"outcome": "postponed", "note": "Le dirigeant est absent.", "key": "k" * 32}
    )

    assert answer.status_code == 303
    assert "Le dirigeant est absent." in text_of(officer.get(f"/seances/{found}/signature"))


def test_the_steering_committee_observes_and_is_answered(client, officer, sign_in, life, session_id):
    address = f"/seances/{session_id}/observations"
    steering = sign_in(client, "steering")
    assert steering.post(address, data={"text": "Le quorum ?", "key": "a" * 32}).status_code == 303
    assert "Le quorum ?" in text_of(steering.get(address))
    form = re.search(r'action="(/observations/[^"]+)"', officer.get(address).get_data(as_text=True))[1]

    assert officer.post(form, data={"answer": "Il était atteint.", "key": "b" * 32}).status_code == 303
    assert officer.post(form, data={"answer": "Encore.", "key": "c" * 32}).status_code == 409

    assert "Il était atteint." in text_of(officer.get(address))
    about = f"/projets/{life.case_id}/observations"
    assert about in steering.get(f"/projets/{life.case_id}").get_data(as_text=True)
    assert steering.post(about, data={"text": "Bon projet.", "key": "d" * 32}).status_code == 303
    assert "Bon projet." in text_of(officer.get(about))


def test_minutes_with_an_item_left_open_come_back_as_typed_and_lead_to_it(officer, life):
    found = life.session(TODAY)
    life.ready()
    hold(life, found)
    with life.engine.database.start_reading() as work:
        task = next(each for each in inbox.open_of_case(work, found) if each.step == "draft_minutes")

    answer = officer.post(f"/taches/{task.id}", data={"body": "Mes mots, longtemps pesés."})

    assert answer.status_code == 409
    said = text_of(answer)
    assert f"Il reste à décider : {life.project().firm}." in said
    assert "Mes mots, longtemps pesés." in said
    assert "a changé entre-temps" not in said
    assert f'href="/seances/{found}#point-1"' in answer.get_data(as_text=True)
    assert 'id="point-1"' in officer.get(f"/seances/{found}").get_data(as_text=True)


def test_minutes_that_may_not_be_shown_to_their_chair_are_sent_back_and_not_signed(chair, life, session_id):
    life.do("sign_off_decision", "chair", {"decision": "sign"})
    page = chair.get(f"/seances/{session_id}/signature")
    [own_minutes] = boxes(page)
    with life.engine.database.start_work(Actor(life.world.people["officer"])) as work:
        work.database.get_one(Minutes, minutes.latest(work, session_id).id).body = f"{life.project().firm}."
        recusals.recuse(
            work, case_id=life.case_id, basin_id=life.world.basin_id, person_id=life.world.people["chair"]
        )

    hidden = chair.get(f"/seances/{session_id}/signature")
    assert (boxes(hidden), life.project().firm in text_of(hidden)) == ([], False)
    assert "Renvoyez-le à l’opérateur" in text_of(hidden)
    assert 'name="confirmed"' not in hidden.get_data(as_text=True)

    refused = sign(chair, page, [own_minutes])
    assert "Ce texte nomme, hors de son point" in text_of(chair.get(refused.location))
    assert minutes_of(life, session_id).state == "to_sign"
