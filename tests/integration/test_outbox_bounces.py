"""Mails that come back: the address is marked, once, and a forged report silences nobody."""

from __future__ import annotations

import mailbox
import socketserver
import threading
from dataclasses import replace
from email.message import EmailMessage
from types import SimpleNamespace
from uuid import uuid4

import pytest

from engine.outbox import bounces, delivery, notify
from engine.outbox.delivery import Hooks
from engine.outbox.models import Message
from engine.outbox.smtp import SmtpTransport
from engine.people import persons
from engine.people.models import Person
from engine.persistence.unit_of_work import Actor
from engine.settings import Settings
from tests.mail_server import MailServer

SETTINGS = Settings(environment="test", mail_from="Alizé <alize@exemple.test>")
REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@exemple.test
To: alize@exemple.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=us-ascii

Sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.exemple.test

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 nobody

--b
Content-Type: {returned}

{headers}
--b--
"""


@pytest.fixture
def sent(sqlite, tmp_path):
    """A mail that left, and the folder where it may come back."""
    with sqlite.start_work() as work:
        claire = persons.add(work, full_name="Claire Démo", email="claire@exemple.test").id
    with sqlite.start_work(Actor(uuid4())) as work:
        message_id = notify.notify(work, kind="task_opened", recipient_id=claire, case_id=uuid4())
    with MailServer() as server:
        delivery.deliver_due(sqlite, SETTINGS, SmtpTransport(server.url))
        [mail] = server.received
    folder = mailbox.Maildir(tmp_path / "returns", create=True)
    told = []
    return SimpleNamespace(
        database=sqlite,
        claire=claire,
        id=message_id,
        header=mail["Message-ID"],
        folder=folder,
        settings=replace(SETTINGS, bounce_url=f"maildir://{tmp_path}/returns"),
        told=told,
        hooks=Hooks(on_invalid_address=lambda work, message: told.append(message.id)),
    )


def report(sent, *, address="claire@exemple.test", action="failed", status="5.1.1", header=None, whole=True):
    headers = f"Message-ID: {header or sent.header}\nSubject: x\n"
    return REPORT.format(
        address=address,
        action=action,
        status=status,
        returned="message/rfc822" if whole else "text/rfc822-headers",
        headers=headers,
    ).encode()


def read(sent):
    return bounces.read(sent.database, sent.settings, hooks=sent.hooks)


def state(sent):
    with sent.database.start_reading() as work:
        message = work.database.get_one(Message, sent.id)
        person = work.database.get_one(Person, sent.claire)
        return message.outcome, person.address_invalid_at is not None


@pytest.mark.parametrize("whole", [True, False])
def test_a_bounce_marks_the_mail_and_the_address_and_tells_somebody_once(sent, whole):
    sent.folder.add(report(sent, whole=whole))
    sent.folder.add(report(sent, whole=whole))

    assert read(sent) == 1
    assert read(sent) == 0

    assert state(sent) == ("bounced", True)
    assert sent.told == [sent.id]


def test_a_full_mailbox_is_a_bounce_but_not_a_dead_address(sent):
    sent.folder.add(report(sent, status="5.2.2"))

    assert read(sent) == 1

    assert state(sent) == ("bounced", False)
    assert sent.told == []


@pytest.mark.parametrize(
    "details",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"address": "john@exemple.test"},
        {"header": "<0123456789abcdef0123456789abcdef@exemple.test>"},
        {"status": "unclear"},
    ],
)
def test_a_delay_or_a_report_about_something_else_changes_nothing(sent, details):
    sent.folder.add(report(sent, **details))

    assert read(sent) == 0

    assert state(sent) == ("sent", False)


def test_an_address_corrected_meanwhile_is_not_marked(sent):
    with sent.database.start_work() as work:
        persons.correct(work, sent.claire, email="claire.demo@exemple.test")
    sent.folder.add(report(sent))

    assert read(sent) == 1

    assert state(sent) == ("bounced", False)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff" * 50,
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n\xff\n",
        b"Content-Type: multipart/report\n\nno parts at all",
        b"Subject: I am away until Monday\n\nBonjour, je suis absente.",
        b"X" * (bounces.LARGEST + 1),
    ],
)
def test_anything_else_in_the_mailbox_is_read_and_left_alone(sent, raw):
    sent.folder.add(raw or b"\n")

    assert read(sent) == 0
    assert state(sent) == ("sent", False)


def test_no_return_mailbox_is_no_work(sent):
    assert bounces.read(sent.database, SETTINGS) == 0


@pytest.mark.parametrize("url", ["pop3://mail.test", "maildir:", "imap:///INBOX"])
def test_an_address_that_is_no_mailbox_is_refused(sent, url):
    with pytest.raises(bounces.InvalidMailbox):
        bounces.read(sent.database, replace(SETTINGS, bounce_url=url))


class ImapHandler(socketserver.StreamRequestHandler):
    """Just enough of an IMAP server: sign in, select, search, fetch, mark as seen."""

    def handle(self):
        self.say("* OK ready")
        while line := self.rfile.readline():
            tag, verb, *rest = line.decode().strip().split(" ")
            words = " ".join(rest)
            self.server.heard.append(f"{verb} {words}".strip())
            getattr(self, f"do_{verb.lower()}", lambda words: None)(words)
            self.say(f"{tag} OK done")
            if verb == "LOGOUT":
                return

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def do_capability(self, words):
        self.say("* CAPABILITY IMAP4rev1")

    def do_select(self, words):
        self.say(f"* {len(self.server.mails)} EXISTS")

    def do_search(self, words):
        unseen = [str(number) for number in sorted(self.server.mails) if number not in self.server.seen]
        self.say(f"* SEARCH {' '.join(unseen)}".rstrip())

    def do_fetch(self, words):
        number = int(words.split(" ")[0])
        raw = self.server.mails[number]
        self.wfile.write(f"* {number} FETCH (BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")

    def do_store(self, words):
        self.server.seen.add(int(words.split(" ")[0]))


def test_bounces_are_read_from_an_imap_server(sent):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), ImapHandler) as server:
        server.mails, server.seen, server.heard = {1: report(sent).replace(b"\n", b"\r\n")}, set(), []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        settings = replace(
            SETTINGS, bounce_url=f"imap://retours%40exemple.test:s%2Fsame@127.0.0.1:{port}/Retours"
        )

        first = bounces.read(sent.database, settings, hooks=sent.hooks)
        second = bounces.read(sent.database, settings, hooks=sent.hooks)
        server.shutdown()

    assert (first, second) == (1, 0)
    assert server.seen == {1}
    assert any(heard.startswith("SELECT Retours") for heard in server.heard)
    assert state(sent) == ("bounced", True)


def test_a_report_may_name_the_address_it_was_first_written_to(sent):
    mail = report(sent, address="moved@elsewhere.test").replace(
        b"Final-Recipient:", b"Original-Recipient: rfc822; Claire@exemple.test\nFinal-Recipient:"
    )
    sent.folder.add(mail)

    assert read(sent) == 1


def test_an_ordinary_mail_with_attachments_is_no_bounce():
    mail = EmailMessage()
    mail.set_content("Bonjour")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")

    assert bounces.bounces_in(mail.as_bytes()) == []
