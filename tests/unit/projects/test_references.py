"""A session's number is told from all others by its letter alone."""

from __future__ import annotations

import pytest

from engine.projects import references


@pytest.mark.parametrize("reference", ["TDL-2026-S001", "VAL-2031-S1204"])
def test_a_session_is_known_by_its_number(reference):
    assert references.names_session(reference)


@pytest.mark.parametrize(
    "reference", ["TDL-2026-001", "TDL-2026-D001", "TDL-2026-C012", "TDL-2026-C012-A1", "S-001", "-S12", ""]
)
def test_nothing_else_is_taken_for_one(reference):
    assert not references.names_session(reference)


def test_no_two_series_share_a_letter():
    assert len(set(references.LETTERS.values())) == len(references.LETTERS)
    assert references.LETTERS[references.SESSIONS] == "S"
