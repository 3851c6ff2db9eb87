"""What a form recalls writes days and months as the documents do."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from engine.operations import wording
from engine.projects import written


@pytest.mark.parametrize(
    ("locale", "count", "said"),
    [("fr", 1, "1 mois"), ("fr", 18, "18 mois"), ("en", 1, "1 month"), ("en", 18, "18 months")],
)
def test_one_month_is_no_months(locale: str, count: int, said: str) -> None:
    asked = SimpleNamespace(work=SimpleNamespace(locale=locale))

    assert wording.in_months(asked, count) == said


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_form_and_a_document_say_days_alike(locale: str) -> None:
    asked = SimpleNamespace(work=SimpleNamespace(locale=locale))

    for quarters in (0, 2, 4, 6, 40, 400):
        assert wording.in_days(asked, quarters) == written.in_days(quarters, locale)
    for day in (date(2026, 10, 1), date(2026, 10, 12)):
        assert wording.long_day(asked, day) == written.day(day.isoformat(), locale)
    assert wording.in_months(asked, None) is None
