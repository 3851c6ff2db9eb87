"""Which characters our documents can print: refuse the others where they are typed, or replace them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from engine import errors
from engine.i18n import mark as _
from engine.i18n import translate

COVERAGE = Path(__file__).with_name("templates") / "coverage.txt"
MISSING = "□"
# Lines and tabulations are how people type: they become spaces and paragraphs, never a refusal. The last one
# is the mark that begins some files.
TYPED = {"\n": "\n", "\r": "", "\t": " ", "\u2028": "\n", "\u2029": "\n", "\ufeff": ""}
CANNOT_PRINT = _("Ce caractère ne peut pas être imprimé : {character}. Retirez-le.")
CANNOT_PRINT_MANY = _("Ces caractères ne peuvent pas être imprimés : {characters}. Retirez-les.")


def check(fields: Mapping[str, str | None], *, locale: str = "fr") -> None:
    """Refuse what our fonts do not print, field by field, before it is signed.

    Raises `errors.InvalidAnswers` naming the characters, in the language of whoever typed them.
    """
    problems = {
        name: [sentence(found, locale)] for name, text in fields.items() if (found := unprintable(text or ""))
    }
    if problems:
        raise errors.InvalidAnswers(problems)


def sentence(characters: list[str], locale: str) -> str:
    """Say which characters cannot be printed: as they are when they can be seen, by their number if not."""
    named = ", ".join(shown(each) for each in characters)
    if len(characters) == 1:
        return translate(CANNOT_PRINT, locale, character=named)
    return translate(CANNOT_PRINT_MANY, locale, characters=named)


def shown(character: str) -> str:
    """A character for whoever typed it, and its number for whoever cannot see it."""
    number = f"U+{ord(character):04X}"
    return number if unicodedata.category(character)[0] in "CZM" else f"{character} ({number})"


def unprintable(text: str) -> list[str]:
    """The characters of a text that would not be printed, each once, in order."""
    return list(dict.fromkeys(each for each, is_good in judged(text) if not is_good))


def clean(value: Any) -> Any:
    """The same value with a square for each character that would not be printed, in all its texts."""
    if isinstance(value, str):
        return "".join(TYPED.get(each, each if is_good else MISSING) for each, is_good in judged(value))
    if isinstance(value, Mapping):
        return {key: clean(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [clean(each) for each in value]
    return value


def judged(text: str) -> Iterator[tuple[str, bool]]:
    """Each character, and whether it would be printed where it stands.

    A mark that is drawn on the letter before it comes from that letter's font: only those of our main font
    carry marks.
    """
    main, all_fonts = coverage()
    carries = False
    for each in text:
        if each in TYPED:
            carries = False
            yield each, True
        elif is_mark(each):
            yield each, carries and each in main
        else:
            carries = each in main
            yield each, each in all_fonts


def is_mark(character: str) -> bool:
    """Whether a character is drawn with the one before it."""
    return unicodedata.category(character) in {"Mn", "Mc", "Me"} or character in "\u200c\u200d"


@cache
def coverage() -> tuple[frozenset[str], frozenset[str]]:
    """The characters of our main font, and those of all the fonts that come with typst."""
    parts: dict[str, set[str]] = {"main": set(), "all": set()}
    into = parts["main"]
    for line in COVERAGE.read_text(encoding="ascii").splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith("["):
            into = parts[line.strip("[]")]
            continue
        first, _dash, last = line.partition("-")
        into.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(parts["main"]), frozenset(parts["main"] | parts["all"])
