"""The mails themselves, as a real server gets them: words, languages, threads, calendar entries."""

from __future__ import annotations

import re
from datetime import date
from email import policy
from email.parser import BytesParser
from types import SimpleNamespace
from uuid import UUID, uuid4

import icalendar
import pytest

from engine.outbox import delivery, kinds, notify
from engine.outbox.delivery import Facts, Hooks
from engine.outbox.smtp import SmtpTransport
from engine.people import assignments, basins, persons
from engine.people.models import Account, Role
from engine.persistence.unit_of_work import Actor
from engine.settings import Settings
from tests.mail_server import MailServer

SETTINGS = Settings(environment="test", base_url="https://alize.test", mail_from="Alizé <alize@exemple.test>")
FIRM = "Scierie du Val (démo)"
CASE = UUID("5f0c3d6e-8e0b-4f5b-9d4e-0a6f0d3c2b1a")
MEMBER = Actor(uuid4(), "web")
NARROW = "\N{NARROW NO-BREAK SPACE}"

EXAMPLES = {
    "report_opened": {"report_number": 2},
    "report_due_day": {"report_number": 2, "due_on": date(2026, 11, 16)},
    "report_late": {"report_number": 2, "due_on": date(2026, 11, 7)},
    "substitute_named": {
        "substitution": UUID(int=8),
        "starts_on": date(2026, 11, 16),
        "ends_on": date(2026, 11, 20),
    },
    "substitution_ended": {
        "substitution": UUID(int=8),
        "starts_on": date(2026, 11, 16),
        "ends_on": date(2026, 11, 20),
        "reason": "over",
    },
    "holdings_taken": {
        "lines": [
            {"what": "role", "role": "operator", "reference": ""},
            {"what": "part", "role": "prescriber", "reference": "TDL-2026-014"},
            {"what": "task", "role": "operator", "reference": "TDL-2026-015"},
        ],
    },
    "handed_over": {"handed_over_on": date(2026, 11, 16)},
    "decision_notified": {"outcome": "approved", "decided_on": date(2026, 11, 12), "decision_number": "D-7"},
    "project_withdrawn": {"withdrawn_on": date(2026, 11, 13)},
    "project_ended": {"ended_on": date(2026, 11, 13), "outcome": "closed"},
    "agreement_effective": {"effective_on": date(2026, 11, 13), "follow_up_ends_on": date(2028, 5, 13)},
    "agreement_archived": {"number": "TDL-2026-C001", "version": 1, "agreement": str(UUID(int=7))},
    "agreement_redrafted": {"version": 2, "number": "TDL-2026-C001"},
    "agreement_voided": {
        "number": "TDL-2026-C001",
        "version": 1,
        "cause": "refused",
        "signed_as": "partner_company",
    },
    "amendment_voided": {"number": "TDL-2026-C001-A1", "cause": "decision_cancelled"},
    "amendment_stands": {"number": "TDL-2026-D002"},
    "charter_broken": {"line": "follow_up", "article": "VI"},
    "firm_in_difficulty": {"noticed_on": date(2026, 11, 13), "difficulty": "cash", "seriousness": "serious"},
    "interest_to_confirm": {"declared_on": date(2026, 11, 13)},
    "intervention_requested": {"requested_on": date(2026, 11, 13)},
    "minutes_available": {"session_id": CASE, "held_on": date(2026, 11, 19)},
    "erratum_recorded": {"session_id": CASE, "number": 2},
    "session_invitation": {"session_id": CASE, "sequence": 0, "held_on": date(2026, 11, 19)},
    "session_moved": {
        "session_id": CASE,
        "sequence": 1,
        "held_on": date(2026, 11, 26),
        "before_on": date(2026, 11, 19),
    },
    "session_cancelled": {"session_id": CASE, "sequence": 2, "held_on": date(2026, 11, 19)},
    "session_agenda": {"session_id": CASE, "sequence": 0, "held_on": date(2026, 11, 19), "version": 2},
    "variant_submitted": {"path": "/programme/relectures"},
    "variant_reviewed": {"path": "/bassins/toulois/processus/brouillon", "outcome": "returned"},
    "variant_published": {
        "path": "/bassins/toulois/processus",
        "number": 3,
        "effective_on": date(2026, 12, 1),
    },
    "code": {"code": "042137", "expires_at": "2026-11-16T23:10:00+00:00"},
    "address_changed": {"changed_on": date(2026, 11, 16)},
    "paper_waiting": {"reason": "NoCertificate", "waiting_on": date(2026, 11, 15)},
    "history_anchored": {"anchored_on": date(2026, 11, 15), "root": "ab" * 32, "number": 12},
    "retention_due": {
        "path": "/administration/conservation",
        "lines": [{"reference": "TDL-2026-014", "rule": "rejected", "planned_on": date(2028, 12, 1)}],
    },
    "retention_own": {"rule": "account", "planned_on": date(2028, 12, 1)},
    "digest_late": {
        "month": date(2026, 11, 1),
        "lines": [
            {"reference": "TDL-2026-014", "due_on": date(2026, 10, 1), "rung": "call"},
            {"reference": "TDL-2026-009", "due_on": date(2026, 9, 1), "rung": "chair"},
        ],
    },
}


