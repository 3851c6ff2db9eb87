"""Signatures where things go wrong: at once, twice, killed in the middle, with what proves nothing."""

from __future__ import annotations

import os
import signal
from collections import Counter

import pytest
import sqlalchemy as sa

from engine import errors
from engine.agreements import proving, signatures
from engine.agreements.models import Agreement, Signature
from engine.demo import signing
from engine.documents import making
from engine.documents.models import Paper
from engine.documents.store import Store
from engine.people import codes, proofs
from engine.people.models import Role, SignatureProof
from engine.persistence.database import Database
from engine.persistence.unit_of_work import Actor
from engine.projects import mandates
from engine.runtime import locking, messages, tasks
from forms import catalogue
from tests.faults import killing
from tests.faults.at_once import Stage, outcome
from tests.integration.programme import NOBODY, Programme
from tests.printing import STORE, print_papers


@pytest.fixture
def programme(database, clock) -> Programme:
    """An agreement to sign, its file made."""
    made = Programme(database, clock).install()
    made.appraise()
    made.decide()
    made.prepare()
    return made


def signer(programme: Programme, position: int):
    """An act that signs a line, its code given beforehand."""
    task = programme.task("sign_agreement", position=position)
    answers = {"answer": "accept", "consent": True, **programme.shown(task)}
    person = task.assignee_id or NOBODY

    def sign(programme: Programme, place: int) -> None:
        with programme.database.start_work(Actor(person, "web")) as work:
            tasks.complete(work, task_id=task.id, answers=answers, channel="json")

    return sign


@pytest.mark.parametrize("held_at", [2, 5, 8])
def test_the_same_line_signed_twice_at_once_is_signed_once(programme, held_at):
    sign = signer(programme, 0)

    ended = Stage(programme, sign, sign, held_at=held_at).play()

    assert sorted(ended) == ["AlreadyClosed", "done"]
    assert len(programme.rows(Signature)) == 1


@pytest.mark.parametrize("held_at", [2, 5, 8])
def test_the_last_two_signatures_at_once_label_the_firm_once(programme, held_at):
    for position in range(2):
        programme.sign(position)

    ended = Stage(programme, signer(programme, 2), signer(programme, 3), held_at=held_at).play()

    assert ended == ("done", "done")
    assert programme.project().status == "labelled"
    assert programme.kinds().count("agreements.firm.labelled") == 1
    assert [each.kind for each in programme.rows(Paper)].count("envelope") == 1


@pytest.mark.parametrize("held_at", [2, 5, 8])
def test_a_signature_and_another_text_at_once_leave_no_signature_on_an_old_text(programme, held_at):
    def redraft(programme: Programme, place: int) -> None:
        with programme.work_as("officer") as work:
            messages.send(work, case_id=programme.case_id, name=mandates.TEXT_CHANGED)

    ended = Stage(programme, signer(programme, 0), redraft, held_at=held_at).play()

    assert ended[1] == "done"
    versions = {each.id: each for each in programme.rows(Agreement)}
    assert sorted(each.version for each in versions.values()) == [1, 2]
    standing = [each for each in programme.rows(Signature) if each.voided_at is None]
    assert all(versions[each.agreement_id].voided_at is None for each in standing)
    assert outcome(signer(programme, 0), programme, 0) == "done"


def test_a_text_that_was_replaced_cannot_be_signed_from_its_old_page(programme):
    old = signer(programme, 0)
    with programme.work_as("officer") as work:
        messages.send(work, case_id=programme.case_id, name=mandates.TEXT_CHANGED)

    with pytest.raises(locking.AlreadyClosed):
        old(programme, 0)
    task = programme.task("sign_agreement", position=0)
    stale = {"answer": "accept", "consent": True, "document_digest": "0" * 64}
    programme.shown(task)
    with (
        pytest.raises(catalogue.InvalidAnswers),
        programme.database.start_work(Actor(task.assignee_id)) as work,
    ):
        tasks.complete(work, task_id=task.id, answers=stale, channel="json")
    assert programme.rows(Signature) == []


def given(programme: Programme) -> list[SignatureProof]:
    """Every proof that anybody gave."""
    with programme.database.start_reading() as work:
        return list(work.database.scalars(sa.select(SignatureProof)))


def prove(programme: Programme, person_id, **how) -> None:
    """A proof as a code leaves it."""
    with programme.database.start_work(Actor(person_id, "web")) as work:
        proofs.prove(work, person_id=person_id, **how)


def refused_without_proof(programme: Programme) -> None:
    """The first line cannot be signed, and nothing of it is kept."""
    task = programme.task("sign_agreement", position=0)
    shown = signing.shown(programme.database, task.id, task.assignee_id)
    answers = {"answer": "accept", "consent": True, **shown}
    with (
        pytest.raises(proofs.ProofNeeded),
        programme.database.start_work(Actor(task.assignee_id, "web")) as work,
    ):
        tasks.complete(work, task_id=task.id, answers=answers, channel="json")
    assert programme.rows(Signature) == []


