"""A newer reference taken over into a draft, and a process that leaves and comes back as a file."""

from __future__ import annotations

import pytest

from engine import errors
from engine.people import basins
from engine.registry import carrying, packaging, versions
from engine.registry.charter import articles
from engine.variants import (
    adopting,
    drafts,
    drawing,
    exchanging,
    following,
)
from tests.integration.variants import VISIT, Shaping, published, renamed


@pytest.fixture
def basin(database, clock):
    return Shaping(database, clock).install()


@pytest.fixture
def light(sqlite, clock):
    return Shaping(sqlite, clock).install()


@pytest.fixture
def nobody_reads_over(monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", frozenset)


def test_a_new_reference_is_offered_and_moves_nobody(basin, nobody_reads_over):
    basin.begin()
    basin.slow_down()
    made = published(basin)
    basin.publish_reference(name="Visiter l’entreprise")

    with basin.database.start_reading() as work:
        behind = following.behind(work)
        now = versions.in_force(work, basin_id=basin.basin_id, on=basin.today)
    assert [(each.basin, each.number) for each in behind] == [("Terres de Lorraine", 1)]
    assert now == made.id


def test_a_draft_takes_a_new_reference_over_with_its_changes(light, nobody_reads_over):
    light.begin()
    light.put(VISIT)
    light.publish_reference(name="Visiter l’entreprise")
    draft = light.draft()
    with light.work_as("officer") as work:
        adopting.adopt(work, draft_id=draft.id, revision=draft.revision, settled={})

    kept = light.draft()
    with light.database.start_reading() as work:
        files = drafts.files_of(work, kept)
        assert following.newer_than(following.references(work), kept.reference_id) is None
    assert "Visiter l’entreprise".encode() in files["appraisal.bpmn"]
    assert b"basin_visite" in files["appraisal.bpmn"]
    assert published(light).is_new


def both_name_it(light) -> None:
    """A step that the basin calls otherwise in its drawing, and the programme in a new reference."""
    draft = light.begin()
    with light.work_as("officer") as work:
        drawn = versions.files_of(work, draft.reference_id)["appraisal.bpmn"]
        drawing.keep(
            work, draft_id=draft.id, revision=draft.revision, process="appraisal",
            text=renamed(drawn, "Accueillir la demande").decode(), reason="C’est ainsi qu’on dit.",
            subject="Instruction",
        )  # fmt: skip
    light.publish_reference(name="Visiter l’entreprise")


def test_what_both_changed_is_decided_by_the_officer(light, nobody_reads_over):
    both_name_it(light)
    draft = light.draft()

    with light.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refused:
        adopting.adopt(work, draft_id=draft.id, revision=draft.revision, settled={})
    with light.work_as("officer") as work:
        adopting.adopt(
            work, draft_id=draft.id, revision=draft.revision,
            settled={("appraisal.bpmn", "qualify"): adopting.Side.OURS},
        )  # fmt: skip

    assert list(refused.value.messages) == ["appraisal.bpmn/qualify"]
    assert "Accueillir la demande" in light.draft().drawn["appraisal.bpmn"]


def test_what_was_shown_is_not_worked_out_again_while_everybody_waits(light, monkeypatch):
    both_name_it(light)
    draft, ours = light.draft(), {("appraisal.bpmn", "qualify"): adopting.Side.OURS}
    with light.database.start_reading() as work:
        adopting.prepare(work, basin_id=light.basin_id, settled=ours)
    monkeypatch.setattr(carrying, "merged", lambda _three: pytest.fail("worked out again"))

    with light.work_as("officer") as work:
        adopting.adopt(work, draft_id=draft.id, revision=draft.revision, settled=ours)

    assert "Accueillir la demande" in light.draft().drawn["appraisal.bpmn"]


def test_a_draft_that_stands_on_the_last_reference_has_nothing_to_take_over(light):
    draft = light.begin()

    with light.work_as("officer") as work, pytest.raises(adopting.NothingNewer):
        adopting.adopt(work, draft_id=draft.id, revision=draft.revision, settled={})


def test_what_is_exported_is_taken_in_again_as_it_was(light):
    light.begin()
    light.slow_down()
    light.put(VISIT)
    draft = light.draft()
    with light.database.start_reading() as work:
        basin = basins.find(work, light.basin_id)
        packed = exchanging.of_draft(work, basin, draft, drafts.files_of(work, draft))
    with light.work_as("officer") as work:
        drafts.abandon(work, draft_id=draft.id, revision=draft.revision)
    again = light.begin()
    with light.work_as("officer") as work:
        folder = packaging.unpack(packed)
        exchanging.take_in(work, draft_id=again.id, revision=again.revision, folder=folder)

    kept = light.draft()
    assert kept.parameters == draft.parameters
    assert kept.changes == draft.changes
    assert kept.reasons["agreement.signature_expiry"]["reason"] == exchanging.IMPORTED
