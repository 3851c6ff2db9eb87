"""Marks that a view carries: what it asks, and which unusual sessions may reach it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request

View = TypeVar("View", bound=Callable[..., Any])

INHERITED = ("for_one_task", "during_set_up", "for_any_session", "is_limited", "is_costly", "when_idle")


def public(view: View) -> View:
    """Mark a view that asks nothing of anybody."""
    view.permission = None  # type: ignore[attr-defined]
    return view


def limited(view: View) -> View:
    """Mark a view where secrets are guessed: tries are limited per network address."""
    view.is_limited = True  # type: ignore[attr-defined]
    return view


def is_limited(view: Any) -> bool:
    """Tell whether this request is a try at a secret."""
    return bool(getattr(view, "is_limited", False)) and request.method == "POST"


def costly(view: View) -> View:
    """Mark a view where anybody has the machine work: few times a minute per network address."""
    view.is_costly = True  # type: ignore[attr-defined]
    return view


def is_costly(view: Any) -> bool:
    """Tell whether this request has the machine work for whoever asks."""
    return bool(getattr(view, "is_costly", False)) and request.method == "POST"


def for_one_task(view: View) -> View:
    """Mark a view, of one task by its `task_id`, that a session limited to that task may reach.

    Not signed in, its address shows whose task it is and how to receive a code.
    """
    view.for_one_task = True  # type: ignore[attr-defined]
    return view


def during_set_up(view: View) -> View:
    """Mark a view that somebody reaches who must first register a second factor."""
    view.during_set_up = True  # type: ignore[attr-defined]
    return view


def for_any_session(view: View) -> View:
    """Mark a view that a session limited to one task reaches too: leaving, staying."""
    view.for_any_session = True  # type: ignore[attr-defined]
    return view


def keeps_when_idle(keep: Callable[..., Any]) -> Callable[[View], View]:
    """Mark a view whose page may be sent after its session has ended: `keep` is told whose it was.

    It keeps what was typed, and does nothing else; what it answers is shown, else the way to sign in.
    """

    def decorate(view: View) -> View:
        view.when_idle = keep  # type: ignore[attr-defined]
        return view

    return decorate


def carried(guarded: Any, view: Any, permission: str) -> Any:
    """Give the guarded view the marks of the view itself, and its permission, for tests to read."""
    guarded.permission = permission
    for name in INHERITED:
        setattr(guarded, name, getattr(view, name, False))
    return guarded
