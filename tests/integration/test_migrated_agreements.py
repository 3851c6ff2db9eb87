"""Agreements drawn up before their words were kept: what was signed then is what is read now."""

from __future__ import annotations

import hashlib
import json

import pytest
import sqlalchemy as sa
from alembic import command

from engine.agreements import presenting
from engine.agreements.models import Agreement
from engine.persistence import schema
from tests.integration.test_schema import empty  # noqa: F401 -- a database without a table, of each kind

BEFORE_WORDS = "0003"
SNAPSHOT = {
    "number": "TDL-C-2026-001",
    "objective": "Une ligne de plus, près de Toul",
    "advance_cents": 1_500_000,
    "human_means": [{"company": "Forges (démo)", "quarter_days": 24}],
    "mandatary": None,
}


def upgrade_to(database, revision):
    with database.engine.begin() as connection:
        config = schema.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def draw_up_as_before(database):
    """One row of the table of that release; its project and its signatories are left out."""
    canonical = json.dumps(SNAPSHOT, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    row = {
        "id": "5f0c1d2e3a4b4c5d8e9fa0b1c2d3e4f5", "basin_id": 1, "project_id": "0" * 31 + "1",
        "number": "TDL-C-2026-001", "version": 1, "text": json.dumps(SNAPSHOT),
        "text_hash": hashlib.sha256(canonical.encode()).hexdigest(), "state": "effective",
        "prepared_on": "2026-11-16", "prepared_at": "2026-11-16 09:00:00", "prepared_by": "0" * 31 + "2",
    }  # fmt: skip
    table = sa.table("agreement", *(sa.column(name) for name in row))
    plain = sa.create_engine(database.engine.url)  # SQLite asks for no foreign key of its own accord.
    with plain.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.execute(sa.insert(table).values(row))
    plain.dispose()
    return canonical, row["text_hash"]


def test_what_was_signed_before_is_kept_word_for_word(empty):  # noqa: F811
    upgrade_to(empty, BEFORE_WORDS)
    canonical, text_hash = draw_up_as_before(empty)

    schema.upgrade(empty)

    with empty.reader.connect() as connection:
        [kept] = connection.execute(sa.text("SELECT body, media_type, text_hash FROM agreement")).all()
    assert tuple(kept) == (canonical, "application/json", text_hash)
    assert hashlib.sha256(kept.body.encode()).hexdigest() == kept.text_hash


def test_an_agreement_emptied_by_an_earlier_release_is_given_no_file_any_more(empty):  # noqa: F811
    upgrade_to(empty, BEFORE_WORDS)
    draw_up_as_before(empty)
    schema.upgrade(empty)
    agreement = sa.table("agreement", *map(sa.column, ("text", "body", "file_hash")))
    with empty.engine.begin() as connection:
        connection.execute(sa.update(agreement).values(text="{}", body="", file_hash=None))

    with pytest.raises(sa.exc.DBAPIError), empty.engine.begin() as connection:
        connection.execute(sa.update(agreement).values(file_hash="0"))


def test_an_agreement_signed_as_facts_is_read_in_words():
    body = json.dumps(SNAPSHOT | {"signatories": [], "added": {"since": 1}}, ensure_ascii=False)
    agreement = Agreement(body=body, media_type="application/json")

    shown = presenting.words_of(agreement)

    assert [each.text.replace("\u202f", " ").replace("\xa0", " ") for each in shown[2:]] == [
        "Numéro : TDL-C-2026-001",
        "Objet : Une ligne de plus, près de Toul",
        "Jours apportés :",
        "Forges (démo) : 6 jours",
        "Avance remboursable : 15 000,00 €",
        "Mandataire : non précisé",
        "Signataires :",
        "aucun",
        'added : {"since": 1}',
    ]
    assert not any("quarter_days" in each.text for each in shown)


def test_a_migrated_agreement_is_never_rewritten(empty):  # noqa: F811
    upgrade_to(empty, BEFORE_WORDS)
    draw_up_as_before(empty)
    schema.upgrade(empty)

    for statement in ("UPDATE agreement SET body = 'autre'", "DELETE FROM agreement"):
        with (
            pytest.raises(sa.exc.DBAPIError, match="never rewritten"),
            empty.engine.begin() as connection,
        ):
            connection.exec_driver_sql(statement)
