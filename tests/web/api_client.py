"""A program that uses the API, and checks every answer against the API's own OpenAPI document."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

import jsonschema_rs
from flask import Flask
from werkzeug.test import TestResponse

from engine.app import Engine
from engine.people import tokens
from engine.people.tokens import Scope
from engine.persistence.unit_of_work import Actor
from tests.web.installation import World

PREFIX = "/api/v1"
EVERYTHING = tuple(scope.value for scope in Scope)
PROBLEM = "application/problem+json"
INTAKE = {
    "siret": "00000007500002",
    "name": "Menuiserie des Trois Sapins (démo)",
    "contact_name": "Odile Sapin (démo)",
    "contact_phone": "01 99 00 00 03",
    "need": "Former deux apprentis.",
    "information_read": True,
}


class Contract:
    """The OpenAPI document, as something to hold answers against."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.operations = {
            (verb.upper(), path): operation
            for path, operations in document["paths"].items()
            for verb, operation in operations.items()
        }
        self.patterns = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + r"\Z"), path) for path in document["paths"]
        ]
        self.validators: dict[str, Any] = {}

    def operation(self, verb: str, path: str) -> dict[str, Any] | None:
        """What the document says of a verb on an address, None when it says nothing."""
        bare = path.partition("?")[0].removeprefix(PREFIX)
        names = [name for pattern, name in self.patterns if pattern.match(bare)]
        names.sort(key=lambda name: name.count("{"))
        return self.operations.get((verb, names[0])) if names else None

    def check(self, verb: str, path: str, answer: TestResponse) -> None:
        """Fail when an answer is not one that the document foresees."""
        operation = self.operation(verb, path)
        if operation is None:
            assert answer.status_code in {404, 405}, f"{verb} {path} is not documented"
            return
        said = operation["responses"].get(str(answer.status_code))
        assert said is not None, f"{verb} {path}: {answer.status_code} is not documented: {answer.text[:300]}"
        assert answer.mimetype in said["content"], f"{verb} {path}: {answer.mimetype} is not documented"
        if answer.mimetype.endswith("json"):
            self.validate(said["content"][answer.mimetype]["schema"], answer.json)

    def validate(self, schema: dict[str, Any], content: object) -> None:
        """Fail when a JSON body is not as its schema says."""
        key = repr(schema)
        if key not in self.validators:
            whole = {**schema, "components": self.document["components"]}
            self.validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        problems = [
            f"{list(each.instance_path)}: {each.message}"
            for each in self.validators[key].iter_errors(content)
        ]
        assert not problems, problems[:5]


# What each application says of itself: it is the same whichever installation it serves.
CONTRACTS: WeakKeyDictionary[Flask, Contract] = WeakKeyDictionary()


class Program:
    """Calls the API in the name of the people of a world; a token each, made when first needed."""

    def __init__(self, flask: Flask, engine: Engine, people: dict[str, UUID]) -> None:
        self.flask = flask
        self.engine = engine
        self.people = people
        self.client = flask.test_client()
        self.tokens: dict[tuple[str, tuple[str, ...]], str] = {}
        if flask not in CONTRACTS:
            CONTRACTS[flask] = Contract(self.client.get(f"{PREFIX}/openapi.json").json)
        self.contract = CONTRACTS[flask]

    @classmethod
    def of(cls, flask: Flask, engine: Engine, world: World) -> Program:
        """The program of an installation's people."""
        return cls(flask, engine, world.people)

    def token(self, who: str, scopes: tuple[str, ...] = EVERYTHING) -> str:
        """A token of somebody."""
        if (who, scopes) not in self.tokens:
            person_id = self.people[who]
            with self.engine.database.start_work(Actor(person_id, "cli")) as work:
                text, _row = tokens.create(work, person_id=person_id, name="essai", scopes=scopes)
            self.tokens[who, scopes] = text
        return self.tokens[who, scopes]

    def call(
        self,
        who: str | None,
        verb: str,
        path: str,
        *,
        scopes: tuple[str, ...] = EVERYTHING,
        key: str | None = "",
        headers: dict[str, str] | None = None,
        **how: Any,
    ) -> TestResponse:
        """Send a request and check its answer. `key` is new each time; None sends none."""
        sent = dict(headers or {})
        if who is not None:
            sent["Authorization"] = f"Bearer {self.token(who, scopes)}"
        if verb == "POST" and key is not None:
            sent["Idempotency-Key"] = key or uuid4().hex
        answer = self.flask.test_client().open(f"{PREFIX}{path}", method=verb, headers=sent, **how)
        self.contract.check(verb, path, answer)
        return answer

    def get(self, who: str | None, path: str, **how: Any) -> TestResponse:
        """Read."""
        return self.call(who, "GET", path, **how)

    def post(self, who: str | None, path: str, json: object = None, **how: Any) -> TestResponse:
        """Act."""
        return self.call(who, "POST", path, **({"json": json} if json is not None else {}), **how)


def qualification(world: World) -> dict[str, object]:
    """Answers that let a request go on, given to a member."""
    return {
        "outcome": "continue",
        "prescriber_id": str(world.people["member"]),
        "category": "development",
        "headcount": 12,
        "commune": "54528",
    }


def task_of(api: Program, who: str, step: str) -> str:
    """The task of a step, from somebody's inbox."""
    found = [each for each in api.get(who, "/tasks").json["items"] if each["step"] == step]
    assert found, f"{step} is not in the inbox of {who}"
    return str(found[0]["id"])
