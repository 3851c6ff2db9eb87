"""The command `alize`: messages on stderr, data on stdout, exit status 0 done, 1 refused, 2 wrong use."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from itertools import chain

import click

from engine import errors, logs
from engine.persistence.database import reason_of
from engine.settings import InvalidSettings, Settings
from forms import catalogue
from web.cli import (
    adopting,
    basins,
    erasing,
    history,
    installation,
    instances,
    keeping,
    measuring,
    migrating,
    people,
    processes,
    rehearsing,
    roles,
)

GROUPS = (
    installation,
    people,
    erasing,
    basins,
    roles,
    processes,
    rehearsing,
    migrating,
    adopting,
    history,
    instances,
    keeping,
    measuring,
)


CANNOT_OPEN = "« {path} » ne s’ouvre pas : le chemin existe-t-il, et en avez-vous le droit ?"
NO_ROOM = "Le disque est plein : faites de la place, puis redonnez la commande."


REFUSED_FILES = {
    errno.ENOSPC: NO_ROOM,
    errno.EEXIST: "« {path} » existe déjà : donnez un autre nom, ou enlevez-le d’abord.",
}


class Commands(click.Group):
    """A group whose refusals are one French sentence on stderr, never a trace."""

    def invoke(self, context: click.Context) -> object:
        """Run a command; an expected refusal says its sentence and exits with 1."""
        try:
            return super().invoke(context)
        except (errors.InvalidAnswers, catalogue.InvalidAnswers) as refusal:
            for sentence in dict.fromkeys(chain.from_iterable(refusal.messages.values())):
                click.echo(str(sentence), err=True)
            raise SystemExit(1) from None
        except (errors.EngineError, InvalidSettings) as refusal:
            click.echo(" ".join(filter(None, (str(refusal), reason_of(refusal)))), err=True)
            raise SystemExit(1) from None
        except OSError as refusal:
            if refusal.filename is None and refusal.errno != errno.ENOSPC:
                raise
            said = REFUSED_FILES.get(refusal.errno or 0, CANNOT_OPEN)
            click.echo(said.format(path=refusal.filename), err=True)
            raise SystemExit(1) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="alize", prog_name="alize")
def alize() -> None:
    """Le moteur de processus du programme Alizé."""
    # How to log depends on nothing else: each command checks the settings it is given (`alize demo` has
    # its own environment).
    logs.configure(Settings.from_environment(overrides={"environment": "test"}).log_format)


for group in GROUPS:
    for command in group.COMMANDS:
        alize.add_command(command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    alize.main(args=list(arguments) if arguments is not None else None, prog_name="alize")


if __name__ == "__main__":
    main(sys.argv[1:])
