"""The lists of a project show their twenty newest lines; a link shows those before, nothing lost, nothing twice."""

from __future__ import annotations

import re

import pytest

from engine.outbox import notify
from engine.persistence.unit_of_work import Actor
from engine.projects import documents, everyday
from tests.web.project_pages.reading import PDF, text_of
from tests.web.test_inbox import main_of, statements
from web.projects.papers import SHOWN

MANY = SHOWN + 7


@pytest.fixture
def address(life):
    return f"/projets/{life.case_id}/documents"


@pytest.fixture
def write(engine, world, life, clock):
    """Notes, documents and mails about the project, as many of each as asked."""

    def some(numbers):
        store = documents.Store(engine.documents)
        for number in numbers:
            clock.advance(seconds=1)
            with engine.database.start_work(Actor(world.people["officer"])) as work:
                everyday.write_note(
                    work, project_id=life.case_id, text=f"Relevé n{number}.", audience="operator"
                )
                documents.add(
                    work, store, project_id=life.case_id, name=f"plan-{number}.pdf", content=PDF, kind="other"
                )
                notify.post(
                    work,
                    [
                        notify.row(
                            work, kind="task_opened", recipient_id=world.people["member"],
                            case_id=life.case_id, basin_id=world.basin_id, reference="TDL-2026-001",
                        )
                    ],
                )  # fmt: skip

    return some


def noted(answer) -> list[int]:
    return [int(found) for found in re.findall(r"Relevé n([0-9]+)\.", text_of(answer))]


def joined(answer) -> list[int]:
    return [int(found) for found in re.findall(r"plan-([0-9]+)\.pdf", text_of(answer))]


def links(answer) -> list[str]:
    return [
        each.get("href") for each in main_of(answer).xpath("//a[@class='button button-small']")
        if "tous=" in each.get("href") or "plus récents" in each.text_content()
    ]  # fmt: skip


def test_twenty_are_shown_whole_and_no_link_beside(officer, write, address):
    write(range(SHOWN))

    page = officer.get(address)

    assert len(noted(page)) == len(joined(page)) == SHOWN
    assert [each for each in links(page) if "courriels" not in each] == []


def test_the_newest_are_shown_and_a_link_shows_those_before(officer, write, address):
    write(range(MANY))
    page = officer.get(address)
    assert noted(page) == list(reversed(range(MANY)))[:SHOWN]
    assert "Afficher les 7 plus anciens : Notes et appels" in text_of(page).replace("\u202f", " ")

    [of_notes] = [each for each in links(page) if "tous=notes" in each]
    whole = officer.get(of_notes)

    assert noted(whole) == list(reversed(range(MANY)))
    assert len(joined(whole)) == SHOWN
    [first_older] = main_of(whole).xpath("//*[@id=$place]", place=of_notes.partition("#")[2])
    assert "Relevé n6." in first_older.text_content()


def test_each_list_is_asked_for_on_its_own_and_the_others_stay(officer, write, address):
    write(range(MANY))

    page = officer.get(f"{address}?tous=notes&tous=documents")

    assert len(noted(page)) == len(joined(page)) == MANY
    fewer, notes_fewer, mails = links(page)
    assert (fewer, notes_fewer) == (f"{address}?tous=notes#documents", f"{address}?tous=documents#notes")
    assert "tous=courriels" in mails
    assert len(main_of(page).xpath("//tbody/tr")) == SHOWN


def test_an_unknown_list_in_the_address_is_left_aside(officer, write, address):
    write(range(MANY))

    page = officer.get(f"{address}?tous=ailleurs&tous=%22%3E")

    assert len(noted(page)) == SHOWN
    assert "ailleurs" not in main_of(page).text_content() + "".join(links(page))


def test_the_files_leave_nothing_out(officer, write, address):
    write(range(MANY))

    text = officer.get(f"{address}.csv").get_data(as_text=True)

    assert len(re.findall(r"Relevé n[0-9]+\.", text)) == MANY


def test_the_page_costs_the_same_however_long_its_lists(officer, engine, write, address):
    write(range(2))
    officer.get(address)
    with statements(engine) as few:
        officer.get(address)
    write(range(2, MANY))
    whole = f"{address}?tous=notes&tous=documents&tous=courriels"
    officer.get(whole)
    with statements(engine) as many:
        officer.get(whole)

    assert len(many) == len(few), many
