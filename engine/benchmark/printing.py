"""P11: documents as they are typeset, sealed and asked for, beside the bare libraries and the bare row."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.agreements import wording
from engine.benchmark import agreeing, cloning
from engine.benchmark.figures import Figure, Times
from engine.clock import RealClock
from engine.documents import making, requests
from engine.documents.models import State, paper
from engine.documents.store import Store
from engine.documents.workshop import ChildWorkshop
from engine.persistence.base import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from engine.benchmark.installation import Bench
    from engine.documents.models import Paper

GOAL = "P11"
STANDARD = "a-2a+ua-1"
DAY = "2026-11-20"
PROJECTS = 10
LIMITS = {"dossier": 2000.0, "agreement": 300.0, "seal": 1000.0, "idle": 10.0, "file": 7000.0}
RSA_SIZES = (3072, 4096)  # Most authorities’ certificates have such a key.
BEAT = timedelta(seconds=5)
WARM = 3  # Turns that do not count: the first draws the fonts.

PEOPLE = [
    {"capacity": capacity, "person": f"Personne {number} (démo)", "organisation": f"Firme {number} (démo)"}
    for number, capacity in enumerate(("beneficiary", "chair", "partner_company", "mandatary"), start=1)
]
FACTS: dict[str, Any] = {
    "number": "TDL-2026-C012", "version": 1, "prepared_on": DAY, "project": "TDL-2026-014",
    "basin": "Terres de Lorraine", "siret": "00000001800002", "city": "Toul", "firm": "Firme 1 (démo)",
    "signatories": PEOPLE, "decided_on": DAY, "decision_number": "TDL-2026-D010",
    "objective": "Doubler la ligne d’usinage et organiser une seconde équipe.", "jobs_target": 4,
    "means": [{"company": "Firme 3 (démo)", "domain": "production", "quarter_days": 24, "day_rate_cents": 0}],
    "advance_cents": None, "advance_months": None, "advance_deferral_months": None,
    "follow_up_months": 18, "cadence_months": 3, "mandatary": "Personne 4 (démo)",
    "mandatary_organisation": "Firme 4 (démo)",
}  # fmt: skip
COMMON: dict[str, Any] = {
    "author": "Structure opératrice (démo)", "date": DAY, "basin": "Terres de Lorraine", "locale": "fr",
    "is_specimen": True,
}  # fmt: skip


def measure(bench: Bench, *, quick: bool) -> list[Figure]:
    """The figures of P11; what needs no database is measured on SQLite’s turn only."""
    turns = 20 if quick else 200
    with tempfile.TemporaryDirectory(prefix="alize-") as folder:
        workshop = ChildWorkshop(specimen=Path(folder) / "seal")
        try:
            figures = alone(bench, workshop, turns) if bench.database.is_sqlite else []
            figures += asked(bench, turns)
            store = Store(Path(folder) / "documents")
            figures += until_the_file(bench, workshop, store, turns)
            figures += agreeing.measure(bench, workshop, store, lives=6 if quick else 40)
        finally:
            workshop.close()
    return figures + idle(bench, 10_000 if quick else 100_000)


def agreement() -> dict[str, Any]:
    """What the file of an agreement is made of: its own words, four boxes."""
    body = wording.written(FACTS)
    return COMMON | {
        "title": "Convention TDL-2026-C012", "reference": "TDL-2026-C012 v1",
        "blocks": [{"kind": each.kind, "text": each.text} for each in wording.blocks(body)],
        "lines": PEOPLE, "code": "https://alize.exemple.test/papier/00000000000000000000000000000000",
    }  # fmt: skip


def dossier() -> dict[str, Any]:
    """What the dossier of a session is made of: ten projects, two pages each or so."""
    words = "L’entreprise double sa ligne d’usinage pour répondre à deux clients du bassin. " * 12
    facts = [{"name": f"Appréciation {number}", "text": "Forte"} for number in range(18)]
    needs = {"head": ["Domaine", "Jours"], "lines": [["Production", "3"], ["Commercial", "1,5"]]}
    sections = [
        {"title": "Le projet", "text": words}, {"title": "Diagnostic", "facts": facts},
        {"title": "Besoins", "rows": needs}, {"title": "Moyens", "text": words},
    ]  # fmt: skip
    items = [
        {"kind": "projet nouveau", "title": f"Firme {number} (démo)", "city": "Toul",
         "reference": f"TDL-2026-{number:03}", "need": "4,5 jours", "sections": sections}
        for number in range(PROJECTS)
    ]  # fmt: skip
    session = {
        "number": "TDL-2026-S005", "held_on": DAY, "kind": "réunion", "starts_at": "14:00", "place": "Toul",
        "video_link": "",
    }  # fmt: skip
    return COMMON | {
        "title": "Dossier de séance", "reference": "TDL-2026-S005", "session": session, "message": "",
        "left_out": 0, "items": items, "late": [],
    }  # fmt: skip


# ── Without a database ──────────────────────────────────────────────────────────────────────────────────────


def alone(bench: Bench, workshop: ChildWorkshop, turns: int) -> list[Figure]:
    """Typesetting and sealing by the warm child, and by the bare libraries in this process."""
    # The bench alone has these libraries in its own process: no installation does.
    from engine.documents import sources, typesetting  # noqa: PLC0415

    text, items = agreement(), dossier()
    file = workshop.typeset("agreement", text, standard=STANDARD)

    def bare(template: str, values: dict[str, Any]) -> Callable[[], object]:
        source = sources.source_of(template)
        return lambda: typesetting.typeset(source, values, root=root, standard=STANDARD)

    with tempfile.TemporaryDirectory(prefix="alize-") as folder:
        root = Path(folder)
        sources.lay_out(root, {})
        measured = (
            ("dossier", f"dossier de {PROJECTS} projets", min(turns, 30),
             lambda: workshop.typeset("session_dossier", items, standard=STANDARD)),
            ("", "le même, typst seul", min(turns, 30), bare("session_dossier", items)),
            ("agreement", "convention de deux pages", turns,
             lambda: workshop.typeset("agreement", text, standard=STANDARD)),
            ("", "la même, typst seul", turns, bare("agreement", text)),
        )  # fmt: skip
        figures = [timed(bench, what, act, count, LIMITS.get(limit)) for limit, what, count, act in measured]
    return figures + seals(bench, workshop, file, min(turns, 60))


def seals(bench: Bench, workshop: ChildWorkshop, file: bytes, turns: int) -> list[Figure]:
    """Sealing with the keys that authorities give, and reading a sealed file again."""
    from engine.documents import certificates, sealing  # noqa: PLC0415

    wall, figures = RealClock().wall(), []
    keys = {"P-256": 0, **{f"RSA-{bits}": bits for bits in RSA_SIZES}}
    for name, bits in keys.items():
        specimen = certificates.load(
            certificates.specimen("mesure", wall=wall, rsa_bits=bits), "mesure", wall=wall
        )
        by_child = partial(workshop.seal, file, certificate=specimen, reason="", place="")
        alone = partial(sealing.seal, file, certificate=specimen, wall=wall, reason="", place="")
        figures.append(timed(bench, f"cachet {name} d’une convention", by_child, turns, LIMITS["seal"]))
        figures.append(timed(bench, "le même, pyHanko seul", alone, turns))
        check = partial(workshop.validate, by_child())
        figures.append(timed(bench, f"vérification du cachet {name}", check, turns, LIMITS["seal"]))
    return figures


def timed(
    bench: Bench, what: str, act: Callable[[], object], turns: int, limit: float | None = None
) -> Figure:
    """The median of an act, the first turns left out."""
    times = Times()
    for turn in range(turns + WARM):
        started = time.perf_counter()
        act()
        if turn >= WARM:
            times.seconds.append(time.perf_counter() - started)
    return Figure(GOAL, bench.name, what, times.median, "ms", limit, note=times.note)


# ── With one ────────────────────────────────────────────────────────────────────────────────────────────────


def asked(bench: Bench, turns: int) -> list[Figure]:
    """What asking for a document adds to an act; the same row written bare."""
    chain = new_id()

    def ask() -> None:
        with bench.database.start_work() as work:
            ask_one(work, bench, chain)

    def record_alone() -> None:
        with bench.database.start_work() as work:
            work.record("documents.paper.requested", chain=chain, subject=new_id(), basin_id=bench.basin_id)

    row: dict[str, Any] = {
        "basin_id": bench.basin_id, "chain_id": chain, "kind": "bare", "locale": "fr", "variant": "",
        "version": 1, "name": "a.pdf", "audience": "project", "state": State.MADE.value,
        "requested_by": chain, "requested_at": bench.clock.now(), "next_try_at": bench.clock.now(),
    }  # fmt: skip

    def insert() -> None:
        with bench.database.engine.begin() as connection:
            connection.execute(sa.insert(paper), {**row, "id": new_id(), "subject_id": new_id()})

    return [
        timed(bench, "un acte d’une ligne d’historique", record_alone, turns),
        timed(bench, "le même, qui demande aussi un document", ask, turns),
        timed(bench, "la ligne du document seule", insert, turns),
    ]


def ask_one(work: Any, bench: Bench, chain: UUID) -> UUID:
    """Ask for a document."""
    return requests.ask(
        work, kind="agreement", subject_id=new_id(), chain_id=chain, basin_id=bench.basin_id,
        name="Convention.pdf", audience="project",
    )  # fmt: skip


def until_the_file(bench: Bench, workshop: ChildWorkshop, store: Store, turns: int) -> list[Figure]:
    """From the commit of an act to the file: the wait for the beat, then the making."""
    chain, values = new_id(), agreement()

    def gather(_work: object, asked_for: Paper) -> making.Sheet:
        # Each file is another: kept once, it would be written once.
        return making.Sheet("agreement@1", values | {"reference": asked_for.id.hex})

    hooks = making.Hooks({"agreement": gather})
    settings = bench.engine.settings
    while making.make_due(bench.database, settings, workshop, store, hooks):
        continue  # What was asked above.
    times = Times()
    for _turn in range(min(turns, 60)):
        with bench.database.start_work() as work:
            ask_one(work, bench, chain)
        started = time.perf_counter()
        if making.make_due(bench.database, settings, workshop, store, hooks) != 1:
            raise RuntimeError("one document was to be made")
        times.seconds.append(time.perf_counter() - started)
    late = BEAT.total_seconds() * 950 + times.p95
    return [
        Figure(GOAL, bench.name, "préparer un document, de la file au fichier gardé", times.median, "ms",
               note=times.note),
        Figure(GOAL, bench.name, "de la validation de l’acte au fichier, p95", late, "ms", LIMITS["file"],
               note="19/20 du battement de 5 s, puis la préparation"),
    ]  # fmt: skip


def idle(bench: Bench, count: int) -> list[Figure]:
    """The tick of documents with nothing to make, among documents that are made."""
    with bench.database.start_work() as work:
        model = work.connection.scalars(
            sa.select(paper.c.id).where(paper.c.state == State.MADE.value)
        ).first()
        if model is None:
            raise RuntimeError("no document was made")
        cloning.number_ids(work.connection, count)
        cloning.clone(work.connection, paper, model, {"id": "u", "subject_id": "u"})
    cloning.settle(bench.database)
    workshop, hooks = ChildWorkshop(), making.Hooks({})

    def beat() -> None:
        if making.make_due(bench.database, bench.engine.settings, workshop, bench.engine.store, hooks):
            raise RuntimeError("something was to be made")

    what = f"battement des documents sans rien à faire, {count} documents faits"
    return [timed(bench, what, beat, 60, LIMITS["idle"])]
