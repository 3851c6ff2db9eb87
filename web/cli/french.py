"""The command line's own words, in French: click takes its sentences from where gettext would look."""

from __future__ import annotations

import click
from click import core, decorators, exceptions, formatting, parser, termui, types

SENTENCES = {
    "Aborted!": "Abandonné : rien n’a été fait.",
    "Error: {message}": "Erreur : {message}",
    "Error: invalid input": "Erreur : cette saisie ne se lit pas.",
    "Error: The two entered values do not match.": "Erreur : les deux saisies diffèrent.",
    "Repeat for confirmation": "Une seconde fois",
    "Try '{command} {option}' for help.": "« {command} {option} » dit comment faire.",
    "Usage:": "Usage :",
    "Options": "Options",
    "Commands": "Commandes",
    "Show this message and exit.": "Montrer cette aide.",
    "Show the version and exit.": "Montrer la version.",
    "%(prog)s, version %(version)s": "%(prog)s, version %(version)s",
    "default: {default}": "sans cela : {default}",
    "required": "obligatoire",
    "Missing command.": "Il manque la commande.",
    "Missing argument": "Il manque l’argument",
    "Missing option": "Il manque l’option",
    "Missing parameter": "Il manque le paramètre",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Missing {param_type}": "Il manque {param_type}",
    "No such option {name!r}.": "L’option « {name} » n’existe pas.",
    "No such command {name!r}.": "La commande « {name} » n’existe pas.",
    "Did you mean {possibility}?": "Est-ce {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Est-ce l’une de celles-ci : {possibilities} ?)",
    "Got unexpected extra argument ({args})": "Un argument est de trop ({args}).",
    "Got unexpected extra arguments ({args})": "Des arguments sont de trop ({args}).",
    "Option {name!r} does not take a value.": "L’option « {name} » ne prend pas de valeur.",
    "Option {name!r} requires an argument.": "L’option « {name} » veut une valeur.",
    "Invalid value: {message}": "{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} : {message}",
    "Choose from:\n\t{choices}": "Au choix :\n\t{choices}",
    "{value!r} is not {choice}.": "« {value} » n’est pas {choice}.",
    "{value!r} is not one of {choices}.": "« {value} » n’en est pas ; choisissez parmi {choices}.",
    "{value!r} does not match the format {format}.": "« {value} » n’est pas un jour : il s’écrit 2026-11-16.",
    "{value} is not in the range {range}.": "{value} est hors des limites {range}.",
    "{value!r} is not a valid {number_type}.": "« {value} » n’est pas un nombre entier.",
    "{value!r} is not a valid UUID.": "« {value} » n’est pas un identifiant ; les listes les montrent.",
    "file": "le fichier",
    "directory": "le dossier",
    "path": "le chemin",
    "{name} {filename!r} does not exist.": "{name} « {filename} » n’existe pas.",
    "{name} {filename!r} is a file.": "« {filename} » est un fichier ; un dossier est attendu.",
    "{name} {filename!r} is a directory.": "« {filename} » est un dossier ; un fichier est attendu.",
    "{name} {filename!r} is not readable.": "{name} « {filename} » ne peut pas être lu.",
    "{name} {filename!r} is not writable.": "{name} « {filename} » ne peut pas être écrit.",
    "Could not open file {filename!r}: {message}": "« {filename} » ne s’ouvre pas : {message}",
    "unknown error": "cause inconnue",
}


def one(text: str) -> str:
    """A sentence of the library in French; one that nobody foresaw stays as it is."""
    return SENTENCES.get(text, text)


def one_or_more(single: str, several: str, count: int) -> str:
    """The same, for one thing or for several: in French none is one."""
    return one(single if count < 2 else several)


class Day(click.DateTime):
    """A day on the command line, written as everywhere in the application."""

    def __init__(self) -> None:
        super().__init__(["%Y-%m-%d"])

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """What the help shows in the place of a day."""
        return "AAAA-MM-JJ"


YES = {"o", "oui", "y", "yes"}


def confirm(question: str) -> None:
    """Ask whether to go on, in French; whatever is no clear yes stops the command."""
    answer = click.prompt(f"{question} [o/N]", default="", show_default=False, prompt_suffix=" ", err=True)
    if answer.strip().casefold() not in YES:
        raise click.Abort


def speak() -> None:
    """Have every message of the library said in French, whatever the machine's own language is."""
    for module in (core, decorators, exceptions, formatting, parser, termui, types):
        setattr(module, "_", one)  # noqa: B010 - the name is bound in each of its modules, and is not public.
        setattr(module, "ngettext", one_or_more)  # noqa: B010
