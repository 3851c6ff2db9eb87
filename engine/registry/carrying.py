"""A new reference for a basin that drew its own: merged element by element, what both changed is asked."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from engine import i18n
from engine.i18n import mark as _
from engine.registry import changed_steps, changes, inserting, merging, normalising, overlay, reading
from engine.registry.changes import Change
from engine.registry.graph import Flow, Process
from engine.registry.naming import name_of, near
from engine.registry.pieces import PICTURE, Piece, pieces_of
from engine.registry.wording import Said

# The largest drawing takes two seconds to carry: what was shown a moment ago is not worked out again.
REMEMBERED = 8


class Side(enum.StrEnum):
    """Whose version of an element is taken."""

    OURS = "ours"  # The basin's drawing.
    THEIRS = "theirs"  # The new reference.


@dataclass(frozen=True, slots=True)
class Conflict:
    """An element that the basin and the new reference both changed, each in its own way."""

    file: str
    element: str
    template: str
    values: Mapping[str, object]
    ours: tuple[Said, ...]
    theirs: tuple[Said, ...]

    def sentence(self, locale: str = i18n.SOURCE) -> str:
        """Give the sentence that says what both touched."""
        return Said(self.template, self.values)(locale)


@dataclass(frozen=True, slots=True)
class Carried:
    """The basin's diagrams upon the new reference; `conflicts` are those that nobody has settled yet.

    Where one is not settled, the files hold the basin's own side.
    """

    files: dict[str, bytes]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class Reanchored:
    """The other changes upon a new reference: those that hold, and why the rest does not."""

    kept: tuple[Change, ...]
    vanished: tuple[overlay.AnchorVanished | inserting.IdentifierTaken, ...]


@dataclass(slots=True)
class Three:
    """The three versions of a file, taken apart, and what was settled of it."""

    file: str
    roots: Mapping[str, etree._Element]
    settled: Mapping[str, Side]
    pieces: dict[str, dict[str, Piece]] = field(init=False)
    processes: dict[str, Process] = field(init=False)

    def __post_init__(self) -> None:
        self.pieces = {name: pieces_of(root) for name, root in self.roots.items()}
        self.processes = {name: process_of(root, self.file) for name, root in self.roots.items()}

    def side(self, key: str) -> Side | None:
        """Whose version of an element is taken; None when both changed it, each otherwise."""
        base, ours, theirs = (said(self.pieces[name].get(key)) for name in ("base", "ours", "theirs"))
        if ours in (base, theirs):
            return Side.THEIRS
        return Side.OURS if theirs == base else None

    def side_of_picture(self, key: str, drawn_by: Side) -> Side:
        """Whose drawing of an element is taken: of what both draw, one side's whole picture."""
        if key in self.pieces["ours"] and key in self.pieces["theirs"]:
            return drawn_by
        return Side.OURS if key in self.pieces["ours"] else Side.THEIRS


def carry_over(
    base: Mapping[str, bytes],
    drawn: Mapping[str, bytes],
    target: Mapping[str, bytes],
    settled: Mapping[tuple[str, str], Side] | None = None,
) -> Carried:
    """Carry what a basin drew over to a new reference.

    `base` is the reference that it drew upon, `target` the new one, `settled` who wins where both changed
    an element: (file, element) → side. What one side alone changed is taken, the picture included. A file
    that the new reference no longer has is carried as it was drawn: its change says so when it is applied.

    Raises `reading.Unreadable`.
    """
    given = [tuple(sorted(each.items())) for each in (base, drawn, target, settled or {})]
    found = _carried(*given)
    return Carried(dict(found.files), found.conflicts)


@lru_cache(maxsize=REMEMBERED)
def _carried(*given: tuple[tuple[Any, Any], ...]) -> Carried:
    """The same, once for the page that shows it and the act that then has the database in its hands."""
    base, drawn, target, settled = map(dict, given)
    files: dict[str, bytes] = {}
    conflicts: list[Conflict] = []
    for name, content in drawn.items():
        if name not in base or name not in target or base[name] == target[name]:
            files[name] = content
            continue
        answers = {element: side for (file, element), side in settled.items() if file == name}
        texts = {"base": base[name], "ours": content, "theirs": target[name]}
        three = Three(name, {each: root_of(text) for each, text in texts.items()}, answers)
        files[name], left = merged(three)
        conflicts += left
    return Carried(files, tuple(conflicts))


def reanchor(
    reference: Mapping[str, bytes], made: Sequence[Change], drawn: Mapping[str, bytes]
) -> Reanchored:
    """Try each change upon a new reference, in order: the steps, questions, delays, names, drawn files."""
    roots = {name: reading.read_root(content) for name, content in reference.items()}
    kept: list[Change] = []
    vanished: list[overlay.AnchorVanished | inserting.IdentifierTaken] = []
    for change in sorted(made, key=lambda each: not isinstance(each, changes.Diagram)):
        try:
            if isinstance(change, changes.Diagram):
                roots[change.file] = reading.read_root(overlay.drawn_file(change, reference, drawn))
            overlay.carried_out(change, roots)
            kept.append(change)
        except (overlay.AnchorVanished, inserting.IdentifierTaken) as refusal:
            vanished.append(refusal)
    return Reanchored(tuple(each for each in made if each in kept), tuple(vanished))


