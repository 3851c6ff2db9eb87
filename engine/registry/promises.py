"""Names in published versions are a public contract: refuse to start when one is gone (D13)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import timedelta

import sqlalchemy as sa

from engine import errors
from engine.persistence.base import table_of
from engine.persistence.unit_of_work import UnitOfWork
from engine.registry import context, graph, versions
from engine.registry.models import ProcessVersion
from engine.registry.rules import routing_name
from forms import catalogue, extras

version = table_of(ProcessVersion)
LIVE = sa.text("SELECT DISTINCT version_id FROM instance WHERE ended_at IS NULL").columns(version_id=sa.Uuid)
# The forms that people have before them, or have begun to fill, under the number that each had then.
TYPED = sa.text(
    "SELECT form, form_number FROM task WHERE closed_at IS NULL UNION SELECT form, form_number FROM draft"
).columns(form=sa.Text, form_number=sa.Integer)
later = version.alias()
# What projects to come may take: the version in force in each basin, and those whose day has not come.
TO_COME = sa.select(version.c.id).where(
    version.c.basin_id.is_not(None),
    ~sa.select(1)
    .where(
        later.c.basin_id == version.c.basin_id,
        later.c.number > version.c.number,
        later.c.effective_on <= sa.bindparam("over_on"),
    )
    .exists(),
)
# A day is over everywhere once it is over in the last of the basins' zones.
EVERYWHERE = timedelta(days=1)


class BrokenPromise(errors.Unavailable):
    """Des projets en cours ou à venir emploient ce que ce programme n’a plus : {missing}."""


def require_kept(work: UnitOfWork, *, operations: Mapping[str, object], routing: Container[str]) -> None:
    """Raise `BrokenPromise`, naming each form, question, operation and variable that is gone.

    So is a form under a number that cannot be read: a later release’s, or one without its way up to today’s.
    Looked at are the versions of running projects, whole, for what stands beside a project begins on its
    version too; and those that projects to come take, today or from their day on.
    """
    forms = frozenset(catalogue.keys())
    missing: set[str] = set()
    for name, content in promised(work):
        diagram = context.read_kept(content, name)
        for node in diagram.nodes():
            missing.update(gone(node, forms=forms, operations=operations))
        missing |= {
            f"variable « {read} » ({name.removesuffix('.bpmn')})"
            for _element, read in routing_name.read(diagram)
            if read not in routing
        }
    missing |= {
        f"formulaire « {form} » sous son numéro {number}"
        for form, number in work.connection.execute(TYPED)
        if form in forms and not catalogue.reads(form, number)
    }
    if missing:
        raise BrokenPromise(missing=", ".join(sorted(missing)))


def promised(work: UnitOfWork) -> set[tuple[str, bytes]]:
    """Give the diagrams that some project runs on or may take, each once: versions share most of theirs."""
    over_on = (work.now - EVERYWHERE).date()
    ids = {*work.connection.scalars(LIVE), *work.connection.scalars(TO_COME, {"over_on": over_on})}
    return {file for each in ids for file in versions.files_of(work, each).items()}


def gone(node: graph.Node, *, forms: Container[str], operations: Container[str]) -> Iterator[str]:
    """Say what one step uses and this release no longer has."""
    where = f"({node.process}.{node.id})"
    form, operation = node.alize.get("form"), node.alize.get("operation")
    if form and form not in forms:
        yield f"formulaire « {form} » {where}"
    if operation and operation not in operations:
        yield f"opération « {operation} » {where}"
    wrong = {each.at for each in extras.wrongs_of(list(node.questions))}
    for place, question in enumerate(node.questions):
        if place in wrong:
            yield f"question « {question.get('label', question.get('key', ''))} » {where}"
