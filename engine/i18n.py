"""Translate what people read: French is the source text, English the catalogue."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

SOURCE = "fr"
LOCALES = ("fr", "en")


def mark(text: str) -> str:
    """Mark a French text as shown to people; it will be translated where it is shown."""
    return text


def translate(text: str, locale: str = SOURCE, **values: object) -> str:
    """Give `text` in `locale`, its `{placeholders}` filled from `values`.

    French is the source, so a text without a translation stays in French rather than failing.
    """
    found = text if locale == SOURCE else catalogue(locale).get(text, text)
    return found.format(**values) if values else found


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Every translated text of a locale: French text → its translation."""
    merged: dict[str, str] = {}
    folder = resources.files("engine").joinpath("translations", locale)
    if folder.is_dir():
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".json"):
                merged |= json.loads(file.read_text(encoding="utf-8"))
    return merged
