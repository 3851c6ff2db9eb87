"""The words that the API's schemas are written in: kinds of values, lists, records."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
SWITCH: Schema = {"type": "boolean"}
IDENTIFIER: Schema = {"type": "string", "format": "uuid"}
HEX: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$", "description": "UUID, as it was hashed"}
DAY: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time", "description": "RFC 3339, UTC"}
FREE: Schema = {"type": "object"}


def ref(name: str) -> Schema:
    """A schema of the table below."""
    return {"$ref": f"#/components/schemas/{name}"}


def words(*among: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(among)}


def one_of(members: Any) -> Schema:
    """One of the members of an enum."""
    return words(*(str(member.value) for member in members))


def list_of(schema: Schema) -> Schema:
    """A list."""
    return {"type": "array", "items": schema}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def record(**properties: Schema) -> Schema:
    """An object with exactly these properties, all present."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def page_of(name: str) -> Schema:
    """A page of a list; `next` is the cursor of the following one."""
    return record(items=list_of(ref(name)), next=maybe(TEXT))
