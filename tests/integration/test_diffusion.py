"""An agenda is sent to each seat with its dossier; members receive it, and calendars follow the session."""

from __future__ import annotations

from datetime import date, timedelta

import icalendar
import pytest
import sqlalchemy as sa

from engine.committee import (
    agenda,
    bound_dossiers,
    candidates,
    diffusion,
    dossier,
    interests,
    invitations,
    sessions,
)
from engine.committee.agenda_models import Diffusion
from engine.documents.models import Paper
from engine.operations import mail, page_context, session_papers
from engine.outbox import delivery, events
from engine.outbox.models import Message, Outcome
from engine.outbox.smtp import SmtpTransport
from engine.people import committee_seats, recusals
from engine.settings import Settings
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned
from tests.mail_server import MailServer

HELD = date(2026, 12, 10)
MEMBERS = ("chair", "prescriber", "mandatary", "successor")
SETTINGS = Settings(environment="test", base_url="https://alize.test", mail_from="Alizé <alize@exemple.test>")


@pytest.fixture
def programme(database, clock) -> Programme:
    """A basin at work with a file that is ready."""
    found = Programme(database, clock).install()
    found.appraise()
    return found


@pytest.fixture
def sitting(programme) -> Sitting:
    """A session whose agenda can be sent."""
    return planned(programme, HELD, starts_at="14:30", place="Maison de l’entreprise, Toul")


def read(programme, statement):
    with programme.database.start_reading() as work:
        return list(work.database.scalars(statement))


def step_back(programme, name: str) -> None:
    with programme.work_as("officer") as work:
        recusals.recuse(
            work, case_id=programme.case_id, basin_id=programme.basin_id, person_id=programme.people[name]
        )


def gathered(programme, paper: Paper) -> dict:
    with programme.database.start_reading() as work:
        return dict(session_papers.sheet(work, paper).data)


def test_each_seat_is_sent_the_agenda_and_the_whole_dossier(programme, sitting):
    sitting.diffuse(message="Merci de lire le premier dossier.")

    [paper] = read(programme, sa.select(Paper).where(Paper.kind == "session_dossier"))
    assert (paper.name, paper.audience, paper.variant) == (
        f"Ordre du jour {sitting.row.number}.pdf",
        "committee",
        "",
    )
    lines = read(programme, sa.select(Diffusion))
    assert {each.person_id for each in lines} == {programme.people[name] for name in MEMBERS}
    assert {each.paper_id for each in lines} == {paper.id}
    assert sorted(each.position for each in lines) == [0, 1, 2, 3]
    told = read(programme, sa.select(Message.recipient_id).where(Message.kind == "session_agenda"))
    assert sorted(told) == sorted(each.person_id for each in lines)
    data = gathered(programme, paper)
    assert data["message"] == "Merci de lire le premier dossier."
    [item] = data["items"]
    assert (item["number"], item["title"], item["need"]) == (
        1,
        "Mécanique du Grand Pré (démo)",
        "6 jours de compétences",
    )
    assert [each["title"] for each in item["sections"]] == [
        "Le projet", "Appréciations du prescripteur", "Besoins en compétences",
    ]  # fmt: skip


def test_whoever_stepped_back_is_sent_a_dossier_without_that_project(programme, sitting):
    step_back(programme, "successor")
    sitting.diffuse()

    papers = {each.person_id: each.paper_id for each in read(programme, sa.select(Diffusion))}
    theirs = papers.pop(programme.people["successor"])
    assert len(set(papers.values())) == 1
    [paper] = read(programme, sa.select(Paper).where(Paper.id == theirs))
    data = gathered(programme, paper)
    assert (data["items"], data["left_out"]) == ([], 1)
    assert "Grand Pré" not in str(data)


def test_stepping_back_afterwards_gives_another_dossier(programme, sitting):
    sitting.diffuse()
    step_back(programme, "successor")
    with programme.work_as("officer") as work:
        sessions.lock(work, sitting.id)
        bound_dossiers.follow_recusal(work, sitting.id, programme.people["successor"])
        bound_dossiers.follow_recusal(
            work, sitting.id, programme.people["officer"]
        )  # They were sent nothing.

    papers = read(programme, sa.select(Paper).order_by(Paper.variant).where(Paper.kind == "session_dossier"))
    assert [bool(each.variant) for each in papers] == [False, True]
    theirs = read(
        programme, sa.select(Diffusion.paper_id).where(Diffusion.person_id == programme.people["successor"])
    )
    assert theirs == [papers[1].id]


def test_coming_back_to_a_project_gives_the_whole_dossier_again(programme, sitting):
    sitting.diffuse()
    with programme.work_as("successor") as work:
        declared = interests.declare(work, project_id=programme.case_id, situation="competitor").id
    [without] = theirs(programme, "successor")
    with programme.work_as("successor") as work:
        interests.end(work, declared, reason="La société a été vendue.")

    assert theirs(programme, "successor") == theirs(programme, "chair") != [without]


def theirs(programme, name):
    """The dossiers that a member was given."""
    mine = sa.select(Diffusion.paper_id).where(Diffusion.person_id == programme.people[name])
    return read(programme, mine)


