"""Before a signature: the file to read, its preparation, the code that says who one is."""

from __future__ import annotations

import re

import pytest

from engine import scheduler
from engine.agreements import drafting
from engine.agreements.models import Signature
from engine.documents.models import Paper
from engine.outbox.models import CapturedMail
from engine.people.models import SignatureProof
from tests.web.task_page.reading import is_open, main_of, rows_of, text


@pytest.fixture
def signature(lives):
    """The chair’s line, whose file is made."""
    return lives.to_signatures()[1]


@pytest.fixture
def chair(flask_app, sign_in):
    """The chair, signed in with a password: that proves nothing to sign with."""
    return sign_in(flask_app.test_client(), "chair")


def code_sent(lives, person_id) -> str:
    """The last code that somebody received."""
    scheduler.deliver_mail(lives.engine)
    mails = rows_of(lives, CapturedMail, CapturedMail.recipient_id == person_id)
    return next(found[1] for mail in reversed(mails) if (found := re.search(r"\b(\d{6})\b", mail.text)))


def answers(lives, signature) -> dict[str, str]:
    """What the button sends."""
    return {"answer": "accept", "consent": "yes", "document_digest": lives.digest(signature.case_id)}


def ask(chair, signature):
    """Ask for a code."""
    return chair.post(f"/taches/{signature.id}/signature/code")


def verify(browser, signature, code: str):
    """Type a code."""
    return browser.post(f"/taches/{signature.id}/signature/code/verifier", data={"code": code})


def test_a_signature_asks_for_a_code_first_and_says_word_for_word_what_is_agreed(chair, lives, signature):
    url = f"/taches/{signature.id}"
    page = chair.get(url)
    assert "Confirmez votre identité" in text(page)
    assert main_of(page).xpath("//section[@aria-labelledby='who-are-you']"), "a plain div has no name"
    assert not main_of(page).xpath("//form[.//button[normalize-space()='Signer la convention']]")

    assert ask(chair, signature).status_code == 303
    assert "Code à six chiffres" in text(chair.get(url))
    assert verify(chair, signature, code_sent(lives, signature.assignee_id)).status_code == 303

    page = chair.get(url)
    [said] = main_of(page).xpath("//p[contains(@class, 'consent')]")
    assert "Identité confirmée" in text(page)
    assert "J’ai tout lu et je m’engage" in text(page), "an annex or an amendment is no agreement"
    assert chair.post(url, data=answers(lives, signature)).status_code == 303
    [signed] = rows_of(lives, Signature)
    assert signed.consent == "".join(said.itertext()).strip()
    assert lives.digest(signature.case_id) in signed.consent
    assert (signed.mode, signed.identified_by, signed.address) == ("online", "signature_code", "127.0.0.1")
    [proof] = rows_of(lives, SignatureProof)
    assert (signed.proof_id, proof.used_count) == (proof.id, 1)


def test_without_a_code_nothing_is_signed_and_the_page_asks_for_one(chair, lives, signature):
    refused = chair.post(f"/taches/{signature.id}", data=answers(lives, signature))

    assert refused.status_code == 403
    assert "Confirmez votre identité" in text(refused)
    assert rows_of(lives, Signature) == []
    assert is_open(lives, signature)


def test_a_proof_is_good_for_half_an_hour(chair, lives, signature, clock):
    lives.prove(signature)
    clock.advance(minutes=31)

    assert chair.post(f"/taches/{signature.id}", data=answers(lives, signature)).status_code == 403
    assert rows_of(lives, Signature) == []

    lives.prove(signature)
    assert chair.post(f"/taches/{signature.id}", data=answers(lives, signature)).status_code == 303


def test_a_wrong_code_is_said_and_counted(chair, lives, signature):
    ask(chair, signature)
    sent = code_sent(lives, signature.assignee_id)
    wrong = f"{(int(sent) + 1) % 1_000_000:06}"

    refused = verify(chair, signature, wrong)

    assert refused.status_code == 401
    assert "Ce code ne convient pas" in text(refused)
    assert rows_of(lives, SignatureProof) == []
    assert verify(chair, signature, sent).status_code == 303
    assert verify(chair, signature, sent).status_code == 401, "a code serves once"


def test_a_code_comes_too_late(chair, lives, signature, clock):
    ask(chair, signature)
    sent = code_sent(lives, signature.assignee_id)
    clock.advance(minutes=11)

    assert verify(chair, signature, sent).status_code == 401
    assert rows_of(lives, SignatureProof) == []


def test_nobody_proves_themselves_on_somebody_else_s_line(flask_app, sign_in, lives, signature, officer):
    member = sign_in(flask_app.test_client(), "member")

    for browser in (officer, member):
        assert ask(browser, signature).status_code in {403, 404}
        assert verify(browser, signature, "123456").status_code in {403, 404}
    assert rows_of(lives, SignatureProof) == []


