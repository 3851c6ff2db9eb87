"""The follow-up page says of a rung what became of its mail, not what was meant at night."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from engine.escalation.models import RungClimbed
from web.projects.follow_up_figures import rung_of

DAY = date(2026, 11, 30)


def climbed() -> RungClimbed:
    return RungClimbed(
        id=uuid4(),
        report_number=1,
        rung="due",
        planned_on=DAY,
        sent_on=DAY,
        outcome="sent",
        outbox_id=uuid4(),
    )


def test_a_mail_that_left_shows_its_day():
    told = rung_of(climbed(), {}, {})

    assert (told["outcome"], told["sent_on"]) == ("courriel envoyé", DAY)


@pytest.mark.parametrize(("outcome", "label"), [("moot", "sans objet"), (None, "à partir")])
def test_a_mail_that_did_not_leave_shows_no_day(outcome, label):
    rung = climbed()

    told = rung_of(rung, {}, {rung.outbox_id: outcome})

    assert (told["outcome"], told["sent_on"]) == (label, None)
