"""What a process of tests works out once: statements into SQL, templates, diagrams."""

# In service there is one application and one database per process, for months; here there are hundreds,
# each as fresh as on its first morning. Nothing that is kept from one to the next depends on what is stored.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

import argon2
import flask
import jinja2
import sqlalchemy as sa
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache
from werkzeug.routing import BaseConverter, Rule
from werkzeug.routing.matcher import RulePart

from engine.people import passwords
from engine.persistence import database, schema
from engine.persistence.database import Database
from engine.spiff import parser

STATEMENTS = 5_000


class Templates(jinja2.BytecodeCache):
    """Compiled templates; one whose source has changed is compiled again."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        assert bucket.code is not None
        self.known[bucket.key, bucket.checksum] = bucket.code


def remember_templates() -> None:
    """Compile each template once."""
    templates, create = Templates(), flask.Flask.create_jinja_environment

    def created(app: flask.Flask) -> Any:
        environment = create(app)
        environment.bytecode_cache = templates
        return environment

    flask.Flask.create_jinja_environment = created  # type: ignore[method-assign]


def remember_addresses() -> None:
    """Take each rule of an address apart once, and compile once what builds the address.

    Both depend on the rule's text, and the second on its defaults too.
    """
    known: dict[object, Callable[..., Any]] = {}
    compile_builder = Rule._compile_builder

    def compiled(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        key = (rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    apart: dict[str, tuple[list[RulePart], list[tuple[bool, str]], dict[str, BaseConverter]]] = {}
    parse_rule = Rule._parse_rule

    def parsed(rule: Rule, text: str) -> Iterable[RulePart]:
        if text not in apart:
            before = len(rule._trace)
            parts = list(parse_rule(rule, text))
            apart[text] = (parts, rule._trace[before:], dict(rule._converters))
            return parts
        parts, trace, converters = apart[text]
        rule._trace.extend(trace)
        rule._converters.update(converters)
        rule.arguments.update(converters)
        return parts

    Rule._compile_builder = compiled  # type: ignore[method-assign]
    Rule._parse_rule = parsed  # type: ignore[method-assign]


def remember_statements() -> None:
    """Put each statement into SQL once per kind of database: every engine speaks the first one's dialect."""
    first: dict[str, tuple[sa.Dialect, LRUCache[Any, Any]]] = {}
    open_engine = database.open_engine

    def opened(url: str, **options: Any) -> sa.Engine:
        engine = open_engine(url, **options)
        kind = engine.dialect.name
        if kind in first:
            engine.dialect, engine._compiled_cache = first[kind]
            engine.pool._dialect = engine.dialect
            return engine
        known: LRUCache[Any, Any] = LRUCache(STATEMENTS)
        engine._compiled_cache, dialect = known, engine.dialect
        # SQLAlchemy listens before: the dialect has asked the server what it is when this is called.
        sa.event.listen(engine, "connect", lambda *_: first.setdefault(kind, (dialect, known)))
        return engine

    database.open_engine = opened


def remember_specifications() -> None:
    """Read each set of diagrams once: in service, what is read of a version is kept with its number."""
    known: dict[object, parser.Specification] = {}
    parse = parser.parse

    def parsed(files: Mapping[str, bytes], process: str) -> parser.Specification:
        key = (process, frozenset(files.items()))
        if key not in known:
            known[key] = parse(files, process)
        return known[key]

    parser.parse = parsed


def remember_tables() -> None:
    """Apply every migration once to an SQLite file that holds nothing yet, then write the file it made."""
    made: dict[str, bytes] = {}
    upgrade = schema.upgrade

    def upgraded(database: Database) -> None:
        release = schema.expected_release()
        file = Path(sa.make_url(database.url).database or "") if database.is_sqlite else None
        is_new = file is not None and not file.exists()
        if file is None or not is_new or release not in made:
            upgrade(database)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(made[release])
        if file is not None and is_new and release not in made:
            database.dispose()
            if not Path(f"{file}-wal").exists():  # Else it is not all there.
                made[release] = file.read_bytes()

    schema.upgrade = upgraded


def hash_cheaply() -> None:
    """Hash passwords and codes at argon2id's lowest cost: the tests sign in a thousand times."""
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords._hasher = cheap
    passwords.NOBODY = cheap.hash("nobody has this password")


# What hashes in service, for the tests that hold its costs.
IN_SERVICE, NOBODY_IN_SERVICE = passwords._hasher, passwords.NOBODY

remember_templates()
remember_addresses()
remember_statements()
remember_specifications()
remember_tables()
hash_cheaply()
