"""The child that makes documents is ended at its limits, leaves nothing, and is there for the next one."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine import isolation
from engine.documents import child
from engine.documents.workshop import CHILD, ChildWorkshop, NotTypeset, Silent

STANDARD = "a-2a+ua-1"
SECONDS = 1.5
OPENING = '#set document(title: "T", date: datetime(year: 2026, month: 1, day: 1))\n= T\n'
TEMPLATES = {
    "endless": "#for i in range(1000000000) [x]",
    "nested": "#for i in range(1000000) { for j in range(1000000) {} }",
    "greedy": "#let x = range(100000000).map(i => str(i) * 100)\n#x.len()",
    "good": "#json(bytes(sys.inputs.data)).said",
}


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A folder of templates that take too much, and of a good one."""
    (tmp_path / "words").mkdir()
    (tmp_path / "layout.typ").write_text(OPENING, encoding="utf-8")
    for name, body in TEMPLATES.items():
        (tmp_path / f"{name}.typ").write_text(body + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["endless", "nested"])
def test_a_template_that_never_ends_is_killed_and_the_next_document_is_made(templates, name):
    workshop = ChildWorkshop(templates=templates, seconds=SECONDS)
    workshop.typeset("good", {"said": "a"}, standard=STANDARD)
    before = isolation.child_of(CHILD).pid

    with pytest.raises(Silent):
        workshop.typeset(name, {}, standard=STANDARD)

    assert isolation.child_of(CHILD).pid is None
    assert workshop.typeset("good", {"said": "b"}, standard=STANDARD).startswith(b"%PDF-")
    assert isolation.child_of(CHILD).pid not in {None, before}


def test_a_template_that_takes_all_memory_ends_within_its_own(templates):
    workshop = ChildWorkshop(templates=templates, seconds=SECONDS)

    with pytest.raises((Silent, NotTypeset)):
        workshop.typeset("greedy", {}, standard=STANDARD)

    assert workshop.typeset("good", {"said": "b"}, standard=STANDARD).startswith(b"%PDF-")


def test_no_folder_is_left_behind_even_by_a_child_that_was_killed(templates, tmp_path_factory, monkeypatch):
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    workshop = ChildWorkshop(templates=templates, seconds=SECONDS)

    with pytest.raises(Silent):
        workshop.typeset("nested", {}, standard=STANDARD)

    assert list(folder.iterdir()) == []


def test_a_child_that_is_spent_is_ended_only_once_another_thread_has_its_answer(templates):
    workshop = ChildWorkshop(templates=templates, seconds=20)
    workshop.typeset("good", {"said": "a"}, standard=STANDARD)
    child = isolation.child_of(CHILD)
    os.kill(child.pid, signal.SIGSTOP)  # So that the next question waits for its answer.

    with ThreadPoolExecutor(max_workers=2) as threads:
        asked = threads.submit(workshop.typeset, "good", {"said": "b"}, standard=STANDARD)
        until = time.monotonic() + 10
        while not child._turn.locked() and time.monotonic() < until:
            pass
        retired = threads.submit(isolation.retire, CHILD)
        os.kill(child.pid, signal.SIGCONT)

        assert asked.result().startswith(b"%PDF-")
        retired.result()
    assert child.pid is None


def test_a_child_killed_from_outside_is_replaced(templates):
    workshop = ChildWorkshop(templates=templates, seconds=SECONDS)
    first = workshop.typeset("good", {"said": "a"}, standard=STANDARD)
    killed = isolation.child_of(CHILD).pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)

    with pytest.raises(Silent):
        workshop.typeset("good", {"said": "a"}, standard=STANDARD)

    assert workshop.typeset("good", {"said": "a"}, standard=STANDARD) == first


def test_a_child_left_alone_with_an_endless_question_ends_by_itself():
    def spin() -> None:
        child.allow_processor(0.05)
        while True:
            pass

    process = multiprocessing.get_context("fork").Process(target=spin)
    process.start()
    process.join(20)

    assert process.exitcode is not None
    assert process.exitcode < 0
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY
