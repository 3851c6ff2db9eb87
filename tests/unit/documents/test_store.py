"""Contents lie under their hash: written whole or not at all, once, and found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.documents.store import DocumentNotFound, NoRoomForFile, Store, digest_of

CONTENT = b"%PDF-1.7 a letter"


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "documents")


def files_of(store: Store) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_a_content_is_kept_once_under_its_hash(store):
    kept = [store.keep(CONTENT), store.keep(CONTENT)]

    assert kept == [digest_of(CONTENT)] * 2
    assert files_of(store) == [store.path(digest_of(CONTENT))]
    assert store.read(kept[0]) == CONTENT


def test_an_unknown_content_is_not_found(store):
    with pytest.raises(DocumentNotFound):
        store.read(digest_of(CONTENT))


def test_a_content_that_cannot_be_written_whole_leaves_nothing(store, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("engine.documents.store.os.fsync", full)
        with pytest.raises(NoRoomForFile):
            store.keep(CONTENT)

    assert files_of(store) == []
    assert store.read(store.keep(CONTENT)) == CONTENT


def test_a_content_that_is_being_written_does_not_look_like_one_that_is(store, monkeypatch):
    seen = []
    with monkeypatch.context() as patched:
        patched.setattr(
            "engine.documents.store.os.fsync", lambda _: seen.extend(path.name for path in files_of(store))
        )
        store.keep(CONTENT)

    assert len(seen) == 1
    assert seen[0].startswith(".")
