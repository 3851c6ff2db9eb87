"""Mark what people read, and write amounts, dates and numbers as their language does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Self

from babel import dates, numbers

REGIONS = {"fr": "fr_FR", "en": "en_GB"}

UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
NO_BREAK = re.compile("[\u00a0\u202f]")  # French puts one before « : », « ; », « ! » and « ? ».
BLANKS = re.compile(r"[^\S\n]+")


def mark(text: str) -> str:
    """Mark a French text as shown to people; whoever shows it translates it."""
    return text


class Amount(int):
    """A number of cents, to be written as money inside a message."""


class Message(str):
    """A marked French sentence with the values of its `{placeholders}`.

    It is a string so that marshmallow carries it untouched from a field to the page.
    """

    __slots__ = ("values",)

    values: dict[str, object]

    def __new__(cls, text: str, **values: object) -> Self:
        message = super().__new__(cls, text)
        message.values = values
        return message


def written(message: str, translate: Callable[..., str], locale: str) -> str:
    """Give a message in the reader's language, its values written as that language does."""
    values = message.values if isinstance(message, Message) else {}
    return translate(str(message), **{name: shown(value, locale) for name, value in values.items()})


def plain(text: str, **values: object) -> str:
    """Stand in for the host's `translate`: the French text, its placeholders filled."""
    return text.format(**values) if values else text


def shown(value: object, locale: str) -> str:
    """Write a value inside a sentence: « 15 000,00 € », « 31 décembre 2026 », « 1,25 »."""
    region = REGIONS.get(locale, REGIONS["fr"])
    if isinstance(value, Amount):
        return numbers.format_currency(Decimal(value) / 100, "EUR", locale=region)
    if isinstance(value, date):
        return dates.format_date(value, "long", locale=region)
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return numbers.format_decimal(value, locale=region)
    return str(value)


def typed_amount(cents: int) -> str:
    """Write an amount as it is typed in a form: « 15 000 », « 15 000,50 »."""
    euros, rest = divmod(abs(cents), 100)
    grouped = f"{euros:,}".replace(",", "\u202f")
    return f"{'-' if cents < 0 else ''}{grouped}" + (f",{rest:02d}" if rest else "")


def typed_decimal(number: Decimal) -> str:
    """Write a decimal number as it is typed in a form: « 1,25 »."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace(".", ",")


def is_readable(text: str) -> bool:
    """Say whether a text can be stored and shown: no control character, no half of a pair."""
    return UNREADABLE.search(text) is None


def is_one_line(text: str) -> bool:
    """Say whether a text is one line that shows all it holds: no tab, no mark that nobody sees, any space."""
    return NO_BREAK.sub(" ", text).isprintable()


def printable(text: str) -> str:
    """Drop what can be neither stored nor shown from a text that is to be shown again."""
    return UNREADABLE.sub("", text.replace("\r", ""))


def tidy(text: str, *, lines: bool) -> str:
    """Normalise what was typed: one form per character, one kind of line end, no outer blanks."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not lines:
        return " ".join(text.split())
    return "\n".join(BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()


def compact(text: str) -> str:
    """Remove every blank, those that do not break included: « 15 000 » gives « 15000 »."""
    return "".join(text.split())
