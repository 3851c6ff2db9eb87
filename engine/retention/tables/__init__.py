"""The register's lines, one module per part of the engine."""

from __future__ import annotations

from collections.abc import Mapping

from engine.retention.register import Entry
from engine.retention.tables import agreements, committee, follow_up, people, processes, projects

REGISTER: Mapping[str, Entry] = {
    each.table: each
    for part in (people, processes, projects, follow_up, committee, agreements)
    for each in part.ENTRIES
}
