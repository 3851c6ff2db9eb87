"""A long history is read a page at a time, the latest first, with nothing left out and nothing twice."""

from __future__ import annotations

import re

import pytest

from engine.persistence.unit_of_work import Actor
from engine.projects import everyday
from tests.web.project_pages.reading import text_of
from tests.web.test_inbox import main_of, statements
from web.projects.history_entries import PER_PAGE

NOTES = 2 * PER_PAGE + 20


@pytest.fixture
def address(life):
    return f"/projets/{life.case_id}/historique"


def write_notes(engine, world, life, numbers):
    with engine.database.start_work(Actor(world.people["officer"])) as work:
        for number in numbers:
            everyday.write_note(work, project_id=life.case_id, text=f"Relevé n{number}.", audience="operator")


def noted(answer) -> list[int]:
    return [int(found) for found in re.findall(r"Relevé n([0-9]+)\.", text_of(answer))]


def older(answer) -> list[str]:
    return main_of(answer).xpath("//nav[contains(@class, 'pages')]//a[@rel='next']/@href")


def test_every_entry_is_on_one_page_and_on_one_only(officer, engine, world, life, address):
    write_notes(engine, world, life, range(NOTES))

    page, seen = officer.get(address), []
    pages = [page]
    while older(page):
        page = officer.get(older(page)[0])
        pages.append(page)
    for each in pages:
        seen += noted(each)

    assert len(pages) == 3
    assert seen == list(reversed(range(NOTES)))
    assert "Dossier ouvert" in text_of(pages[-1])
    assert "Le plus récent" not in text_of(pages[0])
    assert main_of(pages[1]).xpath("//nav[contains(@class, 'pages')]//a/@href")[0] == address


def test_all_of_it_is_paged_too_and_stays_all_of_it(officer, engine, world, life, address):
    write_notes(engine, world, life, range(PER_PAGE))

    [following] = older(officer.get(f"{address}?tout=oui"))

    assert "tout=oui" in following
    assert "Dossier ouvert" in text_of(officer.get(following))


def test_a_page_costs_the_same_however_long_the_history(officer, engine, world, life, address):
    write_notes(engine, world, life, range(5))
    officer.get(address)
    with statements(engine) as sent:
        officer.get(address)
    few = len(sent)
    write_notes(engine, world, life, range(5, NOTES))

    with statements(engine) as sent:
        page = officer.get(address)

    assert len(noted(page)) == PER_PAGE
    assert len(sent) == few <= 16, "\n\n".join(sent)


@pytest.mark.parametrize("asked", ["0", "-1", "²", "tout", "9" * 400, ""])
def test_a_page_that_is_not_there_is_no_fault(officer, address, asked):
    assert officer.get(address, query_string={"avant": asked}).status_code == 200


def test_the_api_pages_the_same_history(api, engine, world, life):
    write_notes(engine, world, life, range(30))
    path, seen, cursor = f"/projects/{life.case_id}/history?limit=20", [], ""

    while cursor is not None:
        answer = api.get("officer", f"{path}&cursor={cursor}" if cursor else path).json
        seen += [each["number"] for each in answer["items"]]
        cursor = answer["next"]

    assert len(seen) == len(set(seen)) >= 30
    assert seen == sorted(seen, reverse=True)
