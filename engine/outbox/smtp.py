"""The door by which mails leave: an SMTP server, its dialogue and its refusals."""

from __future__ import annotations

import re
import smtplib
import ssl
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from engine.outbox.models import Outcome
from engine.outbox.transport import Refused, ServerGone, TemporaryFailure

if TYPE_CHECKING:
    from engine.outbox.transport import Post

PATIENCE = 20.0  # Seconds that a server may be silent.
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
ENHANCED_STATUS = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
NOBODY_THERE = frozenset({550, 551, 553})


class InvalidAddress(ValueError):
    """ALIZE_SMTP_URL is not smtp://, smtp+starttls:// or smtps:// with a host."""


class SmtpTransport:
    """Send through an SMTP server; one connection serves a whole batch.

    `url` is `smtp://host:25`, `smtp+starttls://user:password@host:587` or `smtps://…:465`; a plain
    `smtp://` uses STARTTLS too when the server offers it, `?tls=never` excepted.
    """

    outcome = Outcome.SENT

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        if self._url.scheme not in PORTS or not self._url.hostname:
            raise InvalidAddress(self._url.scheme)
        self._server: smtplib.SMTP | None = None

    def send(self, post: Post) -> None:
        """Send a mail; a connection that went stale between two mails is opened again once."""
        try:
            server, is_fresh = self._connection()
            try:
                self._say(server, post)
            except smtplib.SMTPServerDisconnected:
                if is_fresh:
                    raise
                self.close()
                self._say(self._connection()[0], post)
        except (smtplib.SMTPException, OSError) as error:
            refusal = refusal_of(error)
            if not isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError)):
                self.close()
            raise refusal from error

    def close(self) -> None:
        """Say goodbye to the server, if it is still there."""
        server, self._server = self._server, None
        if server is not None:
            try:
                server.quit()
            except (smtplib.SMTPException, OSError):
                server.close()

    def _say(self, server: smtplib.SMTP, post: Post) -> None:
        # Addresses with accents need SMTPUTF8; smtplib chooses it when the server speaks it.
        server.send_message(post.mail, to_addrs=[post.letter.address])

    def _connection(self) -> tuple[smtplib.SMTP, bool]:
        if self._server is not None:
            return self._server, False
        try:
            self._server = connect(self._url)
        except OSError as error:  # Whatever the library says of a connection is one too.
            if isinstance(error, smtplib.SMTPResponseException):
                raise  # It answered: a password, a setting of ours.
            raise ServerGone(f"{type(error).__name__}: {error}"[:300]) from error
        return self._server, True


def try_out(url: str) -> None:
    """Open a connection as a mail would, signed in, and send nothing. Raises `TemporaryFailure`."""
    try:
        connect(urlsplit(url)).quit()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise TemporaryFailure(f"{type(error).__name__}: {error}"[:300]) from error


def connect(url: SplitResult) -> smtplib.SMTP:
    """Open a connection as the URL says: encrypted whenever it can be, signed in if it names a user."""
    host, port = url.hostname or "", url.port or PORTS[url.scheme]
    context = ssl.create_default_context()
    if url.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=PATIENCE, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=PATIENCE)
    try:
        if url.scheme != "smtps":
            encrypt(server, url, context)
        if url.username:
            server.login(unquote(url.username), unquote(url.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def encrypt(server: smtplib.SMTP, url: SplitResult, context: ssl.SSLContext) -> None:
    """Pass to TLS where the URL wants it, or where the server offers it and the URL does not refuse."""
    server.ehlo()
    must = url.scheme == "smtp+starttls"
    may = parse_qs(url.query).get("tls") != ["never"]
    if must or (may and server.has_extn("starttls")):
        server.starttls(context=context)
        server.ehlo()


def refusal_of(error: Exception) -> Exception:
    """Tell what an SMTP error means for the mail: try again, or never, and whether the address is dead."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        return judged(code, text_of(reply), at_recipient=True)
    if isinstance(error, smtplib.SMTPDataError):
        return judged(error.smtp_code, text_of(error.smtp_error), at_recipient=False)
    # A password or a sender refused is our own setting, not the reader's address: it is tried again,
    # and ends among the dead letters where somebody sees it.
    return TemporaryFailure(f"{type(error).__name__}: {error}"[:300])


def judged(code: int, reply: str, *, at_recipient: bool) -> Exception:
    """Judge a reply. An enhanced status (RFC 3463) decides; 5.1.x and 5.2.1 speak of the address.

    5.7.x is policy: a relay that refuses us, a filter. It says nothing of the address, and a server
    set up wrongly for an hour must not mark every member's address as dead.
    """
    reason = f"{code} {reply}"[:300]
    if code < 500:
        return TemporaryFailure(reason)
    enhanced = ENHANCED_STATUS.search(reply)
    if enhanced is None:
        return Refused(reason, is_address_invalid=at_recipient and code in NOBODY_THERE)
    subject, detail = int(enhanced[1]), int(enhanced[2])
    if subject == 7:
        return TemporaryFailure(reason)
    return Refused(reason, is_address_invalid=is_about_address(subject, detail))


def is_about_address(subject: int, detail: int) -> bool:
    """Tell whether an enhanced status 5.subject.detail means that nobody reads at the address."""
    return (subject == 1 and detail not in {7, 8}) or (subject, detail) == (2, 1)


def text_of(reply: bytes | str) -> str:
    """Give a server's reply as text."""
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
