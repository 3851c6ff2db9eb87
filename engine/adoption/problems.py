"""What is wrong with a file of projects: where, and in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine import errors
from engine.i18n import mark as _
from engine.i18n import translate
from forms import texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to correct: its line in the file, its column's title, a French sentence and its values.

    What is wrong with the file as a whole has no line; with a line as a whole, no column.
    """

    text: str
    line: int | None = None
    column: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, locale: str) -> str:
        """What is wrong, without where."""
        return texts.written(texts.Message(self.text, **self.values), translate, locale)

    def said(self, locale: str) -> str:
        """What is wrong, and where."""
        sentence = self.sentence(locale)
        if self.line is None:
            return sentence
        if self.column is None:
            return translate(_("Ligne {line} : {sentence}"), locale, line=self.line, sentence=sentence)
        title = translate(self.column, locale)
        return translate(
            _("Ligne {line}, colonne « {column} » : {sentence}"), locale, line=self.line, column=title,
            sentence=sentence,
        )  # fmt: skip


class ToCorrect(errors.Conflict):
    """Ce fichier est à corriger : rien n’a été repris."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__()

    def unknown(self) -> list[str]:
        """Those whom the file names and nobody knows, each once: whom to invite first."""
        return list(dict.fromkeys(str(each.values["who"]) for each in self.problems if "who" in each.values))
