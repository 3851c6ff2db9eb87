"""A basin's questions, from the rows of a page to what a change keeps, and back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LONGEST_KEY = 40
ROOM = len("_12")  # For the number of whichever comes after others of the same words.
# What has no plain letter of its own: an apostrophe parts two words, a ligature is two letters.
SPELT = str.maketrans({"’": " ", "ʼ": " ", "œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})


def kept(rows: Sequence[Mapping[str, Any]], before: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The questions of clean rows, as they were `before` where they are known already.

    A question that has no key yet is given one from its label; what has one keeps it for ever, for answers
    are stored under it.
    """
    taken = {str(row["key"]) for row in rows if row["key"]}
    known = {str(each["key"]): each for each in before}
    found = []
    for row in rows:
        key = str(row["key"] or "") or free_key(str(row["label"]), taken)
        taken.add(key)
        found.append(question_of(row, key, known.get(key, {})))
    return found


def question_of(row: Mapping[str, Any], key: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """One question: what it does not say is left out, what a page does not ask stays as it was before."""
    question: dict[str, Any] = {"key": key, "label": row["label"], "type": row["type"].value}
    if row["mandatory"]:
        question["mandatory"] = True
    if before.get("hint"):
        question["hint"] = before["hint"]
    if row["unit"]:
        question["unit"] = row["unit"]
    if row["proposed"]:
        question["choices"] = proposed(row["proposed"].splitlines(), before.get("choices", ()))
    return question


def proposed(lines: Iterable[str], before: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """The answers proposed, one per line, each with the value that is stored."""
    labels = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    known = {each["label"]: each["value"] for each in before}
    taken = set(known.values())
    found = []
    for label in labels:
        value = known.get(label) or free_key(label, taken)
        taken.add(value)
        found.append({"value": value, "label": label})
    return found


def free_key(label: str, taken: Iterable[str]) -> str:
    """A name for an answer, from what people read, unlike any of those taken."""
    plain = unicodedata.normalize("NFKD", label.translate(SPELT)).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    stem = stem if stem[:1].isalpha() else f"q_{stem}"
    stem = stem[: LONGEST_KEY - ROOM].strip("_")
    known, number, found = set(taken), 1, stem
    while found in known:
        number += 1
        found = f"{stem}_{number}"
    return found


def rows_of(questions: Iterable[Mapping[str, Any]]) -> list[dict[str, object]]:
    """The rows that a page starts from."""
    return [
        {
            "key": each["key"],
            "label": each["label"],
            "type": each["type"],
            "mandatory": bool(each.get("mandatory")),
            "unit": each.get("unit", ""),
            "proposed": "\n".join(one["label"] for one in each.get("choices", ())),
        }
        for each in questions
    ]
