"""What was drawn since a project began runs beside it on the reference, and its pages show it so."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.registry import versions
from engine.registry.models import ProcessVersion
from engine.runtime import messages
from engine.runtime.models import Task
from tests.web.project_pages.reading import PARTS, TODAY, text_of

NEW = "other_address"


@pytest.fixture
def satellite(engine, life) -> UUID:
    """A process that only a newer reference has, alive beside a project."""
    with engine.database.start_work() as work:
        newest = work.connection.scalars(versions.REFERENCES).first()
        files = versions.files_of(work, newest)
        text = files["invalid_address.bpmn"].decode("utf-8")
        drawn = text.replace("invalid_address", NEW).replace("Adresse invalide", "Autre adresse")
        reference = versions.publish(
            work, basin_id=None, files={**files, f"{NEW}.bpmn": drawn.encode("utf-8")}, parameters={},
            charter_version="2010", effective_on=TODAY, chain=UUID(int=2),
        ).id  # fmt: skip
        messages.start_satellite(work, case_id=life.case_id, process=NEW, routing={})
    return reference


def test_every_page_of_the_project_is_there(officer, life, satellite):
    for part in PARTS:
        assert officer.get(f"/projets/{life.case_id}{part}").status_code == 200, part


def test_its_drawing_is_the_one_it_runs_on(officer, life, satellite):
    page = officer.get(f"/projets/{life.case_id}/parcours?processus={NEW}")
    picture = officer.get(f"/projets/{life.case_id}/schema/{NEW}.svg")
    diagram = officer.get(f"/projets/{life.case_id}/schema/{NEW}.bpmn")

    assert "Autre adresse" in text_of(page)
    assert "En cours : Autre adresse : téléphoner." in picture.get_data(as_text=True).replace("\u202f", " ")
    assert f'id="{NEW}"'.encode() in diagram.data


def test_the_project_s_own_processes_stay_those_of_its_version(officer, engine, life, satellite):
    diagram = officer.get(f"/projets/{life.case_id}/schema/appraisal.bpmn").get_data(as_text=True)

    with engine.database.start_reading() as work:
        own = work.database.scalars(
            sa.select(ProcessVersion).where(ProcessVersion.basin_id.is_not(None)).limit(1)
        ).one()
        assert diagram == own.files["appraisal.bpmn"]


def test_its_task_is_opened_like_any_other(officer, engine, satellite):
    with engine.database.start_reading() as work:
        task = work.database.scalars(sa.select(Task).where(Task.process == NEW)).one()

    assert task.version_id == satellite
    assert "Autre adresse : téléphoner" in text_of(officer.get(f"/taches/{task.id}")).replace("\u202f", " ")
