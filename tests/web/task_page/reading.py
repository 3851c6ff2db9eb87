"""What a task’s page says, and what it wrote."""

from __future__ import annotations

import sqlalchemy as sa
from lxml import html

from engine.persistence.history import history

PDF = b"%PDF-1.7\n%essai\n"


def main_of(answer) -> html.HtmlElement:
    """The page's main part, on its own."""
    main = html.document_fromstring(answer.get_data(as_text=True)).xpath("//main")[0]
    return html.fromstring(html.tostring(main, encoding="unicode"))


def text(answer) -> str:
    """What is read, with ordinary blanks."""
    return " ".join(" ".join(main_of(answer).itertext()).split())


def form_of(answer) -> html.HtmlElement:
    return main_of(answer).xpath("//form[contains(@class,'fields')]")[0]


def typed_in(answer) -> dict[str, str]:
    """What the form's controls hold."""
    fields = form_of(answer).fields
    # A browser drops the first line break of a text area.
    return {name: (fields[name] or "").removeprefix("\n") for name in fields}


def rows_of(lives, table, *conditions):
    with lives.engine.database.start_reading() as work:
        return list(work.database.scalars(sa.select(table).where(*conditions)))


def kinds(lives, case_id) -> list[str]:
    with lives.engine.database.start_reading() as work:
        return list(
            work.connection.scalars(
                sa.select(history.c.kind).where(history.c.chain_id == case_id).order_by(history.c.number)
            )
        )


def is_open(lives, task) -> bool:
    return lives.row(task.id).closed_at is None
