"""A line asked of a provider that is given to somebody else, or that an officer recorded by mistake."""

from __future__ import annotations

from engine.agreements import signatories, signatures, striking
from engine.agreements.models import ProviderRequest, Signature
from engine.people import chairs
from engine.runtime import cases
from tests.integration.test_providers import (
    MANDATARY,
    Lines,
    allow_any_way,
    beat,
    provider,
    signed_there,
    signing,
)

__all__ = ["provider", "signing"]  # Fixtures.

CHAIR = 1


def test_a_line_recorded_on_paper_by_mistake_is_asked_there_once_it_is_struck_out(
    signing, provider, tmp_path
):
    task, scan = signing.task("sign_agreement", position=MANDATARY), signing.scan(tmp_path)
    with signing.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=signing.today, document_id=scan)
    [signature] = signing.rows(Signature)
    beat(signing, provider)
    assert provider.started == []
    with signing.work_as("officer") as work:
        striking.strike(
            work, signing.case_id, {"signature_id": signature.id, "reason": "Le scan est celui d’un autre."}
        )

    beat(signing, provider)

    assert [each.person for each in provider.started] == ["Mandatary (démo)"]


def test_what_was_asked_of_a_former_chair_signs_nothing_for_the_one_who_presides_now(
    database, clock, provider
):
    class ByTheChair(Lines):
        def signatories(self):
            rows = super().signatories()
            rows[MANDATARY]["mode"], rows[CHAIR]["mode"] = "online", "provider"
            return rows

    programme = ByTheChair(database, clock).install()
    allow_any_way(programme)
    programme.appraise()
    programme.decide()
    programme.prepare()
    beat(programme, provider)
    signed_there(programme, provider)
    with programme.work_as("officer") as work:
        locked = cases.lock(work, programme.case_id)
        chairs.designate_acting_chair(
            work, basin_id=programme.basin_id, person_id=programme.people["prescriber"],
            from_date=programme.today,
        )  # fmt: skip
        work.flush()
        chair = chairs.chair_in_force(work, programme.basin_id, programme.today, programme.case_id)
        assert chair is not None
        signatories.reissue_chair(work, locked.case, chair)
    clock.advance(minutes=2)

    beat(programme, provider)

    assert programme.rows(Signature) == []
    assert [each.person for each in provider.started] == ["Chair (démo)", "Prescriber (démo)"]
    states = {each.state for each in programme.rows(ProviderRequest)}
    assert states == {"passed_on", "sent"}
