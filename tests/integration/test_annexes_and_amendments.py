"""An annex and an amendment stand in the agreement's table, and are never taken for it."""

from __future__ import annotations

from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.agreements import drafting, presenting, signatories
from engine.agreements.models import AMENDMENT, ANNEX, Agreement, Signatory
from engine.persistence.base import new_id
from engine.runtime.opening import VIEW_COLUMNS, view_of
from tests.integration.programme import Programme


@pytest.fixture
def programme(database, clock) -> Programme:
    """A project whose agreement waits for its signatures, an annex and an amendment beside it."""
    made = Programme(database, clock).install()
    made.appraise()
    made.decide()
    made.prepare()
    with made.work_as("officer") as work:
        agreement = drafting.latest(work, made.case_id)
        assert agreement is not None
        for kind, number, version in (
            (ANNEX, agreement.number, agreement.version),
            (AMENDMENT, f"{agreement.number}-A1", 7),
        ):
            add_beside(work, agreement, kind, number, version, made.people["prescriber"])
    return made


def add_beside(work, agreement: Agreement, kind: str, number: str, version: int, person_id: UUID) -> None:
    """A text of another kind with a chair's line, which nobody has signed."""
    text = Agreement(
        id=new_id(), basin_id=agreement.basin_id, project_id=agreement.project_id, number=number,
        version=version, decision_id=agreement.decision_id, text={}, body="Autre texte",
        media_type="text/plain", text_hash="0" * 64, state=agreement.state,
        prepared_on=agreement.prepared_on, prepared_at=work.now, prepared_by=work.actor.person_id,
        kind=kind, parent_id=agreement.id,
    )  # fmt: skip
    work.database.add(text)
    work.database.flush()
    for position in range(4):
        work.database.add(
            Signatory(
                basin_id=agreement.basin_id, agreement_id=text.id, position=position,
                capacity=signatories.CHAIR, person_id=person_id,
            )
        )  # fmt: skip


def test_the_latest_version_is_the_agreement_s(programme):
    with programme.database.start_reading() as work:
        latest = drafting.latest(work, programme.case_id)
        versions = drafting.versions(work, programme.case_id)

    assert latest is not None
    assert (latest.kind, latest.version, latest.parent_id) == ("agreement", 1, None)
    assert [each.id for each in versions] == [latest.id]


def test_a_line_is_looked_for_in_the_agreement(programme):
    with programme.database.start_reading() as work:
        latest = drafting.latest(work, programme.case_id)
        lines = [signatories.at(work, programme.case_id, position) for position in range(4)]
        chair = signatories.chair_line(work, programme.case_id)

    assert latest is not None
    assert {line.agreement_id for line in lines if line} == {latest.id}
    assert chair is not None
    assert (chair.agreement_id, chair.person_id) == (latest.id, programme.people["chair"])


def test_the_text_of_a_task_is_the_agreement_s(programme):
    task = programme.task("sign_agreement", position=0)
    with programme.database.start_reading() as work:
        view = view_of(
            work.connection.execute(sa.select(*VIEW_COLUMNS).where(sa.column("id") == task.id)).one()
        )
        shown = presenting.of_task(work, view)
        latest = drafting.latest(work, programme.case_id)

    assert shown is not None
    assert latest is not None
    assert (shown.number, shown.digest) == (latest.number, latest.text_hash)


def test_the_agreement_is_signed_to_the_end_beside_them(programme):
    for position in range(4):
        programme.sign(position)

    assert programme.project().effective_on == programme.today
    states = {each.kind: each.state for each in programme.rows(Agreement)}
    assert states == {"agreement": drafting.EFFECTIVE, ANNEX: drafting.TO_SIGN, AMENDMENT: drafting.TO_SIGN}
