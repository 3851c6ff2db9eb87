"""Of a session, whoever stepped back from an item reads everything but that item: every page, every answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from engine.committee import agenda, diffusion, errata, interests, items, minutes, sessions
from engine.committee.agenda_models import AgendaItem
from engine.documents.models import Paper
from engine.operations import session_papers
from engine.people.models import Person
from engine.persistence.unit_of_work import Actor
from engine.runtime import inbox, tasks
from tests.printing import print_papers
from tests.web.lives import Life
from tests.web.test_interests import seats

TODAY = date(2026, 11, 16)
FIRM = "Scierie du Lac"  # Without its accent, which programs are sent otherwise.
# Other things of the project than the session's; each has its own test of recusal.
VALUES = ("project_id", "session_id", "item_id", "task_id", "paper_id", "slug", "extension")


@pytest.fixture
def sitting(engine, world, project) -> dict[str, object]:
    """A session of today, its agenda sent, with the project on it."""
    life = Life(engine, world, project)
    session_id = life.session(TODAY)
    life.ready()
    own = Life(engine, world, session_id)
    own.do("prepare_agenda", "officer", {"why_so_late": "Dossier arrivé tard."})
    print_papers(engine.database, engine.store)
    with engine.database.start_reading() as work:
        item_id = work.database.scalars(
            sa.select(AgendaItem.id).where(AgendaItem.project_id == project)
        ).one()
    return {"life": life, "own": own, "project_id": project, "session_id": session_id, "item_id": item_id}


def step_back(engine, world, project, who):
    with engine.database.start_work(Actor(world.people[who])) as work:
        interests.declare(work, project_id=project, situation="competitor")


def hold(engine, world, sitting):
    """Hold the session: its minutes are to be drafted, its item to be decided."""
    rows = [{"seat_id": str(seat), "presence": "present"} for seat in seats(engine, world).values()]
    sitting["own"].do(
        "hold_session", "officer",
        {"held_on": TODAY.isoformat(), "attendance": rows, "chaired_by_id": str(world.people["chair"])},
    )  # fmt: skip


def close(engine, world, sitting):
    """Hold the session, decide, draft its minutes: the chair has them to sign."""
    life, own = sitting["life"], sitting["own"]
    hold(engine, world, sitting)
    life.decision(sitting["session_id"])
    life.do("sign_off_decision", "chair", {"decision": "sign"})
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        for item in work.database.scalars(
            sa.select(AgendaItem).where(AgendaItem.decision_id.is_(None), AgendaItem.outcome.is_(None))
        ):
            item.outcome = "noted"
    with engine.database.start_reading() as work:
        body = minutes.draft(work, sessions.find(work, sitting["session_id"]))
    own.do("draft_minutes", "officer", {"body": body})
    print_papers(engine.database, engine.store)


def addresses(flask_app, engine, world, sitting) -> Iterator[str]:
    """Every page, file and answer that can be asked for with what the session has."""
    with engine.database.start_reading() as work:
        papers = list(work.database.scalars(sa.select(Paper.id)))
        open_tasks = [
            each.id
            for case_id in (sitting["project_id"], sitting["session_id"])
            for each in inbox.open_of_case(work, case_id)
        ]
    basin = next(iter(world.basins))
    several = {"paper_id": papers, "task_id": open_tasks}
    adapter = flask_app.url_map.bind("localhost")
    for rule in flask_app.url_map.iter_rules():
        names = rule.arguments - set(rule.defaults or {})
        if "GET" not in rule.methods or not names <= set(VALUES) or rule.endpoint == "static":
            continue
        known = {name: sitting[name] for name in names & set(sitting)} | {"slug": basin, "extension": "csv"}
        wanted = next((name for name in several if name in names), None)
        for each in several.get(wanted, [None]) if wanted else [None]:
            values = {name: known.get(name, each) for name in names}
            yield adapter.build(rule.endpoint, {**(rule.defaults or {}), **values})


def told_in(browse, api, who, address) -> str:
    """What somebody is told there, the browser's page or the program's answer."""
    if address.startswith("/api/v1"):
        answer = api.flask.test_client().get(address, headers={"Authorization": f"Bearer {api.token(who)}"})
    else:
        answer = browse(who).get(address)
    return "" if answer.status_code != 200 else answer.get_data().decode("utf-8", "replace")


@pytest.fixture
def browse(flask_app, sign_in):
    known = {}

    def ask(who):
        if who not in known:
            known[who] = sign_in(flask_app.test_client(), who)
        return known[who]

    return ask


@pytest.mark.parametrize("until", [None, hold, close], ids=["agenda-sent", "held", "minutes-drafted"])
def test_nothing_tells_the_firm_to_whoever_stepped_back(
    flask_app, browse, api, engine, world, project, sitting, until
):
    step_back(engine, world, project, "member3")
    if until is not None:
        until(engine, world, sitting)
    every = list(addresses(flask_app, engine, world, sitting))
    telling = {address for address in every if FIRM in told_in(browse, api, "member2", address)}
    assert any(address.startswith("/seances/") for address in telling), "it would not bite"
    assert any(re.match(r"/api/v1/sessions/.+", address) for address in telling), "it would not bite"

    reference = Life(engine, world, project).project().reference
    leaks = {
        address
        for address in every
        if FIRM in (told := told_in(browse, api, "member3", address))
        or (reference in told and "interets" not in address and "interests" not in address)
    }
    assert leaks == set()


def test_a_task_of_the_session_is_still_theirs_and_says_nothing_of_the_item(engine, world, project, sitting):
    step_back(engine, world, project, "member3")
    with engine.database.start_reading(Actor(world.people["member3"])) as work:
        for each in inbox.open_of_case(work, sitting["session_id"]):
            assert FIRM not in str(tasks.find(work, task_id=each.id))


def test_nothing_of_a_session_tells_a_firm_to_who_sees_figures_and_no_project(
    flask_app, browse, api, engine, world, sitting
):
    close(engine, world, sitting)
    leaks = {
        address
        for address in addresses(flask_app, engine, world, sitting)
        if FIRM in told_in(browse, api, "coordinator", address)
    }
    assert leaks == set()


def test_what_is_written_of_a_session_and_its_link_are_not_for_who_sees_figures_alone(
    flask_app, browse, api, engine, world, sitting
):
    hold(engine, world, sitting)
    written = {"note": "Lire avant.", "remarks": "Débat vif.", "guests": "Une invitée (démo)"}
    with engine.database.start_work() as work:
        session = sessions.find(work, sitting["session_id"])
        session.video_link = "https://visio.exemple.test/salle"
        for name, text in written.items():
            setattr(session, name, text)
        chair, member = (work.database.get_one(Person, world.people[each]) for each in ("chair", "member2"))
        told = {*written.values(), session.video_link, session.late_diffusion_reason, member.full_name}
    every = [f"/seances/{sitting['session_id']}", *addresses(flask_app, engine, world, sitting)]
    read = {
        who: [told_in(browse, api, who, address) for address in every] for who in ("member3", "coordinator")
    }
    seen = {
        who: {each for each in told if any(each in text for text in texts)} for who, texts in read.items()
    }
    assert seen == {"member3": told, "coordinator": set()}
    assert chair.full_name in told_in(browse, api, "coordinator", every[0]), "who presided is no secret"


def test_what_the_officer_typed_of_a_session_names_no_firm_to_whoever_stepped_back(
    flask_app, browse, api, engine, world, project, sitting
):
    step_back(engine, world, project, "member3")
    hold(engine, world, sitting)
    with engine.database.start_work() as work:
        session = sessions.find(work, sitting["session_id"])
        for name in ("note", "remarks", "guests", "late_diffusion_reason"):
            setattr(session, name, f"Surtout pour {FIRM} (démo), {name}.")
    page, dossier = f"/seances/{sitting['session_id']}", f"/seances/{sitting['session_id']}/dossier"
    told = told_in(browse, api, "member2", page)
    assert [each in told for each in ("note.", "remarks.", "guests.", "late_diffusion_reason.")] == [True] * 4
    assert f"{FIRM} (démo), note." in told_in(browse, api, "member2", dossier)

    every = [page, dossier, *addresses(flask_app, engine, world, sitting)]
    assert {each for each in every if FIRM in told_in(browse, api, "member3", each)} == set()
    with engine.database.start_work() as work:
        ordered = sa.select(Paper).where(Paper.kind == "session_dossier").order_by(Paper.variant)
        sheets = [session_papers.sheet(work, each).data["message"] for each in work.database.scalars(ordered)]
    assert [each is None for each in sheets] == [False, True]


def test_a_dossier_sent_before_another_is_not_read_any_more_by_whoever_stepped_back(
    flask_app, browse, api, engine, world, project, sitting
):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        diffusion.diffuse_again(work, sitting["session_id"], reason="Un autre ordre.")
    step_back(engine, world, project, "member3")
    print_papers(engine.database, engine.store)
    with engine.database.start_reading() as work:
        whole = list(
            work.database.scalars(
                sa.select(Paper.id).where(Paper.kind == "session_dossier", Paper.variant == "")
            )
        )
    assert len(whole) == 2
    for paper_id in whole:
        assert browse("member2").get(f"/documents/{paper_id}").status_code == 200
        assert browse("member3").get(f"/documents/{paper_id}").status_code == 404


def test_a_dossier_is_not_read_any_more_by_whoever_steps_back_once_the_session_was_held(
    flask_app, browse, api, engine, world, project, sitting
):
    hold(engine, world, sitting)
    step_back(engine, world, project, "member3")
    with engine.database.start_reading() as work:
        paper_id = work.database.scalars(sa.select(Paper.id).where(Paper.kind == "session_dossier")).one()
    assert browse("member2").get(f"/documents/{paper_id}").status_code == 200
    assert browse("member3").get(f"/documents/{paper_id}").status_code == 404
    assert browse("member3").get(f"/seances/{sitting['session_id']}/dossier").status_code == 200


def test_minutes_do_not_tell_whoever_stepped_back_of_a_firm_that_was_taken_off(
    flask_app, browse, api, engine, world, project, sitting
):
    step_back(engine, world, project, "member3")
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        item = items.find(work, sitting["item_id"])
        agenda.remove(work, sitting["session_id"], key=item.key, reason="Dossier incomplet.")
    hold(engine, world, sitting)
    with engine.database.start_reading() as work:
        body = minutes.draft(work, sessions.find(work, sitting["session_id"]))
    assert FIRM in body
    sitting["own"].do("draft_minutes", "officer", {"body": body})

    address = f"/seances/{sitting['session_id']}/proces-verbal"
    assert FIRM in told_in(browse, api, "member2", address)
    theirs = told_in(browse, api, "member3", address)
    assert "Procès-verbal de la séance du" in theirs
    assert FIRM not in theirs


def test_an_erratum_about_an_item_is_part_of_what_its_reader_stepped_back_from(
    flask_app, browse, api, engine, world, project, sitting
):
    step_back(engine, world, project, "member3")
    close(engine, world, sitting)
    with engine.database.start_reading() as work:
        digest = minutes.latest(work, sitting["session_id"]).body_hash
    sitting["own"].do("sign_minutes", "chair", {"decision": "sign", "document_digest": digest})
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        errata.record(
            work, sitting["session_id"], item_id=sitting["item_id"], wrong="Dix jours.",
            right="Douze jours de la scierie.", reason="Faute de frappe.",
        )  # fmt: skip
    following = sitting["life"].session(TODAY + timedelta(days=20))
    Life(engine, world, following).do("prepare_agenda", "officer", {})
    addresses_of_next = [
        f"/seances/{following}", f"/seances/{following}/dossier", f"/seances/{following}/signature",
        f"/seances/{following}/proces-verbal", f"/api/v1/sessions/{following}/minutes",
    ]  # fmt: skip
    assert any("Douze jours" in told_in(browse, api, "member2", each) for each in addresses_of_next)
    assert not any("Douze jours" in told_in(browse, api, "member3", each) for each in addresses_of_next)
