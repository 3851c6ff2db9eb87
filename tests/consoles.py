"""The command `alize`, as it is typed on the machine of an installation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from web import cli

Command = Callable[..., Result]


def alize_in(
    folder: Path, *before: str, url: str = "", environment: str = "production", **others: str
) -> Command:
    """Runs a command on the database of a folder, or of a `url`: its words come after those given here.

    `typed` is what somebody answers to its questions.
    """
    settings = {
        "ALIZE_DATABASE_URL": url or f"sqlite:///{folder}/alize.db", "ALIZE_DATA_DIR": str(folder / "files"),
        "ALIZE_SECRET_KEY": "long enough for a test", "ALIZE_ENVIRONMENT": environment, **others,
    }  # fmt: skip

    def run(*line: object, typed: str = "", **more: str) -> Result:
        words = [*before, *map(str, line)]
        return CliRunner().invoke(cli.alize, words, env={**settings, **more}, input=typed or None)

    return run
