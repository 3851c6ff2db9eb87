"""What the stories of a basin's process share: its addresses, its officers, what they add."""

from __future__ import annotations

from tests.journeys.site import DESK, SMALL, Site, Visitor
from tests.web.installation import LORRAINE

HOME = f"/bassins/{LORRAINE}/processus"
DRAFT = f"{HOME}/brouillon"
BANK = "Avis de la banque"
# The step of a basin that asks the bank before the committee sits, and its two questions.
BANK_STEP: dict[str, str | bool] = {
    "name": BANK, "point": "before_agenda", "role": "prescriber", "due_days": "12", "form": "basin_opinion",
    "reason": "La banque finance la moitié du projet.",
}  # fmt: skip
BANK_QUESTIONS = (
    {"label": "Montant du prêt demandé", "type": "money", "mandatory": True},
    {"label": "La banque demande-t-elle une garantie ?", "type": "yes_no"},
)  # fmt: skip


def begun(site: Site, who: str = "officer") -> Visitor:
    """An officer begins the draft of the basin."""
    officer = site.visit(who)
    officer.go(HOME)
    officer.press("Commencer un brouillon")
    return officer


def ask_questions(officer: Visitor, questions: tuple[dict[str, str | bool], ...]) -> None:
    """Fill in one row per question, adding those that the page does not show yet."""
    rows = officer.page.locator("[data-rows='questions'] [data-row-item]")
    for number, question in enumerate(questions):
        while rows.count() <= number:
            before = rows.count()
            officer.page.locator("button[name=add_row][value=questions]").click()
            rows.nth(before).wait_for()
        officer.answer(**{f"questions__{number}__{name}": value for name, value in question.items()})


def looked_at(visitor: Visitor) -> None:
    """The page breaks no rule, on the smallest screen either, where it is no wider than its window."""
    visitor.check()
    visitor.page.set_viewport_size(SMALL)
    assert visitor.too_wide() == [], visitor.page.url
    visitor.page.set_viewport_size(DESK)
