"""The library as we lighten it plays every shipped process as the library that is shipped (decision 0021)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task
from SpiffWorkflow.workflow import Workflow

from engine.spiff import lightened
from tests import effort
from tests.workflows import twins

FILES = twins.reference_files()


@contextmanager
def library_as_shipped() -> Iterator[None]:
    """Give the library back all that was replaced in it; only the form of its identifiers stays ours."""
    shipped: Any = lightened.SHIPPED[0][2]

    def begin(task: Any, *arguments: Any, id: str | None = None, **more: Any) -> None:  # noqa: A002
        shipped(task, *arguments, id=id or lightened.new_task_id(), **more)

    try:
        lightened.replace([(Task, "__init__", begin), *lightened.SHIPPED[1:]])
        yield
    finally:
        lightened.replace(lightened.REPLACEMENTS)


def test_the_library_is_given_back_as_it_was_shipped():
    ours = {name: getattr(Task, name) for name in ("__init__", "_set_state", "children", "_inherit_data")}

    with library_as_shipped():
        assert Task._set_state.__module__ == "SpiffWorkflow.task"
        assert TaskSpec._on_ready.__module__ == "SpiffWorkflow.specs.base"
        assert Workflow.update_waiting_tasks.__module__ == "SpiffWorkflow.workflow"

    assert {name: getattr(Task, name) for name in ours} == ours


def walks() -> list[tuple[str, int]]:
    """(process, seed) for every process; the whole life of a project is walked more often."""
    return [
        (process, seed)
        for process in twins.own_instances(FILES)
        for seed in seeds(process, effort.times(5, 150) * (3 if process == "project" else 1))
    ]


def seeds(process: str, count: int) -> list[int]:
    dice = effort.dice("twin walks", "lightened", process)
    return [dice.randrange(1_000_000_000) for _ in range(count)]


@pytest.mark.parametrize(("process", "seed"), walks())
def test_the_lightened_library_plays_as_the_one_that_is_shipped(process, seed):
    walked = twins.walk(FILES, process, seed, steps=effort.times(80, 160), keeping=library_as_shipped)

    assert walked.acts


def test_an_identifier_is_the_digits_of_a_random_uuid():
    made = {lightened.new_task_id() for _ in range(1000)}

    assert len(made) == 1000
    assert {(len(each), each[12]) for each in made} == {(32, "4")}
    assert {each[16] for each in made} <= set("89ab")
