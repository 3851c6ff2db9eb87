"""How dates, delays, amounts and counts are written for people, in French and in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel import dates, numbers
from markupsafe import Markup

from engine import i18n
from engine.i18n import mark as _

if TYPE_CHECKING:
    from flask import Flask

# British English: the day before the month, as the readers of the English pages write it.
BABEL = {"fr": "fr_FR", "en": "en_GB"}
NARROW = "\u202f"
MINUTE, HOUR, DAY = 60, 3600, 86_400
# « TDL-2026-012 », « TDL-2026-C003 », « TDL-2026-C003-A1 »: what the programme numbers.
NUMBERED = re.compile(r"\b([A-Z][A-Z0-9]+-[0-9]{4}(?:-[A-Z0-9]+)+)\b")
# The fingerprint of a file: sixty-four figures that nobody reads in one go.
FINGERPRINT = re.compile(r"\b([0-9a-f]{64})\b")


def day_in_words(day: date, locale: str = "fr", *, today: date | None = None) -> str:
    """« mardi 12 novembre », with the year when it is not this year's."""
    pattern = "EEEE d MMMM" if today and today.year == day.year else "EEEE d MMMM y"
    return first_of_month(dates.format_date(day, pattern, locale=BABEL[locale]), day, locale)


def long_date(day: date, locale: str = "fr") -> str:
    """« 12 novembre 2026 », « 1er novembre 2026 »."""
    return first_of_month(dates.format_date(day, "d MMMM y", locale=BABEL[locale]), day, locale)


def short_date(day: date, locale: str = "fr") -> str:
    """« 12 nov. 2026 », for tables."""
    return first_of_month(dates.format_date(day, "d MMM y", locale=BABEL[locale]), day, locale)


def day_of_year(day: date, locale: str = "fr") -> str:
    """« 1er août »: a day that comes back every year."""
    return first_of_month(dates.format_date(day, "d MMMM", locale=BABEL[locale]), day, locale)


def first_of_month(text: str, day: date, locale: str) -> str:
    """French writes « 1er », and only for the first; Babel writes « 1 »."""
    return re.sub(r"\b1\b", "1er", text, count=1) if locale == "fr" and day.day == 1 else text


def time_of_day(moment: datetime, locale: str = "fr", *, zone: ZoneInfo | None = None) -> str:
    """« 10 h 42 », in the zone of whoever reads."""
    local = moment.astimezone(zone) if zone else moment
    return f"{local.hour}\u00a0h\u00a0{local.minute:02d}" if locale == "fr" else f"{local:%H:%M}"


def hour_of_day(written: str, locale: str = "fr") -> str:
    """« 14:30 » as French writes it, « 14\u00a0h\u00a030 »; « 14\u00a0h » on the hour."""
    hour, colon, minute = written.partition(":")
    if locale != "fr" or not colon:
        return written
    return f"{int(hour)}\u00a0h" + (f"\u00a0{minute}" if minute != "00" else "")


def moment_in_words(moment: datetime, locale: str = "fr", *, zone: ZoneInfo | None = None) -> str:
    """« 12 novembre 2026 à 10 h 42 »."""
    local = moment.astimezone(zone) if zone else moment
    return i18n.translate(
        _("{day} à {time}"), locale, day=long_date(local.date(), locale), time=time_of_day(local, locale)
    )


def due_in_words(due: date, today: date, locale: str = "fr") -> str:
    """« En retard de 6 jours », « Aujourd’hui », « Demain », « Dans 2 jours »: a due date is a day (D5)."""
    left = (due - today).days
    if left < 0:
        return counted(-left, _("En retard de {count} jour"), _("En retard de {count} jours"), locale)
    named = {0: _("Aujourd’hui"), 1: _("Demain")}
    if left in named:
        return i18n.translate(named[left], locale)
    return counted(left, _("Dans {count} jour"), _("Dans {count} jours"), locale)


def urgency(due: date | None, today: date) -> str:
    """The group of the inbox that a due date belongs to: late, soon (3 days), later."""
    if due is None:
        return "later"
    left = (due - today).days
    return "late" if left < 0 else "soon" if left <= 3 else "later"


