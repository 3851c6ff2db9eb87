"""A signature asked of a provider: handed over and followed by a tick, recorded once, never lost."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from engine.agreements import drafting, provider_requests, providers, signatures
from engine.agreements.models import ProviderRequest, Signature
from engine.agreements.providers import Answer, Fetched, LocalProvider, Started
from engine.documents.store import digest_of
from engine.people import basins
from engine.persistence import anchors
from engine.projects.models import Document
from engine.runtime import locking
from tests.integration.programme import Programme
from tests.printing import STORE

MANDATARY = 3


class Slow(LocalProvider):
    """A provider that refuses to answer, or lets something happen meanwhile."""

    def __init__(self, folder, base_url):
        super().__init__(folder, base_url)
        self.is_silent = False
        self.meanwhile = None
        self.started = []

    def start(self, request):
        if self.is_silent:
            raise providers.ProviderSilent
        self.started.append(request)
        return super().start(request)

    def fetch(self, reference):
        if self.is_silent:
            raise providers.ProviderSilent
        found = super().fetch(reference)
        if self.meanwhile is not None:
            self.meanwhile()
        return found


class Lines(Programme):
    """A programme whose mandatary signs at a provider."""

    def signatories(self):
        rows = super().signatories()
        rows[MANDATARY]["mode"] = "provider"
        return rows


@pytest.fixture
def signing(database, clock):
    """An agreement to sign, the mandatary's line at a provider."""
    programme = Lines(database, clock).install()
    allow_any_way(programme)
    programme.appraise()
    programme.decide()
    programme.prepare()
    return programme


def allow_any_way(programme: Programme) -> None:
    """Let the basin's agreements be signed in every way."""
    with programme.work_as("officer") as work:
        basins.change_parameter(
            work, basin_id=programme.basin_id, key="signature.agreement", value="any", reason="essai"
        )


@pytest.fixture
def provider(tmp_path):
    return Slow(tmp_path / "provider", "https://alize.test/")


def beat(programme: Programme, provider: LocalProvider) -> int:
    """What the tick does."""
    return provider_requests.advance_due(programme.database, provider, STORE)


def request_of(programme: Programme) -> ProviderRequest:
    [found] = programme.rows(ProviderRequest)
    return found


def signed_there(programme: Programme, provider: LocalProvider, answer: Answer = Answer.SIGNED) -> None:
    """The person answers on the provider's page; the programme has not asked yet."""
    provider.answer(request_of(programme).reference or "", answer, on=programme.today)


def test_is_asked_by_itself_once_the_file_is_made_and_handed_over_with_it(signing, provider):
    beat(signing, provider)

    request, [handed] = request_of(signing), provider.started
    assert (request.state, request.provider) == ("sent", "local")
    assert request.url == f"https://alize.test/prestataire/{request.id.hex}"
    [file] = handed.files
    assert digest_of(file.content) == file.digest == signing.digest()
    assert handed.title.startswith("Convention TDL-")
    assert beat(signing, provider) == 0, "it is looked at every minute, no more often"


def test_nobody_is_asked_while_the_file_is_not_made(database, clock, provider):
    class Unprinted(Lines):
        def print_papers(self):
            return 0

    programme = Unprinted(database, clock).install()
    allow_any_way(programme)
    programme.appraise()
    programme.decide()
    programme.prepare()

    assert beat(programme, provider) == 0
    assert programme.rows(ProviderRequest) == []


def test_what_waits_for_a_provider_is_counted_until_it_answers(signing, provider, clock):
    def waiting():
        with signing.database.start_reading() as work:
            return provider_requests.count_waiting(work)

    assert waiting() == 1
    beat(signing, provider)
    assert waiting() == 1
    signed_there(signing, provider)
    clock.advance(minutes=2)
    beat(signing, provider)

    assert waiting() == 0


