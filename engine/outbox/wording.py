"""Dates and delays in words, in the reader's language."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date


def day_in_words(day: date, locale: str) -> str:
    """Give « mardi 3 mars 2026 », and « dimanche 1er mars 2026 » as French wants it."""
    if locale == "fr":
        words: str = format_date(day, "EEEE d MMMM y", locale="fr")
        return words.replace(" 1 ", " 1er ") if day.day == 1 else words
    return str(format_date(day, "EEEE d MMMM y", locale="en_GB"))


def month_in_words(day: date, locale: str) -> str:
    """Give « mars 2026 »."""
    return str(format_date(day, "MMMM y", locale="fr" if locale == "fr" else "en_GB"))


def delay_in_words(day: date, today: date, locale: str) -> str:
    """Give « aujourd’hui », « demain », « dans 3 jours », « hier », « il y a 9 jours »."""
    days = (day - today).days
    if locale == "fr":
        near = {0: "aujourd’hui", 1: "demain", -1: "hier"}
        return near.get(days) or (f"dans {days} jours" if days > 0 else f"il y a {-days} jours")
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")


def hour_in_words(written: str, locale: str) -> str:
    """Give « 14 h 30 » for 14:30, « 14 h » on the hour, as French writes it; English as it is."""
    hour, colon, minute = written.partition(":")
    if locale != "fr" or not colon:
        return written
    return f"{int(hour)}\u00a0h" + (f"\u00a0{minute}" if minute != "00" else "")


def phone_in_words(phone: str | None) -> str:
    """Give a French number as it is read, by pairs; any other as it is."""
    digits = "".join(character for character in phone or "" if character.isdigit())
    if len(digits) == 11 and digits.startswith("33"):
        digits = f"0{digits[2:]}"
    if len(digits) != 10 or not digits.startswith("0"):
        return phone or ""
    return " ".join(digits[start : start + 2] for start in range(0, 10, 2))
