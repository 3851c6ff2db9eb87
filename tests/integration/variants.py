"""A basin that shapes its process: two officers, a national coordinator, the reference published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from lxml import etree

from engine import installing
from engine.outbox.models import Message
from engine.people import accounts, assignments, basins, persons
from engine.people.models import Role
from engine.persistence import history
from engine.registry import library, overlay, parameters, reading, versions
from engine.runtime.models import Instance
from engine.spiff.steps import BPMN
from engine.variants import drafts, editing, publishing
from engine.variants.models import VariantDraft
from tests.integration.programme import LONG_AGO, Programme

VISIT = {
    "kind": "step",
    "point": "before_diagnostic",
    "id": "basin_visite",
    "name": "Visite de site",
    "role": "prescriber",
    "due": "P10D",
    "form": "basin_visit",
    "reason": "Voir l’atelier avant d’en parler.",
}
SLOWER = {"agreement.signature_expiry": "P120D"}
WHY = {"agreement.signature_expiry": "Nos signataires voyagent beaucoup."}


def renamed(content: bytes, name: str) -> bytes:
    """A diagram whose first step is called otherwise."""
    root = reading.read_root(content)
    task = next(each for each in root.iter(f"{{{BPMN}}}userTask") if each.get("id") == "qualify")
    task.set("name", name)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


@dataclass
class Shaping(Programme):
    """The bench of whole lives, where the basin's process is changed too."""

    def install(self) -> Shaping:
        """Add what shaping needs: the reference, a second officer, the national coordination."""
        super().install()
        with self.database.start_work() as work:
            installing.publish_reference(work)
            for name, role, basin_id in (
                ("second", Role.OPERATOR, self.basin_id),
                ("coordinator", Role.NATIONAL_COORDINATOR, None),
            ):
                person = persons.add(work, full_name=f"{name.title()} (démo)", email=f"{name}@exemple.test")
                self.people[name] = person.id
                assignments.assign(
                    work, role=role, basin_id=basin_id, person_id=person.id, from_date=LONG_AGO
                )
            for name in ("officer", "second", "coordinator"):
                accounts.create(work, person_id=self.people[name])
        return self

    def begin(self, by: str = "officer") -> VariantDraft:
        """Begin the basin's draft."""
        with self.work_as(by) as work:
            return drafts.open_draft(work, basin_id=self.basin_id)

    def draft(self) -> VariantDraft | None:
        """The basin's draft as it stands."""
        with self.database.start_reading() as work:
            return drafts.open_of(work, self.basin_id)

    def put(
        self, change: dict[str, Any], *, by: str = "officer", revision: int | None = None
    ) -> VariantDraft:
        """Add a change to the draft, as somebody who read it at a revision."""
        draft = self.draft()
        assert draft is not None
        with self.work_as(by) as work:
            return editing.put_change(
                work, draft_id=draft.id, revision=revision or draft.revision, change=change,
                subject=str(change.get("name", change["kind"])),
            )  # fmt: skip

    def slow_down(self, *, by: str = "officer", revision: int | None = None) -> VariantDraft:
        """Let signatures stand for 120 days."""
        draft = self.draft()
        assert draft is not None
        with self.work_as(by) as work:
            return editing.set_parameters(
                work, draft_id=draft.id, revision=revision or draft.revision, values=SLOWER, reasons=WHY
            )

    def publish_elsewhere(self) -> None:
        """Publish another reminder beside the draft, as the command line does."""
        with self.database.start_work() as work:
            basin = basins.find(work, self.basin_id)
            reference = library.reference()
            asked = {
                **parameters.defaults(parameters.Kind.PUBLISHED),
                "committee.adjournment_reminder": "P45D",
            }
            versions.publish(
                work, basin_id=basin.id, files=overlay.apply(reference, published=asked), parameters=asked,
                charter_version="2010", effective_on=self.today, chain=basin.chain_id,
            )  # fmt: skip

    def publish_reference(self, *, name: str) -> None:
        """Publish a new reference that calls the first step of the appraisal otherwise."""
        files = library.reference()
        files["appraisal.bpmn"] = renamed(files["appraisal.bpmn"], name)
        with self.database.start_work() as work:
            versions.publish(
                work, basin_id=None, files=files, parameters={}, charter_version="2010",
                effective_on=self.today, chain=installing.PROGRAMME_CHAIN,
            )  # fmt: skip

    def project_version(self, case_id: UUID) -> UUID:
        """The version that a dossier runs on."""
        with self.database.start_reading() as work:
            return work.database.get_one(Instance, case_id).version_id

    def told(self, kind: str) -> list[Message]:
        """The mails of one kind, in order."""
        with self.database.start_reading() as work:
            return list(
                work.database.scalars(
                    sa.select(Message).where(Message.kind == kind).order_by(Message.created_at)
                )
            )

    def events(self) -> list[str]:
        """What the basin's history says of drafts and versions, in order."""
        table = history.history
        with self.database.start_reading() as work:
            return list(
                work.connection.scalars(
                    sa.select(table.c.kind)
                    .where(table.c.basin_id == self.basin_id, table.c.kind.like("variants.%"))
                    .order_by(table.c.seq)
                )
            )


def published(basin: Shaping, **how: Any) -> versions.Published:
    """Publish the basin's draft as it stands."""
    draft = basin.draft()
    assert draft is not None
    with basin.work_as("officer") as work:
        return publishing.publish(work, draft_id=draft.id, revision=draft.revision, **how)
