"""The stretches that most projects go through, each a story of its own, with its days."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from engine import clock
from engine.demo import own_steps
from engine.demo.almanac import working
from engine.demo.dossier import Dossier
from engine.demo.firms import Firm
from engine.demo.stage import BasinOnStage, Stage, Story

# Days from a report's due day to its arrival, one after the other: most are on time.
PUNCTUALITY = (-3, 1, -6, 2, -1, 4)
DAY_RATE = 60_000
SUBSIDIARITY = (
    "Les aides existantes financent du matériel ou des études, jamais les jours d’un homme du métier."
)
TO_THE_COMMITTEE = timedelta(days=75)  # From the intake to the session, about.
TO_THE_SIGNATURE = timedelta(days=30)  # From the session to the last signature, at least.


@dataclass(slots=True)
class Life:
    """A firm's project in a basin, told day by day."""

    stage: Stage
    basin: BasinOnStage
    firm: Firm
    dossier: Dossier

    @classmethod
    def of(cls, stage: Stage, code: str, firm: Firm, **parts: Any) -> Life:
        """A project to come; `parts` say who plays which part when it is not the usual person."""
        basin = stage.basins[code]
        return cls(
            stage,
            basin,
            firm,
            Dossier(stage.database, basin, print_papers=stage.print_papers, store=stage.store, **parts),
        )

    def at(self, day: date, count: int = 0) -> datetime:
        """A usual hour of the working day on or after a day, then `count` working days later."""
        return self.stage.almanac.at(working(day, count))

    def exactly(self, day: date, hour: int = 11) -> datetime:
        """An hour of a day, whatever day of the week it is."""
        return self.stage.almanac.at(day, hour, 20)

    def ago(self, days: int = 0, *, months: int = 0) -> date:
        """A day before the demonstration's own."""
        return self.stage.almanac.ago(days, months=months)

    # Up to the committee.

    def opened(self, day: date) -> Story:
        """The officer opens the dossier, and qualifies it three days later."""
        yield self.at(day)
        self.open()
        yield self.at(day, 3)
        self.qualify()

    def open(self) -> None:
        """The officer opens the dossier."""
        firm = self.firm
        self.dossier.open(
            {
                "siret": firm.siret, "name": firm.name, "city": firm.city,
                "contact_name": f"{firm.head} (démo)",
                "contact_email": firm.mail, "contact_phone": firm.phone, "need": firm.need,
                "information_read": True,
            }
        )  # fmt: skip

    def qualify(self, **answers: Any) -> None:
        """The officer qualifies the request."""
        firm = self.firm
        known = {"category": firm.category, "headcount": firm.headcount, "commune": firm.commune}
        self.dossier.qualify(**({**known, **answers} if "outcome" not in answers else answers))

    def diagnosis(self, **answers: Any) -> dict[str, Any]:
        """What the prescriber writes."""
        firm = self.firm
        said: dict[str, Any] = {
            "summary": firm.summary, "bearer_rating": "strong", "project_rating": "medium",
            "impact_rating": "strong", "jobs_to_create": firm.jobs[0], "jobs_to_sustain": firm.jobs[1],
            "needs": [{"domain": domain, "days": days} for domain, days in firm.needs],
            "subsidiarity": SUBSIDIARITY, "deadweight": "later", "opinion": "favourable",
            "has_interest": False,
        }  # fmt: skip
        if firm.advance:
            said["advance_requested"] = firm.advance
            said["financing_plan"] = [
                {"side": "use", "label": "Équipement", "amount": firm.advance * 3},
                {"side": "resource", "label": "Avance Alizé", "amount": firm.advance},
                {"side": "resource", "label": "Prêt bancaire et fonds propres", "amount": firm.advance * 2},
            ]
        return {**said, **answers}

    def appraised(self, opened_on: date, *, missing: str = "") -> Story:
        """From the intake to a file ready for the committee, in about five weeks."""
        yield from self.opened(opened_on)
        yield self.at(opened_on, 5)
        self.dossier.accept_prescription()
        yield self.at(opened_on, 15)
        visited = working(opened_on, 11).isoformat()
        self.dossier.diagnose(self.diagnosis(visited_on=visited))
        if missing:
            yield self.at(opened_on, 17)
            self.dossier.check("incomplete", missing=missing)
            yield self.at(opened_on, 22)
            self.dossier.diagnose(self.diagnosis(visited_on=visited))
        yield self.at(opened_on, 25)
        self.dossier.check()
        own_steps.do(self.dossier)

    # The committee and the agreement.

    def decided(self, session: date, outcome: str = "approved", **answers: Any) -> Story:
        """The day after a session, the officer records; the chair signs off; the firm is told."""
        yield self.at(session, 1)
        self.dossier.record_decision(outcome, **self.decision(outcome), **answers)
        yield self.at(session, 3)
        self.dossier.sign_off()
        yield self.at(session, 5)
        self.dossier.notify("letter" if outcome == "rejected" else "email")

    def decision(self, outcome: str) -> dict[str, Any]:
        """The means of an approval: the expert's company lends the days asked for, and the advance."""
        if outcome not in {"approved", "approved_with_conditions"}:
            return {}
        company = self.basin.experts[self.basin.people[self.dossier.expert]]
        means = [
            {"company_id": str(company), "domain": domain, "days": days, "day_rate": DAY_RATE}
            for domain, days in self.firm.needs
        ]
        if not self.firm.advance:
            return {"human_means": means}
        return {
            "human_means": means, "advance_amount": self.firm.advance, "advance_months": self.firm.months,
        }  # fmt: skip

    def mandated(self, session: date, *, drafted_on: date | None = None) -> Story:
        """The mandatary accepts, the officer drafts the agreement."""
        yield self.at(session, 7)
        own_steps.do(self.dossier)
        self.dossier.accept_mandate()
        yield self.at(drafted_on or session, 0 if drafted_on else 9)
        self.dossier.prepare(self.firm.objective, jobs_target=self.firm.jobs[0])

    def signed(self, last_on: date) -> Story:
        """Each signs in turn; the last signature is of that day."""
        waiting = sum(task.step == "sign_agreement" for task in self.dossier.open_tasks())
        for number in range(waiting - 1, 0, -1):
            yield self.at(last_on, -number)
            self.dossier.sign(self.dossier.task("sign_agreement").capacity or "")
        yield self.exactly(last_on)
        self.dossier.sign_everything()

    def labelled(self, effective_on: date, *, missing: str = "") -> Story:
        """The whole way to the label, whose day is given."""
        session = self.basin.session_before(effective_on - TO_THE_SIGNATURE)
        yield from self.appraised(session - TO_THE_COMMITTEE, missing=missing)
        yield from self.decided(session)
        yield from self.mandated(session, drafted_on=effective_on - timedelta(days=12))
        yield from self.signed(effective_on)

    # The accompaniment and the follow-up.

    def accompanied(self, effective_on: date, *, reviewed: bool = True) -> Story:
        """Interventions planned, carried out over the next two months, found complete."""
        yield self.at(effective_on, 6)
        self.dossier.plan(
            *[self.dossier.intervention(domain, days, self.firm.need) for domain, days in self.firm.needs]
        )
        for number, (_domain, days) in enumerate(self.firm.needs):
            yield self.at(effective_on, 25 + 12 * number)
            self.intervene(days, position=number)
        if reviewed:
            yield self.at(effective_on, 30 + 12 * len(self.firm.needs))
            self.dossier.review_accompaniment()

    def intervene(self, days: str, *, position: int | None = None) -> None:
        """The expert gives a day at a time."""
        worked = [(working(self.dossier.today, -(number + 1)), "1") for number in range(int(days))]
        self.dossier.intervene(
            "Diagnostic sur place, plan d’action, puis un point chaque semaine avec l’équipe.", *worked,
            position=position,
        )  # fmt: skip

    def followed(
        self,
        effective_on: date,
        *,
        every: int = 3,
        numbers: Sequence[int],
        says: dict[int, dict[str, Any]] | None = None,
    ) -> Story:
        """The mandatary reports, most often on time; `says` changes what one report says."""
        for number in numbers:
            due_on = clock.add_months(effective_on, every * number)
            yield self.at(due_on + timedelta(days=PUNCTUALITY[number % len(PUNCTUALITY)]))
            self.report(number, **(says or {}).get(number, {}))

    def report(self, number: int, **answers: Any) -> None:
        """One report, its figures growing with time."""
        if answers.get("nothing_new"):
            figures = {"jobs_created": min(number, self.firm.jobs[0]), "jobs_sustained": self.firm.jobs[1]}
            self.dossier.report(**{**figures, **answers})
            return
        words = self.firm.progress[min(number, len(self.firm.progress)) - 1]
        said: dict[str, Any] = {
            "progress": words, "jobs_created": min(number, self.firm.jobs[0]),
            "jobs_sustained": self.firm.jobs[1],
        }  # fmt: skip
        self.dossier.report(**{**said, **answers})


def side_by_side(*stories: Story) -> Story:
    """Stories of one project that go on at the same time, each act at its own instant."""
    waiting = [
        (instant, number, story) for number, story in enumerate(stories) if (instant := next(story, None))
    ]
    heapq.heapify(waiting)
    while waiting:
        instant, number, story = heapq.heappop(waiting)
        yield instant
        following = next(story, None)
        if following is not None:
            heapq.heappush(waiting, (following, number, story))
