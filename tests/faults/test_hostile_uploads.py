"""Files that anybody may send: cut, shuffled, encrypted, empty; every answer is ours, none is a failure."""

from __future__ import annotations

import io
import random

import pikepdf
import pytest

from engine.documents.workshop import ChildWorkshop
from tests.unit.documents import samples
from tests.web import conftest as pages

FILES = 200
STARTS = (b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0")

installed, world, engine, flask_app, client, sign_in = (
    pages.installed, pages.world, pages.engine, pages.flask_app, pages.client, pages.sign_in,
)  # fmt: skip


@pytest.fixture(scope="module")
def whole() -> bytes:
    """A real document, to be spoilt."""
    workshop = ChildWorkshop()
    try:
        return workshop.typeset("agreement", samples.agreement(), standard="a-2a+ua-1")
    finally:
        workshop.close()


@pytest.fixture
def browser(flask_app, sign_in):
    """An officer's, whom no limit on the number of files stops."""
    for limiter in flask_app.extensions["limiter"]:
        limiter.enabled = False
    return sign_in(flask_app.test_client(), "officer")


def spoilt(whole: bytes, chance: random.Random) -> bytes:
    """A file that is not what it seems, in one of several ways."""
    content = bytearray(whole)
    way = chance.randrange(6)
    if way == 0:
        return bytes(content[: chance.randrange(1, len(content))])
    if way == 1:
        for _byte in range(chance.randrange(1, 400)):
            content[chance.randrange(8, len(content))] = chance.randrange(256)
        return bytes(content)
    if way == 2:
        start, end = sorted(chance.randrange(8, len(content)) for _end in range(2))
        return bytes(content[:start] + content[end:])
    if way == 3:
        place = chance.randrange(8, len(content))
        return bytes(content[:place]) + chance.randbytes(chance.randrange(1, 2000)) + bytes(content[place:])
    if way == 4:
        return chance.choice(STARTS) + chance.randbytes(chance.randrange(0, 5000))
    return bytes(content[:8]) + bytes(content[8:]).replace(b" 0 R", b" 9 R", chance.randrange(1, 9))


def send(browser, path, content, name="fichier.pdf", **answers):
    return browser.post(path, data={"file": (io.BytesIO(content), name), **answers})


@pytest.mark.parametrize("path", ["/validation", "/numerisations"])
def test_no_file_makes_a_page_fail(browser, whole, path):
    chance = random.Random(20261121)

    met = {send(browser, path, spoilt(whole, chance)).status_code for _file in range(FILES)}

    assert met <= {200, 303, 409, 422}, met


@pytest.mark.parametrize("path", ["/validation", "/numerisations"])
def test_files_that_people_do_send_by_mistake_are_refused_with_a_reason(browser, whole, path):
    encrypted, long = io.BytesIO(), io.BytesIO()
    with pikepdf.open(io.BytesIO(whole)) as document:
        document.save(encrypted, encryption=pikepdf.Encryption(owner="o", user="u"))
    with pikepdf.new() as document:
        for _page in range(301):
            document.add_blank_page()
        document.save(long)
    refused = {
        "encrypted": (encrypted.getvalue(), "chiffré"),
        "long": (long.getvalue(), "pages"),
        "empty": (b"", "Choisissez un fichier"),
        "no file": (b"<html>Bonjour</html>", "ni un PDF"),
    }

    for what, (content, said) in refused.items():
        answer = send(browser, path, content)
        assert answer.status_code == 422, what
        assert said in answer.text, what


def test_a_child_that_dies_on_a_file_answers_the_next(browser, engine, whole):
    class Falling(ChildWorkshop):
        """A workshop that loses its child at the first file."""

        fell = False

        def inspect(self, content):
            if not self.fell:
                self.fell = True
                self.close()
            return super().inspect(content)

    engine.workshop = Falling()
    first, second = (send(browser, "/validation", whole).status_code for _turn in range(2))

    assert (first, second) == (200, 200)


def test_what_is_sent_is_kept_nowhere(browser, engine, whole):
    send(browser, "/validation", whole)

    assert not list(engine.documents.rglob("*"))
