"""A project is taken over once, whatever its file says of it, and keeps numbers that nobody else is given."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from engine.adoption import files
from engine.adoption.problems import ToCorrect
from engine.clock import FrozenClock, add_months
from engine.committee.models import Decision
from engine.people import basins
from engine.people.models import Basin, Person
from engine.persistence.database import Database
from engine.runtime.models import Task
from tests.integration import adopting
from tests.integration.adopting import followed, refused, signing, take_over
from tests.integration.programme import Programme
from tests.integration.test_adoption import begun_earlier


@pytest.fixture
def programme(database: Database, clock: FrozenClock) -> Programme:
    """A basin whose former partnership agreement is recorded too."""
    return begun_earlier(Programme(database, clock).install())


@pytest.fixture
def on_sqlite(sqlite: Database, clock: FrozenClock) -> Programme:
    """The same on SQLite alone, for what does not depend on the database."""
    return begun_earlier(Programme(sqlite, clock).install())


def test_a_project_that_said_no_siret_is_known_again_when_its_file_says_it(on_sqlite: Programme) -> None:
    row = signing(1, on_sqlite.today)
    take_over(on_sqlite, [row | {"SIRET": ""}])
    for again in (row, row | {"SIRET": ""}):
        outcome = take_over(on_sqlite, [again])
        assert (len(outcome.taken_over), len(outcome.already)) == (0, 1)
    take_over(on_sqlite, [signing(2, on_sqlite.today)])
    without = take_over(on_sqlite, [signing(2, on_sqlite.today) | {"SIRET": ""}])
    assert (len(without.taken_over), len(without.already)) == (0, 1)


def test_two_lines_of_one_name_are_refused_where_one_says_no_siret(on_sqlite: Programme) -> None:
    row = signing(1, on_sqlite.today)
    [told] = refused(
        on_sqlite, row, signing(2, on_sqlite.today) | {"Entreprise": row["Entreprise"], "SIRET": ""}
    )
    assert "Même nom que la ligne 2" in told
    assert told.startswith("Ligne 3")


def declared_number(one: Programme, position: int) -> str:
    """A number like those that this basin's decisions will be given."""
    year = add_months(one.today, -1).year
    with one.database.start_reading() as work:
        return f"{basins.find(work, one.basin_id).code}-{year}-D{position:03}"


def test_a_declared_number_is_not_given_again_to_another_decision(programme: Programme) -> None:
    today = programme.today
    brought = signing(2, today) | {"Numéro de la décision": declared_number(programme, 1)}
    found = take_over(programme, [signing(1, today), brought]).taken_over
    found += take_over(programme, [signing(3, today)]).taken_over
    numbers = []
    for each in found:
        programme.case_id = each.project_id
        numbers.append(programme.project().decision_number)
    assert numbers == [declared_number(programme, each) for each in (2, 1, 3)]


def test_a_number_of_another_basin_is_told_with_what_to_write_instead(on_sqlite: Programme) -> None:
    row = signing(1, on_sqlite.today) | {"Numéro de la décision": "2026-03"}
    take_over(on_sqlite, [row])
    with on_sqlite.work_as("officer") as work:
        other = basins.add(
            work, slug="ailleurs", code="AIL", name="Ailleurs", zone="Europe/Paris", territory=""
        )
        work.connection.execute(sa.update(Decision).values(basin_id=other.id))
    told = refused(on_sqlite, signing(2, on_sqlite.today) | {"Numéro de la décision": "2026-03"})
    assert "Un autre bassin a donné ce numéro" in told[0]
    assert "2026-03" in told[0]


def test_two_officers_who_send_one_file_at_once_take_turns(programme: Programme) -> None:
    rows = [signing(number, programme.today) for number in (1, 2)]
    started = threading.Barrier(2)

    def send(_officer: int) -> tuple[int, int]:
        with programme.work_as("officer") as work:
            work.connection.execute(sa.select(Basin.id)).all()  # As a page does, before it comes to its turn.
            if not programme.database.is_sqlite:
                started.wait(30)
            outcome = files.take_over(work, adopting.table_of(rows), basin_id=programme.basin_id)
            return len(outcome.taken_over), len(outcome.already)

    with ThreadPoolExecutor(2) as officers:
        found = sorted(officers.map(send, range(2)))

    assert found == [(0, 2), (2, 0)]


def test_a_name_that_two_people_bear_is_told_to_whoever_wrote_it(on_sqlite: Programme) -> None:
    with on_sqlite.work_as("officer") as work:
        one = work.database.get_one(Person, on_sqlite.people["mandatary"])
        other = work.database.get_one(Person, on_sqlite.people["successor"])
        other.full_name, name = one.full_name, one.full_name
    with pytest.raises(ToCorrect) as refusal:
        take_over(on_sqlite, [signing(1, on_sqlite.today) | {"Mandataire (courriel)": name}])
    assert "désigne plusieurs personnes" in refusal.value.problems[0].said("fr")
    assert refusal.value.unknown() == [], "nobody is to be invited"
    take_over(on_sqlite, [signing(1, on_sqlite.today)])


def test_the_report_that_was_foreseen_is_the_one_that_is_asked_for(on_sqlite: Programme) -> None:
    rows = [followed(10 + months, on_sqlite.today, months) for months in (0, 1, 2, 4, 5, 11, 16, 17, 18, 21)]
    odd = dict(zip(("29/02/2024", "31/08/2025", "30/11/2025", "31/05/2026"), range(50, 54), strict=True))
    rows += [
        followed(number, on_sqlite.today, 1)
        | dict.fromkeys(("Demande reçue le", "Décision du comité du", "Dernière signature le"), signed_on)
        | dict.fromkeys(("Avance versée le", "Référence du versement"), "")
        for signed_on, number in odd.items()
    ]
    foreseen = {each.project_id: each.next_report_on for each in take_over(on_sqlite, rows).taken_over}

    on_sqlite.play_until(max(day for day in foreseen.values() if day is not None))

    asked = sa.select(Task.case_id, sa.func.min(Task.due_on)).where(Task.step == "follow_up_report")
    with on_sqlite.database.start_reading() as work:
        found = work.connection.execute(asked.group_by(Task.case_id)).all()
    assert {row[0]: row[1] for row in found} == foreseen


def test_a_model_sent_back_empty_is_told_as_such(on_sqlite: Programme) -> None:
    nothing = dict.fromkeys(signing(1, on_sqlite.today), "")

    [told] = refused(on_sqlite, nothing)

    assert told == "Ligne 1 : Aucun projet ne suit les titres : remplissez une ligne par projet."
