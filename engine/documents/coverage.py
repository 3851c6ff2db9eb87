"""Ask typst which characters its fonts print, and write it down for `printable`."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator

from engine.documents import printable, typesetting

MAIN_FONT = "Libertinus Serif"
LOT = 2000
NOT_ASKED = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
# What formats a text is not seen: it comes by copying, and does no harm, but for what turns the order of the
# letters round, with which a text would read otherwise than it is.
HARMLESS = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060"}
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
    named = [
        chr(number)
        for number in range(0x20, sys.maxunicode + 1)
        if chr(number) in HARMLESS
        or (unicodedata.category(chr(number)) not in NOT_ASKED and chr(number) not in FILLERS)
    ]
    in_main = set(printed(named, lambda text: typesetting.refusal(text, font=MAIN_FONT)))
    others = (each for each in named if each not in in_main and not printable.is_mark(each))
    in_all = set(printed(others, typesetting.refusal))
    printable.COVERAGE.write_text(
        "\n".join((
            "# Characters that the fonts of typst print; written by python -m engine.documents.coverage.",
            "[main]", *ranges(in_main), "[all]", *ranges(in_all), "",
        )),
        encoding="ascii",
    )  # fmt: skip


if __name__ == "__main__":
    main()
