"""What a dossier’s pages say, and what they wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import sqlalchemy as sa
from lxml import html

TODAY = date(2026, 11, 16)
PARTS = ("", "/parcours", "/engagements", "/convention", "/suivi", "/documents", "/historique")
INTAKE = {
    "siret": "000 000 075 00002",
    "name": "Verrerie de la Bouvade (démo)",
    "contact_name": "Aline Verre (démo)",
    "contact_email": "aline.verre@exemple.test",
    "need": "Recruter un souffleur.",
    "information_read": "yes",
}
PDF = b"%PDF-1.7\n%%EOF"


@contextmanager
def counted(engine) -> Iterator[list[str]]:
    """The statements sent meanwhile."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith("PRAGMA"):
            sent.append(statement)

    sa.event.listen(engine.database.engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sa.event.remove(engine.database.engine, "before_cursor_execute", keep)


def text_of(answer) -> str:
    """What a page says, on one line."""
    page = html.fromstring(answer.get_data(as_text=True))
    return " ".join(page.text_content().split())


def rows(engine, table):
    """Every row of a table."""
    with engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table)))


def sent(page_answer, **answers) -> dict[str, object]:
    """Answers with the hidden key of a page."""
    found = re.search(r'name="key" value="([^"]+)"', page_answer.get_data(as_text=True))
    return {"key": found[1] if found else "", **answers}
