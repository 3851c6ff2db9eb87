"""A person reads all that is held on them, is erased on request, and the history verifies before and after."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import doctor
from engine.outbox.models import Message
from engine.people import assignments, basins, permissions, persons
from engine.people.models import Account, Assignment, Role
from engine.persistence import anchors, history
from engine.persistence.unit_of_work import Actor
from engine.projects import documents, everyday
from engine.projects.models import Document, Project
from engine.retention import contents, emptying, erasing, obstacles, plans
from engine.retention.models import Erasure
from engine.runtime import cases
from engine.runtime.models import Draft
from tests.integration.programme import LONG_AGO


def leave(programme, name: str) -> None:
    """End every role of somebody in the basin."""
    with programme.database.start_work() as work:
        held = assignments.of_person(work, programme.people[name])
        for each in held:
            if each.valid_to is None and each.case_id is None:
                assignments.end(work, each.id, reason="départ")


def problems(programme):
    with programme.database.start_reading() as work:
        return list(doctor.history_problems(work))


def person(programme, name):
    with programme.database.start_reading() as work:
        return persons.find(work, programme.people[name])


def anchored(programme) -> None:
    with programme.database.start_work() as work:
        leaves = anchors.anchor_basin(
            work, basin_id=programme.basin_id, table=cases.instance, chain=cases.instance.c.id
        )
        anchors.add(work, basin_id=programme.basin_id, leaves=leaves)
    with programme.database.start_work() as work:
        leaves = anchors.anchor_basin(
            work, basin_id=0, table=history.chain_head, chain=history.chain_head.c.chain_id
        )
        anchors.add(work, basin_id=0, leaves=leaves)


def contents_of(programme) -> str:
    with programme.database.start_reading() as work:
        return "\n".join(
            work.connection.scalars(
                sa.select(history.history.c.content).where(history.history.c.content.is_not(None))
            )
        )


def test_whoever_has_roles_is_not_erased_and_is_told_what_to_do_first(rejected):
    with pytest.raises(obstacles.CannotErase) as refused:
        erasing.erase(rejected.database, rejected.people["prescriber"])

    assert "mettez-y fin d’abord" in refused.value.message
    assert person(rejected, "prescriber").erased_at is None


def test_an_open_task_forbids_it(programme):
    programme.open()
    programme.complete("qualify", "officer", programme.qualification())
    with programme.database.start_work() as work:
        held = (
            work.connection.execute(
                sa.select(Assignment.id).where(
                    Assignment.case_id == programme.case_id, Assignment.role == "prescriber"
                )
            )
            .scalars()
            .all()
        )
    assert held
    with pytest.raises(obstacles.CannotErase) as refused:
        erasing.erase(programme.database, programme.people["prescriber"])
    assert "attend cette personne" in refused.value.message
    assert "remplacez-la" in refused.value.message


def test_in_the_middle_of_a_signature_it_is_refused_even_to_who_has_signed(programme):
    programme.appraise()
    programme.decide()
    programme.prepare()
    programme.sign(0)
    head = programme.project().sme_head_id

    with pytest.raises(obstacles.CannotErase) as refused:
        erasing.erase(programme.database, head)

    assert "Une signature est en cours" in refused.value.message
    with programme.database.start_reading() as work:
        assert persons.find(work, head).erased_at is None
        assert work.connection.execute(sa.select(Erasure.id)).first() is None


def test_what_is_kept_is_said_before(rejected):
    leave(rejected, "prescriber")
    with rejected.database.start_reading() as work:
        found = obstacles.preview(work, rejected.people["prescriber"])

    assert not found.obstacles
    assert any("dans un projet" in each for each in found.kept)
    assert "L’historique de ses actes" in found.kept[-1]


def test_everything_that_is_theirs_goes_and_the_history_verifies_with_its_anchors(rejected, store):
    leave(rejected, "prescriber")
    anchored(rejected)
    who = rejected.people["prescriber"]
    assert "Mme Prescriber" in contents_of(rejected)
    erasing.erase(rejected.database, who)
    contents.sweep(rejected.database, store)

    found = person(rejected, "prescriber")
    assert (found.full_name, found.search_name, found.email, found.phone) == (
        "Personne effacée",
        "",
        None,
        None,
    )
    said = contents_of(rejected)
    assert "Prescriber" not in said
    assert "prescriber@" not in said
    assert "Rien à signaler" in said
    with rejected.database.start_reading() as work:
        for table in (Account, Draft):
            assert work.connection.execute(sa.select(table).where(table.person_id == who)).first() is None
        mails = work.database.scalars(sa.select(Message).where(Message.recipient_id == who)).all()
        assert mails
        assert all(each.data == {} and each.outcome == "moot" for each in mails)
        document = work.database.scalars(sa.select(Document).where(Document.recorded_by == who)).one()
        assert (document.name, document.content_hash) == ("Document effacé", "")
        assert work.database.scalars(sa.select(Erasure)).one().finished_at is not None
        assert work.database.get_one(Project, rejected.case_id).contact_name != "Personne effacée"
    assert not [each for each in store.folder.rglob("*") if each.is_file()]
    assert problems(rejected) == []
    anchored(rejected)
    assert problems(rejected) == []


@pytest.mark.parametrize(("name", "signed"), [("prescriber", True), ("officer", False)])
def test_the_file_of_a_signed_project_and_what_an_officer_received_stay(rejected, store, name, signed):
    who = rejected.people[name]
    with rejected.work_as(name) as work:
        documents.add(work, store, project_id=rejected.case_id, name="bilan.pdf", content=b"%PDF-1.4 b")
    with rejected.database.start_work() as work:
        effective_on = rejected.today if signed else None
        work.connection.execute(
            sa.update(Project).where(Project.id == rejected.case_id).values(effective_on=effective_on)
        )
    leave(rejected, name)
    erasing.erase(rejected.database, who)
    contents.sweep(rejected.database, store)

    with rejected.database.start_reading() as work:
        kept = set(work.connection.scalars(sa.select(Document.name).where(Document.recorded_by == who)))
    assert "bilan.pdf" in kept
    assert "Document effacé" not in kept


def test_more_entries_than_a_statement_takes_are_emptied(rejected, monkeypatch):
    monkeypatch.setattr(emptying, "AT_ONCE", 2)
    leave(rejected, "prescriber")
    with rejected.work_as("officer") as work:
        for day in range(5):
            everyday.write_note(
                work, project_id=rejected.case_id, text=f"Mme Prescriber, {day}", audience="committee"
            )
    erasing.erase(rejected.database, rejected.people["prescriber"])

    assert "Prescriber" not in contents_of(rejected)
    assert problems(rejected) == []


def test_an_incident_that_quotes_somebody_is_emptied_wherever_it_happened(rejected):
    incident = emptying.table("incident")
    with rejected.database.start_work() as work:
        work.connection.execute(
            sa.insert(incident).values(
                id=rejected.case_id, case_id=rejected.case_id, basin_id=0, instance_id=rejected.case_id,
                process="committee_session", step="minutes", operation="x", error="ValueError",
                trace="ValueError: Pia Prescriber", actor_id=rejected.case_id, occurred_at=work.now,
            )
        )  # fmt: skip
    leave(rejected, "prescriber")
    erasing.erase(rejected.database, rejected.people["prescriber"])

    with rejected.database.start_reading() as work:
        assert work.connection.execute(sa.select(incident.c.trace)).scalar_one() == ""


def test_a_part_that_was_to_end_later_ends_with_the_erasure(rejected):
    who = rejected.people["prescriber"]
    leave(rejected, "prescriber")
    with rejected.database.start_work() as work:
        work.connection.execute(
            sa.update(Assignment)
            .where(Assignment.person_id == who, Assignment.case_id == rejected.case_id)
            .values(valid_to=rejected.today + timedelta(days=90))
        )
    erasing.erase(rejected.database, who)

    with rejected.database.start_reading() as work:
        ends = set(work.connection.scalars(sa.select(Assignment.valid_to).where(Assignment.person_id == who)))
    assert ends == {rejected.today}


def test_nobody_is_erased_twice(rejected):
    leave(rejected, "prescriber")
    erasing.erase(rejected.database, rejected.people["prescriber"])
    before = problems(rejected)
    with pytest.raises(obstacles.AlreadyErased):
        erasing.erase(rejected.database, rejected.people["prescriber"])
    erasing.carry_out(rejected.database, rejected.people["prescriber"])
    assert before == problems(rejected) == []


def test_two_administrators_at_once_erase_somebody_once(rejected):
    leave(rejected, "prescriber")
    who = rejected.people["prescriber"]

    def erase(_number):
        try:
            return erasing.erase(rejected.database, who)
        except obstacles.AlreadyErased:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(erase, range(2))) == [False, True]
    erasing.carry_out(rejected.database, who)
    with rejected.database.start_reading() as work:
        kinds = list(
            work.connection.scalars(
                sa.select(history.history.c.kind).where(history.history.c.kind.like("retention.%"))
            )
        )
    assert len(kinds) == len(set(kinds)), "each thing is said once"
    assert problems(rejected) == []


def test_the_head_of_a_rejected_project_is_erased_from_its_contact_too(rejected):
    head = rejected.project().sme_head_id
    erasing.erase(rejected.database, head)

    project = rejected.project()
    assert (project.contact_name, project.contact_email, project.contact_phone) == (
        "Personne effacée",
        None,
        None,
    )
    assert project.need  # The file itself is kept for its time: what is written there was said before.
    assert problems(rejected) == []


def test_what_was_begun_is_finished_by_the_tick(rejected, store, monkeypatch):
    leave(rejected, "prescriber")
    who = rejected.people["prescriber"]
    with monkeypatch.context() as broken, pytest.raises(ZeroDivisionError):
        broken.setattr(erasing, "finish", lambda *_: 1 / 0)
        erasing.erase(rejected.database, who)
    assert person(rejected, "prescriber").full_name == "Pia Prescriber"
    with pytest.raises(obstacles.AlreadyErased):
        erasing.erase(rejected.database, who)

    plans.forget_due(rejected.database, store)
    assert person(rejected, "prescriber").full_name == "Personne effacée"
    assert problems(rejected) == []


def test_somebody_with_parts_in_two_basins_is_erased_by_who_looks_after_both(rejected):
    who = rejected.people["prescriber"]
    with rejected.database.start_work() as work:
        other = basins.add(work, slug="meuse", code="MEU", name="Meuse")
        second = assignments.assign(
            work, role=Role.STEERING, basin_id=other.id, person_id=who, from_date=LONG_AGO
        )
        assignments.end(work, second.id, reason="départ")
        admins = {}
        for name, basin_ids in (("one", [rejected.basin_id]), ("both", [rejected.basin_id, other.id])):
            admins[name] = persons.add(work, full_name=f"Admin {name}").id
            for basin_id in basin_ids:
                assignments.assign(
                    work,
                    role=Role.ADMINISTRATOR,
                    basin_id=basin_id,
                    person_id=admins[name],
                    from_date=LONG_AGO,
                )
    leave(rejected, "prescriber")

    def ask(actor_id):
        with rejected.database.start_reading(Actor(actor_id)) as work:
            erasing.require_may_erase(work, who)

    ask(admins["both"])
    for refused in (admins["one"], rejected.people["officer"], rejected.people["chair"]):
        with pytest.raises(permissions.MissingPermission):
            ask(refused)
