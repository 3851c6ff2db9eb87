"""Whatever is typed or sent, a form gives clean answers that can be stored, or says what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Context, catalogue, presentation, quantities
from tests import effort
from tests.unit.forms.extra_samples import QUESTIONS, TYPED
from tests.unit.forms.samples import DIGEST, FIRST, SAMPLES, SECOND, context

HOSTILE = (
    "", " ", "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e\u0645\u0631\u062d\u0628\u0627", "👩\u200d👩\u200d👧",
    "0", "-0", "-1", "1e999", "NaN", "Infinity", "9" * 5000, "0001-01-01", "0000-00-00", "9999-12-31", "31/02/2026",
    "10000-01-01", "29/02/2028", "2026-12-31", "12,25", "15 000,00", "15\u202f000,00 €", "٣٤", "yes", "no", "on",
    "true", "null", "{}", "[]", "<script>", "'; DROP TABLE task; --", "{0}", "{x}", "%s", "../../etc/passwd",
    "x" * 100_000, "\n" * 500, "a@b", "a@exemple.test", "+33199001234", "00000001800002", str(FIRST), DIGEST,
    "approved", "rejected", "vote", "paper", "other", "continue", "favourable_if", "refuse",
)  # fmt: skip

anything_typed = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=40)
scalars = (
    anything_typed
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**30, -(2**63), 10**4000, date(2026, 11, 2), date(1, 1, 1), FIRST, SECOND])
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(anything_typed | st.just("days"), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def spoilt(draw: st.DrawFn, key: str, asked_in: Context) -> dict[str, object]:
    """The sample answers of a form and of a basin, some of them spoilt, some missing, some added."""
    raw = SAMPLES[key] | (TYPED if asked_in.questions else {})
    names = list(catalogue.form(key).questions(asked_in).asked())
    for name in draw(st.lists(st.sampled_from(names), max_size=6)) if names else ():
        rows = raw.get(name)
        if isinstance(rows, list) and rows and isinstance(rows[0], dict) and draw(st.booleans()):
            spoilt_row = rows[0] | {draw(st.sampled_from(sorted(rows[0]) or ["days"])): draw(anything)}
            raw[name] = [spoilt_row, *rows[1:], *draw(st.lists(anything, max_size=2))]
        else:
            raw[name] = draw(anything)
    return raw | draw(st.dictionaries(anything_typed, anything, max_size=1))


def texts_in(value: object) -> Iterator[str]:
    """Every text within clean answers."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, str):
        yield value


@pytest.mark.parametrize("key", catalogue.keys())
@settings(max_examples=effort.times(15, 500))
@given(data=st.data())
def test_anything_is_read_or_refused_in_words(key: str, data: st.DataObject) -> None:
    asked_in = context(
        questions=data.draw(st.sampled_from([(), QUESTIONS])),
        channel=data.draw(st.sampled_from(["html", "json"])),
        limits=data.draw(st.sampled_from([{}, {"nothing_new_allowed": True}, {"follow_up_months": 24}])),
    )
    raw = data.draw(spoilt(key, asked_in))
    messages, clean = read(key, raw, asked_in)

    assert bool(messages) is (clean is None)
    for path, sentences in messages.items():
        assert all(sentences)
        "".join([path, *sentences]).encode()
    shown(key, raw, messages, asked_in)
    if clean is not None:
        kept_for_ever(key, clean, asked_in)


def read(
    key: str, raw: dict[str, object], asked_in: Any
) -> tuple[dict[str, list[str]], dict[str, Any] | None]:
    """Give the messages of a refusal, or the clean answers."""
    try:
        return {}, catalogue.load(key, raw, asked_in)
    except catalogue.InvalidAnswers as refusal:
        return refusal.messages, None


def kept_for_ever(key: str, clean: dict[str, Any], asked_in: Any) -> None:
    """Clean answers can be stored, read again unchanged, and given again by a program."""
    stored = json.dumps(catalogue.to_json(clean), allow_nan=False)
    stored.encode()
    assert all("\x00" not in text for text in texts_in(clean))
    assert catalogue.from_json(key, json.loads(stored), questions=asked_in.questions) == clean
    again = context(limits=asked_in.limits, questions=asked_in.questions, channel="json")
    assert catalogue.load(key, catalogue.to_json(clean), again) == clean


def shown(key: str, raw: dict[str, object], messages: dict[str, list[str]], asked_in: Any) -> None:
    """The page and the draft of hostile answers can be written, and errors have their place."""
    everything = presentation.inputs(catalogue.form(key), asked_in, raw, messages)
    repr(everything).encode()
    kept = catalogue.draft(key, raw, asked_in.questions)
    written = json.dumps(kept, allow_nan=False, ensure_ascii=False).encode()
    assert b"\\u0000" not in written
    presentation.inputs(catalogue.form(key), asked_in, json.loads(written), messages)


@given(st.lists(st.tuples(anything_typed, anything_typed), max_size=12))
def test_any_page_can_be_read_back(items: list[tuple[str, str]]) -> None:
    answers = presentation.answers_of(items)

    assert len(answers) <= len(items)


@given(st.integers(0, quantities.Money.most_cents))
def test_money_shown_is_money_read(cents: int) -> None:
    typed = quantities.Money("Montant").typed(cents)

    assert quantities.typed_cents(typed) == cents
    assert quantities.typed_cents(f"{typed} €") == cents
    assert quantities.typed_cents(typed.replace("\u202f", "")) == cents


@given(st.integers(0, 10**10), st.integers(0, 99), st.sampled_from(["", "\u202f", "\u00a0", " "]))
def test_money_typed_in_any_french_way_is_exact(euros: int, cents: int, blank: str) -> None:
    grouped = f"{euros:,}".replace(",", blank)

    assert quantities.typed_cents(f"{grouped},{cents:02d}") == euros * 100 + cents
    assert quantities.typed_cents(f"{grouped}.{cents:02d}\u00a0€") == euros * 100 + cents


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_date_is_read_however_it_is_written(day: date) -> None:
    for typed in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day.year}"):
        clean = catalogue.load("phone_call", SAMPLES["phone_call"] | {"called_on": typed}, wide_open())
        assert clean["called_on"] == day


def wide_open() -> Any:
    """A context on a day so late that every date is past."""
    return context(limits={"today": date(2199, 12, 31)})
