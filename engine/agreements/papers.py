"""The files that people sign: their words, asked for in the act, and bound to the text once made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from engine.agreements import amendment_wording, phrasing, signatories, signed_facts, wording
from engine.agreements.differences import Change
from engine.agreements.models import AGREEMENT, AMENDMENT, ANNEX, Agreement, Signatory
from engine.documents import requests
from engine.documents.making import Sheet
from engine.i18n import mark as _
from engine.i18n import translate
from engine.people import basins, organisations, persons
from engine.people.models import Role
from engine.registry import parameters

if TYPE_CHECKING:
    from engine.documents.models import Paper
    from engine.persistence.unit_of_work import UnitOfWork

MOST_PAGES = 12  # Two as a rule; eighty-four instalments and thirty companies stay far below.
LANGUAGE = "documents.language"
AUDIENCE = "project"
# How each text is called in a sentence, and the name of its file.
NAMES = {
    AGREEMENT: _("Convention {number}, version {version}"),
    ANNEX: _("Annexe à la convention {number}, version {version}"),
    AMENDMENT: _("Avenant {number}, version {version}"),
}
FILES = {
    AGREEMENT: _("Convention {number} v{version}.pdf"), ANNEX: _("Annexe {number} v{version}.pdf"),
    AMENDMENT: _("Avenant {number} v{version}.pdf"),
}  # fmt: skip


def language(work: UnitOfWork, basin_id: int) -> str:
    """The language in which a basin has its texts signed."""
    return str(basins.parameters(work, basin_id, {LANGUAGE: parameters.BY_KEY[LANGUAGE].default})[LANGUAGE])


def words(kind: str, facts: Mapping[str, Any], changes: Sequence[Change], locale: str) -> str:
    """The words of a text to sign, made from its facts."""
    if kind == AMENDMENT:
        return amendment_wording.amendment_written(facts, changes, locale)
    return (wording.annex_written if kind == ANNEX else wording.written)(facts, locale)


def title_of(text: Agreement, locale: str) -> str:
    """« Convention TDL-2026-C012, version 2 »."""
    return translate(NAMES[text.kind], locale, number=text.number, version=text.version)


def ask(work: UnitOfWork, text: Agreement) -> UUID:
    """Ask for the file of a text to sign; it is made once the act has committed, and then bound to it."""
    return requests.ask(
        work, kind=text.kind, subject_id=text.id, chain_id=text.project_id, basin_id=text.basin_id,
        project_id=text.project_id, locale=text.locale, audience=AUDIENCE,
        name=translate(FILES[text.kind], text.locale, number=text.number, version=text.version),
    )  # fmt: skip


def sheet(work: UnitOfWork, paper: Paper) -> Sheet:
    """What the file of a text to sign is made of: its words as they are kept, a box for each who signs."""
    text = work.database.get_one(Agreement, paper.subject_id)
    data = masthead(work, text, paper) | {
        "title": title_of(text, text.locale),
        "blocks": blocks_of(text),
        "lines": list(boxes(work, signatories.lines_of(work, text.id), text.locale)),
    }
    if text.kind == AMENDMENT:
        data["changes"] = [
            {"label": each.label, "before": each.before, "after": each.after}
            for each in (amendment_wording.difference(one, text.locale) for one in changes_of(text))
        ]
    return Sheet(f"{text.kind}@1", data, most_pages=MOST_PAGES)


def masthead(work: UnitOfWork, text: Agreement, paper: Paper) -> dict[str, Any]:
    """What every file about a text to sign says: who draws it up, for which basin, where it is checked."""
    basin = basins.find(work, text.basin_id)
    drawn_up_by = organisations.of_basin(work, text.basin_id, text.prepared_on, Role.OPERATOR_ORGANISATION)
    return {
        "author": drawn_up_by[0].name if drawn_up_by else basin.name,
        "date": text.prepared_on.isoformat(),
        "basin": basin.name,
        "reference": f"{text.number} v{text.version}",
        "code": f"/papier/{paper.id.hex}",
    }


def blocks_of(text: Agreement) -> list[dict[str, str]]:
    """The words of a text as pages and files set them; the facts of those signed before there were words."""
    is_facts = text.media_type == signed_facts.FACTS
    found = signed_facts.blocks(text.body) if is_facts else phrasing.blocks(text.body)
    return [{"kind": each.kind, "text": each.text} for each in found]


def boxes(work: UnitOfWork, lines: Sequence[Signatory], locale: str) -> Iterator[dict[str, str]]:
    """The boxes to sign: the chair’s names nobody, since whoever presides that day signs there."""
    people = persons.names(work, [line.person_id for line in lines])
    firms = organisations.names(work, {line.organisation_id for line in lines if line.organisation_id})
    for line in lines:
        is_chair = line.capacity == signatories.CHAIR
        yield {
            "capacity": translate(phrasing.CAPACITIES.get(line.capacity, line.capacity), locale),
            "person": "" if is_chair else people.get(line.person_id, ""),
            "organisation": "" if is_chair or not line.organisation_id else firms[line.organisation_id],
        }


def changes_of(text: Agreement) -> list[Change]:
    """What an amendment changes, as it was kept."""
    return [
        Change(each["name"], each["before"], each["after"], tuple(each["about"])) for each in text.changes
    ]


def bind(work: UnitOfWork, paper: Paper) -> None:
    """Bind a file that is made to its text: from now on, it is what people sign."""
    text = work.database.scalars(sa.select(Agreement).where(Agreement.paper_id == paper.id)).one()
    text.file_hash = paper.content_hash
    work.flush_objects()
    work.record(
        "agreements.text.bound", chain=text.project_id, subject=text.id, basin_id=text.basin_id,
        text=text.kind, version=text.version, file_hash=text.file_hash,
    )  # fmt: skip
