"""What commands share: the engine of this environment, and units of work in its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from engine import app
from engine.persistence.unit_of_work import SYSTEM, Actor
from engine.settings import Settings
from web import typography
from web.cli import french

if TYPE_CHECKING:
    from engine.app import Engine
    from engine.registry import versions

french.speak()  # Here, which every command imports first: some words are bound when it is made.

# Who commands act as: the machine's own operator, who signed in to the machine and nowhere else.
CONSOLE = Actor(SYSTEM.person_id, "cli")


@contextmanager
def opened(*, ready: bool = True, overrides: Mapping[str, str] | None = None) -> Iterator[Engine]:
    """The engine of this environment, refused when its database is not this release's."""
    engine = app.build(Settings.from_environment(overrides=overrides))
    try:
        if ready:
            engine.require_ready()
        yield engine
    finally:
        engine.close()


def say(text: str) -> None:
    """A message for whoever runs the command."""
    click.echo(text, err=True)


def say_published(published: versions.Published) -> None:
    """Which version was published, and what will never be in force because of it."""
    say(f"Version {published.number}, {published.content_hash[:12]}.")
    for each in published.replaces:
        day = typography.long_date(each.effective_on)
        say(f"Elle prend la place de la version {each.number}, publiée pour le {day}.")
