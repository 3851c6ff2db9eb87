"""Nothing is left of what was said of a project whose time is over, wherever it was; nothing is added."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.committee import interests, observations
from engine.persistence import history
from engine.projects import corrections, documents, everyday, recording
from engine.projects.models import Document
from engine.retention import emptying
from tests.integration.forgetting import play, problems
from tests.integration.programme import FIRM


def test_nothing_more_is_written_in_a_skeleton(rejected, store):
    rejected.clock.advance(days=365 * 2)
    play(rejected, store, days=40)
    case_id, record_id = rejected.case_id, rejected.rows(Document)[0].id
    said = {"text": "Mme Dupré a rappelé.", "audience": "committee"}

    def refused(by, act, **how):
        with pytest.raises(recording.ProjectErased), rejected.work_as(by) as work:
            act(work, project_id=case_id, **how)

    refused("officer", everyday.write_note, **said)
    refused("officer", everyday.note_call, correspondent="X", summary="Y", called_on=rejected.today)
    refused("officer", corrections.strike_out, record_id=record_id, reason="X", correction="Y")
    refused("officer", corrections.correct, record_id=record_id, reason="X", changes={})
    refused("chair", interests.declare, situation="competitor", is_recused=True)
    refused("officer", observations.write, text="X")
    with pytest.raises(recording.ProjectErased), rejected.work_as("officer") as work:
        documents.add(work, store, project_id=case_id, name="x.pdf", content=b"%PDF-1.4 x")


def test_what_a_session_said_of_a_project_goes_with_it_though_it_names_nobody(rejected, store):
    entries = history.history.c
    with rejected.database.start_work() as work:
        items = emptying.table("agenda_item")
        item = work.connection.execute(
            sa.select(items.c.id, items.c.session_id).where(items.c.project_id == rejected.case_id)
        ).first()
        assert item is not None
        for about, said in ((item.id, "Son épouse est malade."), (rejected.basin_id, "La salle est prise.")):
            work.record(
                "committee.item.removed", chain=item.session_id, subject=item.session_id,
                basin_id=rejected.basin_id, item=about, content={"reason": said},
            )  # fmt: skip
    rejected.clock.advance(days=365 * 2)
    play(rejected, store, days=40)

    with rejected.database.start_reading() as work:
        told = list(
            work.connection.scalars(
                sa.select(entries.content).where(entries.kind == "committee.item.removed")
            )
        )
    assert [each for each in told if each is not None] == ['{"reason":"La salle est prise."}']
    assert problems(rejected) == []


def test_an_incident_of_a_session_that_quotes_the_firm_goes_with_it(rejected, store):
    incident = emptying.table("incident")
    with rejected.database.start_work() as work:
        for number, trace in enumerate((f"refused: {FIRM['contact_name']}", "refused: nobody")):
            work.connection.execute(
                sa.insert(incident).values(
                    id=UUID(int=number), case_id=UUID(int=7), basin_id=rejected.basin_id,
                    instance_id=UUID(int=7), process="committee_session", step="minutes", operation="x",
                    error="ValueError", trace=trace, actor_id=UUID(int=0), occurred_at=work.now,
                )
            )  # fmt: skip
    rejected.clock.advance(days=365 * 2)
    play(rejected, store, days=40)

    with rejected.database.start_reading() as work:
        kept = work.connection.scalars(sa.select(incident.c.trace).order_by(incident.c.id))
        assert list(kept) == ["", "refused: nobody"]
