"""Lists of the administration that are long: one's own lines are all found, page after page, at one cost."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from lxml import html

from engine.outbox import notify
from engine.outbox.models import Message, Outcome
from engine.people import accounts, persons
from engine.runtime.models import Incident

MANY = 101


def mails(engine, world, basin_id, count, *, has_failed=True) -> None:
    """Mails about a basin, that failed or are still to leave."""
    with engine.database.start_work() as work:
        ids = [
            notify.notify(
                work, kind="project_withdrawn", recipient_id=world.people["member"], basin_id=basin_id,
                data={"withdrawn_on": "2026-11-10"}, reference=f"B{basin_id}-{number:03}",
            )
            for number in range(count)
        ]  # fmt: skip
        work.flush()
        for number, message_id in enumerate(ids if has_failed else ()):
            message = work.database.get_one(Message, message_id)
            message.outcome = Outcome.DEAD.value
            message.failed_at = work.now + timedelta(seconds=number)


def walked(browser, address: str, wanted: str) -> tuple[list[str], int]:
    """What an expression finds on each page of a list, in order, and how many pages there were."""
    found, count = [], 0
    while address:
        page = html.document_fromstring(browser.get(address).text)
        found += [text.strip() for text in page.xpath(wanted)]
        following = page.xpath("//a[@rel='next']/@href")
        address, count = (following[0] if following else ""), count + 1
    return found, count


@pytest.fixture
def statements(engine):
    """The statements sent to the database."""
    sent = []
    sa.event.listen(engine.database.engine, "before_cursor_execute", lambda *event: sent.append(event[2]))
    return sent


REFERENCE = "//table//span[@class='soft'][starts-with(text(), 'B')]/text()"


@pytest.mark.parametrize("has_failed", [True, False])
def test_an_officer_finds_her_mail_behind_a_hundred_of_others(engine, world, client, sign_in, has_failed):
    mails(engine, world, world.other_basin_id, MANY, has_failed=has_failed)
    mails(engine, world, world.basin_id, 1, has_failed=has_failed)

    page = sign_in(client, "officer").get("/administration/courriels").text
    assert f"B{world.basin_id}-000" in page
    assert f"B{world.other_basin_id}-" not in page


def test_all_mails_are_found_page_after_page(engine, world, client, sign_in):
    mails(engine, world, world.basin_id, MANY)

    found, pages = walked(sign_in(client, "officer"), "/administration/courriels", REFERENCE)
    assert sorted(found) == [f"B{world.basin_id}-{number:03}" for number in range(MANY)]
    assert pages > 1


def test_many_mails_cost_no_more_statements_than_one(engine, world, client, sign_in, statements):
    officer = sign_in(client, "officer")
    costs = []
    for count in (1, 40):
        mails(engine, world, world.basin_id, count, has_failed=False)
        before = len(statements)
        officer.get("/administration/courriels")
        costs.append(len(statements) - before)

    assert costs[0] == costs[1]


def test_all_incidents_are_found_page_after_page(engine, world, project, client, sign_in):
    with engine.database.start_work() as work:
        for number in range(MANY):
            work.database.add(
                Incident(
                    id=uuid4(), case_id=project, basin_id=world.basin_id, instance_id=project, task_id=None,
                    process="project", step=f"step_{number:03}", operation="projects.schedule_report",
                    error="x", trace="y", actor_id=world.people["officer"],
                    occurred_at=work.now + timedelta(seconds=number // 2),
                )
            )  # fmt: skip
    administrator = sign_in(client, "basin_administrator")

    found, pages = walked(administrator, "/administration/incidents", "//tbody//code/text()")
    assert sorted(found) == [f"project.step_{number:03}" for number in range(MANY)]
    assert pages > 1
    assert "101" in administrator.get("/administration").text


def test_all_accounts_are_found_page_after_page(engine, client, sign_in):
    with engine.database.start_work() as work:
        for number in range(MANY):
            person = persons.add(
                work, full_name=f"Membre {number:03} (démo)", email=f"membre{number:03}@exemple.test",
                fictitious=True,
            )  # fmt: skip
            accounts.create(work, person_id=person.id)
    administrator = sign_in(client, "administrator")

    names = "//tbody//th/a/text()"
    found, pages = walked(administrator, "/administration/comptes?q=membre", names)
    assert found == [f"Membre {number:03} (démo)" for number in range(MANY)]
    assert pages > 1
    by_address, _pages = walked(administrator, "/administration/comptes?q=MEMBRE007@", names)
    assert by_address == ["Membre 007 (démo)"]


def test_a_page_that_never_was_is_refused(client, sign_in):
    administrator = sign_in(client, "administrator")

    for name in ("courriels", "incidents"):
        assert administrator.get(f"/administration/{name}?apres=hier").status_code == 422
