"""A form as JSON Schema (draft 2020-12), for the API and its documentation."""

from __future__ import annotations

from typing import Any

from forms import fields
from forms.conditions import ANY, NONE, When
from forms.context import Context
from forms.questions import Form, Questions
from forms.rows import Rows
from forms.storage import json_value

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANSWERED: dict[str, Any] = {"not": {"type": "null"}}


def schema_of(form: Form, context: Context) -> dict[str, Any]:
    """Describe the answers of a form as JSON values, in the reader's language.

    With the context of a task, choices and limits are those of the moment; with an empty one,
    the schema is that of the documentation. An answer left out takes its `default`.
    """
    described = object_of(form.questions(context))
    return {
        "$schema": DIALECT,
        "title": context.say(form.title),
        "description": context.say(form.intro),
        **described,
    }


def object_of(questions: Questions) -> dict[str, Any]:
    """Describe the questions of a form or of a row."""
    asked = {name: field for name, field in questions.asked().items() if field.is_asked}
    needed = [name for name, field in asked.items() if is_needed(field) and field.shown_when is None]
    rules = [rule for name, field in asked.items() if (rule := rule_of(questions, name, field))]
    return {
        "type": "object",
        "properties": {name: property_of(field, required=name in needed) for name, field in asked.items()},
        "required": needed,
        "additionalProperties": False,
        **({"allOf": rules} if rules else {}),
    }


def is_needed(field: fields.Field[Any]) -> bool:
    """Say whether the answer must be sent: nothing else gives it."""
    return field.mandatory is True and not field.has_start


def property_of(field: fields.Field[Any], *, required: bool) -> dict[str, Any]:
    """Describe one answer; what may be left out may also be null."""
    say = field.context.say
    value = described(field)
    if required and isinstance(field, Rows | fields.References):
        value["minItems"] = 1
    shape = value if required else {"anyOf": [value, {"type": "null"}]}
    notes = {"title": say(field.label), "description": say(field.hint), "x-unit": say(field.unit)}
    return shape | {key: text for key, text in notes.items() if text} | start_of(field)


def described(field: fields.Field[Any]) -> dict[str, Any]:
    """Describe the values of one answer, rows included."""
    items = {"items": object_of(field.questions())} if isinstance(field, Rows) else {}
    return field.described() | items


def start_of(field: fields.Field[Any]) -> dict[str, Any]:
    """Give the value an answer takes when it is left out; today's date needs a day to be known."""
    if callable(field.default) and "today" not in field.context.limits:
        return {}
    start = json_value(field.initial())
    return {} if start is None else {"default": start}


def rule_of(questions: Questions, name: str, field: fields.Field[Any]) -> dict[str, Any]:
    """Describe when an answer is compulsory, if that depends on another."""
    condition = field.mandatory if isinstance(field.mandatory, When) else field.shown_when
    if condition is None or field.has_start or not field.mandatory:
        return {}
    given = {"required": [name], "properties": {name: answer_of(field)}}
    return {"if": condition_of(questions, condition), "then": given}


def answer_of(field: fields.Field[Any]) -> dict[str, Any]:
    """Describe what counts as an answer."""
    if isinstance(field, fields.Checkbox):
        return {"const": True}
    return ANSWERED | ({"minItems": 1} if isinstance(field, Rows | fields.References) else {})


def condition_of(questions: Questions, condition: When) -> dict[str, Any]:
    """Describe a condition on another answer; an answer left out has its default."""
    field = questions.asked()[condition.field]
    answered = {"properties": {condition.field: ANSWERED}, "required": [condition.field]}
    if condition.values == (ANY,):
        return answered
    if condition.values == (NONE,):
        return {"not": answered}
    values = [one == "yes" if isinstance(field, fields.YesNo) else one for one in condition.values]
    holds = {"properties": {condition.field: {"enum": values}}}
    by_default = condition.holds({condition.field: field.initial() or field.nothing()})
    return holds if by_default else holds | {"required": [condition.field]}
