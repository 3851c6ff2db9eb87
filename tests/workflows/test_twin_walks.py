"""Every shipped process agrees with its twin that was never saved, whatever is played (D11a, D12, D13)."""

from datetime import timedelta

import pytest

from engine.spiff import parser, waiting, workflow
from tests import effort
from tests.workflows import twins

FILES = twins.reference_files()
OLDER = twins.older_files()
PROCESSES = twins.own_instances(FILES)
LARGEST_STATE = 8_000


def seeds(process: str, sampled: int, exhaustive: int, purpose: str) -> list[int]:
    """Fresh seeds each day, told in a failing test's name, the same in every process of one run."""
    dice = effort.dice("twin walks", purpose, process)
    return [dice.randrange(1_000_000_000) for _ in range(effort.times(sampled, exhaustive))]


def walks(sampled: int, exhaustive: int, purpose: str) -> list:
    """(process, seed) for every process; the whole life of a project is walked more often."""
    return [
        (process, seed)
        for process in PROCESSES
        for seed in seeds(process, sampled * (3 if process == "project" else 1), exhaustive, purpose)
    ]


def test_every_process_that_is_started_is_walked():
    assert {"project", "late_report", "intervention_request"} <= set(PROCESSES)


@pytest.mark.parametrize(("process", "seed"), walks(5, 150, "codec"))
def test_saving_and_restoring_after_every_act_changes_nothing(process, seed):
    walked = twins.walk(FILES, process, seed, steps=effort.times(80, 160))

    assert walked.acts
    assert walked.largest <= LARGEST_STATE


@pytest.mark.parametrize(("process", "seed"), walks(3, 100, "marking"))
def test_rebuilding_from_the_neutral_marking_after_every_act_changes_nothing(process, seed):
    walked = twins.walk(FILES, process, seed, steps=effort.times(80, 160), rebuilding=True)

    assert walked.acts


@pytest.mark.parametrize("rebuilding", [False, True])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_signatures_agree_for_one_two_and_four_signatories(count, rebuilding):
    walked = twins.Twins(FILES, "project", seed=count, rebuilding=rebuilding)
    walked.favour(signatory_count=count, decision_outcome="approved")

    walked.lead_to("sign_agreement")
    positions = sorted(
        waiting.open_step(walked.kept, task).position for task in waiting.open_tasks(walked.kept).values()
    )
    walked.lead_to("plan_interventions")

    assert positions == list(range(count))
    assert walked.acts.count("sign_agreement") == count


@pytest.mark.parametrize("count", [1, 2, 4])
def test_signatures_drawn_within_the_agreement_agree_too(count):
    walked = twins.Twins(OLDER, "project", seed=count)
    walked.favour(signatory_count=count, decision_outcome="approved")

    walked.lead_to("sign_agreement")
    walked.lead_to("plan_interventions")

    assert walked.acts.count("sign_agreement") == count


@pytest.mark.parametrize("seed", seeds("project", 5, 100, "older"))
def test_a_project_of_an_older_version_is_saved_and_restored_as_well(seed):
    walked = twins.walk(OLDER, "project", seed, steps=effort.times(80, 160))

    assert walked.acts
    assert walked.largest <= LARGEST_STATE


def reported(walked: twins.Twins) -> None:
    """The next report opens and is given, on both sides."""
    [opening] = waiting.armed_timers(walked.compare())
    walked.let_come(opening)
    walked.lead_to("follow_up_report")
    walked.complete(twins.sorted_open(walked.compare()), 0)


@pytest.mark.parametrize("rebuilding", [False, True])
@pytest.mark.parametrize("is_longer", [False, True])
def test_a_follow_up_that_waits_for_its_term_may_still_be_lengthened(is_longer, rebuilding):
    walked = twins.Twins(FILES, "follow_up", seed=3, rebuilding=rebuilding)
    walked.favour(follow_up_over=True, intervention_requested=False)
    reported(walked)
    assert waiting.awaited_messages(walked.compare()) == {"follow_up_lengthened"}

    walked.favour(follow_up_over=not is_longer, intervention_requested=False)
    walked.send("follow_up_lengthened")
    walked.favour(follow_up_over=True, intervention_requested=False)
    if is_longer:
        reported(walked)
    [term] = waiting.armed_timers(walked.compare())
    walked.let_come(term)

    walked.compare()
    assert walked.kept.ended
    assert walked.acts.count("follow_up_report") == 1 + is_longer


def test_a_mandatary_kept_three_hundred_times_neither_freezes_nor_grows():
    spec = parser.parse(FILES, "late_report")
    host = twins.usual_host(spec, days_ahead=10)
    state = workflow.start(spec, host, host.decisions())
    sizes, asked = [], 0

    while asked < 300:
        if state.due_at and not any(task.step.id == "keep_or_replace" for task in state.opened):
            host.now = max(host.now, state.due_at)
            state = workflow.fire_timers(spec, state.state, host)
            continue
        chair = next(task for task in state.opened if task.step.id == "keep_or_replace")
        state = workflow.complete(spec, state.state, host, chair.id, host.decisions())
        sizes.append(len(state.state))
        asked += 1

    assert max(sizes) <= LARGEST_STATE
    assert len(set(sizes)) == 1
    assert workflow.send_message(spec, state.state, host, "report_closed").ended


def test_three_hundred_reports_neither_freeze_nor_grow():
    walked = twins.usual_life(FILES, "project")
    reports, sizes = 0, []

    while reports < 300:
        step = walked.play_one()
        if step == "follow_up_report":
            reports += 1
            sizes.append(len(walked.state.state))

    assert max(sizes) <= LARGEST_STATE
    assert max(sizes[100:]) <= max(sizes[:100])
    assert walked.host.now - walked.began > timedelta(days=300)
