"""An administrator has a basin follow the reference: nobody waits for the check, nothing goes unsaid."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import installing
from engine.people import basins
from engine.registry import checks, library, versions
from tests.integration.variants import renamed
from tests.web.installation import LORRAINE
from tests.web.variant_pages import HOME

CHECKLIST = f"/bassins/{LORRAINE}/mise-en-marche"


@pytest.fixture
def administrator(client, sign_in):
    return sign_in(client, "administrator")


@pytest.fixture
def newer(engine):
    """A newer reference, which calls a step otherwise."""
    files = library.reference()
    files["appraisal.bpmn"] = renamed(files["appraisal.bpmn"], "Étudier la demande")
    with engine.database.start_work() as work:
        return versions.publish(
            work, basin_id=None, files=files, parameters={}, charter_version="2010",
            effective_on=work.today(installing.PROGRAMME_ZONE), chain=installing.PROGRAMME_CHAIN,
        )  # fmt: skip


@pytest.fixture
def coming(engine, world):
    """What the basin takes in a month."""
    with engine.database.start_work() as work:
        last = versions.last_version(work, world.basin_id)
        files = versions.files_of(work, last.id)
        files["closure.bpmn"] += b"<!-- relu -->"
        return versions.publish(
            work, basin_id=world.basin_id, files=files, parameters=last.parameters, charter_version="2010",
            effective_on=basins.today(work, world.basin_id) + timedelta(days=30),
            chain=basins.chain_of(work, world.basin_id), reference_id=last.reference_id,
            made_of=versions.MadeOf(last.changes, {}, last.reasons),
        )  # fmt: skip


def test_somebody_else_acts_while_the_check_goes_on(administrator, engine, world, newer, monkeypatch):
    asked = []
    ask = checks.check_version_safely

    def with_an_act(files, context):
        with engine.database.start_work() as work:
            basins.lock(work, world.basin_id)
        asked.append(files)
        return ask(files, context)

    monkeypatch.setattr(checks, "check_version_safely", with_an_act)
    installing.problems_found.cache_clear()

    answer = administrator.post(HOME)

    assert answer.location.endswith(CHECKLIST)
    assert len(asked) == 1
    with engine.database.start_reading() as work:
        last = versions.last_version(work, world.basin_id)
        assert last.reference_id == newer.id
        assert "Étudier la demande" in last.files["appraisal.bpmn"]


def test_the_version_that_gives_way_is_named(administrator, newer, coming):
    administrator.post(HOME)

    page = administrator.get(CHECKLIST).get_data(as_text=True)

    said = f"Version {coming.number + 1} publiée\u202f: le 16 décembre 2026, les nouveaux projets la prennent à la place"
    assert f"{said} de la version {coming.number}, dont elle garde les réglages et les changements." in page


def test_nothing_is_said_of_what_is_in_force(administrator, newer):
    administrator.post(HOME)

    assert "la prennent." in administrator.get(CHECKLIST).get_data(as_text=True)
