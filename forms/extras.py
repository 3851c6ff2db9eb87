"""A basin's own typed questions: read as drawn or typed, then asked at the end of any form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar, cast

import marshmallow

from forms import texts
from forms.context import Choice, Context, Question
from forms.fields import Field, Paragraph, YesNo, refuse, titled
from forms.quantities import Day, Money, Number
from forms.texts import Message
from forms.texts import mark as _

Schema = TypeVar("Schema", bound=marshmallow.Schema)

HEADING = _("Questions du bassin")

MOST_QUESTIONS = 12
LONGEST_LABEL = 120
LONGEST_HINT = 300
LONGEST_UNIT = 20
LONGEST_CHOICE = 80
LONGEST_TEXT = 1000
FEWEST_CHOICES, MOST_CHOICES = 2, 12

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
VALUE = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
BLANKS = re.compile(r"[ \t\r\n]+")
# Marks that turn the reading of what follows them: an answer may hold some, the words of a page may not.
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
SAID = {"true": True, "1": True, "false": False, "0": False}

__all__ = [
    "HEADING", "TYPES", "InvalidQuestions", "Question", "Wrong", "as_mapping", "joined", "kept",
    "long_date", "read", "read_all", "split", "spoken", "wrongs_of",
]  # fmt: skip

#: The kinds of questions, and what each is called.
TYPES: Mapping[str, str] = {
    "text": _("Texte"),
    "number": _("Nombre"),
    "money": _("Montant"),
    "date": _("Date"),
    "yes_no": _("Oui ou non"),
    "choice": _("Choix dans une liste"),
}
KNOWN = ("key", "label", "type", "mandatory", "hint", "unit", "choices")


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with one question: its rank from 0, which part of it, and a sentence."""

    at: int
    part: str
    message: Message


class InvalidQuestions(ValueError):
    """Ces questions ne peuvent pas être posées ; `wrongs` says of each what to change."""

    def __init__(self, wrongs: Sequence[Wrong]) -> None:
        self.wrongs = tuple(wrongs)
        super().__init__("; ".join(f"{each.at}.{each.part}: {each.message}" for each in wrongs))


def read(raw: Mapping[str, Any]) -> Question:
    """Read one question, as a file or a page gives it. Raises `InvalidQuestions`."""
    return read_all([raw])[0]


