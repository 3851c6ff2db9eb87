"""What a server's refusal means: try again, never again, or a dead address."""

import smtplib

import pytest

from engine.outbox.smtp import InvalidAddress, SmtpTransport, judged, refusal_of
from engine.outbox.transport import Refused, TemporaryFailure


@pytest.mark.parametrize(
    ("code", "reply", "at_recipient", "is_address_invalid"),
    [
        (550, "5.1.1 no such user", True, True),
        (550, "5.1.1 no such user", False, True),
        (550, "no such user", True, True),
        (550, "no such user", False, False),
        (553, "bad mailbox", True, True),
        (550, "5.1.8 bad sender", True, False),
        (552, "5.2.2 full", True, False),
        (550, "5.2.1 mailbox disabled", True, True),
        (554, "5.6.0 content", False, False),
    ],
)
def test_a_refusal_for_good_blames_the_address_only_when_it_says_so(
    code, reply, at_recipient, is_address_invalid
):
    verdict = judged(code, reply, at_recipient=at_recipient)

    assert isinstance(verdict, Refused)
    assert verdict.is_address_invalid is is_address_invalid


@pytest.mark.parametrize(
    ("code", "reply"), [(421, "busy"), (450, "4.2.1 greylisted"), (451, ""), (550, "5.7.1 relaying denied")]
)
def test_the_rest_is_tried_again(code, reply):
    assert isinstance(judged(code, reply, at_recipient=True), TemporaryFailure)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"5.7.8 bad password"),
        smtplib.SMTPSenderRefused(550, b"who?", "alize@exemple.test"),
        smtplib.SMTPServerDisconnected("gone"),
        TimeoutError("slow"),
        ConnectionRefusedError("down"),
    ],
)
def test_our_own_settings_and_the_network_never_cost_a_member_their_address(error):
    assert isinstance(refusal_of(error), TemporaryFailure)


@pytest.mark.parametrize("url", ["", "localhost:25", "http://mail.test", "smtp://", "ftp://mail.test"])
def test_an_address_that_is_no_mail_server_is_refused_at_once(url):
    with pytest.raises(InvalidAddress):
        SmtpTransport(url)