def root_of(content: bytes) -> etree._Element:
    """Read a file, its arrows named. Raises `reading.Unreadable`."""
    root = reading.read_root(content)
    normalising.name_flows(root)
    return root


def said(piece: Piece | None) -> tuple[object, ...] | None:
    """What is compared of an element: what it says, what it stands in; its lane is only layout."""
    return None if piece is None else (piece.says, piece.parent)


def process_of(root: etree._Element, name: str) -> Process:
    """Give the first process of a file, for the names of its steps."""
    found = reading.diagram_of(root, name).processes
    if not found:
        raise reading.Unreadable("NO_PROCESS")
    return found[0]


def merged(three: Three) -> tuple[bytes, list[Conflict]]:
    """Merge one file; give it with the conflicts that nobody settled."""
    drawn_by = Side(merging.drawn_by(three.pieces))
    sides: dict[str, Side] = {}
    left: list[Conflict] = []
    for key in dict.fromkeys([*three.pieces["theirs"], *three.pieces["ours"], *three.pieces["base"]]):
        if key.startswith(PICTURE):
            sides[key] = three.side_of_picture(key, drawn_by)
            continue
        side = three.side(key) or three.settled.get(key)
        if side is None:
            left.append(of_both(three, key))
        sides[key] = side or Side.OURS
    for conflict, side in needed_again(three, sides):
        if conflict.element not in three.settled:
            left.append(conflict)
        sides[conflict.element] = three.settled.get(conflict.element, side)
    return merging.put_together(three.roots, three.pieces, sides), left


def needed_again(three: Three, sides: Mapping[str, Side]) -> Iterator[tuple[Conflict, Side]]:
    """Give the steps that one side took away and that an arrow or event of the other needs; they stay."""
    result = {key: three.pieces[sides[key]].get(key) for key in sides}
    wanted = {
        end: piece.key
        for piece in result.values()
        if piece is not None
        for name in ("sourceRef", "targetRef", "attachedToRef")
        if (end := piece.element.get(name))
    }
    for end, by in wanted.items():
        gone = sides.get(end)
        if gone is None or result.get(end) is not None:
            continue
        keeper = Side.OURS if gone is Side.THEIRS else Side.THEIRS
        template = _("la nouvelle référence a retiré « {step} », dont votre dessin a besoin")
        if keeper is Side.THEIRS:
            template = _("votre dessin a retiré « {step} », dont la nouvelle référence a besoin")
        name = name_of(three.processes[keeper].node(end))
        needs = (use_of(three, keeper, by),)
        gone_away = (Said(_("étape retirée")),)
        sayings = (needs, gone_away) if keeper is Side.OURS else (gone_away, needs)
        yield Conflict(three.file, end, template, {"step": name}, *sayings), keeper


def use_of(three: Three, side: Side, key: str) -> Said:
    """Say what needs a step: an arrow, or an event on its border."""
    flow = flow_in(three.processes[side], key)
    if flow is not None:
        return along(three.processes[side], flow)
    return Said(_("« {step} » porte sur elle"), {"step": name_of(three.processes[side].node(key))})


def of_both(three: Three, key: str) -> Conflict:
    """Say what both changed of an element, each side in its own sentences."""
    ours, theirs = (sayings(three, side, key) for side in (Side.OURS, Side.THEIRS))
    process = three.processes["base"]
    node = process.node(key) or three.processes["ours"].node(key)
    flow = flow_in(process, key) or flow_in(three.processes["ours"], key)
    template, values = _("« {name} » a changé des deux côtés"), {"name": called(three, key)}
    if node is not None:
        values = {"name": name_of(node)}
    elif flow is not None:
        return Conflict(
            three.file, key, _("la flèche {name} a changé des deux côtés"), {"name": along(process, flow)},
            ours, theirs,
        )  # fmt: skip
    return Conflict(three.file, key, template, values, ours, theirs)


def called(three: Three, key: str) -> str:
    """How a sentence calls what is neither a step nor an arrow: by its name, else by its id."""
    found = (three.pieces[name].get(key) for name in ("ours", "theirs", "base"))
    return next((piece.element.get("name", "") for piece in found if piece is not None), "") or key


def sayings(three: Three, side: Side, key: str) -> tuple[Said, ...]:
    """Say what one side made of an element."""
    before, after = three.processes["base"], three.processes[side]
    if key not in three.pieces[side]:
        return (Said(_("retirée")),)
    flow = flow_in(after, key)
    if flow is not None:
        return (along(after, flow),)
    old, new = before.node(key), after.node(key)
    if old is None or new is None:
        return (Said(_("ajoutée : « {step} »"), {"step": name_of(new)}),) if new else (Said(_("changée")),)
    found = tuple(sentence for _what, sentence in changed_steps.changed(before, after, old, new))
    return found or (Said(_("changée")),)


def flow_in(process: Process, key: str) -> Flow | None:
    """Give an arrow by its id."""
    return next((flow for flow in process.flows if flow.id == key), None)


def along(process: Process, flow: Flow) -> Said:
    """Say from where to where an arrow leads."""
    source, target = (near(process, process.node(each)) for each in (flow.source, flow.target))
    ends = {"step": source, "target": target}
    if flow.condition:
        return Said(_("de « {step} » à « {target} », à une condition"), ends)
    return Said(_("de « {step} » à « {target} »"), ends)
