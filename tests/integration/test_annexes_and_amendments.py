"""An advance has an annex of its own, signed with the agreement; an amendment is never taken for either."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from engine.agreements import annex, drafting, presenting, scans, signatories, signatures, striking
from engine.agreements.models import AGREEMENT, AMENDMENT, ANNEX, Agreement, Signatory, Signature
from engine.documents.models import Paper
from engine.people import assignments, organisations
from engine.people.models import Role
from engine.persistence.base import new_id
from engine.runtime.opening import VIEW_COLUMNS, view_of
from forms import catalogue
from tests.integration.programme import LONG_AGO, Programme

ADVANCE = {"advance_amount": 2_000_000, "advance_months": 24, "deferral_months": 2}


class WithAdvance(Programme):
    """A basin whose operator signs for the advance it pays."""

    def signatories(self) -> list[dict[str, object]]:
        """The lines of an agreement, and the operator’s."""
        operator = {
            "capacity": "operator", "organisation_id": str(self.firms["operator"]),
            "person_id": str(self.people["officer"]), "mode": "online",
        }  # fmt: skip
        return [*super().signatories(), operator]


def with_operator(made: Programme) -> Programme:
    """The basin has an operator."""
    with made.database.start_work() as work:
        firm = organisations.add(work, name="Opérateur du bassin (démo)", from_date=LONG_AGO)
        made.firms["operator"] = firm.id
        assignments.assign(
            work, role=Role.OPERATOR_ORGANISATION, basin_id=made.basin_id, organisation_id=firm.id,
            from_date=LONG_AGO,
        )  # fmt: skip
    return made


@pytest.fixture
def programme(database, clock) -> Programme:
    """A project with an advance, whose agreement and annex wait for their signatures."""
    made = with_operator(WithAdvance(database, clock).install())
    made.appraise()
    made.decide(**ADVANCE)
    made.prepare()
    return made


def texts(programme) -> dict[str, Agreement]:
    """The texts of the version being signed, or in force, by kind."""
    return {each.kind: each for each in programme.rows(Agreement) if each.voided_at is None}


def capacities(programme, text: Agreement) -> list[tuple[int, str]]:
    """The lines of a text."""
    with programme.database.start_reading() as work:
        return [(each.position, each.capacity) for each in signatories.lines_of(work, text.id)]


def shown(programme, position: int) -> presenting.Shown:
    """What the task of a line shows."""
    task = programme.task("sign_agreement", position=position)
    with programme.database.start_reading() as work:
        row = work.connection.execute(sa.select(*VIEW_COLUMNS).where(sa.column("id") == task.id)).one()
        found = presenting.of_task(work, view_of(row))
    assert found is not None
    return found


def add_amendment(programme) -> UUID:
    """An amendment beside them, with a line at each position that nobody has signed."""
    agreement = texts(programme)[AGREEMENT]
    with programme.work_as("officer") as work:
        text = Agreement(
            id=new_id(), basin_id=agreement.basin_id, project_id=agreement.project_id,
            number=f"{agreement.number}-A1", version=7, decision_id=None, text={}, body="Autre texte",
            media_type="text/plain", text_hash="0" * 64, state=agreement.state, kind=AMENDMENT,
            prepared_on=agreement.prepared_on, prepared_at=work.now, prepared_by=work.actor.person_id,
            parent_id=agreement.id, instance_id=uuid4(),
        )  # fmt: skip
        work.database.add(text)
        work.database.flush()
        for position in range(4):
            work.database.add(
                Signatory(
                    basin_id=agreement.basin_id, agreement_id=text.id, position=position,
                    capacity=signatories.MANDATARY, person_id=programme.people["prescriber"],
                )
            )  # fmt: skip
        assert text.instance_id is not None
        return text.instance_id


def test_the_annex_is_a_text_of_its_own_that_the_operator_signs_too(programme):
    agreement, beside = texts(programme)[AGREEMENT], texts(programme)[ANNEX]

    assert (beside.number, beside.version, beside.parent_id) == (agreement.number, 1, agreement.id)
    assert [capacity for _at, capacity in capacities(programme, agreement)] == [
        "beneficiary", "chair", "partner_company", "mandatary",
    ]  # fmt: skip
    assert capacities(programme, beside) == [*capacities(programme, agreement), (4, "operator")]
    assert "Mensualité 24," in beside.body
    assert "Mensualité" not in agreement.body
    assert len({agreement.file_hash, beside.file_hash, None}) == 3


def test_one_task_signs_both_and_the_operator_signs_the_annex_alone(programme):
    assert [each.kind for each in shown(programme, 0).texts] == [AGREEMENT, ANNEX]
    assert [each.kind for each in shown(programme, 4).texts] == [ANNEX]

    for position in range(5):
        programme.sign(position)

    known = {each.id: each.kind for each in programme.rows(Agreement)}
    signed = sorted(known[each.agreement_id] for each in programme.rows(Signature))
    assert signed == [AGREEMENT] * 4 + [ANNEX] * 5
    assert {each.state for each in programme.rows(Agreement)} == {"effective"}
    assert programme.project().status == "labelled"


def test_an_advance_may_be_paid_once_its_annex_is_wholly_signed(programme):
    for position in range(4):
        programme.sign(position)
    with programme.database.start_reading() as work:
        assert not annex.is_wholly_signed(work, programme.case_id)
        with pytest.raises(annex.AnnexNotSigned):
            annex.require_signed(work, programme.case_id)

    programme.sign(4)

    with programme.database.start_reading() as work:
        annex.require_signed(work, programme.case_id)


def test_another_annex_than_the_one_shown_is_not_signed(programme):
    with pytest.raises(catalogue.InvalidAnswers) as refusal:
        programme.sign(0, annex_digest="0" * 64)

    assert "answer" in refusal.value.messages
    assert programme.rows(Signature) == []


def test_a_signature_on_paper_is_of_both_and_is_struck_out_of_both(programme, tmp_path):
    scan = programme.scan(tmp_path)
    task = programme.task("sign_agreement", position=2)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(
            work, task_id=task.id, signed_on=programme.today, document_id=scan, attested=True
        )
    both = programme.rows(Signature)
    assert [(each.mode, each.attested, each.document_id) for each in both] == [("paper", True, scan)] * 2

    with programme.work_as("officer") as work:
        [recorded] = striking.paper_days.on_paper(work, programme.case_id)
        striking.strike(
            work, programme.case_id, {"signature_id": recorded.id, "reason": "Une autre personne."}
        )

    assert all(each.struck_at for each in programme.rows(Signature))
    assert programme.task("sign_agreement", position=2)


def test_a_copy_of_the_agreement_offers_no_line_of_the_annex_alone(programme):
    found = texts(programme)
    with programme.work_as("officer") as work:
        offered = {
            kind: [each.capacity for each in scans.awaited(work, text)] for kind, text in found.items()
        }
        chosen = {each.kind for each in scans.being_signed(work)}

    assert "operator" not in offered[AGREEMENT]
    assert offered[ANNEX] == [*offered[AGREEMENT], "operator"]
    assert chosen == {AGREEMENT, ANNEX}


def test_a_new_version_voids_the_annex_with_its_agreement(programme):
    programme.sign(0)
    programme.sign(4, answer="refuse", reason="Le calendrier ne convient pas.")

    assert {each.state for each in programme.rows(Agreement)} == {"voided"}
    assert all(each.voided_at for each in programme.rows(Signature))
    programme.decide(**ADVANCE)
    programme.prepare()
    assert {(each.kind, each.version) for each in texts(programme).values()} == {(AGREEMENT, 2), (ANNEX, 2)}


def test_each_text_has_its_envelope_once_all_have_signed(programme):
    for position in range(5):
        programme.sign(position)
    programme.print_papers()

    envelopes = {each.id: each for each in programme.rows(Paper) if each.kind == "envelope"}
    assert {each.envelope_id for each in texts(programme).values()} == set(envelopes)
    assert all(each.sealed_by == "plain" for each in envelopes.values())
    told = [each.recipient_id for each in programme.mails("agreement_archived")]
    assert (
        len(told) == len(set(told)) == 5
    )  # Head, chair, lender, mandatary, and the officer, who signed too.


def test_an_amendment_is_never_taken_for_the_agreement(programme):
    instance_id = add_amendment(programme)
    with programme.database.start_reading() as work:
        latest = drafting.latest(work, programme.case_id)
        own = [each.agreement_id for each in signatories.at(work, programme.case_id, 1, programme.case_id)]
        other = signatories.at(work, programme.case_id, 1, instance_id)
        versions = drafting.versions(work, programme.case_id)

    assert latest is not None
    assert [each.id for each in versions] == [latest.id]
    assert own == [texts(programme)[AGREEMENT].id, texts(programme)[ANNEX].id]
    assert [(each.capacity, each.person_id) for each in other] == [
        ("mandatary", programme.people["prescriber"])
    ]
    assert shown(programme, 1).number == latest.number
    for position in range(5):
        programme.sign(position)
    states = {each.kind: each.state for each in programme.rows(Agreement)}
    assert states == {AGREEMENT: "effective", ANNEX: "effective", AMENDMENT: "to_sign"}
