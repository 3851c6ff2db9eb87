"""A draft that waits while the basin's parameters, versions and drawings change around it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors
from engine.people import basins
from engine.registry import changes as overlay_changes
from engine.registry import current, overlay, parameters, versions
from engine.registry.charter import articles
from engine.registry.models import ProcessVersion
from engine.variants import checking, drafts, drawing, editing, places, publishing, resuming, reviewing
from engine.variants.models import State
from tests.integration.variants import SLOWER, VISIT, Shaping, published, renamed

LONGER = {"follow_up.minimum": "P24M"}


@pytest.fixture
def basin(sqlite, clock, monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", frozenset)
    return Shaping(sqlite, clock).install()


def drawn_as(basin, name):
    """Draw the appraisal in the draft, its first step called otherwise."""
    draft = basin.draft()
    with basin.work_as("officer") as work:
        reference = versions.files_of(work, draft.reference_id)["appraisal.bpmn"]
        return drawing.keep(
            work, draft_id=draft.id, revision=draft.revision, process="appraisal",
            text=renamed(reference, name).decode(), reason="C’est ainsi qu’on dit.", subject="Instruction",
        )  # fmt: skip


def resume(basin):
    draft = basin.draft()
    with basin.work_as("officer") as work:
        return resuming.resume(work, draft_id=draft.id, revision=draft.revision)


def wait_longer(basin, months):
    """Change the current parameter that a published one may not exceed."""
    basin.clock.advance(hours=1)
    with basin.work_as("officer") as work:
        current.change(
            work, basin_id=basin.basin_id, key="follow_up.months", value=months, reason="Décision du comité."
        )


def ask_for_longer(basin):
    draft = basin.draft()
    with basin.work_as("officer") as work:
        editing.set_parameters(
            work, draft_id=draft.id, revision=draft.revision, values=LONGER,
            reasons={"follow_up.minimum": "Deux ans de recul."},
        )  # fmt: skip


def test_a_drawing_that_another_version_gave_up_stays_whole_in_the_draft(basin):
    basin.begin()
    drawn_as(basin, "Accueillir la demande")
    published(basin)
    basin.begin()
    drawn_as(basin, "Recevoir la demande")
    basin.publish_elsewhere()

    resume(basin)

    kept = basin.draft()
    assert [each["kind"] for each in kept.changes] == ["diagram"]
    with basin.database.start_reading() as work:
        files = drafts.files_of(work, kept)
    assert b"Recevoir la demande" in files["appraisal.bpmn"]
    assert published(basin).is_new


def test_a_drawing_that_the_draft_gave_up_is_not_brought_back_alone(basin):
    basin.begin()
    drawn_as(basin, "Accueillir la demande")
    first = published(basin)
    draft = basin.begin()
    with basin.work_as("officer") as work:
        editing.remove_change(
            work, draft_id=draft.id, revision=draft.revision, key="diagram.appraisal", subject="Instruction"
        )
    redraw_elsewhere(basin, first.id)

    resume(basin)

    kept = basin.draft()
    assert (kept.changes, kept.drawn) == ([], {})
    with basin.database.start_reading() as work:
        assert drafts.files_of(work, kept)


def redraw_elsewhere(basin, version_id):
    """Publish the same drawing with other words, beside the draft."""
    with basin.database.start_work() as work:
        made = work.database.get_one(ProcessVersion, version_id)
        drawn = {"appraisal.bpmn": renamed(made.drawn["appraisal.bpmn"].encode(), "Écouter la demande")}
        asked = changes_of(made)
        files = overlay.apply(
            versions.files_of(work, made.reference_id), published=made.parameters, changes=asked, drawn=drawn
        )
        versions.publish(
            work, basin_id=basin.basin_id, files=files, parameters=made.parameters, charter_version="2010",
            effective_on=basin.today, chain=basins.chain_of(work, basin.basin_id),
            reference_id=made.reference_id, made_of=versions.MadeOf(made.changes, drawn, made.reasons),
        )  # fmt: skip


def changes_of(version):
    return overlay_changes.read({"changes": version.changes}, version.drawn)


def test_a_draft_that_the_basin_s_parameters_contradict_by_now_is_not_published(basin):
    wait_longer(basin, 24)
    basin.begin()
    ask_for_longer(basin)
    wait_longer(basin, 18)

    with pytest.raises(editing.Contradicted, match="plus courte que la durée minimale"):
        published(basin)

    wait_longer(basin, 24)
    assert published(basin).is_new


def test_what_waits_for_review_is_held_to_the_same(basin, monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step"}))
    wait_longer(basin, 24)
    basin.begin()
    basin.put(VISIT)
    ask_for_longer(basin)
    wait_longer(basin, 18)
    draft = basin.draft()

    with basin.work_as("officer") as work, pytest.raises(editing.Contradicted):
        reviewing.submit(work, draft_id=draft.id, revision=draft.revision)


def test_a_current_parameter_agrees_with_the_version_that_is_coming(basin):
    wait_longer(basin, 24)
    basin.begin()
    ask_for_longer(basin)
    published(basin, effective_on=basin.today + timedelta(days=10))

    with pytest.raises(errors.InvalidAnswers) as refusal:
        wait_longer(basin, 18)

    assert "plus courte que la durée minimale" in refusal.value.messages["value"][0]
    wait_longer(basin, 30)


def test_a_version_that_another_took_the_place_of_limits_nothing(basin):
    wait_longer(basin, 24)
    basin.begin()
    ask_for_longer(basin)
    published(basin, effective_on=basin.today + timedelta(days=10))
    basin.publish_elsewhere()

    wait_longer(basin, 18)

    with basin.database.start_reading() as work:
        assert current.in_force(work, basin.basin_id)["follow_up.months"] == 18
    assert parameters.defaults()["follow_up.minimum"] == "P18M"


def test_whoever_wrote_a_part_of_a_draft_does_not_read_it_over(basin, monkeypatch):
    """The officer's colleague submits it, and the officer coordinates the programme too: still two eyes."""
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step"}))
    basin.begin()
    draft = basin.put(VISIT, by="coordinator")
    with basin.work_as("officer") as work:
        reviewing.submit(work, draft_id=draft.id, revision=draft.revision)

    for answer in (reviewing.approve, reviewing.return_):
        with basin.work_as("coordinator") as work, pytest.raises(reviewing.SameEyes):
            answer(work, draft_id=draft.id, revision=draft.revision, note="Très bien.")

    with basin.work_as("second") as work:
        reviewing.approve(work, draft_id=draft.id, revision=draft.revision)
    assert basin.draft().state == State.APPROVED


