"""A copy signed on paper comes back as a scan: its code says which text, each signature is an act of its own."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from engine import errors
from engine.agreements import drafting, scans, signatures, standing
from engine.agreements.models import Agreement, Signature
from engine.agreements.standing import State
from engine.documents.store import Store
from engine.documents.workshop import Inspected
from engine.people import permissions
from engine.projects import documents
from engine.projects.models import Document
from tests.integration.programme import Programme

PDF = b"%PDF-1.7 signed by hand"


@pytest.fixture
def signing(database, clock):
    """An agreement to sign by four, five days ago."""
    programme = Programme(database, clock).install()
    programme.appraise()
    programme.decide()
    programme.prepare()
    clock.advance(days=5)
    return programme


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "documents")


def text_to_sign(programme: Programme) -> Agreement:
    """The version being signed."""
    with programme.database.start_reading() as work:
        found = drafting.latest(work, programme.case_id)
    assert found is not None
    return found


def scanned(code: str = "", **found: object) -> Inspected:
    """What a child process saw on a scan."""
    return Inspected(**{"is_readable": True, "pages": 2, "codes": (code,) if code else (), **found})


def code_of(text: Agreement) -> str:
    return f"https://ailleurs.test/papier/{text.paper_id.hex}"


def recognised(programme: Programme, inspected: Inspected, *, chosen=None, who="officer") -> Agreement:
    """The text that somebody's scan is a copy of."""
    with programme.work_as(who) as work:
        return scans.text_of(work, inspected, chosen_id=chosen)


def kept(programme: Programme, store: Store, content: bytes = PDF) -> Document:
    """A scan of the text being signed, kept in the project."""
    with programme.work_as("officer") as work:
        text = scans.find(work, text_to_sign(programme).id)
        return scans.keep(work, store, text, content=content, name="exemplaire.pdf")


def record(programme: Programme, scan: Document, position: int, *, day=None) -> bool:
    """The officer records what a scan shows of one line."""
    with programme.work_as("officer") as work:
        text = scans.find(work, text_to_sign(programme).id)
        lines = standing.lines_of(work, text)
        line = next(each for each in lines if each.position == position)
        return scans.record(
            work, text_id=text.id, signatory_id=line.id, document_id=scan.id,
            signed_on=day or programme.today, attested=True,
        )  # fmt: skip


class TestRecognising:
    def test_a_text_by_its_code_whatever_the_address_of_that_day(self, signing):
        text = text_to_sign(signing)

        assert recognised(signing, scanned(code_of(text))).id == text.id

    def test_by_hand_what_bears_no_code(self, signing):
        text = text_to_sign(signing)
        with pytest.raises(scans.NoCode):
            recognised(signing, scanned())

        assert recognised(signing, scanned(), chosen=text.id).id == text.id

    @pytest.mark.parametrize(
        "code",
        [
            "https://ailleurs.test/autre",
            "/papier/xyz",
            "/papier/5200351154ba49d0b85b2845c5f6dc3e",
            "/papier/",
        ],
    )
    def test_no_text_by_a_code_that_is_none_of_ours(self, signing, code):
        with pytest.raises(scans.NoCode):
            recognised(signing, scanned(code))

    @pytest.mark.parametrize(("found", "refusal"), [
        ({"is_encrypted": True, "is_readable": False}, scans.Encrypted),
        ({"is_encrypted": True}, scans.Encrypted),
        ({"is_readable": False}, scans.Unreadable),
        ({"pages": 21}, scans.TooManyPages),
    ])  # fmt: skip
    def test_nothing_that_nobody_could_read_later(self, signing, found, refusal):
        with pytest.raises(refusal) as refused:
            recognised(signing, scanned(code_of(text_to_sign(signing)), **found))

        assert list(refused.value.messages) == ["file"]

    def test_not_a_version_that_was_voided_and_says_which(self, signing):
        text = text_to_sign(signing)
        with signing.work_as("officer") as work:
            work.head_of(signing.case_id)
            drafting.void(work, work.database.get_one(Agreement, text.id), reason="new_version")

        with pytest.raises(scans.ReplacedVersion) as refused:
            recognised(signing, scanned(code_of(text)))

        assert f"la version 1 de {text.number}" in refused.value.message

    def test_not_another_text_than_the_one_chosen_and_names_it(self, signing, database, clock):
        text = text_to_sign(signing)
        with signing.work_as("officer") as work:
            kept_one = work.database.get_one(Agreement, text.id)
            other = Agreement(
                id=uuid4(), basin_id=kept_one.basin_id, project_id=kept_one.project_id, number="TDL-2026-C099",
                version=3, text={}, body="Autre.", media_type="text/plain", text_hash="0" * 64, state="to_sign",
                prepared_on=kept_one.prepared_on, prepared_at=work.now, prepared_by=work.actor.person_id,
                kind="amendment", instance_id=uuid4(),
            )  # fmt: skip
            work.database.add(other)
            other_id = other.id

        with pytest.raises(scans.OtherDocument) as refused:
            recognised(signing, scanned(code_of(text)), chosen=other_id)

        assert f"{text.number}, version 1" in refused.value.message

    def test_only_for_whoever_attests_papers_there(self, signing):
        with pytest.raises(permissions.MissingPermission):
            recognised(signing, scanned(code_of(text_to_sign(signing))), who="chair")