def test_a_member_receives_the_agenda_once_whatever_they_click(programme, sitting):
    sitting.diffuse()
    for _again in range(2):
        with programme.work_as("mandatary") as work:
            diffusion.acknowledge(work, sitting.id)
    with programme.work_as("officer") as work, pytest.raises(diffusion.NotAReader):
        diffusion.acknowledge(work, sitting.id)

    with programme.database.start_reading() as work:
        received = {each.person_id: each.through for each in diffusion.receipts(work, sitting.id)}
    assert received[programme.people["mandatary"]] == "page"
    assert list(received.values()).count(None) == 3
    assert sitting.own.kinds().count("committee.diffusion.acknowledged") == 1


def test_an_agenda_sent_again_is_to_be_received_again_in_the_same_places(programme, sitting):
    with programme.work_as("officer") as work, pytest.raises(diffusion.NotDiffused):
        diffusion.diffuse_again(work, sitting.id, reason="Essai.")
    sitting.diffuse()
    with programme.work_as("mandatary") as work:
        diffusion.acknowledge(work, sitting.id)
    with programme.work_as("officer") as work:
        agenda.add(work, sitting.id, title="Calendrier")
        diffusion.diffuse_again(work, sitting.id, reason="Un point de plus.")

    with programme.database.start_reading() as work:
        assert all(each.acknowledged_at is None for each in diffusion.receipts(work, sitting.id))
    lines = read(programme, sa.select(Diffusion).order_by(Diffusion.version, Diffusion.position))
    assert [each.seat_id for each in lines[:4]] == [each.seat_id for each in lines[4:]]
    versions = read(
        programme, sa.select(Paper.version).where(Paper.kind == "session_dossier").order_by(Paper.version)
    )
    assert versions == [1, 2]


def test_the_dossier_takes_as_many_statements_for_one_project_as_for_several(programme, sitting):
    for _more in range(3):
        programme.appraise()
    sitting.diffuse()
    said = []
    with programme.database.start_reading() as work:
        session = sessions.find(work, sitting.id)
        sa.event.listen(work.connection, "before_cursor_execute", lambda *args: said.append(args[2]))
        found = dossier.of(work, session)

    assert len(found.entries) == 4
    assert len(said) <= 7, said


# ── Calendars ────────────────────────────────────────────────────────────────────────────────────────────


def delivered(programme) -> list:
    """The mails that leave now, as their readers get them."""
    with MailServer() as server:
        settings = SETTINGS
        delivery.deliver_due(
            programme.database,
            settings,
            SmtpTransport(server.url),
            200,
            hooks=mail.mail_hooks(programme.database),
        )
        return list(server.received)


def moved(sitting: Sitting, day: date, **answers: object) -> None:
    with sitting.programme.work_as("officer") as work:
        sessions.move(
            work, sitting.id, answers={"held_on": day, "kind": "meeting", "starts_at": "09:00", **answers}
        )


def outcomes(programme, kind: str) -> set[str | None]:
    return set(read(programme, sa.select(Message.outcome).where(Message.kind == kind)))


def event_of(programme, sitting, kind: str) -> events.CalendarEvent:
    with programme.database.start_reading() as work:
        message = work.database.scalars(
            sa.select(Message).where(Message.kind == kind, Message.case_id == sitting.id)
            .order_by(Message.created_at.desc())
        ).first()  # fmt: skip
        found = invitations.facts(work, message).event
        assert found is not None
        return found


def test_the_dossier_tells_which_reports_are_late_whose_they_are_and_since_when(programme):
    programme.decide()
    programme.prepare()
    for position in range(4):
        programme.sign(position)
    programme.play_until(programme.today + timedelta(days=100))
    report = programme.task("follow_up_report")
    sitting = planned(programme, programme.today + timedelta(days=20))
    sitting.diffuse()

    [paper] = read(programme, sa.select(Paper).where(Paper.subject_id == sitting.id))
    assert gathered(programme, paper)["late"] == [
        {
            "firm": programme.project().firm,
            "mandatary": "Mandatary (démo)",
            "due_on": report.due_on.isoformat(),
            "days": (programme.today - report.due_on).days,
        }
    ]


def test_an_event_lasts_as_long_as_the_officer_said_and_the_next_ones_as_long(programme):
    long = planned(programme, HELD + timedelta(days=20), starts_at="14:00", duration_minutes=180)
    assert event_of(programme, long, "session_invitation").minutes == 180

    after = planned(programme, HELD + timedelta(days=50), starts_at="14:00")
    assert after.row.duration_minutes == 180
    with programme.work_as("officer") as work:
        form = page_context(work, "session_plan", basin_id=programme.basin_id)
        assert form.prefill["duration_minutes"] == 180
        answers = {"held_on": after.row.held_on, "kind": "meeting", "starts_at": "14:00"}
        sessions.move(work, after.id, answers={**answers, "duration_minutes": 90})
    assert event_of(programme, after, "session_moved").minutes == 90
    with programme.work_as("officer") as work:
        sessions.move(work, after.id, answers={**answers, "place": "Mairie"})
    assert after.row.duration_minutes == 90


