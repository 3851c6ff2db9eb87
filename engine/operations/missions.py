"""What follows from a mandatary's acceptance: the letter that says what is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.committee import letters
from engine.people import holders
from engine.people.models import Role
from engine.projects import mandates
from engine.projects.recording import project_of

if TYPE_CHECKING:
    from engine.runtime.acts import Act, Routing


def record_mandate_answer(act: Act) -> Mapping[str, Routing]:
    """Keep the mandatary's answer; accepted, their letter is asked for."""
    routing = mandates.record_mandate_answer(act)
    mandate = holders.holder(act.work, role=Role.MANDATARY, case_id=act.case.id, on=act.today)
    project = project_of(act)
    if routing["mandate_accepted"] and mandate is not None and project.decision_id is not None:
        letters.ask_for_mission(act.work, project, mandate)
    return routing
