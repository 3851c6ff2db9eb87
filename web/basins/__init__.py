"""The pages of basins: their list, one basin, its diagrams."""

from __future__ import annotations

from web.basins import files, listing, page
from web.basins.blueprint import pages

__all__ = ["files", "listing", "page", "pages"]
