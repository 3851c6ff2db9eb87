"""Valid answers to any form, invented from its own questions: the shortest path, a basin's questions too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from forms import fields, identifiers, quantities
from forms.context import Context
from forms.questions import Questions
from forms.rows import Rows
from forms.storage import json_value

OF_THE_BASIN = "extra_"  # How the names of a basin's own questions begin.
IMAGINED = "Réponse imaginée pour cette répétition."
MONTH = timedelta(days=30)
# What is plausible, by question; anything else takes the first answer proposed, the smallest number.
PLAUSIBLE: Mapping[str, object] = {
    "headcount": 12,
    "jobs_to_create": 4,
    "jobs_to_sustain": 8,
    "jobs_created": 1,
    "jobs_sustained": 8,
    "project_rating": "medium",
    "deadweight": "later",
    "recommendation": "favourable",
}
DAYS, NUMBER, CENTS = Decimal(3), 5, 1_000_000
COMMUNE, ACTIVITY, SIRET, PHONE = "54528", "25.62B", "00000001800002", "+33199001122"
LINK, MAIL, HOUR = "https://repetition.exemple.test", "reponse@exemple.test", "14:00"

Preferences = Mapping[str, Callable[[Mapping[str, object]], object]]


@dataclass(slots=True)
class Answering:
    """Answers one form. `prefer` says who or what is rather chosen, by question, given what is answered."""

    context: Context
    prefer: Preferences = field(default_factory=dict)

    def answers(self, questions: Questions, given: Mapping[str, object]) -> dict[str, Any]:
        """Answer what must be, keep what is `given`; what the page starts from is sent as it is."""
        answered: dict[str, Any] = {}
        known: dict[str, object] = {}  # As conditions read them.
        for name, question in questions.asked().items():
            known[name] = question.nothing()
            if not question.is_asked or not is_shown(question, known):
                continue
            value = self.answer(question, given, known)
            if value is not None:
                answered[name] = known[name] = value
        return answered

    def answer(
        self, question: fields.Field[Any], given: Mapping[str, object], known: Mapping[str, object]
    ) -> Any:
        """One answer; None where none is needed."""
        name = question.name or ""
        start = given[name] if given.get(name) is not None else json_value(question.initial())
        if isinstance(question, Rows):
            return self.rows(question, start, known)
        if start not in (None, "", []):
            return start
        if question.is_mandatory(known) or name.startswith(OF_THE_BASIN):
            return self.invented(question, known)
        return None

    def rows(self, question: Rows, start: object, known: Mapping[str, object]) -> list[dict[str, Any]] | None:
        """Rows to start from, each completed; one row where one is needed and none is there."""
        begun = start if isinstance(start, list) else []
        if not begun and question.is_mandatory(known):
            begun = [{}]
        rows = [self.answers(question.questions(), row) for row in begun if isinstance(row, Mapping)]
        return rows or None

    def invented(self, question: fields.Field[Any], known: Mapping[str, object]) -> Any:
        """A plausible answer to a question that has none yet."""
        preferred = self.preferred(question, known)
        if preferred is not None:
            return preferred
        if not isinstance(question, fields.YesNo) and hasattr(question, "options"):
            return first_option(question)
        for kind, invent in INVENTIONS:
            if isinstance(question, kind):
                return invent(question)
        raise LookupError(f"no answer can be imagined to {question.name}")

    def preferred(self, question: fields.Field[Any], known: Mapping[str, object]) -> object:
        """Who or what is rather chosen, where it is among the answers proposed."""
        choose = self.prefer.get(question.path)
        if choose is None:
            return None
        wanted = choose(known)
        if isinstance(question, fields.Reference):
            proposed = {each.value for each in question.options()}
            return str(wanted) if str(wanted) in proposed else None
        return json_value(wanted)


def is_shown(question: fields.Field[Any], known: Mapping[str, object]) -> bool:
    """Whether a question is asked, given what is answered before it."""
    return question.shown_when is None or question.shown_when.holds(known)


def first_option(question: Any) -> Any:
    """The plausible answer of a list, else the first."""
    options = [each.value for each in question.options()]
    if not options:
        raise NothingToChoose(question.label)
    wanted = PLAUSIBLE.get(question.name)
    found = wanted if wanted in options else options[0]
    return [found] if isinstance(question, fields.References) else found


class NothingToChoose(Exception):
    """A question must be answered, and nothing is proposed to choose from."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label


def whole(question: quantities.Whole) -> int:
    """A whole number within its bounds."""
    wanted = PLAUSIBLE.get(question.name or "", NUMBER)
    return min(max(int(str(wanted)), question.least), question.most)


def amount(question: quantities.Money) -> int:
    """An amount in cents within its bounds."""
    return min(max(CENTS, question.least), question.most)


def number_of_days(question: quantities.Days) -> str:
    """A number of days within its bounds."""
    return str(min(max(DAYS, question.least), question.most))


def day(question: quantities.Day) -> str:
    """A month ahead where the day must be to come, today otherwise."""
    today = question.context.today
    return (today + MONTH if question.future else today).isoformat()


def commune(question: identifiers.Commune) -> str:
    """A commune of the perimeter, where one is drawn."""
    perimeter = question.context.limits.get("perimeter")
    return str(perimeter[0]) if isinstance(perimeter, list | tuple) and perimeter else COMMUNE


def words(question: fields.Text) -> str:
    """A few words, no longer than may be."""
    return IMAGINED[: question.longest].strip()


def digest(question: identifiers.Digest) -> str:
    """The hash of what is shown."""
    return str(question.context.limits.get(question.name or "", ""))


def always(value: object) -> Callable[[Any], object]:
    """The same answer, whatever the question's bounds."""
    return lambda _question: value


# The first kind that fits: a commune is a text too.
INVENTIONS: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (fields.YesNo, lambda question: isinstance(question, fields.Checkbox)),
    (quantities.Whole, whole),
    (quantities.Money, amount),
    (quantities.Days, number_of_days),
    (quantities.Number, always(NUMBER)),
    (quantities.Day, day),
    (identifiers.Commune, commune),
    (identifiers.Digest, digest),
    (identifiers.Siret, always(SIRET)),
    (identifiers.Activity, always(ACTIVITY)),
    (identifiers.Email, always(MAIL)),
    (identifiers.Phone, always(PHONE)),
    (identifiers.Link, always(LINK)),
    (identifiers.Time, always(HOUR)),
    (fields.Text, words),
)
