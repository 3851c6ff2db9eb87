"""Clean text that people typed, and fold it for searching: lower case, no accents."""

from __future__ import annotations

import re
import unicodedata

LEGAL_FORMS = frozenset(
    {
        "sa", "sas", "sasu", "sarl", "eurl", "earl", "ei", "eirl", "snc", "sci", "scop", "scic", "scea",
        "gie", "gaec", "association", "ets", "etablissements", "entreprise", "societe", "ste", "cie",
        "compagnie", "demo",
    }
)  # fmt: skip
LINKING_WORDS = frozenset({"de", "du", "des", "d", "la", "le", "les", "l", "en", "au", "aux", "et"})


def clean(text: str | None) -> str:
    """Give `text` trimmed, without the characters that a database cannot keep (NUL, half surrogates)."""
    return (text or "").replace("\x00", "").encode("utf-8", "ignore").decode().strip()


def fold(text: str) -> str:
    """Give `text` in lower case without accents nor punctuation: « Forêt & Cie » is « foret cie »."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", bare))


def fold_name(name: str) -> str:
    """Give an organisation's name folded, without legal form nor linking words.

    A name made only of such words (« La Compagnie ») is kept whole.
    """
    words = fold(name).split()
    telling = [word for word in words if word not in LEGAL_FORMS | LINKING_WORDS]
    return " ".join(telling or words)


def resemble(one: str, other: str) -> bool:
    """Tell whether two names folded by `fold_name` may be the same firm's.

    All the words of the shorter are in the longer, in any order: « Mécanique Grand Pré » and
    « SARL Mécanique du Grand Pré ». A single short word (« Pain ») is too little to tell, unless equal.
    """
    if one == other:
        return one != ""
    words, others = set(one.split()), set(other.split())
    fewer, more = sorted((words, others), key=len)
    return fewer <= more and (len(fewer) > 1 or any(len(word) >= 6 for word in fewer))