def test_a_signature_there_is_recorded_with_the_provider_s_own_proof(signing, provider, clock):
    beat(signing, provider)
    signed_there(signing, provider)
    clock.advance(minutes=2)

    beat(signing, provider)

    [signature] = signing.rows(Signature)
    [proof] = [each for each in signing.rows(Document) if each.kind == provider_requests.KIND]
    assert (signature.mode, signature.identified_by) == ("provider", "provider")
    assert (signature.evidence_id, signature.text_hash) == (proof.id, signing.digest())
    assert STORE.read(proof.content_hash).startswith(b"%PDF-")
    assert request_of(signing).state == "signed"
    assert signing.kinds().count("agreements.provider.answered") == 1
    with signing.database.start_reading() as work:
        assert list(anchors.problems(work)) == []
    clock.advance(minutes=2)
    assert beat(signing, provider) == 0


def test_a_refusal_there_is_a_refusal_here(signing, provider, clock):
    beat(signing, provider)
    signed_there(signing, provider, Answer.REFUSED)
    clock.advance(minutes=2)

    beat(signing, provider)

    [signature] = signing.rows(Signature)
    assert signature.refused_on == signing.today
    assert request_of(signing).state == "refused"
    assert signing.project().status == "ready_for_committee"


def test_a_silent_provider_is_asked_again_for_ever_and_loses_nothing(signing, provider, clock):
    provider.is_silent = True
    for _hour in range(8):
        beat(signing, provider)
        clock.advance(hours=1)
    request = request_of(signing)
    assert (request.state, request.failure) == ("asked", providers.ProviderSilent().message)

    provider.is_silent = False
    beat(signing, provider)

    assert request_of(signing).state == "sent"
    assert len(provider.started) == 1


def test_an_answer_that_cannot_be_read_is_asked_for_again(signing, provider, clock):
    beat(signing, provider)

    def garbled():
        raise ValueError("not JSON")

    provider.meanwhile = garbled
    clock.wall_instant += timedelta(minutes=2)
    beat(signing, provider)

    request = request_of(signing)
    assert (request.state, request.leased_until) == ("sent", None)
    assert request.failure == "ValueError: not JSON"
    provider.meanwhile = None
    signed_there(signing, provider)
    clock.wall_instant += timedelta(minutes=10)
    beat(signing, provider)
    assert request_of(signing).state == "signed"


def test_one_that_cannot_be_asked_keeps_no_other_waiting(signing, provider, monkeypatch):
    really, tried = provider_requests.ask_for, []

    def first_refused(work, task):
        tried.append(task.id)
        if len(tried) == 1:
            raise provider_requests.NotAtProvider
        return really(work, task)

    monkeypatch.setattr(provider_requests, "ask_for", first_refused)
    beat(signing, provider)
    assert signing.rows(ProviderRequest) == []

    beat(signing, provider)
    assert request_of(signing).state == "sent"


def test_a_process_killed_after_handing_over_hands_over_the_same_request(signing, provider, clock):
    class Killed(BaseException):
        pass

    class Dying(Slow):
        def start(self, request):
            super().start(request)
            raise Killed

    dying = Dying(provider._folder, "https://alize.test")
    with pytest.raises(Killed):
        beat(signing, dying)
    assert request_of(signing).state == "asked"
    assert beat(signing, provider) == 0, "its lease holds"
    clock.advance(minutes=6)

    beat(signing, provider)

    assert request_of(signing).reference == request_of(signing).id.hex
    assert len(list(provider._folder.glob("*.json"))) == 1