@pytest.fixture
def server():
    with MailServer() as started:
        yield started


@pytest.fixture
def town(sqlite):
    with sqlite.start_work() as work:
        basin = basins.add(work, slug="toulois", code="TDL", name="Terres de Lorraine")
        claire = persons.add(work, full_name="Claire Démo", email="claire@exemple.test")
        john = persons.add(work, full_name="John Démo", email="john@exemple.test", locale="en")
        officer = persons.add(work, full_name="Odile Démo", email="odile@exemple.test", phone="0199001234")
        assignments.assign(
            work,
            role=Role.OPERATOR,
            basin_id=basin.id,
            person_id=officer.id,
            from_date=date(2020, 1, 1),
        )
        return SimpleNamespace(
            database=sqlite, basin_id=basin.id, claire=claire.id, john=john.id, officer=officer.id
        )


def post(town, server, recipient, kind="task_opened", *, firm=FIRM, due_on=date(2026, 11, 24), **details):
    """Say something, have it delivered, and give the mail the server got."""
    with town.database.start_work(MEMBER) as work:
        notify.notify(
            work,
            kind=kind,
            recipient_id=recipient,
            basin_id=town.basin_id,
            address="ancienne@exemple.test" if kind == "address_changed" else None,
            **{"case_id": CASE, "reference": "TDL-2026-014", "data": EXAMPLES.get(kind, {})} | details,
        )
    facts = Facts(title="Qualifier la demande", firm=firm, reference="TDL-2026-014", due_on=due_on)
    delivery.deliver_due(
        town.database, SETTINGS, SmtpTransport(server.url), hooks=Hooks(facts=lambda *_: facts)
    )
    return server.received[-1]


def text_of(mail):
    return mail.get_body(("plain",)).get_content().replace("\n", " ")


