"""Does a text name somebody? By their whole name, by a title and their surname, by address or telephone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from engine.people.folding import fold

TITLES = r"(?:m|mr|mme|mlle|me|monsieur|madame|mademoiselle|maitre|mrs|ms)"
SHORTEST = 4  # Fewer digits or letters than that are found in anything.


def namer(
    *, names: Iterable[str] = (), surnames_of: Iterable[str] = (), addresses: Iterable[str | None] = ()
) -> Callable[[str], bool]:
    """Tell whether a text names one of them, whatever its case, its accents and its blanks.

    `names` are looked for as they are; of those in `surnames_of` (persons) also « Mme Dupré » and
    « Dupré Camille »; `addresses` are those of mail, and telephones, with any punctuation.
    """
    patterns = [rf"\b{re.escape(fold(name))}\b" for name in names if len(fold(name)) >= SHORTEST]
    for name in surnames_of:
        words = [word for word in fold(re.sub(r"\(.*?\)", " ", name)).split() if word]
        if len(words) < 2:
            continue
        first, last = re.escape(words[0]), r"\s+".join(map(re.escape, words[1:]))
        patterns += [rf"\b{first}\s+{last}\b", rf"\b{last}\s+{first}\b", rf"\b{TITLES}\s+{last}\b"]
    digits = []
    for address in addresses:
        if address and "@" in address:
            patterns.append(re.escape(fold(address)))
        elif address:
            digits.append(re.sub(r"\D", "", address)[-9:])  # Without the country's code, or the leading 0.
    digits = [each for each in digits if len(each) >= SHORTEST]
    pattern = re.compile("|".join(patterns)) if patterns else None

    def names_one(text: str) -> bool:
        folded = fold(text)
        if pattern is not None and pattern.search(folded):
            return True
        bare = re.sub(r"(?<=\d) (?=\d)", "", folded) if digits else ""
        return any(each in bare for each in digits)

    return names_one