def number(value: float | Decimal, locale: str = "fr", digits: int | None = None) -> str:
    """« 1 250 », « 6,5 »: at most one decimal, quarters as they are, or exactly `digits` decimals."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    if digits is None:
        pattern = "#,##0.##" if value * 4 == int(value * 4) else "#,##0.#"
    return numbers.format_decimal(value, format=pattern, locale=BABEL[locale])


def percent(share: float | Decimal, locale: str = "fr") -> str:
    """A share of one as « 12 % »."""
    return numbers.format_percent(share, locale=BABEL[locale])


def money(cents: int, locale: str = "fr", *, exact: bool = False) -> str:
    """« 15 000 € », « 1 041,66 € »: no cents when there are none, unless `exact`."""
    pattern = "#,##0.00" if exact or cents % 100 else "#,##0"
    written = numbers.format_decimal(Decimal(cents) / 100, format=pattern, locale=BABEL[locale])
    return f"{written}\u00a0€" if locale == "fr" else f"€{written}".replace("€-", "-€")


def days(count: float | Decimal, locale: str = "fr") -> str:
    """« 1,5 jour », « 12 jours »; quarters of a day are exact, « 0,25 jour »."""
    return counted(count, _("{count} jour"), _("{count} jours"), locale)


def duration(seconds: float, locale: str = "fr") -> str:
    """The largest unit that is worth saying: « 12 jours », « 3 heures », « 5 minutes »."""
    if seconds >= DAY:
        return days(round(seconds / DAY), locale)
    if seconds >= HOUR:
        return counted(round(seconds / HOUR), _("{count} heure"), _("{count} heures"), locale)
    if seconds >= MINUTE:
        return counted(round(seconds / MINUTE), _("{count} minute"), _("{count} minutes"), locale)
    return i18n.translate(_("moins d’une minute"), locale)


def counted(count: float | Decimal, singular: str, plural: str, locale: str = "fr", **values: object) -> str:
    """A counted thing: French keeps the singular below two (« 0 tâche », « 1,5 jour »), English for one."""
    is_one = abs(float(count)) < 2 if locale == "fr" else count == 1
    text = singular if is_one else plural
    return i18n.translate(text, locale, count=number(count, locale), **values)


def file_size(octets: int, locale: str = "fr") -> str:
    """The size of a file: « 240 Ko », « 3,2 Mo »."""
    for unit, amount in ((_("{count} Mo"), 1_000_000), (_("{count} Ko"), 1_000)):
        if octets >= amount:
            return i18n.translate(unit, locale, count=number(round(octets / amount, 1), locale))
    return i18n.translate(_("{count} octets"), locale, count=number(octets, locale))


def phone(written: str) -> str:
    """A French number by pairs, « 01 99 00 12 34 »; any other as it was typed."""
    digits = re.sub(r"[\s.\-()]", "", written)
    digits = "0" + digits[3:] if re.fullmatch(r"\+33\d{9}", digits) else digits
    if not re.fullmatch(r"0\d{9}", digits):
        return written
    return "\u00a0".join(digits[start : start + 2] for start in range(0, 10, 2))


def nbsp(text: str) -> str:
    """Free French text with the blanks that must not break a line: before : ; ! ? » and after «."""
    text = re.sub(r" +([;:!?»])", rf"{NARROW}\1", text)
    return re.sub(r"« +", f"«{NARROW}", text)


def whole(text: str) -> Markup:
    """A text whose project, decision and agreement numbers no line is broken in, as markup."""
    return marked(text, NUMBERED, Markup('<span class="whole">{}</span>'))


def agreed(text: str) -> Markup:
    """What somebody agrees to, word for word, the fingerprints that it names set apart from its words."""
    return marked(text, FINGERPRINT, Markup("<code>{}</code>"))


def marked(text: str, found: re.Pattern[str], kept: Markup) -> Markup:
    """A text with an element around each part that a pattern of one group finds; its words stay the same."""
    parts = found.split(text)
    return Markup("").join(kept.format(part) if at % 2 else part for at, part in enumerate(parts))


def elided(sentence: str, name: str) -> str:
    """« au nom d’Edgar », « d’Yves », « d’Hélène »: French drops the e of « de » before a vowel or a mute h.

    No spelling tells a mute h from an aspirated one: that of « Hassan » or « Hainaut » is taken for
    aspirated, any other for mute.
    """
    sound = unicodedata.normalize("NFKD", name).casefold()
    is_open = re.match(r"[aeiouœæ]|h[eiouyœ]|y(?![aeiou])", sound) is not None
    return sentence.replace(f"de {name}", f"d’{name}") if is_open else sentence


def unbroken(address: str) -> str:
    """A masked address, « c…@exemple.test », which no line is broken in after its dots."""
    return address.replace("…", "\N{WORD JOINER}…\N{WORD JOINER}")


# What reads the same in every language.
SAME_FOR_ALL = {
    "unbroken": unbroken,
    "phone": phone,
    "nbsp": nbsp,
    "whole": whole,
    "agreed": agreed,
    "elided": elided,
}


def register(
    app: Flask,
    *,
    locale: Callable[[], str],
    today: Callable[[], date],
    zone: Callable[[], ZoneInfo],
) -> None:
    """Give the templates their words: filters bound to the reader's language, day and time zone.

    `locale`, `today` and `zone` are asked at each use, so that one application serves every reader.
    """

    def translated(text: str, **values: object) -> str:
        return i18n.translate(text, locale(), **values)

    def plural(count: float | Decimal, singular: str, many: str, **values: object) -> str:
        return counted(count, singular, many, locale(), **values)

    app.jinja_env.globals.update(
        {"_": translated, "plural": plural, "current_locale": locale, "today": today}
    )
    app.jinja_env.filters.update(
        {
            "translated": translated,
            "day_in_words": lambda day: day_in_words(day, locale(), today=today()),
            "long_date": lambda day: long_date(day, locale()),
            "short_date": lambda day: short_date(day, locale()),
            "time_of_day": lambda moment: time_of_day(moment, locale(), zone=zone()),
            "hour": lambda written: hour_of_day(written, locale()),
            "moment": lambda moment: moment_in_words(moment, locale(), zone=zone()),
            # `there` is the day where the thing is due, when that is not the reader's zone.
            "due_in_words": lambda due, there=None: due_in_words(due, there or today(), locale()),
            "urgency": lambda due, there=None: urgency(due, there or today()),
            "number": lambda value, digits=None: number(value, locale(), digits),
            "percent": lambda share: percent(share, locale()),
            "money": lambda cents, exact=False: money(cents, locale(), exact=exact),
            "days": lambda count: days(count, locale()),
            "duration": lambda seconds: duration(seconds, locale()),
            "file_size": lambda octets: file_size(octets, locale()),
            **SAME_FOR_ALL,
        }
    )