def html_of(mail):
    return mail.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("because", "in_french", "in_english"),
    [
        ({"cause": "amendment_refused", "signed_as": "partner_company"},
         "une entreprise partenaire a refusé de", "a partner company refused to sign"),
        ({"cause": "amendment_refused", "signed_as": "acting_chair"},
         "la présidence du comité a refusé de", "the chair of the committee refused to sign"),
        ({"cause": "amendment_not_signed"}, "n’ont pas été réunies à temps", "not gathered in time"),
        ({"cause": "company_left"}, "n’est plus partenaire du bassin", "a partner of the basin no more"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["amendment_voided", "amendment_dropped"])
def test_an_amendment_that_came_to_nothing_says_why_and_one_reason_only(
    town, server, kind, because, in_french, in_english
):
    data = {"number": "TDL-2026-C001-A1"} | because if kind == "amendment_voided" else because
    other = "réunies à temps" if because["cause"] == "amendment_refused" else "a refusé"

    said = text_of(post(town, server, town.claire, kind, data=data)).replace("\r", "")

    assert in_french in said
    assert other not in said
    assert in_english in text_of(post(town, server, town.john, kind, data=data)).replace("\r", "")


def test_a_task_mail_says_what_for_whom_before_when_and_whom_to_call(town, server):
    task_id = uuid4()
    mail = post(town, server, town.claire, task_id=task_id)

    assert mail["Subject"] == f"[TDL-2026-014] Pour action{NARROW}: Qualifier la demande – {FIRM}"
    assert mail["From"] == "Alizé <alize@exemple.test>"
    assert mail["To"] == "Claire Démo <claire@exemple.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    text = text_of(mail)
    assert "Bonjour Claire Démo," in text
    assert "au plus tard le mardi 24 novembre 2026 (dans 8 jours)" in text
    assert f"https://alize.test/taches/{task_id}" in text
    assert "Odile Démo vous répond au 01 99 00 12 34" in text
    assert "Vous recevez ce message parce que" in text
    assert html_of(mail).count("<a ") == 1
    assert f'href="https://alize.test/taches/{task_id}"' in html_of(mail)


def test_an_english_reader_reads_english(town, server):
    mail = post(town, server, town.john)

    assert mail["Subject"].startswith("[TDL-2026-014] Action needed: ")
    assert mail["Content-Language"] == "en"
    text = text_of(mail)
    assert "Dear John Démo," in text
    assert "by Tuesday 24 November 2026 (in 8 days) at the latest" in text
    assert "Call Odile Démo on 01 99 00 12 34" in text
    assert '<html lang="en">' in html_of(mail)


@pytest.mark.parametrize("kind", sorted(kinds.KINDS))
@pytest.mark.parametrize("reader", ["claire", "john"])
def test_every_kind_can_be_read_in_both_languages(town, server, kind, reader):
    mail = post(town, server, getattr(town, reader), kind, task_id=None)

    text, html = text_of(mail), html_of(mail)
    assert len(mail["Subject"]) <= 150
    for residue in ("None", "{{", "{%", "Undefined", "datetime", "&amp;", "&#39;", "&lt;"):
        assert residue not in text
    assert "{{" not in html
    assert "<script" not in html
    assert "<img" not in html, "nothing is fetched: no tracking"
    assert 150 < len(text) < 1500, "short, and yet something is said"


@pytest.mark.parametrize("outcome", ["approved", "approved_with_conditions", "adjourned",
                                     "complementary_diagnostic", "rejected", "reoriented", "withdrawn",
                                     "lapsed"])  # fmt: skip
@pytest.mark.parametrize("reader", ["claire", "john"])
def test_every_decision_is_announced_in_its_own_words(town, server, outcome, reader):
    EXAMPLES["decision_notified"]["outcome"] = outcome
    mail = post(town, server, getattr(town, reader), "decision_notified")

    said = text_of(mail)
    assert ("agréé" in said or "approved" in said) is outcome.startswith("approved")
    assert "D-7" in said


@pytest.mark.parametrize(
    ("data", "subject", "said"),
    [
        ({"report_number": 3}, f"le compte rendu n°\xa03 de {FIRM} est au rouge",
         f"Le compte rendu n°\xa03 est au rouge{NARROW}: le vendredi 13 novembre 2026"),
        ({"difficulty": "insolvency", "seriousness": "serious"}, f"difficulté grave chez {FIRM}",
         f"signalée{NARROW}: procédure collective. Elle est jugée grave. Une créance se déclare"),
        ({"difficulty": "other", "seriousness": "watch"}, f"difficulté à surveiller chez {FIRM}",
         "Elle est à surveiller."),
    ],
)  # fmt: skip
def test_a_difficulty_is_told_in_the_words_of_what_was_signalled(
    town, server, monkeypatch, data, subject, said
):
    monkeypatch.setitem(EXAMPLES, "firm_in_difficulty", {"noticed_on": date(2026, 11, 13), **data})

    mail = post(town, server, town.claire, "firm_in_difficulty")

    assert mail["Subject"] == f"[TDL-2026-014] Pour information{NARROW}: {subject}"
    assert said in re.sub("[ \r]+", " ", text_of(mail))


def test_mails_of_a_dossier_are_one_conversation(town, server):
    first = post(town, server, town.claire)
    second = post(town, server, town.claire, "report_late")
    another = post(town, server, town.claire, case_id=uuid4())

    root = first["References"]
    assert first["In-Reply-To"] == root
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"] == f"{root} {first['Message-ID']}"
    assert another["References"] != root
    assert first["Message-ID"].endswith("@exemple.test>")


def test_a_due_day_comes_as_a_calendar_entry_that_a_later_mail_moves(town, server):
    task_id = uuid4()
    before = entry_of(post(town, server, town.claire, task_id=task_id))
    after = entry_of(
        post(town, server, town.claire, "task_reassigned", task_id=task_id, due_on=date(2026, 12, 7))
    )

    assert before["dtstart"].dt == date(2026, 11, 24)
    assert after["dtstart"].dt == date(2026, 12, 7)
    assert before["uid"] == after["uid"]
    assert str(before["url"]) == f"https://alize.test/taches/{task_id}"


def entry_of(mail):
    [attachment] = mail.iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    assert attachment.get_filename() == "alize.ics"
    calendar = icalendar.Calendar.from_ical(attachment.get_payload(decode=True))
    [event] = calendar.walk("VEVENT")
    return event


def test_a_mail_without_a_day_has_no_calendar_entry(town, server):
    assert not list(post(town, server, town.claire, due_on=None).iter_attachments())
    assert not list(post(town, server, town.claire, "report_late").iter_attachments())


def test_a_digest_can_be_declined_and_a_task_cannot(town, server):
    assert post(town, server, town.claire, "digest_late")["List-Unsubscribe"] == "<https://alize.test/compte>"
    assert post(town, server, town.claire)["List-Unsubscribe"] is None


def test_a_firms_name_cannot_forge_a_header_nor_write_html(town, server):
    hostile = "Val\r\nBcc: all@exemple.test\n<script>alert(1)</script> & Fils \u202e(démo)"

    mail = post(town, server, town.claire, firm=hostile)

    assert mail["Bcc"] is None
    assert server.recipients == ["claire@exemple.test"]
    assert "\n" not in mail["Subject"]
    assert "\u202e" not in mail["Subject"]
    assert "<script>" not in html_of(mail)
    assert "&lt;script&gt;" in html_of(mail)
    assert "& Fils" in text_of(mail)


def test_a_very_long_firms_name_still_makes_a_subject(town, server):
    mail = post(town, server, town.claire, firm="Établissements " + "très longs " * 60 + "(démo)")

    assert len(mail["Subject"]) <= 150
    assert mail["Subject"].endswith("…")


def test_a_code_tells_no_phone_number_and_stands_in_the_subject(town, server):
    mail = post(town, server, town.claire, "code", case_id=None, reference=None)

    assert mail["Subject"] == "042137, votre code Alizé"
    assert "01 99" not in text_of(mail)
    assert mail["In-Reply-To"] is None


def test_the_officer_is_not_told_to_call_themself(town, server):
    assert "vous répond" not in text_of(post(town, server, town.officer))


def test_a_mail_about_no_basin_is_written_all_the_same(town, server):
    with town.database.start_work(MEMBER) as work:
        notify.notify(work, kind="invitation", recipient_id=town.claire)
    delivery.deliver_due(town.database, SETTINGS, SmtpTransport(server.url))

    mail = server.received[-1]
    assert mail["Subject"] == "Bienvenue dans Alizé"
    assert "https://alize.test/connexion" in text_of(mail)


def test_the_mail_is_clean_for_any_server(town, server):
    mail = post(town, server, town.claire)

    raw = mail.as_bytes(policy=policy.SMTP)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert raw.isascii(), "headers encoded, bodies quoted-printable"
    assert BytesParser(policy=policy.default).parsebytes(raw).defects == []


@pytest.mark.parametrize("outcome", ["closed", "terminated", "rejected", "reoriented", "lapsed", "dropped"])
@pytest.mark.parametrize("reader", ["claire", "john"])
def test_every_end_is_told_in_its_own_words(town, server, outcome, reader):
    EXAMPLES["project_ended"]["outcome"] = outcome
    said = text_of(post(town, server, getattr(town, reader), "project_ended"))

    assert ("Merci" in said or "Thank you" in said) is (outcome == "closed")


def test_only_who_has_an_account_gets_a_link_to_the_project(town, server):
    without = post(town, server, town.claire, "agreement_effective")
    with town.database.start_work() as work:
        work.database.add(Account(person_id=town.claire, email="claire@exemple.test", created_at=work.now))
    having = post(town, server, town.claire, "agreement_effective")

    assert "https://alize.test" not in text_of(without)
    assert f"https://alize.test/projets/{CASE}" in text_of(having)


@pytest.mark.parametrize("kind", ["agreement_redrafted", "agreement_archived"])
@pytest.mark.parametrize(("text", "french", "english"),
                         [("agreement", "convention", "agreement"), ("amendment", "avenant", "amendment")])  # fmt: skip
def test_a_mail_about_what_is_signed_calls_it_by_its_name(
    town, server, monkeypatch, kind, text, french, english
):
    monkeypatch.setitem(EXAMPLES, kind, {**EXAMPLES[kind], "text": text})

    for reader, word in ((town.claire, french), (town.john, english)):
        mail = post(town, server, reader, kind)
        assert word in mail["Subject"]
        assert f"{word} TDL-2026-C001" in text_of(mail).lower().replace("tdl-2026-c", "TDL-2026-C")


def test_a_reminder_says_what_is_to_be_signed(town, server):
    said = text_of(post(town, server, town.claire, "reminder_signatories"))

    assert "Qualifier la demande" in said
    assert "convention" not in said
