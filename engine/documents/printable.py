"""Which characters our documents can print: refuse the others where they are typed, or replace them."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from engine import errors
from engine.i18n import mark as _
from engine.i18n import translate

COVERAGE = Path(__file__).with_name("templates") / "coverage.txt"
MISSING = "□"
MAIN_FONT = "Libertinus Serif"
# Lines and tabulations are how people type: they become spaces and paragraphs, never a refusal.
TYPED = {"\n": "\n", "\r": "", "\t": " ", "\u2028": "\n", "\u2029": "\n"}
CANNOT_PRINT = _("Ce caractère ne peut pas être imprimé : {character}. Retirez-le.")
CANNOT_PRINT_MANY = _("Ces caractères ne peuvent pas être imprimés : {characters}. Retirez-les.")


def check(**fields: str | None) -> None:
    """Refuse what our fonts do not print, field by field, before it is signed.

    Raises `errors.InvalidAnswers` naming the characters.
    """
    problems = {
        name: [sentence(found)] for name, text in fields.items() if (found := unprintable(text or ""))
    }
    if problems:
        raise errors.InvalidAnswers(problems)


def sentence(characters: list[str]) -> str:
    """Say which characters cannot be printed: as they are when they can be seen, by their number if not."""
    named = ", ".join(shown(each) for each in characters)
    if len(characters) == 1:
        return translate(CANNOT_PRINT, character=named)
    return translate(CANNOT_PRINT_MANY, characters=named)


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


# ── How coverage.txt is made ────────────────────────────────────────────────────────────────────────────────

LOT = 2000
NOT_ASKED = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# What formats a text is not seen: it comes by copying, and does no harm, but for what turns the order of the
# letters round, with which a text would read otherwise than it is.
HARMLESS = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"}
# Letters by their category, and drawn as nothing.
FILLERS = {"\u115f", "\u1160", "\u3164", "\uffa0"}
COMPLAINT = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def printed(characters: Iterable[str], refusal: Callable[[str], str]) -> Iterator[str]:
    """Keep the characters that are printed: to a text of these, `refusal` answers nothing."""
    for lot in batched(characters, LOT):
        yield from printed_of(lot, refusal)


def printed_of(lot: list[str], refusal: Callable[[str], str]) -> Iterator[str]:
    """Take out of a lot what the refusal names, or cut it in two where it names nothing, and try again."""
    complaint = refusal(" ".join(lot)) if lot else ""
    if not complaint:
        yield from lot
        return
    named = {
        ESCAPED.sub(lambda found: chr(int(found[1], 16)), each).strip()
        for each in COMPLAINT.findall(complaint)
    }
    kept = [each for each in lot if each not in named]
    if len(kept) < len(lot):
        yield from printed_of(kept, refusal)
    elif len(lot) > 1:
        half = len(lot) // 2
        yield from printed_of(lot[:half], refusal)
        yield from printed_of(lot[half:], refusal)


def batched(characters: Iterable[str], size: int) -> Iterator[list[str]]:
    """Characters by lots."""
    rest = iter(characters)
    while lot := list(itertools.islice(rest, size)):
        yield lot


def ranges(characters: Iterable[str]) -> Iterator[str]:
    """Write characters as ranges of numbers, a line each."""
    numbers = sorted(map(ord, characters))
    start = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            first = numbers[start]
            yield f"{first:04X}" if first == number else f"{first:04X}-{number:04X}"
            start = at + 1


def main() -> None:
    """Write coverage.txt: ask typst itself about every character that Unicode names."""
    from engine.documents import typesetting  # noqa: PLC0415 - only here: the programme never loads typst

    named = [
        chr(number)
        for number in range(0x20, sys.maxunicode + 1)
        if chr(number) in HARMLESS
        or (unicodedata.category(chr(number)) not in NOT_ASKED and chr(number) not in FILLERS)
    ]
    in_main = set(printed(named, lambda text: typesetting.refusal(text, font=MAIN_FONT)))
    others = (each for each in named if each not in in_main and not is_mark(each))
    in_all = set(printed(others, typesetting.refusal))
    COVERAGE.write_text(
        "\n".join((
            "# Characters that the fonts of typst print; written by python -m engine.documents.printable.",
            "[main]", *ranges(in_main), "[all]", *ranges(in_all), "",
        )),
        encoding="ascii",
    )  # fmt: skip


if __name__ == "__main__":
    main()
