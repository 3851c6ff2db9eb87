"""The demonstration: every state it promises, reached by playing the engine, and nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from engine import app, demo, scheduler
from engine.calendar import Calendar, QuietPeriod, Territory
from engine.clock import RealClock
from engine.demo import cast
from engine.outbox.models import CapturedMail, Message
from engine.people import accounts, organisations, partnerships, persons
from engine.people.models import Account, Basin
from engine.persistence import anchors, history, installation, schema
from engine.persistence.unit_of_work import UnitOfWork
from engine.projects.models import Project
from engine.runtime import cases, incidents
from engine.runtime.models import Task
from engine.settings import Settings

PARIS = ZoneInfo("Europe/Paris")
TODAY = date(2026, 11, 16)
OPEN_DAYS = Calendar(
    Territory.FRANCE, (QuietPeriod.parse("08-01", "08-20"), QuietPeriod.parse("12-24", "01-02"))
)
STATES = {
    "Mécanique du Grand Pré": ("diagnosing", ["preliminary_diagnostic"]),
    "Fonderie des Trois Lunes": ("ready_for_committee", ["committee_decision"]),
    "Poudres & Cie": ("complementary_diagnostic", ["complementary_diagnostic"]),
    "Menuiserie Sapinière": ("approved_with_conditions", ["lift_conditions"]),
    "Textile du Canal": ("agreement_to_sign", ["sign_agreement"]),
    "Bio-Pains Meurthe": ("labelled", ["carry_out_intervention"]),
    "Usinage Bel-Air": ("labelled", ["call_mandatary", "follow_up_report"]),
    "Logistique Haute-Deûle": ("labelled", ["call_person", "follow_up_report"]),
    "Emballages Cévenols": ("labelled", ["approve_request"]),
    "Chaudronnerie Saint-Roch": ("labelled", ["follow_up_report", "sign_agreement", "sign_agreement"]),
    "Imprimerie du Beffroi": ("labelled", []),
    "Atelier Vélos Nord": ("terminated", []),
    "Brasserie Chiers": ("final_review", ["sign_closure"]),
    "Plasturgie Alzette": ("labelled", []),
    "Garage Reprise": ("agreement_to_sign", ["sign_agreement"] * 3),
    "Lutherie de la Moselle": ("agreement_to_sign", ["sign_agreement"]),
    "Studio Numérique Gardon": ("reoriented", []),
    "Fromagerie du Saintois": ("decision_to_sign", ["sign_off_decision"]),
    "Scierie du Haut-Bois": ("closed", []),
    "Vannerie de Colombey": ("withdrawn", []),
    "Serrurerie des Trois Fontaines": ("qualifying", ["qualify"]),
    "Tuilerie du Vair": ("adjourned", ["complete_file"]),
    "Vergers de la Colline": ("ready_for_committee", ["committee_decision"]),
    "Confiserie du Mont Bouquet": ("labelled", ["review_accompaniment"]),
}


def settings_in(folder: Path, **changes: str) -> Settings:
    """A demonstration's settings, its database and documents in a folder."""
    return Settings(
        **{
            "database_url": f"sqlite:///{folder}/alize.db", "data_dir": str(folder), "environment": "demo",
            "clock": "simulated", **changes,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[app.Engine]:
    """The demonstration as it comes, made once; tests only look at it."""
    engine = app.build(settings_in(tmp_path_factory.mktemp("demo")))
    assert demo.make(engine, at=None, say=lambda line: None)
    yield engine
    engine.close()


def look(engine: app.Engine) -> UnitOfWork:
    """A look at the demonstration."""
    return engine.database.start_reading()


def project(work: UnitOfWork, firm: str) -> Project:
    """The last dossier of a firm."""
    found = sa.select(Project).where(Project.firm == f"{firm} (démo)").order_by(Project.opened_at.desc())
    return work.database.scalars(found).first()


def steps(work: UnitOfWork, found: Project) -> list[str]:
    """What a dossier waits for."""
    waiting = sa.select(Task.step).where(Task.case_id == found.id, Task.closed_at.is_(None))
    return sorted(work.connection.scalars(waiting))


def test_every_promised_state_is_there(made):
    with look(made) as work:
        seen = {
            firm: (found.status, steps(work, found))
            for firm in STATES
            if (found := project(work, firm)) is not None
        }

    assert seen == STATES


def test_a_head_of_firm_without_an_account_has_the_link_to_sign_in_the_mailbox(made):
    with look(made) as work:
        found = project(work, "Lutherie de la Moselle")
        [task] = work.database.scalars(
            sa.select(Task).where(Task.case_id == found.id, Task.closed_at.is_(None))
        )
        account = work.database.get(Account, task.assignee_id)
        mails = list(
            work.connection.scalars(
                sa.select(CapturedMail.text).where(
                    CapturedMail.case_id == found.id, CapturedMail.recipient_id == task.assignee_id
                )
            )
        )

    assert (task.capacity, task.assignee_id, account) == ("beneficiary", found.sme_head_id, None)
    assert any(f"/taches/{task.id}" in text for text in mails)
    assert task.due_on >= TODAY


def test_it_stands_at_a_monday_morning_and_asked_again_changes_nothing(made):
    with look(made) as work:
        assert work.now.astimezone(PARIS) == datetime(2026, 11, 16, 9, 0, tzinfo=PARIS)
        before = work.connection.execute(sa.select(sa.func.count()).select_from(history.history)).scalar_one()

    assert demo.make(made, at=None, say=pytest.fail) is False

    made.require_ready()
    with look(made) as work:
        after = work.connection.execute(sa.select(sa.func.count()).select_from(history.history)).scalar_one()
    assert after == before


def test_the_history_verifies_and_no_incident_was_met(made):
    with look(made) as work:
        assert list(anchors.problems(work)) == []
        assert list(anchors.heads_problems(work, cases.instance, cases.instance.c.id)) == []
        assert incidents.list_open(work) == []


def test_every_mail_left_on_its_day_and_none_on_a_closed_one(made):
    chasing = {"report_due_day", "report_late", "reminder_expert", "reminder_signatories", "digest_late"}
    with look(made) as work:
        waiting = list(work.connection.scalars(sa.select(Message.kind).where(Message.outcome.is_(None))))
        sent = [
            (each.kind, each.sent_at.astimezone(PARIS))
            for each in work.database.scalars(sa.select(Message).where(Message.sent_at.is_not(None)))
        ]
        failed = list(
            work.connection.scalars(sa.select(Message.outcome).where(Message.failed_at.is_not(None)))
        )

    assert waiting == []
    assert sorted(set(failed)) == ["no_address", "refused"]
    assert failed.count("refused") == 1, "a dead address is written to once; what follows does not leave"
    assert chasing <= {kind for kind, _ in sent}
    assert [at for kind, at in sent if kind in chasing and not OPEN_DAYS.is_open(at.date())] == []
    assert {at.hour for _, at in sent} <= set(range(8, 18))


def test_the_late_report_was_chased_as_the_ladder_says(made):
    with look(made) as work:
        found = project(work, "Usinage Bel-Air")
        mails = work.connection.execute(
            sa.select(CapturedMail.kind, CapturedMail.captured_at)
            .where(CapturedMail.case_id == found.id, CapturedMail.kind.like("report_%"))
            .order_by(CapturedMail.captured_at.desc())
            .limit(3)
        ).all()
        task = work.database.scalars(
            sa.select(Task).where(Task.case_id == found.id, Task.step == "call_mandatary")
        ).one()

    assert [(each.kind, each.captured_at.astimezone(PARIS).date()) for each in mails] == [
        ("report_late", date(2026, 11, 2)),
        ("report_due_day", date(2026, 10, 26)),
        ("report_opened", date(2026, 10, 9)),
    ]
    assert (TODAY - date(2026, 10, 24)).days == 23
    assert task.opened_on == TODAY


def test_a_firm_once_rejected_came_back_and_a_basin_out_of_agreement_goes_on(made):
    with look(made) as work:
        again = project(work, "Garage Reprise")
        first = work.database.get_one(Project, again.resubmission_of)
        longwy = work.database.scalars(sa.select(Basin).where(Basin.code == "LGB")).one()
        over = partnerships.in_force(work, longwy.id, TODAY)
        running = project(work, "Plasturgie Alzette")
        kept = partnerships.find(work, running.partnership_agreement_id)

    assert (first.status, first.end_cause) == ("rejected", "capability")
    assert (over, running.ended_on) == (None, None)
    assert kept.ends_on == date(2026, 9, 30)


def test_everybody_is_invented_and_the_accounts_printed_sign_in(made):
    printed = "\n".join(demo.accounts())
    assert printed.count("@exemple.test") == sum(
        member.account
        for group in (cast.NATIONAL, *(each.members for each in cast.BASINS))
        for member in group
    )
    with look(made) as work:
        people = persons.search(work, "")
        assert all(each.email is None or each.email.endswith("@exemple.test") for each in people)
        assert all(each.phone is None or each.phone.replace("+33", "0").replace(" ", "").startswith("019900")
                   for each in people)  # fmt: skip
        firms = {each.name for each in work.database.scalars(sa.select(organisations.Organisation))}
    labels = {each.name for basin in cast.BASINS for each in basin.organisations if not each.is_invented}
    assert all("(démo)" in name for name in firms - labels)
    for address in ("operatrice.tdl@exemple.test", "administration@exemple.test"):
        with made.database.start_work() as work:
            signed_in = accounts.sign_in(work, address, cast.PASSWORD, "127.0.0.1", demonstration=True)
            assert signed_in.email == address


def test_time_goes_on_from_there(made, tmp_path):
    made.database.dispose()
    for name in Path(made.settings.data_dir).glob("alize.db*"):
        shutil.copy(name, tmp_path / name.name)
    engine = app.build(settings_in(tmp_path))
    try:
        scheduler.advance_clock(engine, to=datetime(2026, 11, 26, 9, 0, tzinfo=PARIS))
        with look(engine) as work:
            assert work.now.astimezone(PARIS).date() == date(2026, 11, 26)
            assert "call_mandatary" in steps(work, project(work, "Usinage Bel-Air"))
            mails = work.connection.scalars(
                sa.select(CapturedMail.kind).where(
                    CapturedMail.captured_at > datetime(2026, 11, 17, tzinfo=PARIS)
                )
            ).all()
        assert "report_due_day" in mails  # Saint-Roch's new mandatary, on the 25th.
    finally:
        engine.close()


def test_only_a_demonstration_is_erased(tmp_path):
    settings = settings_in(tmp_path, environment="production", clock="real", secret_key="a secret of our own")
    engine = app.build(settings)
    engine.create()

    with pytest.raises(demo.making.NotADemonstration):
        demo.erase(settings)
    with pytest.raises(demo.making.NotADemonstration):
        demo.make(engine, at=None, say=pytest.fail)

    with engine.database.start_reading() as work:
        installation.require(work, environment="production")
    engine.close()


def test_a_demonstration_is_erased_with_its_documents_and_nothing_else(tmp_path):
    settings = settings_in(tmp_path)
    engine = app.build(settings)
    engine.create()
    kept, lost = tmp_path / "mine.txt", tmp_path / "documents" / "ab" / "cd"
    lost.parent.mkdir(parents=True)
    for each in (kept, lost):
        each.write_text("x")

    demo.erase(settings)
    demo.erase(settings)

    assert (kept.exists(), lost.exists()) == (True, False)
    with engine.database.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == []
    engine.close()


def test_an_installation_begun_with_a_simulated_clock_starts_at_the_machines_time(tmp_path):
    engine = app.build(settings_in(tmp_path))
    engine.create()

    with look(engine) as work:
        assert abs(work.now - RealClock().wall()) < timedelta(minutes=5)
        assert schema.found_release(work.connection) == schema.expected_release()
    engine.close()
