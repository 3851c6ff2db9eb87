"""Numbers, amounts, days of work and dates: exact, whatever the channel."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, cast

from forms import texts
from forms.conditions import spelled
from forms.fields import WRONG_TYPE, Field, refuse
from forms.texts import mark as _


class Whole(Field[int]):
    """A whole number between two bounds."""

    kind = "number"
    missing = _("Indiquez un nombre.")

    def __init__(
        self,
        label: str,
        *,
        least: int = 0,
        most: int = 99_999,
        limits: tuple[str, str] = ("", ""),
        **options: Any,
    ) -> None:
        super().__init__(label, **options)
        self.bounds = (least, most)
        self.limits = limits

    @property
    def least(self) -> int:
        """The smallest number: the basin may raise it."""
        return max(self.bounds[0], self.context.limit(self.limits[0], self.bounds[0]))

    @property
    def most(self) -> int:
        """The greatest number: the basin may set it, and it is never below the smallest."""
        return max(self.least, self.context.limit(self.limits[1], self.bounds[1]))

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> int:
        number = self.number(value)
        if not self.least <= number <= self.most:
            refuse(_("Indiquez un nombre entre {least} et {most}."), least=self.least, most=self.most)
        return number

    def number(self, value: object) -> int:
        """Read a whole number, typed or not."""
        if isinstance(value, str) and self.context.channel == "html":
            digits = texts.compact(value)
            if re.fullmatch(r"-?[0-9]{1,12}", digits):
                return int(digits)
            refuse(_("Écrivez un nombre entier, en chiffres."))
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(_("Un nombre entier est attendu."))
        return value

    def described(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Money(Field[int]):
    """An amount in cents; typed in euros, as the French do: « 15 000,00 »."""

    kind = "money"
    missing = _("Indiquez un montant.")
    most_cents = 99_999_999_999

    def __init__(
        self, label: str, *, least: int = 0, limits: tuple[str, str] = ("", ""), **options: Any
    ) -> None:
        options.setdefault("unit", "€")
        super().__init__(label, **options)
        self.smallest = least
        self.limits = limits

    @property
    def least(self) -> int:
        """The smallest amount."""
        return max(self.smallest, self.context.limit(self.limits[0], self.smallest))

    @property
    def most(self) -> int:
        """The ceiling."""
        return self.context.limit(self.limits[1], self.most_cents)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> int:
        cents = self.cents(value)
        if cents < self.least:
            refuse(_("Le montant doit être d’au moins {least}."), least=texts.Amount(self.least))
        if cents > self.most:
            refuse(_("Le montant ne peut pas dépasser {most}."), most=texts.Amount(self.most))
        return cents

    def cents(self, value: object) -> int:
        """Read an amount: euros when typed, cents otherwise."""
        if isinstance(value, str) and self.context.channel == "html":
            return typed_cents(value)
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(_("Un montant s’écrit en centimes, par un nombre entier."))
        return value

    def typed(self, value: object) -> str:
        is_cents = isinstance(value, int) and not isinstance(value, bool)
        return texts.typed_amount(cast("int", value)) if is_cents else spelled(value)

    def described(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


EUROS = re.compile(r"(-?)([0-9]{1,12}|[0-9]{1,3}(?: [0-9]{3}){1,4})(?:[.,]([0-9]{1,2}))?")


def typed_cents(text: str) -> int:
    """Read euros as typed: « 15 000,00 », « 15 000 € », « 15000.5 », whatever the blanks."""
    amount = re.sub(r"\s*(€|euros?|eur)$", "", " ".join(text.split()), flags=re.IGNORECASE)
    found = EUROS.fullmatch(amount)
    if found is None:
        refuse(_("Écrivez un montant en euros, par exemple 15 000 ou 15 000,50."))
    sign, euros, cents = found.groups()
    total = int(texts.compact(euros)) * 100 + int((cents or "0").ljust(2, "0"))
    return -total if sign else total


class Exact(Field[Decimal]):
    """A decimal number, read exactly: a quarter is exact in binary too."""

    kind = "number"
    written: ClassVar[re.Pattern[str]]
    unreadable: ClassVar[str]

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            refuse(WRONG_TYPE)
        text = texts.compact(spelled(value)).replace(",", ".").replace("\u2212", "-")
        if not self.written.fullmatch(text):
            refuse(self.unreadable)
        return Decimal(text)

    def revived(self, stored: Any) -> Any:
        return Decimal(stored)

    def typed(self, value: object) -> str:
        return texts.typed_decimal(value) if isinstance(value, Decimal) else spelled(value)


class Days(Exact):
    """A number of days, by quarters of a day."""

    missing = _("Indiquez un nombre de jours.")
    written = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")
    unreadable = _("Écrivez un nombre de jours, par exemple 1,5.")
    step = Decimal("0.25")

    def __init__(
        self, label: str, *, least: str = "0.25", most: str = "366", limit: str = "", **options: Any
    ) -> None:
        options.setdefault("unit", _("jours"))
        super().__init__(label, **options)
        self.least = Decimal(least)
        self.greatest = Decimal(most)
        self.limit = limit

    @property
    def most(self) -> Decimal:
        """The greatest number of days."""
        return Decimal(self.context.limit(self.limit, int(self.greatest)))

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> Decimal:
        days = super()._deserialize(value, attr, data, **kwargs)
        if days % self.step:
            refuse(_("Comptez par quarts de jour : 0,25 – 0,5 – 0,75 – 1."))
        if not self.least <= days <= self.most:
            refuse(
                _("Indiquez un nombre de jours entre {least} et {most}."), least=self.least, most=self.most
            )
        return days.quantize(self.step)

    def described(self) -> dict[str, Any]:
        number = {"type": "number", "minimum": float(self.least), "maximum": float(self.most)}
        return {
            "anyOf": [
                number | {"multipleOf": float(self.step)},
                {"type": "string", "pattern": r"^\s*[0-9]{1,4}\s*([.,]\s*[0-9]{1,4})?\s*$"},
            ]
        }


class Number(Exact):
    """A number of anything, exact to four decimals; below zero it may be too."""

    missing = _("Indiquez un nombre.")
    written = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,4})?")
    unreadable = _("Écrivez un nombre, par exemple 12 ou 1,5.")

    def described(self) -> dict[str, Any]:
        pattern = r"^\s*-?[0-9\s]{1,16}([.,]\s*[0-9]{1,4})?\s*$"
        most = 999_999_999_999
        number = {"type": "number", "minimum": -most, "maximum": most}
        return {"anyOf": [number, {"type": "string", "pattern": pattern}]}


class Day(Field[date]):
    """A local date; `past` and `future` bound it by the basin's date."""

    kind = "date"
    missing = _("Indiquez une date.")
    bounds = (date(1900, 1, 1), date(2199, 12, 31))

    def __init__(self, label: str, *, past: bool = False, future: bool = False, **options: Any) -> None:
        super().__init__(label, **options)
        self.past = past
        self.future = future

    @property
    def earliest(self) -> date:
        """The first date accepted."""
        return self.context.today if self.future else self.bounds[0]

    @property
    def latest(self) -> date:
        """The last date accepted."""
        return self.context.today if self.past else self.bounds[1]

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> date:
        day = self.day(value)
        if self.past and day > self.latest:
            refuse(_("Cette date ne peut pas être à venir."))
        if self.future and day < self.earliest:
            refuse(_("Cette date ne peut pas être passée."))
        if not self.earliest <= day <= self.latest:
            refuse(_("Cette date n’est pas vraisemblable : vérifiez l’année."))
        return day

    def day(self, value: object) -> date:
        """Read 2026-12-31, or 31/12/2026 when typed."""
        if type(value) is date:
            return value
        text = texts.compact(value) if isinstance(value, str) else ""
        iso = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
        french = re.fullmatch(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", text)
        parts = iso.groups() if iso else french.groups()[::-1] if french and self.typed_here else None
        if parts is None:
            refuse(_("Écrivez une date, par exemple 31/12/2026."))
        try:
            return date(*map(int, parts))
        except ValueError:
            refuse(_("Cette date n’existe pas dans le calendrier."))

    def revived(self, stored: Any) -> Any:
        return date.fromisoformat(stored)

    @property
    def typed_here(self) -> bool:
        """Say whether the answer was typed by a person rather than sent by a program."""
        return self.context.channel == "html"

    def described(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}
