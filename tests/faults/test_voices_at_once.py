"""A vote and a recusal at once, an interest declared twice: whoever comes second sees the other."""

from __future__ import annotations

from typing import Any

import pytest

from engine.committee import ballots, interests
from engine.committee.agenda_models import AgendaItem, Ballot, InterestDeclaration
from engine.people import recusals
from tests.faults.at_once import Act, Stage, held_at, in_turn, statements_of
from tests.faults.conftest import installed
from tests.faults.trials import Copies
from tests.integration import committee_items
from tests.integration.programme import MEMBERS, Programme


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Copies:
    """A file on the agenda of today's session, at which everybody is noted as there."""
    server = request.getfixturevalue("postgres_server") if request.param == "postgres" else None
    folder = tmp_path_factory.mktemp("voices")
    programme = installed(folder, server)
    programme.appraise()
    programme.meet(since=programme.today)
    item_id = committee_items.item(programme)
    committee_items.there(programme, item_id, **dict.fromkeys(MEMBERS, "present"))
    programme.database.dispose()
    return Copies(programme, folder, server)


def item_of(programme: Programme) -> Any:
    """The item of the agenda."""
    return programme.rows(AgendaItem)[0].id


def vote(programme: Programme, place: int) -> None:
    """The officer notes the member's vote."""
    row = {"seat_id": committee_items.seat(programme, "successor"), "choice": "for"}
    with programme.work_as("officer") as work:
        ballots.record(work, item_of(programme), rows=[row])


def think(programme: Programme, place: int) -> None:
    """The member gives their opinion."""
    with programme.work_as("successor") as work:
        ballots.give_opinion(work, item_of(programme), choice="for")


def step_back(programme: Programme, place: int) -> None:
    """The member declares an interest."""
    with programme.work_as("successor") as work:
        interests.declare(work, project_id=programme.case_id, situation="competitor")


def step_back_in_session(programme: Programme, place: int) -> None:
    """The officer writes down the same interest, as it is said in session."""
    with programme.work_as("officer") as work:
        interests.declare(
            work,
            project_id=programme.case_id,
            situation="competitor",
            person_id=programme.people["successor"],
        )


def footprint(programme: Programme) -> dict[str, Any]:
    """What stands: no voice of whoever stepped back, who did so once."""
    with programme.database.start_reading() as work:
        recused = recusals.recused_on(work, programme.case_id, programme.today)
    return {
        "voices": [each.choice for each in programme.rows(Ballot) if each.withdrawn_at is None],
        "recused": len(recused),
        "declared": len(programme.rows(InterestDeclaration)),
    }


def never_both(ready: Copies, pair: tuple[Act, Act], allowed: set[tuple[str, str]]) -> None:
    """However the two acts meet, one of them is refused or undone, and they leave the same."""
    expected = {"voices": [], "recused": 1, "declared": 1}
    for order in ((0, 1), (1, 0)):
        *ended, left = in_turn(ready, pair, order, footprint)
        assert (tuple(ended) in allowed, left) == (True, expected), (order, ended, left)
    for place in {*held_at(ready, pair), statements_of(ready, pair[0]) - 1}:
        with ready.copy() as programme:
            ended = list(Stage(programme, *pair, held_at=place).play())
            left = footprint(programme)
        assert (tuple(ended) in allowed, left) == (True, expected), (place, ended, left)


@pytest.mark.parametrize("speaks", [vote, think], ids=lambda act: act.__name__)
def test_a_recusal_while_somebody_speaks_leaves_no_voice(ready: Copies, speaks: Act):
    never_both(ready, (step_back, speaks), {("done", "done"), ("done", "Recused")})
    never_both(ready, (speaks, step_back), {("done", "done"), ("Recused", "done")})


def test_an_interest_declared_by_two_at_once_is_declared_once(ready: Copies):
    allowed = {("done", "AlreadyDeclared"), ("AlreadyDeclared", "done"), ("MissingPermission", "done"),
               ("NotVisible", "done")}  # fmt: skip
    never_both(ready, (step_back, step_back_in_session), allowed)
