"""A text drawn up before there were files is signed as it was: by the hash of its words, which are archived."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from engine import operations
from engine.agreements.models import Agreement, Signature
from engine.documents.models import Paper
from engine.documents.plain import PlainWorkshop
from engine.documents.store import digest_of
from engine.people import chairs
from engine.people.models import Role
from tests.integration.programme import Programme
from tests.integration.test_annexes_and_amendments import ADVANCE, WithAdvance, texts, with_operator
from tests.printing import STORE


@pytest.fixture
def programme(database, clock) -> Programme:
    """An agreement in signature as an older release left it: no file was asked for."""
    made = Programme(database, clock).install()
    made.appraise()
    made.decide()
    made.complete("accept_mandate", "mandatary", {"accepted": True})
    answers = {"means_changed": False, "objective": "Une ligne.", "signatories": made.signatories()}
    made.complete("prepare_agreement", "officer", answers)
    with made.work_as("officer") as work:
        work.database.execute(sa.update(Agreement).values(paper_id=None))
        work.database.execute(sa.delete(Paper).where(Paper.kind == "agreement"))
    return made


def test_an_older_text_is_signed_to_the_end_and_its_words_are_in_the_envelope(programme):
    for position in range(4):
        programme.sign(position)
    programme.print_papers()

    [agreement] = programme.rows(Agreement)
    assert agreement.file_hash is None
    assert {each.text_hash for each in programme.rows(Signature)} == {agreement.text_hash}
    assert programme.project().status == "labelled"
    [envelope] = [each for each in programme.rows(Paper) if each.kind == "envelope"]
    found = PlainWorkshop().inspect(STORE.read(envelope.content_hash))
    assert found.attachments == {f"{agreement.number}-v1.txt": agreement.text_hash}
    assert digest_of(agreement.body.encode()) == agreement.text_hash


def test_whoever_presides_now_signs_the_annex_too(database, clock):
    programme = with_operator(WithAdvance(database, clock).install())
    programme.appraise()
    programme.decide(**ADVANCE)
    programme.prepare()
    programme.end_role(Role.CHAIR, "chair")
    with programme.work_as("officer") as work:
        chairs.appoint_chair(work, basin_id=programme.basin_id, person_id=programme.people["successor"])

    assert operations.fill_vacancies(programme.database) == 1

    assert programme.task("sign_agreement", position=1).assignee_id == programme.people["successor"]
    files = {each.kind: each.file_hash for each in texts(programme).values()}
    for position in range(5):
        programme.sign(position)
    by_chair = [each for each in programme.rows(Signature) if each.capacity == "chair"]
    assert {each.person_id for each in by_chair} == {programme.people["successor"]}
    assert {each.text_hash for each in by_chair} == set(files.values()), "the texts stayed the same"