def test_an_invitation_is_an_event_that_a_calendar_takes_in(programme, sitting):
    event = event_of(programme, sitting, "session_invitation")
    content = events.written(
        event, now=programme.clock.instant, domain="exemple.test", sender="alize@exemple.test",
        attendee="membre@exemple.test", url="https://alize.test/seances/1",
    )  # fmt: skip
    calendar = icalendar.Calendar.from_ical(content)
    [entry] = calendar.walk("VEVENT")
    assert calendar["method"] == "REQUEST"
    assert (entry["uid"], entry["sequence"]) == (f"{sitting.id.hex}@exemple.test", 0)
    assert entry["dtstart"].dt.isoformat() == "2026-12-10T13:30:00+00:00"
    assert (entry["dtend"].dt - entry["dtstart"].dt) == timedelta(hours=2)
    assert (str(entry["location"]), str(entry["organizer"])) == (
        "Maison de l’entreprise, Toul",
        "mailto:alize@exemple.test",
    )
    assert entry["organizer"].params["CN"] == "Officer (démo)"


def test_each_change_has_a_higher_sequence_even_when_only_the_place_does(programme, sitting):
    moved(sitting, HELD, place="Mairie de Toul")
    assert event_of(programme, sitting, "session_moved").sequence == 1
    moved(sitting, HELD + timedelta(days=1))
    event = event_of(programme, sitting, "session_moved")
    assert (event.sequence, event.day, event.method) == (2, HELD + timedelta(days=1), events.Method.REQUEST)

    with programme.work_as("officer") as work:
        sessions.cancel(work, sitting.id, reason="Neige.")
    event = event_of(programme, sitting, "session_cancelled")
    assert (event.sequence, event.method) == (3, events.Method.CANCEL)


def test_a_session_moved_twice_before_any_mail_leaves_is_told_of_once(programme, sitting):
    moved(sitting, HELD + timedelta(days=1))
    moved(sitting, HELD + timedelta(days=2))
    mails = delivered(programme)

    assert outcomes(programme, "session_invitation") >= {Outcome.MOOT.value}
    sent = read(
        programme, sa.select(Message).where(Message.kind == "session_moved", Message.outcome == "sent")
    )
    assert {each.data["sequence"] for each in sent} == {2}
    assert len(sent) == len(MEMBERS)
    assert mails


def told_of_tasks(programme) -> str:
    """What the mails that leave now say, in plain words."""
    plain = [each.get_body(("plain",)) for each in delivered(programme)]
    words = " ".join(" ".join(each.get_content().split()) for each in plain)
    assert "pour Comité" not in words
    return words


def test_a_mail_about_minutes_to_sign_calls_the_session_by_its_day(programme, sitting):
    sitting.diffuse()
    programme.play_until(HELD)
    programme.complete("committee_decision", "officer", programme.decision(session_id=str(sitting.id)))
    programme.complete("sign_off_decision", "chair", {"decision": "sign"})
    sitting.hold()
    sitting.submit_minutes("Le comité approuve.")

    assert "pour la séance du 10 décembre 2026" in told_of_tasks(programme)


def test_a_mail_about_an_answer_to_give_calls_the_consultation_by_its_day(programme):
    sitting = planned(programme, HELD, "written")
    with programme.work_as("officer") as work:
        for each in candidates.of_basin(work, programme.basin_id):
            agenda.add(work, sitting.id, key=each.key)
    sitting.diffuse()

    assert "pour la consultation écrite du 10 décembre 2026" in told_of_tasks(programme)


def test_a_session_that_was_cancelled_or_held_invites_nobody_any_more(programme, sitting):
    with programme.work_as("officer") as work:
        sessions.cancel(work, sitting.id, reason="Neige.")
    delivered(programme)

    sent = read(
        programme, sa.select(Message.kind).where(Message.case_id == sitting.id, Message.outcome == "sent")
    )
    assert set(sent) == {"session_cancelled"}


def test_a_consultation_in_writing_lasts_the_whole_day(programme):
    sitting = planned(programme, HELD, "written")

    event = event_of(programme, sitting, "session_invitation")
    assert (event.starts_at, event.summary) == (
        None,
        "Consultation écrite du comité d’agrément – Terres de Lorraine",
    )


def test_whoever_sits_since_the_invitations_left_is_invited_once(programme, sitting):
    assert invitations.invite_newcomers(programme.database) == 0
    with programme.work_as("officer") as work:
        committee_seats.give_seat(
            work, basin_id=programme.basin_id, person_id=programme.people["expert"],
            organisation_id=programme.firms["lender"],
        )  # fmt: skip

    # Two sessions are still to come: this one, and the one of the bench.
    assert invitations.invite_newcomers(programme.database) == 2
    assert invitations.invite_newcomers(programme.database) == 0
    told = read(
        programme, sa.select(Message.case_id).where(Message.recipient_id == programme.people["expert"])
    )
    assert sitting.id in told
