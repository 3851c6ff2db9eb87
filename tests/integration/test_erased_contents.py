"""A content that is to be removed, and that somebody sends again at the same instant: it stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from engine.documents.store import Store
from engine.projects import documents
from engine.retention import contents
from tests.integration.programme import Programme

FILE = b"%PDF-1.4 the same in two projects"
AT_MOST = 0.5  # Seconds during which the removal may overtake the act that is held open.


@pytest.fixture
def programme(database, clock):
    made = Programme(database, clock).install()
    made.open()
    return made


def test_a_file_that_is_sent_while_it_is_removed_elsewhere_is_found_afterwards(programme, tmp_path):
    store, sent, removed = Store(tmp_path), Event(), Event()
    with programme.database.start_work() as work:
        contents.note(work, [store.keep(FILE)])

    def send():
        with programme.work_as("officer") as work:
            found = documents.add(
                work, store, project_id=programme.case_id, name="bilan.pdf", content=FILE
            ).content_hash
            work.database.flush()
            sent.set()
            removed.wait(AT_MOST)
        return found

    def remove():
        sent.wait()
        done = contents.sweep(programme.database, store)
        removed.set()
        return done

    with ThreadPoolExecutor(2) as threads:
        hash_, done = threads.submit(send), threads.submit(remove)

    assert done.result() == 0
    assert store.read(hash_.result()) == FILE


def test_a_file_that_nothing_holds_is_removed_and_written_again_when_it_is_sent(programme, tmp_path):
    store = Store(tmp_path)
    content_hash = store.keep(FILE)
    with programme.database.start_work() as work:
        contents.note(work, [content_hash])

    assert contents.sweep(programme.database, store) == 1
    assert not store.path(content_hash).exists()
    with programme.work_as("officer") as work:
        documents.add(work, store, project_id=programme.case_id, name="bilan.pdf", content=FILE)

    assert store.read(content_hash) == FILE
