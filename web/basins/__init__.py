"""The pages of basins: their list, one basin, its first day, its agreements, its parameters, its diagrams."""

from __future__ import annotations

from web.basins import adopting, agreements, beginning, changing, checklist, files, listing, page
from web.basins.blueprint import pages

__all__ = [
    "adopting",
    "agreements",
    "beginning",
    "changing",
    "checklist",
    "files",
    "listing",
    "page",
    "pages",
]
