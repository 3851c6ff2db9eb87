"""What the host knows and a form does not: choices, limits, values to start from, the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from forms import texts

Channel = Literal["html", "json"]

#: What the names of answers to a basin's questions begin with: none ever hides a form's own.
PREFIX = "extra_"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be chosen; `value` is what travels, `label` what people read."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a basin. `key` names its answer for ever, `label` is what people read."""

    key: str
    label: str
    type: str
    mandatory: bool = False
    hint: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def name(self) -> str:
        """What its answer is called among those of a form."""
        return f"{PREFIX}{self.key}"


@dataclass(frozen=True, slots=True)
class Context:
    """Everything that a form needs from outside, given by the host at each use.

    `choices` and `excluded` are by field name (`human_means-company_id` inside rows). `excluded`
    says, for a value that may not be chosen, why: the reason is shown as it is. `prefill` holds
    the values to start from, `facts` what the page recalls above the questions, `limits` the
    basin's parameters and the day (`today`). `channel` says how answers are written: typed
    in French (`html`) or as JSON values (`json`). `questions` are the basin's own, asked after
    the form's.
    """

    choices: Mapping[str, Sequence[Choice]] = field(default_factory=dict)
    prefill: Mapping[str, object] = field(default_factory=dict)
    facts: Sequence[tuple[str, str]] = ()
    limits: Mapping[str, object] = field(default_factory=dict)
    excluded: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    channel: Channel = "html"
    locale: str = "fr"
    translate: Callable[..., str] = texts.plain

    @property
    def today(self) -> date:
        """The basin's date, which the host must give: forms never read a clock."""
        today = self.limits.get("today")
        if isinstance(today, date):
            return today
        raise LookupError("Give the local date of the basin as limits['today'].")

    def limit(self, name: str, otherwise: int) -> int:
        """A whole number among the limits."""
        value = self.limits.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else otherwise

    def allows(self, name: str) -> bool:
        """Say whether a limit that is a switch is on."""
        return bool(self.limits.get(name))

    def say(self, text: str) -> str:
        """A marked text in the reader's language."""
        return texts.written(text, self.translate, self.locale) if text else ""
