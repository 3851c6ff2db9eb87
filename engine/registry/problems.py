"""What a check finds: a level, a code, a French sentence, and the elements to highlight."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import i18n


class Level(enum.StrEnum):
    """The levels of a check, in the order in which they are asked (D28)."""

    READING = "reading"
    EXECUTION = "execution"
    SOUNDNESS = "soundness"
    HOUSE = "house"
    CHARTER = "charter"


class Severity(enum.StrEnum):
    """Whether a problem forbids publication, or is only said."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence of a story: what happened, at which element of which process.

    `template` is the French sentence, `values` fill its placeholders; `flows` are the arrows that a choice
    took.
    """

    process: str
    element: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    flows: tuple[str, ...] = ()

    def sentence(self, locale: str = i18n.SOURCE) -> str:
        """Give the sentence in a language."""
        return i18n.translate(self.template, locale, **self.values)

    def as_json(self, locale: str = i18n.SOURCE) -> dict[str, Any]:
        """Give the sentence with where it happened."""
        return {
            "process": self.process,
            "element": self.element,
            "flows": list(self.flows),
            "sentence": self.sentence(locale),
        }


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `template` is the French sentence, `values` fill its placeholders.

    A finding of the charter says which `article`, its text (`rule`) and what to do (`remedy`); one that
    was proved has the shortest `story` that shows it, and the same as a `trace` of ids (within a called
    process, `process.element`).
    """

    level: Level
    code: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    elements: tuple[str, ...] = ()
    severity: Severity = Severity.ERROR
    article: str | None = None
    trace: tuple[str, ...] = ()
    file: str = ""
    process: str = ""
    story: tuple[Told, ...] = ()
    rule: str = ""
    remedy: str = ""

    def message(self, locale: str = i18n.SOURCE) -> str:
        """Give the sentence in a language."""
        return i18n.translate(self.template, locale, **self.values)

    def as_json(self, locale: str = i18n.SOURCE) -> dict[str, Any]:
        """Give the problem as `alize check --format json` prints it."""
        written: dict[str, Any] = {
            "level": self.level.value,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message(locale),
            "elements": list(self.elements),
        }
        for name in ("file", "process", "article"):
            if getattr(self, name):
                written[name] = getattr(self, name)
        for name, text in (("rule", self.rule), ("remedy", self.remedy)):
            if text:
                written[name] = i18n.translate(text, locale)
        if self.trace:
            written["trace"] = list(self.trace)
        if self.story:
            written["story"] = [told.as_json(locale) for told in self.story]
        return written
