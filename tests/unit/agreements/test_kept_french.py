"""The agreement in French is for ever the same for the same facts: its hash was signed (D31)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.agreements import wording

KEPT = json.loads(Path(__file__).with_name("kept_french.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("kept", KEPT, ids=[each["case"] for each in KEPT])
def test_the_text_and_its_hash_are_those_of_the_first_day(kept):
    body = wording.written(kept["facts"])

    assert body.splitlines() == kept["body"].splitlines()
    assert body == kept["body"]
    assert wording.digest_of(body) == kept["text_hash"]
    assert wording.written(kept["facts"], "fr") == body
