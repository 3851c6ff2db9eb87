"""Running projects and the version they may go to: what would become of each, and what was asked before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import render_template, request, url_for

from engine import clock
from engine.i18n import mark as _
from engine.people import persons
from engine.people.permissions import Permission
from engine.registry import versions
from engine.runtime import version_change
from engine.variants import published
from web import work as web_work
from web.auth import requires
from web.basins import asking
from web.page_forms import Messages, general
from web.variants import foreseen
from web.variants.blueprint import pages

if TYPE_CHECKING:
    from engine.people.models import Basin
    from engine.persistence.unit_of_work import UnitOfWork
    from engine.variants.published import Listed

VERSION, TICKED = "version", "project"
POSSIBLE, IMPOSSIBLE = "possible", "impossible"
PER_PAGE = 50
LARGEST_NUMBER = 9  # Digits of a version's number, or of a page's.


@dataclass(frozen=True, slots=True)
class Asked:
    """Which version, and which part of the list."""

    number: int | None = None
    shown: str = ""
    text: str = ""
    page: int = 1

    @classmethod
    def read(cls) -> Asked:
        """What this request asks for, in its address or in the form that was sent."""
        shown = request.values.get("montrer", "")
        return cls(
            number=number_in(request.values.get(VERSION, "")),
            shown=shown if shown in {POSSIBLE, IMPOSSIBLE} else "",
            text=request.values.get("q", "").strip()[:200].replace("\0", ""),
            page=max(1, number_in(request.values.get("page", "")) or 1),
        )

    def address(self, slug: str, **changes: Any) -> str:
        """The address of the same list, or with something changed."""
        asked = replace(self, **{"page": 1, **changes})
        values = {
            VERSION: asked.number, "montrer": asked.shown, "q": asked.text,
            "page": asked.page if asked.page > 1 else "",
        }  # fmt: skip
        kept = urlencode({name: value for name, value in values.items() if value})
        return url_for("variants.migration", slug=slug) + (f"?{kept}" if kept else "")


def number_in(written: str) -> int | None:
    """A whole number as an address has it; none for anything else."""
    is_number = written.isascii() and written.isdecimal() and len(written) <= LARGEST_NUMBER
    return int(written) if is_number else None


@dataclass(frozen=True, slots=True)
class Targets:
    """The versions that running projects may go to, the latest first, and the one in force."""

    offered: Sequence[Listed]
    in_force: Listed | None

    def chosen(self, number: int | None) -> Listed:
        """The version asked for, else the one in force. Raises `VersionNotFound`."""
        found = (
            self.in_force if number is None else next((x for x in self.offered if x.number == number), None)
        )
        if found is None:
            raise versions.VersionNotFound
        return found


def targets(work: UnitOfWork, basin: Basin) -> Targets:
    """What a basin's projects may go to: what is in force, and what was before it."""
    listed, today = published.of_basin(work, basin.id), web_work.today()
    overtaken = published.never_in_force(listed)
    offered = [
        each
        for each in listed
        if each.effective_on <= today and not (each.id in overtaken and waited_for_its_day(each))
    ]
    return Targets(offered, published.in_force_on(listed, today))


def waited_for_its_day(version: Listed) -> bool:
    """Whether a version was published for a later day: another could take its place before."""
    return clock.local_date(version.published_at, web_work.zone()) < version.effective_on


@pages.get("/bassins/<string:slug>/processus/migration")
@requires(Permission.MIGRATE_PROJECTS)
def migration(slug: str) -> str:
    """Show what would become of each running project, and what was asked for before."""
    return choice_page(slug)


def choice_page(slug: str, _values: asking.Values | None = None, messages: Messages | None = None) -> str:
    """The running projects that are on another version, a page of them at a time."""
    asked = Asked.read()
    with web_work.start_reading() as work:
        basin = asking.basin_for(work, slug, Permission.MIGRATE_PROJECTS)
        known = targets(work, basin)
        before = batches_before(work, basin)
        view = {} if known.in_force is None else chooser(work, basin, known, asked)
    return render_template(
        "variants/migration.html",
        basin=basin,
        in_force=known.in_force,
        batches=before,
        general_errors=general(messages, ()),
        **view,
    )


def chooser(work: UnitOfWork, basin: Basin, known: Targets, asked: Asked) -> dict[str, Any]:
    """The list that the address asks for, its counts, the way to its other parts."""
    target = known.chosen(asked.number)
    seen = foreseen.outlook(work, basin_id=basin.id, target=target)
    found = seen.found(asked.text)
    movable = [each for each in found if each.may_move]
    parts = {"": found, POSSIBLE: movable, IMPOSSIBLE: [each for each in found if not each.may_move]}
    listed = parts[asked.shown]
    last = max(1, -(-len(listed) // PER_PAGE))
    page = min(asked.page, last)
    return {
        "target": target,
        "offered": known.offered,
        "asked": asked,
        "total": len(seen.projects),
        "movable": len(movable),
        "parts": [
            (label, len(parts[key]), asked.address(basin.slug, shown=key), key == asked.shown)
            for key, label in (
                ("", _("Tous")), (POSSIBLE, _("Peuvent bouger")), (IMPOSSIBLE, _("Ne peuvent pas"))
            )
        ],
        "projects": listed[(page - 1) * PER_PAGE : page * PER_PAGE],
        "ticked": set(request.form.getlist(TICKED)),
        "page": page,
        "pages": last,
        "previous_url": asked.address(basin.slug, page=page - 1) if page > 1 else None,
        "next_url": asked.address(basin.slug, page=page + 1) if page < last else None,
        "confirm_url": url_for("variants.confirm_migration", slug=basin.slug),
        "known": known.in_force.number if known.in_force else "",
    }  # fmt: skip


def batches_before(work: UnitOfWork, basin: Basin) -> list[dict[str, Any]]:
    """What was asked for before, the latest first: by whom, when, what came of it."""
    found = version_change.batches(work, basin_id=basin.id)
    counts = version_change.outcomes(work, [each.id for each in found])
    names = persons.names(work, {each.ordered_by for each in found})
    return [
        {
            "number": each.number,
            "at": each.ordered_at,
            "by": names.get(each.ordered_by, ""),
            "reason": each.reason,
            "counts": counts[each.id],
            "total": counts[each.id].total(),
            "is_over": each.ended_at is not None,
            "url": url_for("variants.migration_report", slug=basin.slug, batch_id=each.id),
        }
        for each in found
    ]
