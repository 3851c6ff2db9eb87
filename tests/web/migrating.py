"""What tests of projects that change version share: versions published beside the first, a browser's forms."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from engine.people import basins
from engine.registry import versions
from engine.registry.models import ProcessVersion
from engine.runtime import version_change
from engine.runtime.models import Instance
from tests.integration.variants import renamed
from tests.web.installation import LORRAINE

MIGRATION = f"/bassins/{LORRAINE}/processus/migration"
REASON = "Le comité veut une visite de site."
# Qualifying is another step: whoever is there keeps the version.
GONE = {b'"qualify"': b'"qualified"', b">qualify<": b">qualified<"}
LONGER = {b"P18M": b"P24M"}


def publish(engine, world, *, name="Accueillir la demande", edits=None, effective_on=date(2025, 1, 1)):
    """Another version of the first basin, in which the first step has another name; gives its id."""
    with engine.database.start_work() as work:
        last = versions.last_published(work, world.basin_id)
        files = versions.files_of(work, last.id)
        files["appraisal.bpmn"] = renamed(files["appraisal.bpmn"], name)
        for before, after in (edits or {}).items():
            files = {key: content.replace(before, after) for key, content in files.items()}
        return versions.publish(
            work, basin_id=world.basin_id, files=files, parameters={}, charter_version="2010",
            effective_on=effective_on, chain=basins.chain_of(work, world.basin_id),
        ).id  # fmt: skip


def number_of(engine, case_id: UUID) -> int:
    """The number of the version that a project runs on."""
    asked = sa.select(ProcessVersion.number).join(Instance, Instance.version_id == ProcessVersion.id)
    with engine.database.start_reading() as work:
        return work.connection.execute(asked.where(Instance.id == case_id)).scalar_one()


def carry_out(engine) -> None:
    """What the scheduler does at its next turn."""
    version_change.carry_out_due(engine.database)


def fields_in(page, action: str) -> dict[str, str]:
    """The hidden controls of the form that sends to an address."""
    text = page.get_data(as_text=True)
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', text, re.DOTALL)
    assert form is not None, text[:4000]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    return {name: value for name, value in found if name != "csrf_token"}


def confirmed(browser, *project_ids: UUID, **more: str):
    """Tick projects, all that may move when none is named, and give the page that asks once more."""
    fields = fields_in(browser.get(MIGRATION), f"{MIGRATION}/confirmer")
    chosen = {"project": [str(each) for each in project_ids]} if project_ids else {"all": "oui"}
    return browser.post(f"{MIGRATION}/confirmer", data={**fields, **chosen, **more})


def ordered(browser, *project_ids: UUID, reason: str = REASON):
    """Tick, confirm, and give the answer."""
    page = confirmed(browser, *project_ids)
    return browser.post(MIGRATION, data={**fields_in(page, MIGRATION), "reason": reason})


def undo_url(page) -> str | None:
    """Where the first « Défaire » of a report sends."""
    found = re.search(r'action="([^"]+/defaire)"', page.get_data(as_text=True))
    return found[1] if found else None


def text_of(browser, address: str) -> str:
    """A page that is there, its narrow spaces made plain."""
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True).replace("\u202f", " ").replace("\u00a0", " ")
