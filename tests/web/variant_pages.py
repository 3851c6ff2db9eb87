"""What tests of a basin's process share: its addresses, what its forms are sent, the draft as it stands."""

from __future__ import annotations

import re

from engine.registry import changes, library
from engine.variants import drafts
from tests.web.installation import LORRAINE

HOME = f"/bassins/{LORRAINE}/processus"
DRAFT = f"{HOME}/brouillon"
STEP = {
    "name": "Avis de la banque", "point": "before_agenda", "role": "operator", "due_days": "10",
    "form": "basin_opinion", "reason": "Elle finance la moitié du projet.",
    "questions-0-label": "Montant du prêt", "questions-0-type": "money",
}  # fmt: skip
PARAMETERS = {
    "follow_up__minimum": "18", "agreement__signature_expiry": "120",
    "agreement__signature_expiry_reason": "Nos signataires voyagent.", "agreement__signature_reminder": "30",
    "committee__adjournment_reminder": "60",
}  # fmt: skip


def revision_in(page) -> str:
    """The revision of the draft that a page carries."""
    found = re.search(r'name="revision" value="(\d+)"', page.get_data(as_text=True))
    assert found is not None, page.get_data(as_text=True)[:3000]
    return found[1]


def begun(browser):
    """Begin the draft of the first basin, and give its page."""
    answer = browser.post(DRAFT)
    assert answer.location.endswith(DRAFT)
    return browser.get(DRAFT)


def sent(browser, address, fields):
    """Send a form of the draft as its page gives it."""
    return browser.post(address, data={**fields, "revision": revision_in(browser.get(address))})


def draft_of(engine, world):
    """The draft as the database has it."""
    with engine.database.start_reading() as work:
        return drafts.open_of(work, world.basin_id)


def added(engine, world):
    """The changes of the draft that the basin's own folder did not begin with."""
    known = [changes.as_mapping(each) for each in library.basin(LORRAINE).changes]
    return [each for each in draft_of(engine, world).changes if each not in known]
