"""The answers of an act's form, read as the API reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from engine import operations
from forms import catalogue
from web import work as web_work

if TYPE_CHECKING:
    from engine.persistence.unit_of_work import UnitOfWork


def clean(
    work: UnitOfWork,
    form: str,
    raw: Mapping[str, object],
    *,
    basin_id: int,
    case_id: UUID | None = None,
    **limits: object,
) -> dict[str, Any]:
    """The clean answers to a form of an act. Raises `catalogue.InvalidAnswers` by field."""
    context = operations.page_context(
        work, form, basin_id=basin_id, case_id=case_id, showing=False, channel="json",
        locale=web_work.locale(),
    )  # fmt: skip
    return dict(catalogue.load(form, raw, replace(context, limits={**context.limits, **limits})))
