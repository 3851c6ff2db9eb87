"""The headers of mails are those of the standard library, however often they were met before."""

from __future__ import annotations

import io
import re
from email.generator import BytesGenerator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from engine.outbox.headers import HEADERS, POST, REPEATED

NAMES = ("Élodie Marchand (démo)", "Li", "Une personne dont le nom est si long qu’il faut deux lignes (démo)")


def mail(policy, number, name):
    """A mail with every header that one of ours bears, and two files."""
    made = EmailMessage(policy=policy)
    made["From"] = "Alizé – Terres de Lorraine et d’ailleurs, un nom long <alize@exemple.test>"
    made["To"] = Address(display_name=name, addr_spec=f"p{number}@exemple.test")
    made["Subject"] = (
        f"[TDL-2026-{number:03}] Pour action\u202f: signer la décision de {name}, et la convention"
    )
    made["Date"] = "Mon, 16 Nov 2026 08:00:00 +0000"
    made["Message-ID"] = f"<{number:032x}@exemple.test>"
    made["Auto-Submitted"] = "auto-generated"
    made["References"] = f"<dossier.{number:032x}@exemple.test> <{number + 1:032x}@exemple.test>"
    made.set_content("Bonjour,\n\nun élève.\n", cte="quoted-printable")
    made.add_alternative("<p>Bonjour, un élève.</p>", subtype="html", cte="quoted-printable")
    parts = {"charset": "utf-8", "method": "REQUEST"}
    made.add_attachment(
        b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="seance.ics", params=parts
    )
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Procès-verbal signé.pdf")
    made["Content-Language"] = "fr"
    return made


def written(made, **changes):
    """The bytes of a mail, its random boundaries apart."""
    out = io.BytesIO()
    BytesGenerator(out, policy=made.policy.clone(**changes)).flatten(made)
    return re.sub(rb"={15}\d+==", b"boundary", out.getvalue())


@pytest.mark.parametrize("changes", [{}, {"utf8": True}, {"max_line_length": 64}, {"linesep": "\n"}])
@pytest.mark.parametrize("name", NAMES)
def test_a_mail_is_written_as_the_library_writes_it_the_first_time_and_the_next(name, changes):
    for number in range(3):
        theirs, ours = mail(SMTP, number, name), mail(POST, number, name)

        assert written(ours, **changes) == written(theirs, **changes)
        assert [(key, str(value)) for key, value in ours.items() if "boundary" not in value] == [
            (key, str(value)) for key, value in theirs.items() if "boundary" not in value
        ]
        assert [each.get_filename() for each in ours.walk()] == [
            each.get_filename() for each in theirs.walk()
        ]


def test_nothing_about_a_person_is_kept_and_what_repeats_is_read_once():
    first, again = HEADERS("Content-Type", "text/calendar"), HEADERS("Content-Type", "text/calendar")

    assert first is again
    assert HEADERS("To", "p1@exemple.test") is not HEADERS("To", "p1@exemple.test")
    assert REPEATED.isdisjoint({"to", "cc", "bcc", "subject", "message-id", "references", "in-reply-to"})


def test_a_header_that_holds_a_line_end_is_still_refused():
    made = EmailMessage(policy=POST)

    with pytest.raises(ValueError, match="linefeed"):
        made["Subject"] = "Bonjour\nBcc: autre@exemple.test"
