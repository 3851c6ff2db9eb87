"""keep the words of agreements."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

IMMUTABLE = {
    "postgresql": [
        """CREATE OR REPLACE FUNCTION refuse_other_words() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF TG_OP = 'UPDATE'
                AND (NEW.project_id, NEW.number, NEW.version, NEW.text::text, NEW.body, NEW.media_type,
                     NEW.text_hash)
                  IS NOT DISTINCT FROM
                    (OLD.project_id, OLD.number, OLD.version, OLD.text::text, OLD.body, OLD.media_type,
                     OLD.text_hash)
             THEN RETURN NEW; END IF;
             RAISE EXCEPTION 'an agreement is never rewritten';
           END $$""",
        """CREATE TRIGGER agreement_kept BEFORE UPDATE OR DELETE ON agreement
           FOR EACH ROW EXECUTE FUNCTION refuse_other_words()""",
    ],
    "sqlite": [
        """CREATE TRIGGER agreement_no_delete BEFORE DELETE ON agreement
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
        """CREATE TRIGGER agreement_no_update BEFORE UPDATE ON agreement
           WHEN NEW.project_id IS NOT OLD.project_id OR NEW.number IS NOT OLD.number
             OR NEW.version IS NOT OLD.version OR NEW.text IS NOT OLD.text OR NEW.body IS NOT OLD.body
             OR NEW.media_type IS NOT OLD.media_type OR NEW.text_hash IS NOT OLD.text_hash
           BEGIN SELECT RAISE(ABORT, 'an agreement is never rewritten'); END""",
    ],
}
AGREEMENT = sa.table(
    "agreement",
    sa.column("id", sa.Uuid),
    sa.column("text", sa.JSON),
    sa.column("body", sa.Text),
    sa.column("media_type", sa.Text),
)


def upgrade() -> None:
    """Go to this release's tables; what was signed until now was the snapshot's own canonical form."""
    op.add_column("agreement", sa.Column("body", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "agreement", sa.Column("media_type", sa.Text(), nullable=False, server_default="application/json")
    )
    op.add_column("project", sa.Column("decision_number", sa.Text(), nullable=True))
    op.add_column("project", sa.Column("decided_on", sa.Date(), nullable=True))
    connection = op.get_bind()
    for key, text in connection.execute(sa.select(AGREEMENT.c.id, AGREEMENT.c.text)).all():
        body = json.dumps(text, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        connection.execute(sa.update(AGREEMENT).where(AGREEMENT.c.id == key).values(body=body))
    for statement in IMMUTABLE[connection.dialect.name]:
        op.execute(statement)
