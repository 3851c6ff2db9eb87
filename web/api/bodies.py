"""What a request carries, read strictly: query strings and JSON bodies, refused by field."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn
from uuid import UUID

import marshmallow
from flask import request
from marshmallow import fields, validate
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from engine import errors
from engine.i18n import mark as _
from forms import catalogue, texts
from web import work as web_work
from web.api import refusals

LARGEST_BODY = 256 * 1024
LARGEST_NUMBER = 2**63 - 1
LONGEST_SEARCH = 200
LONGEST_CURSOR = 200
MOST_ROWS = 200
USUAL_ROWS = 50

UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
DAY_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DIGITS = re.compile(r"\d{1,19}", re.ASCII)

# What fields say when they refuse; marshmallow's own words are English.
MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": _("Donnez cette valeur."),
    "null": _("Cette valeur ne peut pas être nulle."),
    "invalid": _("Cette valeur n’est pas de la sorte attendue."),
    "invalid_utf8": _("Ce texte contient des caractères illisibles."),
    "unreadable": _("Ce texte contient des caractères illisibles."),
    "not_uuid": _("Donnez un identifiant, comme dans les adresses."),
    "not_day": _("Donnez une date AAAA-MM-JJ."),
    "not_switch": _("Répondez true ou false."),
    "not_whole": _("Donnez un nombre entier."),
}
TOO_LONG = _("Ce texte est trop long.")
TOO_SHORT = _("Donnez cette valeur.")
NOT_LISTED = _("Cette valeur ne fait pas partie des choix possibles.")
OUT_OF_RANGE = _("Ce nombre est hors des bornes.")

NOT_JSON = _("Le corps de la demande n’est pas du JSON lisible.")
NO_BODY = _("Le corps de la demande est vide : un objet JSON est attendu.")
NO_FILE = _("Le corps de la demande est vide : un fichier BPMN est attendu.")


class Text(fields.String):
    """A readable text of a bounded length."""

    default_error_messages = MESSAGES

    def __init__(self, *, longest: int = 200, shortest: int = 0, **more: Any) -> None:
        limits = [validate.Length(max=longest, error=TOO_LONG)]
        if shortest:
            limits.append(validate.Length(min=shortest, error=TOO_SHORT))
        super().__init__(validate=limits, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if not texts.is_readable(value):
            raise self.make_error("unreadable")
        return str(text)


class OneOf(fields.String):
    """One of a short list of words."""

    default_error_messages = MESSAGES

    def __init__(self, words: tuple[str, ...], **more: Any) -> None:
        super().__init__(validate=validate.OneOf(words, error=NOT_LISTED), **more)


class Identifier(fields.UUID):
    """An identifier, written as in addresses and in no other way."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> UUID:
        if not isinstance(value, str) or not UUID_TEXT.fullmatch(value):
            raise self.make_error("not_uuid")
        return UUID(value)


class Day(fields.Date):
    """A calendar day, in the one form that everybody reads alike."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not DAY_TEXT.fullmatch(value):
            raise self.make_error("not_day")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("not_day") from error


class Switch(fields.Boolean):
    """Yes or no in a query string."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if value not in {"true", "false"}:
            raise self.make_error("not_switch")
        return bool(value == "true")


class Flag(fields.Boolean):
    """Yes or no, as JSON has it."""

    default_error_messages = MESSAGES

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("not_switch")
        return value


class Whole(fields.Integer):
    """A whole number of a query string."""

    default_error_messages = MESSAGES

    def __init__(self, *, least: int, most: int, **more: Any) -> None:
        super().__init__(validate=validate.Range(least, most, error=OUT_OF_RANGE), **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, str) and DIGITS.fullmatch(value):
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if isinstance(value, float) and value.is_integer():
            return int(value)  # JSON knows one sort of number: 30.0 is whole.
        raise self.make_error("not_whole")


class Answers(fields.Dict):
    """The answers of a form, read by the form itself; `form` when it is always the same one."""

    default_error_messages = MESSAGES

    def __init__(self, *, form: str = "", **more: Any) -> None:
        super().__init__(keys=fields.String(), **more)
        self.form = form

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[Any, Any]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        return value


class Body(marshmallow.Schema):
    """What a request may carry: a name that is not here is refused."""

    class Meta:
        unknown = marshmallow.RAISE

    error_messages = {  # noqa: RUF012 - marshmallow reads it so
        "unknown": _("Ce nom n’est pas attendu ici."),
        "type": _("Un objet JSON est attendu."),
    }


class Nothing(Body):
    """Nothing to say."""


class Listing(Body):
    """How a list is asked for: so many rows, after the last one shown."""

    limit = Whole(least=1, most=MOST_ROWS, load_default=USUAL_ROWS)
    cursor = Text(longest=LONGEST_CURSOR, load_default="")


def read_query(schema: type[Body]) -> dict[str, Any]:
    """Read the query string. Raises `errors.InvalidAnswers` by name."""
    given = request.args.to_dict(flat=False)
    twice = [name for name, values in given.items() if len(values) > 1]
    if twice:
        refuse({name: [_("Donnez cette valeur une seule fois.")] for name in twice})
    return loaded(schema, {name: values[0] for name, values in given.items()})


def read_body(schema: type[Body]) -> dict[str, Any]:
    """Read the JSON body, nothing when no field is compulsory and none was sent.

    Raises 413, 415 and 400 refusals, and `errors.InvalidAnswers` by field.
    """
    content = read_bytes(LARGEST_BODY)
    needs_one = any(field.required for field in schema().fields.values())
    if not content and not needs_one and not request.mimetype:
        return loaded(schema, {})
    if not (request.mimetype == "application/json" or request.mimetype.endswith("+json")):
        raise UnsupportedMediaType
    return loaded(schema, parsed(content))


def read_bytes(largest: int) -> bytes:
    """Read the body, never more than so many bytes. Raises 413."""
    if (request.content_length or 0) > largest:
        raise RequestEntityTooLarge
    request.max_content_length = largest
    return request.get_data(cache=True)


def parsed(content: bytes) -> object:
    """Read JSON as its standard has it: no NaN, no endless depth, no name twice. Raises a 400 refusal."""
    if not content.strip():
        raise refusals.malformed(NO_BODY)
    try:
        found: object = json.loads(content, parse_constant=not_a_number, object_pairs_hook=named_once)
    except (ValueError, RecursionError) as error:
        raise refusals.malformed(NOT_JSON) from error
    return found


def named_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name given twice, and halves of characters, which no answer of ours could repeat."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError(list(found))
    for name in found:
        name.encode()
    return found


def not_a_number(name: str) -> NoReturn:
    """Refuse what Python reads and JSON does not have."""
    raise ValueError(name)


def loaded(schema: type[Body], given: object) -> dict[str, Any]:
    """Clean values by name. Raises `errors.InvalidAnswers`."""
    if not isinstance(given, Mapping):
        refuse({"": [schema.error_messages["type"]]})
    try:
        found: dict[str, Any] = schema().load(given)
    except marshmallow.ValidationError as refusal:
        refuse(dict(catalogue.flattened(refusal.messages, "")))
    return found


def refuse(messages: Mapping[str, list[str]]) -> NoReturn:
    """Raise `errors.InvalidAnswers` in the reader's language."""
    raise errors.InvalidAnswers(
        {name: [web_work.translated(text) for text in found] for name, found in messages.items()}
    )