def test_what_proves_nothing_here_lets_nobody_sign(programme, clock):
    task, other = (programme.task("sign_agreement", position=at) for at in (0, 1))
    refused_without_proof(programme)

    prove(programme, other.assignee_id, means="signature_code")  # Somebody else's.
    prove(programme, task.assignee_id, means="task_code", task_id=other.id)  # Of another task.
    refused_without_proof(programme)

    prove(programme, task.assignee_id, means="task_code", task_id=task.id)
    with programme.database.start_work() as work:
        proofs.void(work, task.assignee_id)  # Everything of theirs was closed since.
    refused_without_proof(programme)

    prove(programme, task.assignee_id, means="task_code", task_id=task.id)
    clock.advance(minutes=30, seconds=1)
    refused_without_proof(programme)


def test_codes_that_are_forged_reused_expired_or_of_another_prove_nothing(programme, clock):
    task, other = (programme.task("sign_agreement", position=at) for at in (0, 1))

    def sent(person_id, task_id) -> codes.Sent:
        with programme.database.start_work() as work:
            return codes.send_code(work, person_id, codes.SIGNATURE, task_id, address="192.0.2.7")

    def typed(code: str, task_id) -> None:
        with programme.database.start_work() as work:
            codes.verify(
                work, person_id=task.assignee_id, code=code, address="192.0.2.7", purpose=codes.SIGNATURE,
                task_id=task_id,
            )  # fmt: skip

    mine = sent(task.assignee_id, task.id)
    somebody_s = sent(other.assignee_id, other.id)
    forged = f"{(int(mine.code) + 1) % 10**6:06}"
    for code, task_id in ((forged, task.id), (somebody_s.code, task.id), (mine.code, other.id)):
        with pytest.raises(codes.WrongCode):
            typed(code, task_id)
    assert given(programme) == []

    typed(mine.code, task.id)
    with pytest.raises(codes.WrongCode):
        typed(mine.code, task.id)
    assert len(given(programme)) == 1

    late = sent(task.assignee_id, task.id)
    clock.advance(minutes=10, seconds=1)
    with pytest.raises(codes.WrongCode):
        typed(late.code, task.id)


class Dying(Store):
    """Kills its process just after the file is kept: sealed, and recorded nowhere."""

    def keep(self, content: bytes) -> str:
        """Keep, and die."""
        super().keep(content)
        os.kill(os.getpid(), signal.SIGKILL)
        return ""


def between_seal_and_archive(database: Database) -> None:
    """A scheduler that dies once the sealed file is on the disk."""
    print_papers(database, Dying(STORE.folder))


@pytest.mark.parametrize("boundaries", [(4, 10, 16), (22, 28, 34), (40, 46, 52), ()])
def test_a_maker_killed_leaves_one_envelope_and_one_mail_to_each(programme, clock, boundaries):
    for position in range(4):
        programme.sign(position)
    dies = [*((print_papers, each) for each in boundaries), (between_seal_and_archive, 10_000)]
    for act, boundary in dies:
        programme.database.dispose()
        killing.in_a_child(programme.database.url, clock.instant, act, boundary)
        clock.advance(seconds=making.LEASE.total_seconds() + 1)

    programme.print_papers()

    [paper] = [each for each in programme.rows(Paper) if each.kind == "envelope"]
    [agreement] = programme.rows(Agreement)
    assert (paper.state, agreement.envelope_id) == ("made", paper.id)
    assert STORE.read(paper.content_hash)
    told = Counter(each.recipient_id for each in programme.mails("agreement_archived"))
    assert set(told.values()) == {1}
    assert programme.kinds().count("agreements.envelope.archived") == 1


def test_nothing_is_half_signed_where_the_chair_s_mandate_ended_meanwhile(programme):
    sign = signer(programme, 1)
    programme.end_role(Role.CHAIR, "chair")

    with pytest.raises(errors.EngineError):
        sign(programme, 0)
    assert programme.rows(Signature) == []
    assert [each.used_count for each in given(programme)] == [0]


def test_a_text_without_its_file_is_signed_by_nobody_on_paper_either(database, clock, tmp_path):
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide()
    programme.complete("accept_mandate", "mandatary", {"accepted": True})
    answers = {"means_changed": False, "objective": "Une ligne.", "signatories": programme.signatories()}
    programme.complete("prepare_agreement", "officer", answers)
    scan, task = programme.scan(tmp_path), programme.task("sign_agreement", position=0)

    with pytest.raises(proving.NotPrintedYet), programme.work_as("officer") as work:
        signatures.sign_on_paper(work, task_id=task.id, signed_on=programme.today, document_id=scan)
    assert programme.rows(Signature) == []
