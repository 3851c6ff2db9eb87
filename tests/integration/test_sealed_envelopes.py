"""The signed file in its sealed envelope, made by the installation's own workshop, read by others."""

from __future__ import annotations

import email
import email.policy
import io
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa

from engine import operations
from engine.agreements import signatures
from engine.agreements.models import AGREEMENT, ANNEX, Agreement, Signature
from engine.documents import making
from engine.documents.models import Paper
from engine.documents.store import Store, digest_of
from engine.documents.workshop import ChildWorkshop
from engine.outbox import captured, delivery
from engine.outbox.models import CapturedMail
from engine.projects.models import Document
from engine.settings import Settings
from tests import pdfsig
from tests.integration.test_annexes_and_amendments import ADVANCE, WithAdvance, with_operator

LABELS = {AGREEMENT: "Convention", ANNEX: "Annexe"}


class Printing(WithAdvance):
    """A basin whose documents are typeset and sealed for good."""

    folder: Path
    workshop: ChildWorkshop

    def print_papers(self) -> int:
        """Make every paper that is due."""
        settings = Settings(environment="test", base_url="https://alize.test")
        hooks = operations.paper_hooks()
        done = 0
        while made := making.make_due(self.database, settings, self.workshop, self.store, hooks):
            done += made
        return done

    @property
    def store(self) -> Store:
        """Where files are kept."""
        return Store(self.folder / "documents")


@pytest.fixture
def programme(sqlite, clock, tmp_path):
    """A project with an advance, everybody having signed but the operator."""
    made = Printing(sqlite, clock)
    made.folder, made.workshop = tmp_path, ChildWorkshop(specimen=tmp_path / "seal")
    with_operator(made.install())
    made.appraise()
    made.decide(**ADVANCE)
    made.prepare()
    for position in range(4):
        made.sign(position)
    yield made
    made.workshop.close()


def texts(programme) -> dict[str, Agreement]:
    """The agreement and its annex."""
    return {each.kind: each for each in programme.rows(Agreement) if each.voided_at is None}


def papers(programme, kind: str) -> list[Paper]:
    """The papers of a kind."""
    return [each for each in programme.rows(Paper) if each.kind == kind]


def envelope_of(programme, text: Agreement) -> bytes:
    """The sealed file of a text."""
    [paper] = [each for each in papers(programme, "envelope") if each.subject_id == text.id]
    assert (paper.state, paper.failure) == ("made", None)
    return programme.store.read(paper.content_hash)


def said(pdf: bytes) -> str:
    """Everything a document says, without blanks and hyphens."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
    document.close()
    return squeezed(text)


def squeezed(text: str) -> str:
    return re.sub(r"[\s\xad\u200b\ufffe-]+", "", text)


def test_the_words_of_the_page_are_those_of_the_file_that_is_signed(programme):
    for kind, text in texts(programme).items():
        content = programme.store.read(text.file_hash)
        assert digest_of(content) == text.file_hash
        found = said(content)
        for line in text.body.splitlines():
            assert squeezed(line.removeprefix("– ").removeprefix("· ")) in found, line
        assert "https://alize.test/papier/" in found
        assert len(pikepdf.open(io.BytesIO(content)).pages) <= 2, kind


def test_the_envelope_is_whole_for_a_reader_that_is_not_ours_and_holds_the_signed_file(programme, tmp_path):
    programme.sign(4)
    programme.print_papers()

    for kind, text in texts(programme).items():
        content = envelope_of(programme, text)
        found = programme.workshop.inspect(content)
        assert list(found.attachments.values()) == [text.file_hash]
        document = pikepdf.open(io.BytesIO(content))
        [attached] = [bytes(each.get_file().read_bytes()) for each in document.attachments.values()]
        assert attached == programme.store.read(text.file_hash)
        file = tmp_path / f"{kind}.pdf"
        file.write_bytes(content)
        verdict = pdfsig.said_of(file)
        assert "Signature is Valid" in verdict
        assert "Total document signed" in verdict
        for signature in programme.rows(Signature):
            if signature.agreement_id == text.id:
                assert squeezed(signature.consent) in said(content)


def test_one_changed_byte_is_seen(programme, tmp_path):
    programme.sign(4)
    programme.print_papers()
    content = bytearray(envelope_of(programme, texts(programme)[AGREEMENT]))
    content[len(content) // 3] ^= 1
    file = tmp_path / "changed.pdf"
    file.write_bytes(bytes(content))

    assert not any(each.is_whole for each in programme.workshop.inspect(bytes(content)).signatures)
    assert "Signature is Valid" not in pdfsig.said_of(file)


def test_the_sealed_files_are_sent_to_everybody_once(programme):
    programme.sign(4)
    programme.print_papers()
    hooks = operations.mail_hooks(programme.database, programme.store)
    transport = captured.MailboxTransport(programme.database)
    settings = Settings(environment="test", base_url="https://alize.test")
    while delivery.deliver_due(programme.database, settings, transport, hooks=hooks):
        pass

    with programme.database.start_reading() as work:
        mails = list(
            work.database.scalars(sa.select(CapturedMail).where(CapturedMail.kind == "agreement_archived"))
        )
    assert len({each.recipient_id for each in mails}) == len(mails) == 5
    mail = email.message_from_string(mails[0].source, policy=email.policy.default)
    joined = {each.get_filename(): each.get_content() for each in mail.iter_attachments()}
    sealed = {each.name: programme.store.read(each.content_hash) for each in papers(programme, "envelope")}
    assert joined == sealed
    assert len(sealed) == 2


def test_without_a_certificate_the_firm_is_labelled_and_the_envelope_waits(programme, clock):
    programme.workshop.close()
    programme.workshop = ChildWorkshop(seal=programme.folder / "nowhere.p12")
    programme.sign(4)
    programme.print_papers()

    assert programme.project().status == "labelled"
    waiting = papers(programme, "envelope")
    assert [each.state for each in waiting] == ["requested", "requested"]
    assert all("certificat" in each.failure for each in waiting)
    assert all(each.envelope_id is None for each in texts(programme).values())

    programme.workshop.close()
    programme.workshop = ChildWorkshop(specimen=programme.folder / "seal")
    clock.advance(hours=1, minutes=1)
    programme.print_papers()
    assert all(each.envelope_id is not None for each in texts(programme).values())


def test_an_expired_certificate_seals_nothing(programme, clock):
    programme.sign(4)
    clock.wall_instant = datetime.now(UTC) + timedelta(days=365 * 30)
    programme.print_papers()

    assert [each.state for each in papers(programme, "envelope")] == ["requested", "requested"]
    assert all(each.failure for each in papers(programme, "envelope"))


def test_what_was_signed_on_paper_is_named_with_its_hash_on_the_evidence_page(programme):
    scan, task = programme.scan(programme.folder), programme.task("sign_agreement", position=4)
    with programme.work_as("officer") as work:
        signatures.sign_on_paper(
            work, task_id=task.id, signed_on=programme.today, document_id=scan, attested=True
        )
    programme.print_papers()

    found = said(envelope_of(programme, texts(programme)[ANNEX]))
    [document] = programme.rows(Document)
    assert squeezed(f"« {document.name} »") in found, found
    assert document.content_hash in found