def test_two_schedulers_record_one_answer_once(signing, provider, clock):
    beat(signing, provider)
    signed_there(signing, provider)
    clock.advance(minutes=2)
    other = LocalProvider(provider._folder, "https://alize.test")
    threads = [threading.Thread(target=beat, args=(signing, each)) for each in (provider, other)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(signing.rows(Signature)) == 1
    assert signing.kinds().count("agreements.provider.answered") == 1


def test_an_answer_that_comes_after_the_paper_was_signed_changes_nothing(signing, provider, clock, tmp_path):
    beat(signing, provider)
    clock.advance(minutes=2)
    signed_there(signing, provider)

    def on_paper():
        provider.meanwhile = None
        task, scan = signing.task("sign_agreement", position=MANDATARY), signing.scan(tmp_path)
        with signing.work_as("officer") as work:
            signatures.sign_on_paper(work, task_id=task.id, signed_on=signing.today, document_id=scan)

    provider.meanwhile = on_paper
    beat(signing, provider)

    [signature] = signing.rows(Signature)
    assert signature.mode == "paper"
    assert request_of(signing).state == "expired"


def test_a_text_that_was_replaced_is_asked_of_nobody_any_more(signing, provider, clock):
    beat(signing, provider)
    with signing.work_as("officer") as work:
        work.head_of(signing.case_id)
        text = drafting.latest(work, signing.case_id)
        assert text is not None
        drafting.void(work, text, reason="new_version")
    clock.advance(minutes=2)

    beat(signing, provider)

    assert request_of(signing).state == "expired"


def test_what_the_provider_let_go_is_asked_again_by_whoever_signs_or_the_officer(signing, provider, clock):
    beat(signing, provider)
    task = signing.task("sign_agreement", position=MANDATARY)
    with signing.work_as("officer") as work, pytest.raises(provider_requests.AskedAlready):
        provider_requests.ask(work, task.id)

    class Letting(Slow):
        def fetch(self, reference):
            return Fetched(Answer.EXPIRED)

    clock.advance(minutes=2)
    beat(signing, Letting(provider._folder, "https://alize.test"))
    assert request_of(signing).state == "expired"
    with signing.work_as("chair") as work, pytest.raises(locking.NotYours):
        provider_requests.ask(work, task.id)
    with signing.work_as("mandatary") as work:
        provider_requests.ask(work, task.id)

    beat(signing, provider)

    assert sorted(each.state for each in signing.rows(ProviderRequest)) == ["expired", "sent"]


def test_a_line_signed_here_is_asked_of_no_provider(signing, provider):
    task = signing.task("sign_agreement", position=0)

    with signing.work_as("officer") as work, pytest.raises(provider_requests.NotAtProvider):
        provider_requests.ask(work, task.id)
    beat(signing, provider)
    assert len(signing.rows(ProviderRequest)) == 1


class TestTheLocalProvider:
    @pytest.mark.parametrize("reference", ["../../etc/passwd", "", "x" * 32, "0" * 31])
    def test_reads_nothing_by_another_name(self, provider, reference):
        with pytest.raises(providers.UnknownReference):
            provider.read(reference)

    def test_is_answered_once(self, signing, provider):
        beat(signing, provider)
        signed_there(signing, provider)

        with pytest.raises(providers.AlreadyAnswered):
            signed_there(signing, provider, Answer.REFUSED)

    def test_is_the_only_one_and_nobody_s_by_default(self, tmp_path):
        known = {"data_dir": str(tmp_path), "base_url": "https://alize.test"}

        assert providers.installed("", **known) is None
        assert isinstance(providers.installed("local", **known), LocalProvider)

    def test_gives_one_address_for_one_request(self, signing, provider):
        beat(signing, provider)
        [handed] = provider.started

        assert provider.start(handed) == Started(handed.id.hex, request_of(signing).url or "")


def test_a_lease_that_ended_lets_nobody_write(signing, provider, clock):
    beat(signing, provider)
    request = request_of(signing)
    late = provider_requests.Claimed(
        request.id, signing.case_id, request.signatory_id, "sent", request.reference, 1,
        clock.wall() - timedelta(hours=1),
    )  # fmt: skip

    provider_requests.conclude(
        signing.database, STORE, late, Fetched(Answer.SIGNED, signing.today, b"%PDF-x")
    )

    assert signing.rows(Signature) == []
    assert request_of(signing).state == "sent"
