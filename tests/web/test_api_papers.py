"""Programs read the documents made and who has signed, check a file, bring back a signed copy."""

from __future__ import annotations

from uuid import uuid4

import pytest

from engine.agreements import drafting
from engine.agreements.models import Signature
from tests.web.lives import Life
from tests.web.project_pages.reading import TODAY, rows
from tests.web.test_scanning import Reader, scan

BYTES = "application/octet-stream"


@pytest.fixture
def engine(engine):
    engine.workshop = Reader()
    return engine


@pytest.fixture
def life(engine, world, project):
    """An agreement to sign by four people, its file where the installation keeps its own."""
    found = Life(engine, world, project)
    found.to_sign(found.session(TODAY), TODAY)
    return found


@pytest.fixture
def text(engine, life):
    with engine.database.start_reading() as work:
        return drafting.latest(work, life.case_id)


def test_the_state_and_the_content_of_a_document(api, text):
    told = api.get("member", f"/papers/{text.paper_id}").json
    content = api.get("member", f"/papers/{text.paper_id}/content")

    assert (told["kind"], told["progress"], told["content_hash"]) == ("agreement", "made", text.file_hash)
    assert content.data.startswith(b"%PDF-")
    assert api.get("other_officer", f"/papers/{text.paper_id}").status_code == 404
    assert api.get("officer", f"/papers/{uuid4()}").status_code == 404


def test_who_has_signed_and_who_is_waited_for(api, life, text):
    life.sign(1)

    [issue] = api.get("officer", f"/projects/{life.case_id}/agreements").json["items"]

    assert issue["text"]["digest"] == text.file_hash
    assert "Article 1" in issue["text"]["words"]
    assert [line["state"] for line in issue["lines"]] == ["awaited", "signed", "awaited", "awaited"]
    assert issue["lines"][1]["signed_on"] == TODAY.isoformat()
    assert issue["lines"][0]["task_id"] is not None


def test_a_file_is_checked_without_a_token(api, engine, text):
    content = engine.store.read(text.file_hash)

    told = api.call(None, "POST", "/validate", data=content, content_type=BYTES).json
    other = api.call(None, "POST", "/validate", data=b"%PDF-1.7 another", content_type=BYTES).json

    assert (told["finding"], told["known"]["number"], told["known"]["standing"]) == (
        "known", text.number, "being_signed",
    )  # fmt: skip
    assert (other["finding"], other["known"]) == ("foreign", None)


@pytest.mark.parametrize(("content", "status"), [(b"", 400), (b"a text", 422)])
def test_what_is_no_file_is_refused(api, text, content, status):
    assert api.call(None, "POST", "/validate", data=content, content_type=BYTES).status_code == status


def test_a_signed_copy_is_brought_back_and_recorded_line_by_line(api, engine, life, text):
    def send(name):
        return api.call(
            "officer", "POST", f"/scans?name={name}", data=scan(engine, life), content_type=BYTES,
        )  # fmt: skip

    for position in (0, 3):
        sent = send("exemplaire.pdf")
        assert sent.status_code == 201
        line = next(
            each for each in sent.json["lines"]
            if each["task_id"] == str(life.task("sign_agreement", position=position).id)
        )  # fmt: skip
        signed = {"signed_on": TODAY.isoformat(), "document_id": sent.json["document_id"]}
        assert api.post("officer", f"/tasks/{line['task_id']}/sign-on-paper", signed).status_code == 200

    assert (sent.json["number"], sent.json["version"]) == (text.number, 1)
    assert [each.mode for each in rows(engine, Signature)] == ["paper", "paper"]


def test_a_scan_sent_twice_is_answered_twice_even_once_all_have_signed(api, engine, life, text):
    def send():
        return api.call(
            "officer", "POST", "/scans?name=a.pdf", data=content, content_type=BYTES, key="une-fois"
        )

    content = scan(engine, life)
    first = send()
    for position in range(4):
        life.sign(position)
    again = send()

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json["document_id"] == first.json["document_id"]
    assert (len(first.json["lines"]), again.json["lines"]) == (4, [])


def test_a_scan_without_a_code_needs_the_text_that_it_copies(api, engine, life, text):
    content = b"%PDF-1.7 no code"
    call = {"data": content, "content_type": BYTES}

    assert api.call("officer", "POST", "/scans?name=a.pdf", **call).status_code == 422
    chosen = api.call("officer", "POST", f"/scans?name=a.pdf&text_id={text.id}", **call)
    assert chosen.status_code == 201
    assert api.call("chair", "POST", "/scans?name=a.pdf", **call).status_code == 403
