"""Cells as forms read them: codes for their words, days in digits, the zeros that spreadsheets drop."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.adoption.reading import key_of
from engine.i18n import LOCALES, translate
from forms import fields, identifiers
from forms.texts import compact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.adoption.columns import Column

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("janvier", "janv", "january", "jan"), ("fevrier", "fevr", "february", "feb"), ("mars", "march"),
            ("avril", "avr", "april"), ("mai", "may"), ("juin", "june"), ("juillet", "juil", "july"),
            ("aout", "august"), ("septembre", "sept", "september"), ("octobre", "oct", "october"),
            ("novembre", "nov", "november"), ("decembre", "dec", "december"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
IN_WORDS = re.compile(r"(\d{1,2})(?:er|ER)?\s+([^\W\d]+)\.?\s+(\d{4})")
WITH_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})[T ]0{1,2}:00(:00(\.0+)?)?")
LENGTHS: Mapping[type, int] = {identifiers.Siret: 14, identifiers.Commune: 5}
SIREN = 9  # As many digits are a SIREN, not a SIRET without its zeros, whose key they would satisfy too.
ZERO = re.compile(r"0+([.,]0+)?(€|EUR)?")
NONE_IF_ZERO = frozenset({"given_days", "advance_requested", "advance_amount"})
PHONE_WITHOUT_ZERO = re.compile(r"[1-9]\d{8}")


def typed(column: Column, cell: str) -> str:
    """A cell as the question of its column reads it; what nobody can make out is left as it stands."""
    text = cell.strip()
    if not text:
        return ""
    if isinstance(column.field, fields.Code):
        return code_of(column, text)
    if column.is_day:
        return day_of(text)
    if column.name in NONE_IF_ZERO and ZERO.fullmatch(compact(text)):
        return ""  # Nothing given, nothing asked for: the form has that left empty.
    return with_its_zeros(column, text)


def code_of(column: Column, text: str) -> str:
    """The code of a word of a list, in either language, whatever its case."""
    for choice in column.field.options():  # type: ignore[attr-defined]
        words = (choice.value, *(translate(choice.label, locale) for locale in LOCALES))
        if key_of(text) in {key_of(each) for each in words}:
            return str(choice.value)
    return text


def day_of(text: str) -> str:
    """A day written in words, in digits; one with the midnight that spreadsheets add, without it."""
    plain = WITH_MIDNIGHT.fullmatch(text)
    if plain:
        return plain[1]
    found = IN_WORDS.fullmatch(text)
    month = MONTHS.get(key_of(found[2])) if found else None
    return f"{found[3]}-{month:02d}-{int(found[1]):02d}" if found and month else text


def with_its_zeros(column: Column, text: str) -> str:
    """A number whose first zeros a spreadsheet dropped, when only one number of that length can be meant."""
    digits = compact(text)
    length = LENGTHS.get(type(column.field), 0)
    if length and digits.isascii() and digits.isdigit() and len(digits) < length and len(digits) != SIREN:
        return digits.zfill(length)
    if isinstance(column.field, identifiers.Phone) and PHONE_WITHOUT_ZERO.fullmatch(digits):
        return f"0{digits}"
    return text
