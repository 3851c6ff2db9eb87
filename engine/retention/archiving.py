"""What the system holds on one person as one file: a zip with a page to read, tables, JSON, their files."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING

from engine.documents.store import DocumentNotFound
from engine.i18n import mark as _
from engine.i18n import translate
from engine.retention import headings
from engine.retention.gathering import Gathered, Part

if TYPE_CHECKING:
    from engine.documents.store import Store

FORMULA = ("=", "+", "-", "@", "\t", "\r")
PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<style>body{{font-family:sans-serif;margin:2rem}}table{{border-collapse:collapse}}
th,td{{border:1px solid #999;padding:.3rem;text-align:left;vertical-align:top}}</style></head>
<body><h1>{title}</h1><p>{intro}</p>
{body}
</body></html>
"""
INTRO = _(
    "Cette page montre ce qui se lit. Le tableau nommé sous chaque titre (à ouvrir dans un tableur) et "
    "« donnees.json » ont aussi les colonnes qui ne servent qu’au programme. Les mots de passe et les "
    "codes n’y sont pas : le système n’en garde que des empreintes."
)


def archive(found: Gathered, store: Store, *, locale: str = "fr") -> bytes:
    """The zip: `LISEZ-MOI.html`, a CSV per part, `donnees.json`, and in `fichiers/` what the person sent."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("LISEZ-MOI.html", page(found, locale))
        made.writestr("donnees.json", as_json(found, locale))
        for part in found.parts:
            made.writestr(f"{part.table}.csv", table(part, locale))
        for number, file in enumerate(found.files, start=1):
            try:
                made.writestr(
                    f"fichiers/{number:03}-{harmless_name(file.name)}", store.read(file.content_hash)
                )
            except DocumentNotFound:
                continue  # Its row says that it was sent; the content is gone.
    return buffer.getvalue()


def harmless_name(name: str) -> str:
    """A file's name that stays in its folder, wherever it is unpacked."""
    return re.sub(r"[^\w.\- ]", "_", name).lstrip(".")[:100] or "fichier"


def cell(value: object) -> str:
    """A value as a cell holds it; what a spreadsheet would run is text."""
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def table(part: Part, locale: str) -> bytes:
    """A part as CSV, with the mark that has a spreadsheet read its accents."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow([headings.heading(name, locale) or name for name in part.columns])
    writer.writerows([cell(row[name]) for name in part.columns] for row in part.rows)
    return buffer.getvalue().encode("utf-8-sig")


def as_json(found: Gathered, locale: str) -> str:
    """Every part under the name of its table."""
    parts = {
        part.table: {"title": translate(part.title, locale), "rows": list(part.rows)} for part in found.parts
    }
    return json.dumps({"person": found.person_id.hex, "parts": parts}, ensure_ascii=False, indent=1)


def page(found: Gathered, locale: str) -> str:
    """The page that one opens first: every part, with what becomes of it."""
    body = "\n".join(section(part, locale) for part in found.parts)
    title = html.escape(translate(_("Ce que le système sait de vous"), locale))
    return PAGE.format(lang=locale, title=title, intro=html.escape(translate(INTRO, locale)), body=body)


def section(part: Part, locale: str) -> str:
    """One part: its rows in a table, without the columns that are empty everywhere or only serve programs."""
    names = [
        name
        for name in part.columns
        if headings.heading(name, locale) and any(row[name] not in (None, "", [], {}) for row in part.rows)
    ]
    head = "".join(
        f'<th scope="col">{html.escape(headings.heading(name, locale) or name)}</th>' for name in names
    )
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{words(name, row[name], locale)}</td>" for name in names) + "</tr>"
        for row in part.rows
    )
    title = html.escape(f"{translate(part.title, locale)} ({len(part.rows)})")
    return (
        f"<h2>{title}</h2><p>{html.escape(translate(part.fate, locale))} ({part.table}.csv)</p>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def words(name: str, value: object, locale: str) -> str:
    """A value as the page says it."""
    return html.escape(cell(headings.said(name, value, locale)))
