"""The steps that a basin put into its processes, done as its officer would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.demo.dossier import Dossier
from forms import basin_steps

ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "basin_financial_situation": {
        "extra_in_difficulty": False, "extra_procedure": "none", "extra_cash_months": 7,
    },
    "basin_authority_told": {
        "report": "L’intercommunalité est prévenue par téléphone ; elle l’annoncera avec l’entreprise.",
    },
}  # fmt: skip
FORMS = frozenset(form.key for form in basin_steps.FORMS)


def do(dossier: Dossier) -> None:
    """Complete each step of the basin's own that waits; elsewhere nothing waits."""
    for task in dossier.open_tasks():
        if task.form in FORMS:
            dossier.complete(task.step, ANSWERS[task.step])
