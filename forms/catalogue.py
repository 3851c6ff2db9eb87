"""Find a form by key, read its answers, store them and read them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import marshmallow

from forms import (
    administration,
    adoption,
    agreements,
    amendments,
    appraisal,
    basin_steps,
    basins,
    closing,
    committee,
    escalation,
    everyday,
    follow_up,
    intake,
    interests,
    items,
    minutes,
    sessions,
    skills,
    texts,
    variants,
)
from forms.context import Context
from forms.extras import Question
from forms.fields import WRONG_TYPE
from forms.questions import Answers, Form
from forms.storage import json_value, storable

SUBJECTS = (
    intake,
    appraisal,
    committee,
    sessions,
    interests,
    minutes,
    items,
    agreements,
    amendments,
    skills,
    follow_up,
    closing,
    escalation,
    everyday,
    administration,
    basins,
    basin_steps,
    variants,
    adoption,
)
FORMS: dict[str, Form] = {form.key: form for subject in SUBJECTS for form in subject.FORMS}

Upcaster = Callable[[Mapping[str, object]], Mapping[str, object]]

#: From (form, number) to the function that brings stored answers to the next number (D13).
UPCASTERS: dict[tuple[str, int], Upcaster] = {
    ("agreement_signature", 1): agreements.without_paper,
    ("qualification", 1): appraisal.as_it_was,
    ("session_held", 1): interests.with_attendance,
    ("preliminary_diagnostic", 1): appraisal.as_it_was,
}


class UnknownForm(LookupError):
    """A diagram or a row names a form that this release does not have."""


class InvalidAnswers(Exception):
    """Certaines réponses sont à corriger.

    `messages` gives, by path (`weather`, `needs-0-domain`), sentences in the reader's language.
    """

    def __init__(self, messages: Mapping[str, list[str]]) -> None:
        super().__init__(self.__doc__ and self.__doc__.split("\n", 1)[0])
        self.messages = dict(messages)


def keys() -> list[str]:
    """List the keys of all forms."""
    return list(FORMS)


def form(key: str) -> Form:
    """Find a form. Raises `UnknownForm`."""
    try:
        return FORMS[key]
    except KeyError:
        raise UnknownForm(key) from None


def load(key: str, raw: Mapping[str, object], context: Context) -> Answers:
    """Read raw answers: give a clean value to every question of the form, asked or not.

    Values are text, `int` (numbers and cents), `Decimal` (days), `date`, `bool`, `UUID`, members
    of `forms.choices`, lists of ids, lists of rows; `None` where there is no answer.

    Raises `UnknownForm`, and `InvalidAnswers` with every problem at once.
    """
    found = form(key)
    if not isinstance(raw, Mapping):
        raise InvalidAnswers({"": [context.say(WRONG_TYPE)]})
    with found.lent_questions(context) as questions:
        try:
            return questions.read(raw)
        except marshmallow.ValidationError as refusal:
            order = {name: rank for rank, name in enumerate(questions.asked())}
            problems = sorted(
                flattened(refusal.messages, ""), key=lambda one: order.get(one[0].split("-")[0], -1)
            )
    raise InvalidAnswers(
        {
            path: [texts.written(message, context.translate, context.locale) for message in messages]
            for path, messages in problems
        }
    )


def flattened(messages: object, path: str) -> Iterator[tuple[str, list[str]]]:
    """Walk the messages of rows within fields: `{"needs": {"0": {"domain": […]}}}`."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from flattened(inner, f"{path}-{name}" if path else str(name))
    else:
        yield path, list(messages) if isinstance(messages, list) else [str(messages)]


def draft(key: str, raw: Mapping[str, object], questions: tuple[Question, ...] = ()) -> dict[str, object]:
    """Give what can be kept of unfinished answers: the questions asked, the basin's too; readable texts.

    A draft is never refused; shown again, it says what was typed. Raises `UnknownForm`.
    """
    asked = form(key).questions(Context(questions=questions)).asked()
    return {name: storable(raw[name]) for name in asked if name in raw}


def to_json(answers: Mapping[str, object]) -> dict[str, Any]:
    """Give clean answers as JSON values: what is stored and what the API shows."""
    return {name: json_value(value) for name, value in answers.items()}


def from_json(
    key: str,
    stored: Mapping[str, object],
    number: int | None = None,
    questions: tuple[Question, ...] = (),
) -> Answers:
    """Give again the clean answers that were stored under a form, its number and a basin's questions.

    What was true when it was stored is not judged again: neither limits nor choices apply.
    Raises `UnknownForm`.
    """
    found = form(key)
    current = upcast(key, number or found.number, stored)
    return found.questions(Context(questions=questions)).revived(current)


def reads(key: str, number: int) -> bool:
    """Tell whether answers stored under a number of a form can be brought to today's."""
    latest = form(key).number
    return 1 <= number <= latest and all((key, step) in UPCASTERS for step in range(number, latest))


def upcast(key: str, number: int, stored: Mapping[str, object]) -> Mapping[str, object]:
    """Bring answers stored under an older number of a form to today's, one step at a time.

    Raises `UnknownForm`; `LookupError` when the number is newer than this release, or when a
    step is missing, which the tests forbid.
    """
    latest = form(key).number
    if not 1 <= number <= latest:
        raise LookupError(f"Form {key} has no number {number} in this release; the latest is {latest}.")
    for step in range(number, latest):
        stored = UPCASTERS[key, step](stored)
    return stored
