"""What is wrong with a file of projects: where, and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from engine import errors
from engine.i18n import mark as _
from engine.i18n import translate
from forms import texts
from forms.choices import Coded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Titled(Protocol):
    """A column, that says what heads it in each language."""

    def title(self, locale: str) -> str:
        """What heads it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: its line in the file, its column, a French sentence and its values.

    What is wrong with the file as a whole has no line; with a line as a whole, no column. A column that is
    not known is given as the file calls it.
    """

    text: str
    line: int | None = None
    column: Titled | str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, locale: str) -> str:
        """What is wrong, without where."""
        values = {name: titled(value, locale) for name, value in self.values.items()}
        return texts.written(texts.Message(self.text, **values), translate, locale)

    def heading(self, locale: str) -> str:
        """What heads its column; nothing for a whole line, or the file."""
        return "" if self.column is None else str(titled(self.column, locale))

    def said(self, locale: str) -> str:
        """What is wrong, and where."""
        sentence = self.sentence(locale)
        if self.line is None:
            return sentence
        if self.column is None:
            return translate(_("Ligne {line} : {sentence}"), locale, line=self.line, sentence=sentence)
        return translate(
            _("Ligne {line}, colonne « {column} » : {sentence}"), locale, line=self.line,
            column=self.heading(locale), sentence=sentence,
        )  # fmt: skip


def titled(value: object, locale: str) -> object:
    """A value of a sentence: a column by what heads it, a coded one by its label."""
    if isinstance(value, Coded):
        return translate(value.label, locale)
    heading = getattr(value, "title", None)
    return value if isinstance(value, str) or heading is None else heading(locale)


class ToCorrect(errors.Conflict):
    """Ce fichier est à corriger : rien n’a été repris."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__()

    def unknown(self) -> list[str]:
        """Those whom the file names and nobody knows, each once: whom to invite first."""
        return list(dict.fromkeys(str(each.values["who"]) for each in self.problems if "who" in each.values))
