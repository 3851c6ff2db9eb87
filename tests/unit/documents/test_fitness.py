"""What is made is looked at before it is kept: a file that is not what was asked for never is."""

from __future__ import annotations

import dataclasses

import pytest

from engine.documents import making
from engine.documents.store import digest_of
from engine.documents.workshop import Inspected

ATTACHED = {"A.pdf": b"%PDF-1.7 A"}
SHEET = making.Sheet("envelope@1", {"date": "2026-11-16"}, standard="a-3a+ua-1", most_pages=3)
RIGHT = Inspected(
    is_readable=True, pages=3, standards=("a-3a", "ua-1"), is_tagged=True, has_colours=True,
    attachments={"A.pdf": digest_of(ATTACHED["A.pdf"])},
)  # fmt: skip


def test_a_file_that_is_what_was_asked_for_is_kept_with_its_number_of_pages():
    assert making.require_fit(RIGHT, SHEET, ATTACHED) == 3


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"is_readable": False}, "illisible"),
        ({"is_encrypted": True}, "illisible"),
        ({"pages": 0}, "illisible"),
        ({"pages": 4}, "4 pages, 3 au plus"),
        ({"standards": ("a-3a",)}, "ua-1"),
        ({"standards": ("a-2a", "ua-1")}, "a-3a"),
        ({"is_tagged": False}, "/MarkInfo"),
        ({"has_colours": False}, "/OutputIntents"),
        ({"attachments": {}}, "pièces jointes"),
        ({"attachments": {"A.pdf": digest_of(b"other")}}, "pièces jointes"),
        ({"attachments": {**RIGHT.attachments, "more.pdf": "cd"}}, "pièces jointes"),
    ],
)
def test_a_file_that_is_not_is_refused_for_what_is_wrong_with_it(wrong, reason):
    found = dataclasses.replace(RIGHT, **wrong)

    with pytest.raises(making.Unfit) as refusal:
        making.require_fit(found, SHEET, ATTACHED)

    assert refusal.value.details["reason"] == reason


def test_everything_that_is_wrong_is_said_at_once():
    found = dataclasses.replace(RIGHT, standards=(), is_tagged=False)

    with pytest.raises(making.Unfit, match="a-3a ; ua-1 ; /MarkInfo"):
        making.require_fit(found, SHEET, ATTACHED)
