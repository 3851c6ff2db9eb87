"""The five families of errors that people may meet; a family is one HTTP status and one log level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class EngineError(Exception):
    """Une erreur est survenue.

    The first paragraph of a subclass's docstring is its message, in French. `details` fill the
    message's placeholders, and travel with the error to the page or the problem document.
    """

    # True where the refusal itself must be counted (a wrong password, a wrong code): what the act
    # wrote before raising is then committed, or guessing would cost nothing.
    is_counted = False

    def __init__(self, message: str | None = None, **details: object) -> None:
        self.template = message or first_paragraph(type(self))
        self.details = details
        super().__init__(self.template)

    def __str__(self) -> str:
        """The message, for logs and traces."""
        return self.message

    @property
    def message(self) -> str:
        """The French sentence, its placeholders filled."""
        return self.template.format_map(Filled(self.details))


class Filled(dict[str, object]):
    """The values of a message's placeholders; one that is missing stays as it is written."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


class NotFound(EngineError):
    """Cette page ou cet élément n’existe pas, ou ne vous est pas visible."""


class NotAllowed(EngineError):
    """Vous n’avez pas le droit de faire cela."""


class InvalidAnswers(EngineError):
    """Certaines réponses sont à corriger."""

    def __init__(self, messages: Mapping[str, Sequence[str]], **details: object) -> None:
        super().__init__(None, **details)
        self.messages = {field: list(texts) for field, texts in messages.items()}


class Conflict(EngineError):
    """Cela a déjà été fait, ou a changé entre-temps."""


class Unavailable(EngineError):
    """Le service est momentanément indisponible : réessayez dans quelques instants."""


# What people may meet and act upon; any other error of ours is a fault of a diagram or of the programme.
FAMILIES = (NotFound, NotAllowed, InvalidAnswers, Conflict, Unavailable)


def first_paragraph(family: type[EngineError]) -> str:
    """The first paragraph of a class's docstring, on one line.

    Only line breaks and indents are folded: narrow no-break spaces belong to the French sentence.
    """
    lines = (family.__doc__ or "").split("\n\n")[0].split("\n")
    return " ".join(line.strip(" \t") for line in lines).strip(" ")
