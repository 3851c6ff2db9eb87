"""The OpenAPI 3.1 document of the endpoints that exist: what the table says, and nothing else."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields

from engine import i18n
from engine.i18n import mark as _
from forms import catalogue, json_schema
from forms.context import Context
from web import work as web_work
from web.api import schema_words, schemas
from web.api.bodies import Answers, Body, Day, Identifier, Nothing, Text
from web.api.endpoints import ENDPOINTS, PREFIX, Endpoint, exists
from web.api.writes import HEADER, LONGEST_KEY

VERSION = "1.0.0"
PROBLEM_TYPE = "application/problem+json"
INTRODUCTION = _(
    "Ce que les personnes font dans les pages, un programme peut le faire ici, avec les mêmes droits. "
    "Les refus sont des documents « problème » (RFC 9457), dans la langue de l’en-tête Accept-Language."
)
KEY_WANTED = _("Une valeur nouvelle par demande ; répétée, la première réponse est rendue, pendant un jour.")
REFUSALS = {
    400: _("Demande mal formée"),
    401: _("Jeton absent ou sans valeur"),
    403: _("Action non permise"),
    404: _("N’existe pas, ou n’est pas visible"),
    409: _("Cela a changé entre-temps, ou une première demande est en cours"),
    413: _("Envoi trop volumineux"),
    415: _("Format non accepté"),
    422: _("Valeurs à corriger, par champ"),
    429: _("Trop d’essais"),
    503: _("Service indisponible un instant"),
}
# Control characters and halves of pairs can be neither stored nor shown.
READABLE = r"^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]*$"
PARTS = {"uuid": {"type": "string", "format": "uuid"}, "string": {"type": "string", "minLength": 1}}


def document(environment: str) -> dict[str, Any]:
    """The document of an environment, in the reader's language."""
    plugin = MarshmallowPlugin(schema_name_resolver=nameless)
    spec = APISpec(
        title="Alizé",
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": web_work.translated(INTRODUCTION), "license": {"name": "Apache-2.0"}},
        servers=[{"url": PREFIX}],
    )
    converter = plugin.converter
    if converter is None:  # The plugin makes it when the document begins.
        raise RuntimeError("the document has no converter of schemas")
    converter.add_attribute_function(patterns)  # type: ignore[no-untyped-call]
    for name, schema in schemas.SCHEMAS.items():
        spec.components.schema(name, component=schema)
    for key in forms_asked():
        spec.components.schema(form_name(key), component=form_schema(key))
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    for line in ENDPOINTS:
        if exists(line, environment):
            spec.path(path=line.documented_path, operations={line.verb.lower(): operation(converter, line)})
    return spec.to_dict()


def nameless(_schema: Any) -> str:
    """Bodies are written where they are used: a name for each would tell nothing."""
    return ""


def patterns(_converter: Any, field: fields.Field[Any], **_more: Any) -> dict[str, Any]:
    """What our own fields ask besides what apispec knows of theirs."""
    if isinstance(field, Identifier):
        return {"format": "uuid"}
    if isinstance(field, Day):
        return {"format": "date"}
    if isinstance(field, Answers) and field.form:
        return {"$ref": f"#/components/schemas/{form_name(field.form)}"}
    if isinstance(field, Text):
        return {"pattern": READABLE}
    return {}


def forms_asked() -> set[str]:
    """The forms that an endpoint always asks for; a task's is shown with the task."""
    answers = (
        field
        for line in ENDPOINTS
        if line.body is not None
        for field in line.body().fields.values()
        if isinstance(field, Answers)
    )
    return {field.form for field in answers if field.form}


def form_name(key: str) -> str:
    """What a form's schema is called in the document."""
    return f"Form.{key}"


def form_schema(key: str) -> dict[str, Any]:
    """A form as the documentation has it: without the choices and limits of a moment."""
    locale = web_work.locale()
    reader = Context(
        channel="json", locale=locale, translate=lambda text, **values: i18n.translate(text, locale, **values)
    )
    return json_schema.schema_of(catalogue.form(key), reader)


def operation(converter: Any, line: Endpoint) -> dict[str, Any]:
    """One line of the table."""
    found: dict[str, Any] = {
        "operationId": line.name,
        "summary": web_work.translated(line.title),
        "description": web_work.translated(line.note) if line.note else "",
        "security": [] if line.public else [{"bearer": []}],
        "parameters": parameters(converter, line),
        "responses": responses(line),
    }
    if line.permission is not None:
        found["x-permission"] = line.permission.value
    content = body(converter, line)
    if content is not None:
        found["requestBody"] = content
    return found


def parameters(converter: Any, line: Endpoint) -> list[dict[str, Any]]:
    """The parts of the path, the query string, the key of a write."""
    found = [
        {"name": name, "in": "path", "required": True, "schema": PARTS[kind]} for kind, name in line.parts
    ]
    if line.query is not Nothing:
        found += converter.schema2parameters(line.query(), location="query")
    if line.keyed:
        found.append(
            {
                "name": HEADER,
                "in": "header",
                "required": True,
                "description": web_work.translated(KEY_WANTED),
                "schema": {
                    "type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$",
                },
            }
        )  # fmt: skip
    return found


def body(converter: Any, line: Endpoint) -> dict[str, Any] | None:
    """What the request carries."""
    if line.verb == "GET":
        return None
    if line.body is None:
        text = {"schema": {"type": "string"}}
        return {"required": True, "content": {line.media_type: text}}
    schema: dict[str, Any] = {**converter.schema2jsonschema(line.body()), "additionalProperties": False}
    return {"required": needs_one(line.body), "content": {line.media_type: {"schema": schema}}}


def needs_one(schema: type[Body]) -> bool:
    """Tell whether a request without a body is refused."""
    return any(field.required for field in schema().fields.values())


def responses(line: Endpoint) -> dict[str, Any]:
    """What it answers, and what it may refuse."""
    found: dict[str, Any] = {}
    for status, name in line.answers.items():
        schema = schema_words.ref(name) if name else {"type": "string"}
        found[str(status)] = {
            "description": HTTPStatus(status).phrase,
            "content": {line.answer_type: {"schema": schema}},
        }
        if status == HTTPStatus.CREATED or line.keyed:
            found[str(status)]["headers"] = {"Location": {"schema": {"type": "string"}}}
    for status in sorted(refusals(line)):
        found[str(status)] = {
            "description": web_work.translated(REFUSALS[status]),
            "content": {PROBLEM_TYPE: {"schema": schema_words.ref("Problem")}},
        }
    return found


def refusals(line: Endpoint) -> set[int]:
    """The statuses of refusals: those of the guard and of the readers, and those the line names."""
    found = {422, *line.refusals}
    if not line.public:
        found |= {401, 403}
    if line.verb == "POST":
        found |= {400, 413, 415, 503}
    if line.parts:
        found.add(404)
    if line.keyed:
        found.add(409)
    return found
