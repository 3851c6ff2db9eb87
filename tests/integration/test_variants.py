"""A draft of a basin's process: two officers, one draft, four eyes, a day from which it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import errors
from engine.registry import versions
from engine.registry.charter import articles
from engine.variants import (
    drafts,
    editing,
    publishing,
    resuming,
    reviewing,
)
from engine.variants.models import State
from tests.integration.variants import SLOWER, VISIT, Shaping, published


@pytest.fixture
def basin(database, clock):
    return Shaping(database, clock).install()


@pytest.fixture
def light(sqlite, clock):
    return Shaping(sqlite, clock).install()


@pytest.fixture
def steps_are_read_over(monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", lambda: frozenset({"step", "diagram"}))


@pytest.fixture
def nobody_reads_over(monkeypatch):
    monkeypatch.setattr(articles, "review_asked_for", frozenset)


def submitted(basin):
    draft = basin.draft()
    with basin.work_as("officer") as work:
        reviewing.submit(work, draft_id=draft.id, revision=draft.revision)
    return draft


def test_a_basin_works_on_one_draft_whoever_begins_it(basin):
    first = basin.begin()
    again = basin.begin(by="second")

    assert again.id == first.id
    assert first.parameters["follow_up.minimum"] == "P18M"
    assert basin.events() == ["variants.draft.opened"]


def test_the_second_of_two_officers_is_told_who_changed_what_and_nothing_is_overwritten(basin):
    read_at = basin.begin().revision
    basin.slow_down(by="second", revision=read_at)

    with pytest.raises(drafts.DraftChanged) as refused:
        basin.put(VISIT, revision=read_at)

    kept = basin.draft()
    assert "Second (démo)" in refused.value.message
    assert "les paramètres publiés" in refused.value.message
    assert refused.value.details["when"] == basin.clock.instant
    assert (kept.changes, kept.parameters["agreement.signature_expiry"]) == ([], "P120D")


def test_whoever_changed_it_in_another_window_is_not_told_of_themselves_as_of_a_colleague(light):
    read_at = light.begin().revision
    light.slow_down(revision=read_at)

    with pytest.raises(drafts.DraftChanged) as refused:
        light.put(VISIT, revision=read_at)

    assert "dans une autre fenêtre" in refused.value.message
    assert "les paramètres publiés" in refused.value.message
    assert "(démo)" not in refused.value.message


def test_beside_one_s_own_changes_a_colleague_s_are_told_as_theirs(light):
    read_at = light.begin().revision
    light.slow_down(revision=read_at)
    light.put(VISIT, by="second")

    with pytest.raises(drafts.DraftChanged) as refused:
        light.put(VISIT, revision=read_at)

    assert refused.value.message.startswith("Second (démo) a changé")
    assert "les paramètres publiés" not in refused.value.message


def test_what_the_second_officer_sends_again_knowing_it_stands_beside_the_first_s(light):
    light.begin()
    light.slow_down(by="second")

    light.put(VISIT)

    kept = light.draft()
    assert [each["id"] for each in kept.changes] == ["basin_visite"]
    assert kept.changes[0]["since"] == light.today.isoformat()
    assert kept.reasons["agreement.signature_expiry"]["reason"].startswith("Nos signataires")


def test_a_revision_that_never_was_changes_nothing(light):
    light.begin()

    with pytest.raises(drafts.DraftChanged):
        light.put(VISIT, revision=99)

    assert light.draft().changes == []


def test_a_parameter_out_of_its_bounds_is_refused_with_the_line_that_limits_it(light):
    draft = light.begin()

    with light.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refused:
        editing.set_parameters(
            work, draft_id=draft.id, revision=draft.revision, values={"follow_up.minimum": "P12M"}, reasons={}
        )

    assert "dix-huit mois" in refused.value.messages["follow_up.minimum"][0]


def test_a_parameter_the_basin_chooses_has_its_reason(light):
    draft = light.begin()

    with light.work_as("officer") as work, pytest.raises(errors.InvalidAnswers) as refused:
        editing.set_parameters(
            work,
            draft_id=draft.id,
            revision=draft.revision,
            values=SLOWER,
            reasons={"agreement.signature_expiry": " "},
        )

    assert list(refused.value.messages) == ["agreement.signature_expiry.reason"]


def test_a_change_that_no_overlay_could_hold_is_refused_in_words(light):
    light.begin()

    with pytest.raises(editing.WrongChange) as refused:
        light.put({**VISIT, "point": "anywhere"})

    assert "anywhere" in refused.value.message
    assert light.draft().changes == []


def test_a_change_is_replaced_and_taken_out_again(light):
    light.begin()
    draft = light.put(VISIT)
    with light.work_as("officer") as work:
        editing.put_change(
            work, draft_id=draft.id, revision=draft.revision, change={**VISIT, "due": "P5D"},
            subject="Visite de site", replaces="step.basin-visite",
        )  # fmt: skip
    replaced = light.draft()
    with light.work_as("officer") as work:
        editing.remove_change(
            work, draft_id=draft.id, revision=replaced.revision, key="step.basin-visite", subject="Visite"
        )

    assert [each["due"] for each in replaced.changes] == ["P5D"]
    assert light.draft().changes == []


def test_an_abandoned_draft_is_gone_and_another_begins_afresh(light):
    first = light.begin()
    light.slow_down()
    draft = light.draft()
    with light.work_as("officer") as work:
        drafts.abandon(work, draft_id=draft.id, revision=draft.revision)

    again = light.begin()

    assert again.id != first.id
    assert again.parameters["agreement.signature_expiry"] == "P90D"
    with light.work_as("officer") as work, pytest.raises(drafts.UnknownDraft):
        drafts.lock(work, first.id)


def test_publishing_gives_new_projects_the_version_and_leaves_running_ones_on_theirs(
    basin, nobody_reads_over
):
    basin.begin()
    basin.slow_down()
    before = basin.open()
    was = basin.project_version(before)

    made = published(basin)
    after = basin.open(name="Scierie du Val (démo)", siret="00000002600005")

    assert made.is_new
    assert basin.project_version(before) == was != made.id
    assert basin.project_version(after) == made.id
    assert basin.draft() is None
    assert [each.data["number"] for each in basin.told("variant_published")] == [made.number]
    assert basin.events()[-1] == "variants.draft.published"


def test_what_is_in_force_stays_so_until_the_day_chosen(basin, nobody_reads_over):
    basin.begin()
    basin.slow_down()
    later = basin.today + timedelta(days=30)

    made = published(basin, effective_on=later)

    with basin.database.start_reading() as work:
        now = versions.in_force(work, basin_id=basin.basin_id, on=basin.today)
        then = versions.in_force(work, basin_id=basin.basin_id, on=later)
    assert (now != made.id, then) == (True, made.id)


@pytest.mark.parametrize("days", [-1, 4000])
def test_a_day_that_is_over_or_absurd_is_refused(light, nobody_reads_over, days):
    light.begin()
    light.slow_down()

    with pytest.raises(errors.InvalidAnswers) as refused:
        published(light, effective_on=light.today + timedelta(days=days))

    assert "effective_on" in refused.value.messages


def test_the_next_draft_begins_from_what_the_last_version_is_made_of(light, nobody_reads_over):
    light.begin()
    light.slow_down()
    light.put(VISIT)
    published(light)

    again = light.begin()

    assert [each["id"] for each in again.changes] == ["basin_visite"]
    assert again.parameters["agreement.signature_expiry"] == "P120D"
    assert "agreement.signature_expiry" in again.reasons


def test_a_draft_that_changes_nothing_is_not_published(light, nobody_reads_over):
    light.begin()
    light.slow_down()
    published(light)
    light.begin()

    with pytest.raises(reviewing.NothingDiffers):
        published(light)


def test_a_step_is_read_over_by_another_person_before_it_is_published(basin, steps_are_read_over):
    basin.begin()
    basin.put(VISIT)
    with pytest.raises(publishing.NotApproved):
        published(basin)
    draft = submitted(basin)
    assert len(basin.told("variant_submitted")) == 1
    with pytest.raises(drafts.NotEditable):
        basin.slow_down()

    with basin.work_as("officer") as work, pytest.raises(reviewing.SameEyes):
        reviewing.approve(work, draft_id=draft.id, revision=draft.revision)
    with basin.work_as("coordinator") as work:
        reviewing.approve(work, draft_id=draft.id, revision=draft.revision)

    assert basin.draft().state == State.APPROVED
    assert {each.recipient_id for each in basin.told("variant_reviewed")} == {
        basin.people["officer"], basin.people["second"],
    }  # fmt: skip
    assert published(basin).is_new


def test_a_returned_draft_says_why_and_may_be_changed_again(light, steps_are_read_over):
    light.begin()
    light.put(VISIT)
    draft = submitted(light)

    with light.work_as("coordinator") as work, pytest.raises(errors.InvalidAnswers):
        reviewing.return_(work, draft_id=draft.id, revision=draft.revision, note=" ")
    with light.work_as("coordinator") as work:
        reviewing.return_(work, draft_id=draft.id, revision=draft.revision, note="Dites qui visite.")
    with pytest.raises(publishing.NotApproved):
        published(light)

    light.slow_down()
    kept = light.draft()
    assert (kept.state, kept.review_note) == (State.RETURNED, "Dites qui visite.")


def test_what_was_taken_back_meanwhile_is_not_approved(light, steps_are_read_over):
    light.begin()
    light.put(VISIT)
    draft = submitted(light)
    with light.work_as("second") as work:
        reviewing.take_back(work, draft_id=draft.id, revision=draft.revision)

    with light.work_as("coordinator") as work, pytest.raises(drafts.DraftChanged):
        reviewing.approve(work, draft_id=draft.id, revision=draft.revision)

    assert light.draft().state == State.DRAFT


def test_what_was_read_over_once_is_not_read_over_with_each_parameter(light, steps_are_read_over):
    light.begin()
    light.put(VISIT)
    draft = submitted(light)
    with light.work_as("coordinator") as work:
        reviewing.approve(work, draft_id=draft.id, revision=draft.revision)
    published(light)
    light.begin()
    light.slow_down()

    assert published(light).is_new


def test_parameters_alone_are_not_handed_in_where_only_steps_are_read_over(light, steps_are_read_over):
    light.begin()
    light.slow_down()
    draft = light.draft()

    with light.work_as("officer") as work, pytest.raises(reviewing.ReviewNotAsked):
        reviewing.submit(work, draft_id=draft.id, revision=draft.revision)


def test_a_version_published_meanwhile_is_not_lost(light, nobody_reads_over):
    light.begin()
    light.put(VISIT)
    light.publish_elsewhere()

    with pytest.raises(publishing.PublishedMeanwhile):
        published(light)
    draft = light.draft()
    with light.work_as("officer") as work:
        resuming.resume(work, draft_id=draft.id, revision=draft.revision)

    kept = light.draft()
    assert kept.parameters["committee.adjournment_reminder"] == "P45D"
    assert [each["id"] for each in kept.changes] == ["basin_visite"]
    assert published(light).is_new