def test_one_s_own_code_does_not_open_another_line_of_somebody_else(flask_app, sign_in, lives, signature):
    mandatary = lives.tasks_of(signature.case_id)[3]
    lives.prove(mandatary)
    chair = sign_in(flask_app.test_client(), "chair")

    assert chair.post(f"/taches/{signature.id}", data=answers(lives, signature)).status_code == 403


def test_the_file_that_is_signed_is_read_before(chair, lives, signature, flask_app, sign_in):
    with lives.engine.database.start_reading() as work:
        agreement = drafting.latest(work, signature.case_id)
    sent = chair.get(f"/taches/{signature.id}/document")

    assert sent.data == lives.engine.store.read(agreement.file_hash)
    assert (sent.mimetype, sent.headers["Content-Disposition"].split(";")[0]) == ("application/pdf", "inline")
    assert chair.get(f"/taches/{signature.id}/document/2").status_code == 404
    member = sign_in(flask_app.test_client(), "member")
    assert member.get(f"/taches/{signature.id}/document").status_code == 403


def test_until_the_file_is_made_it_is_shown_being_prepared_and_nothing_is_signed(lives, chair, flask_app):
    case_id = lives.to_agreement_prepared()
    signature = lives.tasks_of(case_id)[1]
    lives.prove(signature)
    url = f"/taches/{signature.id}"

    page = chair.get(url)
    assert "Le document se prépare" in text(page)
    assert not main_of(page).xpath("//section[@id='signer']//button")
    assert main_of(page).xpath("//section[@id='signer']/@hx-trigger")
    assert chair.get(f"{url}/document").status_code == 303
    refused = chair.post(url, data={"answer": "accept", "consent": "yes", "document_digest": "0" * 64})
    assert (refused.status_code, refused.headers["Retry-After"]) == (409, "5")
    assert rows_of(lives, Signature) == []

    lives.print_papers()
    assert {each.state for each in rows_of(lives, Paper)} == {"made"}
    assert chair.post(url, data=answers(lives, signature)).status_code == 303


def test_a_text_that_is_not_the_one_shown_is_not_signed_and_the_page_says_why(chair, lives, signature):
    lives.prove(signature)

    refused = chair.post(
        f"/taches/{signature.id}", data=answers(lives, signature) | {"document_digest": "0" * 64}
    )

    assert refused.status_code == 422
    assert "Le document a changé depuis que vous l’avez ouvert : relisez-le." in text(refused)
    assert main_of(refused).xpath("//*[contains(@class, 'error-summary')]")
    assert rows_of(lives, Signature) == []
    assert chair.post(f"/taches/{signature.id}", data=answers(lives, signature)).status_code == 303


def test_every_line_of_the_summary_leads_somewhere_in_the_page(chair, lives, signature):
    lives.prove(signature)
    url = f"/taches/{signature.id}"

    for typed in (
        {"answer": "accept", "document_digest": lives.digest(signature.case_id)},
        {"answer": "accept", "consent": "yes", "document_digest": "0" * 64},
        {"answer": "refuse"},
    ):
        refused = chair.post(url, data=typed)
        assert refused.status_code == 422
        links = main_of(refused).xpath("//*[contains(@class, 'error-summary')]//a/@href")
        known = {f"#{each}" for each in main_of(refused).xpath("//@id")}
        assert set(links) <= known, links


def test_after_five_wrong_codes_another_one_is_asked_for(chair, lives, signature):
    ask(chair, signature)
    sent = code_sent(lives, signature.assignee_id)
    wrong = f"{(int(sent) + 1) % 1_000_000:06}"

    said = [verify(chair, signature, wrong) for _each in range(5)]
    late = verify(chair, signature, sent)

    assert {each.status_code for each in said} <= {401, 429}
    assert late.status_code in {401, 429}, "a code guessed five times is worth nothing"
    assert rows_of(lives, SignatureProof) == []
    assert main_of(late).xpath("//button[normalize-space()='Recevoir un autre code']")


def test_too_many_codes_say_when_to_come_back(chair, signature):
    said = [ask(chair, signature) for _each in range(8)]

    assert said[-1].status_code == 429
    assert int(said[-1].headers["Retry-After"]) > 0


def test_a_refusal_being_typed_is_not_lost_to_a_code_too_old(chair, lives, signature, clock):
    lives.prove(signature)
    clock.advance(minutes=31)

    refused = chair.post(f"/taches/{signature.id}", data=answers(lives, signature) | {"reason": ""})

    assert refused.status_code == 403
    assert "Confirmez votre identité" in text(refused)
    assert main_of(refused).xpath("//*[@data-focus-first]"), "the reader is led to what is missing"
