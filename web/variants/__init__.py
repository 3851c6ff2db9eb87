"""The pages of a basin's process: what differs from the reference, its draft, its versions, their review."""

from __future__ import annotations

from web.variants import (
    adopting_page,
    comparing,
    draft,
    files,
    handing_in,
    migrating,
    migration_order,
    migration_report,
    modelling,
    overview,
    parameters_form,
    published,
    questions,
    rehearsing,
    reviews,
    rewording,
    steps,
)
from web.variants.blueprint import pages

__all__ = [
    "adopting_page",
    "comparing",
    "draft",
    "files",
    "handing_in",
    "migrating",
    "migration_order",
    "migration_report",
    "modelling",
    "overview",
    "pages",
    "parameters_form",
    "published",
    "questions",
    "rehearsing",
    "reviews",
    "rewording",
    "steps",
]