def read_all(raws: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Read the questions of one form, in their order. Raises `InvalidQuestions` with all that is wrong."""
    wrongs = wrongs_of(raws)
    if wrongs:
        raise InvalidQuestions(wrongs)
    return kept(raws)


def kept(raws: Sequence[Mapping[str, Any]]) -> tuple[Question, ...]:
    """Give again questions that were read before and kept as mappings: they are not judged again."""
    return tuple(
        Question(
            key=str(raw["key"]),
            label=one_line(str(raw["label"])),
            type=str(raw["type"]),
            mandatory=SAID.get(str(raw.get("mandatory", "")).lower(), False),
            hint=one_line(str(raw.get("hint") or "")),
            unit=one_line(str(raw.get("unit") or "")),
            choices=tuple(
                Choice(str(one["value"]), one_line(str(one["label"]))) for one in raw.get("choices") or ()
            ),
        )
        for raw in raws
    )


def one_line(text: str) -> str:
    """Tidy the words of a question: one line, its blanks that do not break left as they are."""
    return unicodedata.normalize("NFC", BLANKS.sub(" ", text)).strip()


def as_mapping(question: Question) -> dict[str, Any]:
    """Give a question as a file or a table keeps it: what it does not say is left out."""
    written: dict[str, Any] = {"key": question.key, "label": question.label, "type": question.type}
    if question.mandatory:
        written["mandatory"] = True
    if question.hint:
        written["hint"] = question.hint
    if question.unit:
        written["unit"] = question.unit
    if question.choices:
        written["choices"] = [{"value": one.value, "label": one.label} for one in question.choices]
    return written


# --- what is wrong with questions ------------------------------------------------------------


def wrongs_of(raws: object) -> list[Wrong]:
    """Say what is wrong with the questions of one form, whatever they hold."""
    found: list[Wrong] = []
    if not isinstance(raws, list | tuple):
        return [Wrong(0, "key", Message(_("Ces questions n’ont pas la forme attendue.")))]
    if len(raws) > MOST_QUESTIONS:
        many = Message(_("{count} questions : {most} au plus."), count=len(raws), most=MOST_QUESTIONS)
        found.append(Wrong(MOST_QUESTIONS, "key", many))
    keys: set[str] = set()
    for at, raw in enumerate(raws[:MOST_QUESTIONS]):
        if not isinstance(raw, Mapping):
            found.append(Wrong(at, "key", Message(_("Cette question n’a pas la forme attendue."))))
            continue
        found += [Wrong(at, part, message) for part, message in of_one(raw)]
        key = raw.get("key")
        if isinstance(key, str) and key in keys:
            found.append(Wrong(at, "key", Message(_("Une autre question a déjà cette clé : changez-la."))))
        keys.add(str(key))
    return found


def of_one(raw: Mapping[Any, Any]) -> Iterator[tuple[str, Message]]:
    """Say what is wrong with one question, by part."""
    for name in raw:
        if name not in KNOWN:
            said = texts.printable(str(name))[:40]
            yield "key", Message(_("« {name} » n’est pas un réglage d’une question."), name=said)
    key = raw.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        yield (
            "key",
            Message(
                _("La clé s’écrit en minuscules sans accents, chiffres et « _ », 40 caractères au plus.")
            ),
        )
    yield from words("label", raw.get("label"), LONGEST_LABEL, needed=True)
    yield from words("hint", raw.get("hint"), LONGEST_HINT)
    yield from words("unit", raw.get("unit"), LONGEST_UNIT)
    if not isinstance(raw.get("type"), str) or raw["type"] not in TYPES:
        yield "type", Message(_("Choisissez l’un des types de réponse proposés."))
    if raw.get("unit") and raw.get("type") != "number":
        yield "unit", Message(_("Seul un nombre a une unité."))
    mandatory = raw.get("mandatory", False)
    if not isinstance(mandatory, bool) and not (isinstance(mandatory, str) and mandatory in ("", *SAID)):
        yield "mandatory", Message(_("Dites par « true » ou « false » si la réponse est obligatoire."))
    yield from of_choices(raw.get("type"), raw.get("choices") or ())


def words(part: str, value: object, longest: int, *, needed: bool = False) -> Iterator[tuple[str, Message]]:
    """Say what is wrong with words that people read: one line, of a length that a page can show."""
    if value is None or value == "":
        if needed:
            yield part, Message(_("Écrivez la question."))
        return
    if not isinstance(value, str) or not texts.is_readable(value) or TURNING.search(value):
        yield part, Message(_("Ce texte contient des caractères illisibles : effacez-les ou retapez-le."))
        return
    tidied = one_line(value)
    if needed and not tidied:
        yield part, Message(_("Écrivez la question."))
    if len(tidied) > longest:
        yield (
            part,
            Message(_("{length} caractères : {longest} au plus."), length=len(tidied), longest=longest),
        )


def of_choices(kind: object, choices: object) -> Iterator[tuple[str, Message]]:
    """Say what is wrong with the answers proposed."""
    part = "choices"
    if not isinstance(choices, list | tuple) or not all(isinstance(one, Mapping) for one in choices):
        yield part, Message(_("Les réponses proposées n’ont pas la forme attendue."))
        return
    if kind != "choice":
        if choices:
            yield part, Message(_("Seul un choix dans une liste propose des réponses."))
        return
    if not FEWEST_CHOICES <= len(choices) <= MOST_CHOICES:
        yield (
            part,
            Message(_("Proposez de {least} à {most} réponses."), least=FEWEST_CHOICES, most=MOST_CHOICES),
        )
        return
    values, labels = [one.get("value") for one in choices], [one.get("label") for one in choices]
    if not all(isinstance(value, str) and VALUE.fullmatch(value) for value in values):
        yield (
            part,
            Message(
                _("La valeur d’une réponse s’écrit en lettres minuscules sans accents, chiffres et « _ ».")
            ),
        )
        return
    if any(True for label in labels for _wrong in words(part, label, LONGEST_CHOICE, needed=True)):
        yield (
            part,
            Message(
                _("Écrivez chaque réponse proposée, en {longest} caractères au plus."), longest=LONGEST_CHOICE
            ),
        )
        return
    tidied = [one_line(label) for label in labels]
    if len(set(values)) < len(values) or len(set(tidied)) < len(tidied):
        yield part, Message(_("Deux réponses proposées sont les mêmes."))


# --- asked at the end of a form --------------------------------------------------------------


class Chosen(Field[str]):
    """One of the answers that a basin proposes, kept by its value."""

    kind = "choice"
    missing = _("Choisissez une réponse.")

    def __init__(self, label: str, choices: Sequence[Choice], **options: Any) -> None:
        super().__init__(label, **options)
        self.choices = tuple(choices)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        if not isinstance(value, str) or value not in {one.value for one in self.choices}:
            refuse(_("Choisissez l’une des réponses proposées."))
        return value

    def options(self) -> list[Choice]:
        """The answers proposed."""
        return list(self.choices)

    def described(self) -> dict[str, Any]:
        return {"type": "string", "oneOf": titled(self.options(), str)}


class Proposed(Chosen):
    """One of what the page proposes: a place, a role, a value."""

    def __init__(self, label: str, **asked: Any) -> None:
        super().__init__(label, (), **asked)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        if not isinstance(value, str) or value not in {choice.value for choice in self.options()}:
            refuse(_("Choisissez l’une des réponses proposées."))
        return value

    def options(self) -> list[Choice]:
        """What the page proposes."""
        return list(self.context.choices.get(self.path, ()))

    def described(self) -> dict[str, Any]:
        proposed = titled(self.options(), str)
        return {"type": "string"} | ({"oneOf": proposed} if proposed else {})


def field_of(question: Question) -> Field[Any]:
    """Give the field that asks a question."""
    options: dict[str, Any] = {"hint": question.hint, "mandatory": question.mandatory}
    field: Field[Any]
    if question.type == "number":
        field = Number(question.label, unit=question.unit, **options)
    elif question.type == "money":
        field = Money(question.label, **options)
    elif question.type == "date":
        field = Day(question.label, **options)
    elif question.type == "yes_no":
        field = YesNo(question.label, **options)
    elif question.type == "choice":
        field = Chosen(question.label, question.choices, **options)
    else:
        field = Paragraph(question.label, longest=LONGEST_TEXT, **options)
    field.group = HEADING
    return field


@lru_cache(maxsize=512)
def joined(schema: type[Schema], questions: tuple[Question, ...]) -> type[Schema]:
    """Give a form's questions followed by a basin's, made once for all that ask the same.

    What the form checks between its own answers, it goes on checking.
    """
    asked: dict[str, Any] = {each.name: field_of(each) for each in questions}
    # Kept nowhere else than here: marshmallow's register would hold every version's for ever.
    asked["Meta"] = type("Meta", (schema.Meta,), {"register": False})
    return cast("type[Schema]", type(f"{schema.__name__}OfBasin", (schema,), asked))


def split(answers: Mapping[str, Any], questions: Sequence[Question]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Part the answers of a form from those to a basin's questions."""
    names = {each.name for each in questions}
    own = {name: value for name, value in answers.items() if name not in names}
    return own, {each.name: answers[each.name] for each in questions if each.name in answers}


# --- shown again -----------------------------------------------------------------------------


def spoken(question: Question, stored: Any, context: Context) -> str:
    """Write a stored answer as people read it, in the reader's language; nothing for no answer."""
    if stored is None or stored == "":
        return ""
    write = WRITERS.get(question.type)
    return str(stored) if write is None else write(question, stored, context)


def long_date(day: date, context: Context) -> str:
    """Write a day as people read it."""
    return texts.shown(day, context.locale)


def spoken_number(question: Question, stored: Any, context: Context) -> str:
    """Write a number with its unit."""
    number = texts.shown(Decimal(stored), context.locale)
    return f"{number}\u00a0{question.unit}" if question.unit else number


def spoken_choice(question: Question, stored: Any, _context: Context) -> str:
    """Write the answer chosen; one that is proposed no more keeps its value."""
    return next((one.label for one in question.choices if one.value == stored), str(stored))


WRITERS: Mapping[str, Callable[[Question, Any, Context], str]] = {
    "yes_no": lambda _question, stored, context: context.say(_("Oui") if stored is True else _("Non")),
    "choice": spoken_choice,
    "money": lambda _question, stored, context: texts.shown(texts.Amount(stored), context.locale),
    "date": lambda _question, stored, context: long_date(date.fromisoformat(stored), context),
    "number": spoken_number,
}
