"""Sessions lived at random: whatever is tried in whatever order, what they leave agrees with the charter."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import errors
from engine.committee import agenda, delivering, errata, interests, items, minutes, sessions
from engine.committee.agenda_models import AgendaItem
from engine.committee.minutes_models import Extract, Minutes
from engine.committee.models import CommitteeSession, Decision
from engine.people import recusals
from engine.runtime.models import Task
from forms import catalogue
from tests import effort
from tests.integration.programme import Programme
from tests.integration.sittings import Sitting, planned

MEMBERS = ("chair", "successor", "mandatary")
STEPS = 40
# What somebody may try at any time; what has its place in the order of things is tried more often.
OFTEN = ("decide", "sign", "hold", "submit", "close", "conclude", "finish")


@dataclass
class Committee:
    """A basin whose people try things at random on its sessions, and what must hold whatever they tried."""

    programme: Programme
    dice: random.Random
    files: list[UUID] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    concluded: set[UUID] = field(default_factory=set)

    # What is tried.

    def plan(self) -> None:
        """Another session, some days from now."""
        planned(self.programme, self.programme.today + timedelta(days=self.dice.randrange(1, 30)))

    def move(self) -> None:
        """A session changes its day."""
        session_id = self.session().id
        day = self.programme.today + timedelta(days=self.dice.randrange(0, 30))
        with self.programme.work_as("officer") as work:
            sessions.move(work, session_id, answers={"held_on": day, "kind": "meeting"})

    def cancel(self) -> None:
        """A session is called off."""
        session_id = self.session().id
        with self.programme.work_as("officer") as work:
            sessions.cancel(work, session_id, reason="Neige.")

    def arrive(self) -> None:
        """A file is ready for the committee."""
        opened = replace(self.programme)
        opened.appraise()
        self.files.append(opened.case_id)

    def declare(self) -> None:
        """A member steps back from a file, in time or late."""
        with self.programme.work_as(self.dice.choice(MEMBERS)) as work:
            interests.declare(work, project_id=self.file().case_id, situation="competitor")

    def diffuse(self) -> None:
        """The agenda is sent."""
        self.session().diffuse()

    def remove(self) -> None:
        """An item is taken off."""
        sitting, item = self.item()
        with self.programme.work_as("officer") as work:
            agenda.remove(work, sitting.id, key=item.key, reason="Reporté.")

    def hold(self) -> None:
        """The day comes, the session is held."""
        sitting = self.session()
        if sitting.row.held_on > self.programme.today:
            self.programme.play_until(sitting.row.held_on)
        sitting.hold()

    def decide(self) -> None:
        """A decision is recorded in a session."""
        outcome = self.dice.choice(["approved", "approved", "adjourned", "rejected"])
        given = {
            "approved": {
                "mandatary_id": str(self.programme.people["mandatary"]),
                "human_means": [
                    {"company_id": str(self.programme.firms["lender"]), "domain": "production", "days": "6"}
                ],
            },
            "adjourned": {"explanation": "Un devis."},
            "rejected": {"reason": "jobs"},
        }[outcome]
        file, answers = self.file(), {"session_id": str(self.session().id), "outcome": outcome, **given}
        file.complete("committee_decision", "officer", answers)

    def sign(self) -> None:
        """Whoever holds the chair signs a decision."""
        self.file().complete("sign_off_decision", self.dice.choice(MEMBERS), {"decision": "sign"})

    def send_back(self) -> None:
        """The chair sends a decision back."""
        answers = {"decision": "send_back", "reason": "À revoir."}
        self.file().complete("sign_off_decision", "chair", answers)

    def complete_file(self) -> None:
        """The prescriber answers an adjournment."""
        file = self.file()
        file.complete("notify_decision", "officer", {"channel": "email", "sent_on": file.today.isoformat()})
        file.complete("complete_file", "prescriber", {"completion": "Voici."})

    def preside(self) -> None:
        """A member presides over an item."""
        _sitting, item = self.item()
        with self.programme.work_as("officer") as work:
            items.preside(work, item.id, person_id=self.programme.people["prescriber"])

    def conclude(self) -> None:
        """An item has an outcome."""
        _sitting, item = self.item()
        outcome = self.dice.choice(["postponed", "noted", "confirmed", "cancelled", "ratified"])
        with self.programme.work_as("officer") as work:
            items.outcome(work, item.id, outcome=outcome, note=None)

    def submit(self) -> None:
        """The minutes are drafted from what was recorded, and given to sign."""
        sitting = self.session()
        with self.programme.database.start_reading() as work:
            body = minutes.draft(work, sitting.row)
        sitting.submit_minutes(body)

    def close(self) -> None:
        """The chair signs the minutes."""
        self.session().sign_minutes()

    def finish(self) -> None:
        """Everything that is left is done, in its order, as far as it may be."""
        sitting = self.session()
        with self.programme.work_as("officer") as work:
            for each in items.undecided(work, sitting.id):
                items.outcome(work, each.item.id, outcome="postponed", note=None)
        for case_id in self.files:
            for name in ("chair", "prescriber"):
                with suppress(*errors.FAMILIES, AssertionError):
                    opened = replace(self.programme, case_id=case_id)
                    opened.complete("sign_off_decision", name, {"decision": "sign"})
        if "draft_minutes" in sitting.steps():
            sitting.submit_minutes()
        sitting.sign_minutes()

    def reopen(self) -> None:
        """The chair sends the minutes back."""
        self.session().sign_minutes(decision="send_back", reason="À compléter.")

    def correct(self) -> None:
        """An erratum."""
        session_id = self.session().id
        with self.programme.work_as("officer") as work:
            errata.record(work, session_id, item_id=None, wrong="A", right="B", reason="C")

    def deliver(self) -> None:
        """The tick passes."""
        delivering.deliver_due(self.programme.database)

    # Among what.

    def session(self) -> Sitting:
        """Some session, the one under way rather than another."""
        with self.programme.database.start_reading() as work:
            found = list(
                work.connection.execute(
                    sa.select(CommitteeSession.id, CommitteeSession.minutes_signed_on)
                    .where(CommitteeSession.state != sessions.CANCELLED)
                    .order_by(CommitteeSession.held_on)
                )
            )
        alive = [row for row in found if row.minutes_signed_on is None] or found
        pool = [alive[0]] * 4 + found if alive else found
        if not pool:
            raise errors.Conflict
        return Sitting(self.programme, self.dice.choice(pool).id)

    def file(self) -> Programme:
        """Some file."""
        if not self.files:
            raise errors.Conflict
        return replace(self.programme, case_id=self.dice.choice(self.files))

    def item(self) -> tuple[Sitting, AgendaItem]:
        """Some item of some session."""
        sitting = self.session()
        found = sitting.items()
        if not found:
            raise errors.Conflict
        return sitting, self.dice.choice(found)

    # What must hold.

    def hold_true(self) -> None:
        """Check everything that a model of the charter says of what is there."""
        with self.programme.database.start_reading() as work:
            decisions = list(work.database.scalars(sa.select(Decision).order_by(Decision.recorded_at)))
            held = list(work.database.scalars(sa.select(CommitteeSession)))
            standing = list(work.database.scalars(sa.select(AgendaItem)))
            waiting = set(
                work.connection.scalars(
                    sa.select(Task.instance_id).where(
                        Task.step == "committee_decision", Task.closed_at.is_(None)
                    )
                )
            )
            signed = list(work.database.scalars(sa.select(Minutes).where(Minutes.state == "signed")))
            extracts = list(work.database.scalars(sa.select(Extract)))
        self.numbers_have_no_gap(decisions, held)
        known = {each.id: each for each in decisions}
        closed = {each.id for each in held if each.minutes_signed_on is not None}
        assert sorted(each.session_id for each in signed) == sorted(closed), "one signed version each"
        # Once its minutes are signed, a file that was put off may well come back to another session.
        for item in standing:
            if item.session_id in closed - self.concluded:
                assert is_concluded(item, known, waiting), (self.done, item.kind)
        self.concluded |= closed
        for decision in decisions:
            of_it = [each for each in standing if each.decision_id == decision.id]
            assert len(of_it) <= 1, self.done
            # A file adjourned and completed in the course of a session is decided again under the same item.
            is_last = all(
                (each.project_id, each.session_id) != (decision.project_id, decision.session_id)
                for each in decisions[decisions.index(decision) + 1 :]
            )
            if decision.signed_at is not None and is_last:
                assert len(of_it) == 1, self.done
                assert of_it[0].session_id == decision.session_id, self.done
        effects = [(each.item_id, each.effect) for each in extracts]
        assert len(effects) == len(set(effects)), self.done

    def numbers_have_no_gap(self, decisions: list[Decision], held: list[CommitteeSession]) -> None:
        """Signed decisions and sessions are numbered from one each year, none left out, none twice."""
        for numbers in (
            [each.number for each in decisions if each.number],
            [each.number for each in held if each.number],
        ):
            of_a_year: dict[str, list[int]] = defaultdict(list)
            for each in numbers:
                of_a_year[each[:-3]].append(int(each[-3:]))
            for found in of_a_year.values():
                assert sorted(found) == list(range(1, len(found) + 1)), (numbers, self.done)

    def nobody_signed_recused(self, before: set[UUID]) -> None:
        """Whoever signed a decision just now had not stepped back from its project."""
        with self.programme.database.start_reading() as work:
            for each in work.database.scalars(sa.select(Decision).where(Decision.signed_at.is_not(None))):
                if each.id not in before:
                    away = recusals.recused_on(work, each.project_id, self.programme.today)
                    assert each.signed_by not in away, self.done

    def signed(self) -> set[UUID]:
        """The decisions that are signed."""
        with self.programme.database.start_reading() as work:
            return set(work.connection.scalars(sa.select(Decision.id).where(Decision.signed_at.is_not(None))))


def is_concluded(item: AgendaItem, known: dict[UUID, Decision], waiting: set[UUID | None]) -> bool:
    """Whether nothing is left to say of an item, as the charter reads."""
    decision = known.get(item.decision_id) if item.decision_id else None
    if item.removed_at is not None or item.outcome is not None:
        return True
    if decision is not None and decision.sent_back_at is None:
        return decision.signed_at is not None
    return item.instance_id is not None and item.instance_id not in waiting


ACTS = tuple(
    name
    for name in (
        "plan", "move", "cancel", "arrive", "declare", "diffuse", "remove", "hold", "decide", "sign",
        "send_back", "complete_file", "preside", "conclude", "submit", "close", "reopen", "correct",
        "deliver", "finish",
    )
)  # fmt: skip


def seeds() -> list[int]:
    """Fresh ones each day, told in a failing test's name."""
    dice = effort.dice("sessions lived at random")
    return [dice.randrange(1_000_000_000) for _ in range(effort.times(3, 60))]


@pytest.mark.parametrize("seed", seeds())
def test_sessions_lived_at_random_agree_with_the_charter(sqlite, clock, seed):
    committee = Committee(Programme(sqlite, clock).install(), random.Random(seed))
    committee.arrive()
    committee.arrive()
    went, tries = 0, effort.times(STEPS, 2 * STEPS)
    for number in range(10 * tries):
        if number >= tries and went > STEPS / 8:
            break  # A life in which nearly everything was refused goes on until something was not.
        name = committee.dice.choice(ACTS + OFTEN)
        act: Callable[[], None] = getattr(committee, name)
        before = committee.signed()
        committee.done.append(name)
        try:
            act()
            went += 1
        except (*errors.FAMILIES, catalogue.InvalidAnswers, AssertionError) as refusal:
            # A step that is not open is told by the bench itself: nothing was tried.
            if isinstance(refusal, AssertionError) and "is not open" not in str(refusal):
                raise
            committee.done[-1] += f" ({type(refusal).__name__})"
        committee.nobody_signed_recused(before)
        committee.hold_true()
    assert went > STEPS / 8, committee.done
