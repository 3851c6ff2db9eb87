"""One instance of a repeated step, done by mistake, is waited for again."""

import pytest

from engine.spiff import reopening, workflow
from tests.unit.spiff import drawing as draw
from tests.unit.spiff.drawing import Desk, names, one


def repeated(*, sequential: bool = False):
    """Three sign, then somebody does what comes next; a refusal ends it."""
    task = draw.user("sign", draw.instances("n", sequential=sequential, until="refused"))
    return one(draw.start(), task, draw.user("next"), draw.end(), flows="s>sign sign>next next>e")


def begun(spec, desk, *done):
    """Three are asked to sign, and those at some positions have: the state, and the ids by position."""
    now = workflow.start(spec, desk, {"n": 3, "refused": False})
    ids = {each.position: each.id for each in now.opened}
    for position in done:
        now = workflow.complete(spec, now.state, desk, ids[position], {})
    return now, ids


def reopen(spec, now, desk, position):
    return reopening.reopen(spec, now.state, desk, process="p", step="sign", position=position)


def open_ids(spec, now):
    return {each.position: each.id for each in workflow.open_steps(spec, now.state)}


def test_the_instance_opens_under_another_identifier_and_the_others_stay():
    spec, desk = repeated(), Desk()
    now, ids = begun(spec, desk, 1)

    again = reopen(spec, now, desk, 1)

    assert [(each.position, each.step.id) for each in again.opened] == [(1, "sign")]
    assert again.opened[0].id != ids[1]
    assert again.closed == []
    assert open_ids(spec, again) == {0: ids[0], 1: again.opened[0].id, 2: ids[2]}


def test_the_step_is_over_only_once_it_is_done_again():
    spec, desk = repeated(), Desk()
    now, ids = begun(spec, desk, 0, 1)
    now = reopen(spec, now, desk, 0)
    for position in (2, 0):
        now = workflow.complete(spec, now.state, desk, open_ids(spec, now)[position], {})
        assert names(now) == ([] if position == 2 else ["next"])
    assert ids[0] not in open_ids(spec, now).values()


def test_an_instance_may_be_opened_again_more_than_once_and_a_refusal_still_ends_the_step():
    spec, desk = repeated(), Desk()
    now, _ids = begun(spec, desk, 2)
    for _turn in range(3):
        now = reopen(spec, now, desk, 2)
        last = workflow.complete(spec, now.state, desk, open_ids(spec, now)[2], {})
        now = last
    now = reopen(spec, last, desk, 2)

    ended = workflow.complete(spec, now.state, desk, open_ids(spec, now)[2], {"refused": True})

    assert names(ended) == ["next"]


def test_what_was_opened_again_is_rebuilt_from_its_marking():
    spec, desk = repeated(), Desk()
    now, _ids = begun(spec, desk, 0, 2)
    again = reopen(spec, now, desk, 2)

    rebuilt = workflow.rebuild(spec, again.marking, desk)

    assert {each.position for each in workflow.open_steps(spec, rebuilt)} == {1, 2}
    for position in (1, 2):
        last = workflow.complete(spec, rebuilt, desk, open_ids(spec, again)[position], {})
        rebuilt = last.state
    assert names(last) == ["next"]


def test_nothing_opens_where_it_is_still_waited_for_or_the_step_is_over_or_taken_in_turn():
    spec, desk = repeated(), Desk()
    fresh, _ids = begun(spec, desk)
    waits, _ids = begun(spec, desk, 0)
    over, _ids = begun(spec, desk, 0, 1, 2)
    for now, position in ((fresh, 0), (waits, 1), (over, 1)):
        with pytest.raises(workflow.NotWaiting):
            reopen(spec, now, desk, position)

    in_turn = repeated(sequential=True)
    first = workflow.start(in_turn, desk, {"n": 2, "refused": False})
    with pytest.raises(workflow.NotWaiting):
        reopen(in_turn, first, desk, 0)
