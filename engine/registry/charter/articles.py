"""The articles of the cahier des charges, read from `workflows/charter.toml`."""

from __future__ import annotations

import inspect
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any

from engine.registry.charter import automata
from engine.registry.charter.automata import Line

FILE = "charter.toml"


@dataclass(frozen=True)
class Rule:
    """One thing that must happen, or never: an automaton, the lives it binds, what is wrong if it breaks."""

    line: Line
    refused: str
    roots: frozenset[str]


@dataclass(frozen=True)
class Bearer:
    """What may stand for a step of the charter: a kind of element, and what it must say."""

    step: str
    on: frozenset[str]
    role: str | None = None
    personal: bool = False
    form: str | None = None
    operation: str | None = None
    condition: str | None = None
    code: str | None = None
    ids: tuple[str, ...] = ()
    each: str | None = None
    until: str | None = None
    at_least: str | None = None
    months: int | None = None
    counted_from: str | None = None
    holds: str | None = None


@dataclass(frozen=True)
class Ladder:
    """A step that, late on a day, begins a ladder of reminders by an operation."""

    step: str
    on: str
    begins: str


@dataclass(frozen=True)
class Heard:
    """A step that disappears as soon as an event, known by its own step, says that it is moot."""

    step: str
    by: str


@dataclass(frozen=True)
class Article:
    """One article: its paragraph, its text, its rules, and what to do when one is refused.

    Nothing from outside interrupts what holds a step of `goes_on`; an end in `last` ends everything.
    """

    id: str
    code: str
    paragraph: str
    text: str
    remedy: str
    rules: tuple[Rule, ...]
    bearers: tuple[Bearer, ...]
    ladders: tuple[Ladder, ...]
    forbidden_roles: frozenset[str]
    heard: tuple[Heard, ...] = ()
    goes_on: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """A place where a project may be taken over that began before Alizé (D15).

    `asserts` are the steps that are declared done before it, in the order of a life; `holds` those that are
    still to come, inside the element that bears it.
    """

    name: str
    asserts: tuple[str, ...]
    holds: tuple[str, ...]


@dataclass(frozen=True)
class Charter:
    """The whole of it, with the lives that it binds and those that it leaves alone."""

    articles: tuple[Article, ...]
    projects: frozenset[str]
    satellites: frozenset[str]
    review_asked_for: frozenset[str]
    entries: tuple[Entry, ...] = ()

    def asserted_in(self, root: str) -> dict[str, tuple[str, ...]]:
        """What each entry of a life asserts; a life beside a project's has none."""
        return {} if root in self.satellites else {each.name: each.asserts for each in self.entries}

    def rules_of(self, root: str) -> list[tuple[Article, Rule]]:
        """The rules that bind a life; whatever nobody knows is a project's."""
        life = root if root in self.satellites else ""
        return [
            (article, rule)
            for article in self.articles
            for rule in article.rules
            if life in rule.roots or (not life and rule.roots & self.projects)
        ]

    def bearer_of(self, step: str) -> tuple[Article, Bearer] | None:
        """What may stand for a step, with the article that says so."""
        return self._by_step.get(step)

    def step_of(self, operation: str) -> str | None:
        """The step without whose mark nothing may run an operation."""
        return self._by_operation.get(operation)

    def article_of_end(self, identifier: str) -> Article | None:
        """The article that knows an end of a project by its id."""
        return next(
            (each for each in self.articles for bearer in each.bearers if identifier in bearer.ids), None
        )

    @cached_property
    def _by_step(self) -> dict[str, tuple[Article, Bearer]]:
        return {bearer.step: (each, bearer) for each in self.articles for bearer in each.bearers}

    @cached_property
    def _by_operation(self) -> dict[str, str]:
        return {
            bearer.operation: bearer.step
            for each in self.articles
            for bearer in each.bearers
            if bearer.operation is not None
        }


@lru_cache(maxsize=1)
def charter() -> Charter:
    """The charter that came with this release."""
    return read(resources.files("workflows").joinpath(FILE).read_bytes())


def review_asked_for() -> frozenset[str]:
    """The kinds of changes that the national coordinator approves before they are published."""
    return charter().review_asked_for


def read(content: bytes) -> Charter:
    """The charter that a file holds."""
    table = tomllib.loads(content.decode("utf-8"))
    projects = frozenset(table["projects"])
    return Charter(
        articles=tuple(article_of(each, projects) for each in table["articles"]),
        projects=projects,
        satellites=frozenset(table["satellites"]),
        review_asked_for=frozenset(table["review"]["asked_for"]),
        entries=tuple(
            Entry(each["name"], tuple(each["asserts"]), tuple(each["holds"]))
            for each in table.get("entries", ())
        ),
    )


def article_of(table: Mapping[str, Any], projects: frozenset[str]) -> Article:
    """One article of the file; the rules of an article are numbered, so that a violation says which."""
    numbered = enumerate(table.get("rules", ()), start=1)
    return Article(
        id=table["id"],
        code=table["code"],
        paragraph=table["paragraph"],
        text=table["text"],
        remedy=table["remedy"],
        rules=tuple(rule_of(f"{table['code']}/{number}", each, projects) for number, each in numbered),
        bearers=tuple(bearer_of(each) for each in table.get("bearers", ())),
        ladders=tuple(Ladder(**each) for each in table.get("ladders", ())),
        forbidden_roles=frozenset(table.get("forbidden_roles", ())),
        heard=tuple(Heard(**each) for each in table.get("heard", ())),
        goes_on=frozenset(table.get("goes_on", ())),
        last=frozenset(table.get("last", ())),
    )


def rule_of(code: str, table: Mapping[str, Any], projects: frozenset[str]) -> Rule:
    """One rule of the file: the automaton of its kind, made of whatever that kind is made of."""
    kind = automata.KINDS[table["kind"]]
    parts = {name: table[name] for name in inspect.signature(kind).parameters if name in table}
    roots = frozenset(table.get("roots", projects))
    return Rule(line=kind(code, **parts), refused=table["refused"], roots=roots)


def bearer_of(table: Mapping[str, Any]) -> Bearer:
    """One bearer of the file; `from` is a word of Python’s, the other names are the file’s own."""
    said = {("counted_from" if name == "from" else name): value for name, value in table.items()}
    return Bearer(**{**said, "on": frozenset(table["on"]), "ids": tuple(table.get("ids", ()))})