class TestRecording:
    def test_each_line_is_an_act_with_its_own_copy_of_the_scan(self, signing, store):
        scan = kept(signing, store)

        assert record(signing, scan, 0)
        assert record(signing, scan, 3, day=signing.today - timedelta(days=2))

        given = sorted(signing.rows(Signature), key=lambda each: each.recorded_at)
        assert [each.mode for each in given] == ["paper", "paper"]
        assert all(each.attested and each.identified_by == "officer" for each in given)
        assert given[0].signed_on - given[1].signed_on == timedelta(days=2)
        assert given[0].document_id != given[1].document_id
        copies = [each for each in signing.rows(Document) if each.kind == scans.KIND]
        assert {each.content_hash for each in copies} == {scan.content_hash}
        assert all(each.subject_id is not None for each in copies)

    def test_its_content_is_not_read_again_for_each_line(self, signing, store, tmp_path):
        scan = kept(signing, store)
        record(signing, scan, 0)
        (tmp_path / "documents").rename(tmp_path / "elsewhere")

        assert record(signing, scan, 1)

    def test_the_same_scan_again_records_nothing_more(self, signing, store):
        scan = kept(signing, store)
        record(signing, scan, 0)

        assert kept(signing, store).id != scan.id
        assert record(signing, scan, 0) is False
        assert len(signing.rows(Signature)) == 1

    def test_the_same_file_sent_twice_is_kept_once(self, signing, store):
        assert kept(signing, store).id == kept(signing, store).id

    def test_a_line_signed_otherwise_is_not_awaited(self, signing, store):
        scan = kept(signing, store)
        record(signing, scan, 0)
        other = kept(signing, store, b"%PDF-1.7 another scan")

        with pytest.raises(scans.LineNotAwaited):
            record(signing, other, 0)

    def test_a_day_that_cannot_be_is_refused(self, signing, store):
        scan = kept(signing, store)

        with pytest.raises(errors.InvalidAnswers):
            record(signing, scan, 0, day=signing.today + timedelta(days=1))
        assert signing.rows(Signature) == []

    def test_a_document_that_is_no_scan_proves_nothing(self, signing, store):
        with signing.work_as("officer") as work:
            note = documents.add(work, store, project_id=signing.case_id, name="note.pdf", content=PDF)

        with pytest.raises(documents.DocumentNotFound):
            record(signing, note, 0)

    def test_the_last_line_labels_the_firm(self, signing, store):
        scan = kept(signing, store)
        for position in range(4):
            record(signing, scan, position)

        assert signing.project().status == "labelled"
        with pytest.raises(scans.NotBeingSigned):
            recognised(signing, scanned(code_of(text_to_sign(signing))))


class TestStanding:
    def states(self, programme: Programme) -> list[State]:
        with programme.database.start_reading() as work:
            [issue] = standing.of_project(work, programme.case_id)
        return [line.state for line in issue.lines]

    def test_tells_line_by_line_who_is_waited_for(self, signing, store):
        record(signing, kept(signing, store), 3)

        assert self.states(signing) == [State.AWAITED] * 3 + [State.SIGNED]
        with signing.database.start_reading() as work:
            [issue] = standing.of_project(work, signing.case_id)
            [count] = standing.counts(work, signing.case_id)
        assert issue.lines[0].since == signing.today - timedelta(days=5)
        assert (count.signed, count.lines) == (issue.signed, len(issue.lines)) == (1, 4)

    def test_a_refusal_is_told_and_asks_nobody_any_more(self, signing):
        refusal = {"answer": "refuse", "reason": "Trop long."}
        signing.complete("sign_agreement", "chair", refusal, position=1)

        assert State.REFUSED in self.states(signing)
        assert State.AWAITED not in self.states(signing)

    def test_everybody_having_signed_nobody_is_waited_for(self, signing):
        for position in range(4):
            signing.sign(position)

        assert self.states(signing) == [State.SIGNED] * 4
        assert signatures.FORM not in {each.form for each in signing.open_tasks()}
