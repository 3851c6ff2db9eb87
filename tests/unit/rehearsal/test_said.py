"""A rehearsal's sentences: kept with their days and the sentences within, read again as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from engine.rehearsal import playing, telling, told
from engine.rehearsal.told import Entry, How, Kind, Rehearsal, Said, Summary

ENDED = Said(telling.ENDED, {"day": date(2028, 11, 2), "end": "Projet clos"})
STOPPED = Said(playing.STOPPED, {"step": "Décider", "who": "Mme Exemple", "why": ENDED})


def rehearsal(sentence: Said, detail: Said | None = None) -> Rehearsal:
    day = date(2026, 11, 2)
    entry = Entry(day, "09:00", Kind.REFUSED, "Décider", detail=detail)
    return Rehearsal(
        day, day, How.STUCK, None, "", sentence, (entry,), Summary({}, {}, {}), {}, {}, "Exemple"
    )


@pytest.mark.parametrize("said", [ENDED, STOPPED, Said("{why}", {"why": "le 02/11/2028"})])
def test_a_sentence_is_kept_and_read_again_with_its_days(said):
    played = rehearsal(said, detail=said)

    assert told.from_mapping(json.loads(json.dumps(told.as_mapping(played)))) == played


def test_a_rehearsal_kept_when_days_were_texts_is_still_read():
    kept = told.as_mapping(rehearsal(replace(ENDED, values={"day": "02/11/2028", "end": "Projet clos"})))

    assert told.from_mapping(kept).sentence.written() == ENDED.written()


def test_a_sentence_within_a_sentence_is_written_in_the_readers_language():
    assert STOPPED.written("en").endswith(ENDED.written("en"))
    assert STOPPED.written("en") != STOPPED.written("fr")


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (0, "0"), (date(2026, 1, 1), date(2026, 1, 1))])
def test_a_detail_of_a_refusal_keeps_what_it_is(value, shown):
    assert playing.plain(value) == shown
