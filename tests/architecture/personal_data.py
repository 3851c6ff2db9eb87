"""Write docs/personal-data.md from the register: `python -m tests.architecture.personal_data`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.retention.register import Entry, Fate
from engine.retention.tables import REGISTER

PAGE = Path(__file__).parents[2] / "docs" / "personal-data.md"
BEGIN, END = "<!-- register -->", "<!-- /register -->"
WHOSE = {
    "own": "of the person",
    "told": "in a project’s file or a session’s",
    "hidden": "of the person, never shown",
}
END_OF_TIME = {Fate.DROP: "row deleted", Fate.EMPTY: "emptied", Fate.KEEP: "kept"}


def lines() -> Iterator[str]:
    """The register as a table, then the tables that hold nothing personal."""
    yield "| Table | Columns | Whose | Why | How long | Erasure of the person | End of the project’s time |"
    yield "|---|---|---|---|---|---|---|"
    for line in REGISTER.values():
        for kind, whose in WHOSE.items():
            names = getattr(line, kind)
            if names:
                columns = ", ".join(f"`{name}`" for name in names)
                yield (
                    f"| `{line.table}` | {columns} | {whose} | {line.why} | {line.until} | "
                    f"{END_OF_TIME[at_erasure(line, kind)]} | {END_OF_TIME[line.at_end] if line.case else '–'} |"
                )
    plain = [f"`{line.table}`" for line in REGISTER.values() if not line.personal and not line.hidden]
    yield ""
    yield f"Nothing but identifiers, codes and words about processes: {', '.join(plain)}."


def at_erasure(line: Entry, kind: str) -> Fate:
    """What an erasure does to columns of a kind."""
    if line.table == "history":
        return Fate.EMPTY
    return Fate.KEEP if kind == "told" and line.at_erasure is Fate.EMPTY else line.at_erasure


def written(page: str) -> str:
    """The page with the register of today between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n" + "\n".join(lines()) + f"\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
