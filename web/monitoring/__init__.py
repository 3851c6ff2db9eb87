"""The monitoring page: where time goes, what waits and for whom, projects and jobs that add up."""

from __future__ import annotations

from web.monitoring import exports, page
from web.monitoring.blueprint import pages

__all__ = ["exports", "page", "pages"]