def test_two_who_look_at_once_see_each_step_once(basin, monkeypatch):
    """The steps of a version are read once for all: whoever reads them at the same moment adds nothing."""
    draft, read = basin.begin(), places.drawings.drawings
    places._known.cache_clear()
    with basin.database.start_reading() as work:

        def while_another_reads(of, version_id):
            monkeypatch.setattr(places.drawings, "drawings", read)
            places.of_version(of, version_id)
            return read(of, version_id)

        monkeypatch.setattr(places.drawings, "drawings", while_another_reads)
        found = places.of_version(work, draft.reference_id)
        again = places.of_version(work, draft.reference_id)

    assert len({(each.process, each.step) for each in found}) == len(found) == len(again)


def rewritten(basin, **values):
    """The draft as an older release would have left it."""
    with basin.database.start_work() as work:
        draft = drafts.open_of(work, basin.basin_id)
        for name, value in values.items():
            setattr(draft, name, value)


@pytest.mark.parametrize(
    "values",
    [
        {"changes": [{**VISIT, "form": "a_form_of_before"}]},
        {"changes": [], "drawn": {"appraisal.bpmn": "<a/>"}},
        {
            "changes": [{"kind": "diagram", "process": "appraisal", "reason": "Dessiné."}],
            "drawn": {"appraisal.bpmn": "<a"},
        },
    ],
)
def test_what_this_release_cannot_put_together_is_refused_in_words(basin, values):
    basin.begin()
    rewritten(basin, **values)
    draft = basin.draft()

    for ask in (reviewing.submit, publishing.publish):
        with basin.work_as("officer") as work, pytest.raises(errors.Conflict) as refusal:
            ask(work, draft_id=draft.id, revision=draft.revision)
        assert "brouillon" in refusal.value.message
    with basin.database.start_reading() as work:
        assert checking.composed(work, draft).refusal.message == refusal.value.message


def test_a_draft_goes_on_when_a_release_brings_a_parameter_and_takes_one_away(basin):
    draft = basin.begin()
    before = {**draft.parameters, "a.parameter_of_before": "P1D"}
    del before["committee.adjournment_reminder"]
    rewritten(basin, parameters=before)

    basin.slow_down()

    kept = basin.draft()
    assert kept.parameters == {**draft.parameters, **SLOWER}
    assert published(basin).is_new
