"""let an agreement that was emptied in time never be given a file again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (NEW.project_id, NEW.number, NEW.version, NEW.media_type,
                     NEW.text_hash, NEW.kind, NEW.parent_id, NEW.locale)
                  IS NOT DISTINCT FROM
                    (OLD.project_id, OLD.number, OLD.version, OLD.media_type,
                     OLD.text_hash, OLD.kind, OLD.parent_id, OLD.locale)
                AND ((NEW.text::text, NEW.body) IS NOT DISTINCT FROM (OLD.text::text, OLD.body)
                     OR (NEW.text::text = '{}' AND NEW.body = ''))
                AND (NEW.file_hash IS NOT DISTINCT FROM OLD.file_hash
                     OR (OLD.file_hash IS NULL AND NEW.body <> '')
                     OR (NEW.file_hash IS NULL AND NEW.body = ''))
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an agreement is never rewritten';
           END $$""",
)
SQLITE = (
    "DROP TRIGGER agreement_no_update",
    """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
           WHEN NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number
             OR NEW.version IS NOT OLD.version
             OR ((NEW.text IS NOT OLD.text OR NEW.body IS NOT OLD.body)
                 AND NOT (NEW.text = '{}' AND NEW.body = ''))
             OR NEW.media_type IS NOT OLD.media_type OR NEW.text_hash IS NOT OLD.text_hash
             OR NEW.kind IS NOT OLD.kind OR NEW.parent_id IS NOT OLD.parent_id
             OR NEW.locale IS NOT OLD.locale
             OR (NEW.file_hash IS NOT OLD.file_hash
                 AND NOT (OLD.file_hash IS NULL AND NEW.body <> '')
                 AND NOT (NEW.file_hash IS NULL AND NEW.body = ''))
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
)


def upgrade() -> None:
    """Go to this release's tables."""
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement.replace(":", r"\:")))
