"""Draw processes at random, as lines of text for tests.bpmn: built of blocks, and then spoiled or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

TASKS = ("user", "user", "service", "task", "manual")
GATEWAYS = ("xor", "and", "or")
THROWN = ("end-error[code=E]", "end-escalation[code=E]", "end-escalation[code=F]")
CAUGHT = ("message", "message~", "error[code=E]", "escalation[code=E]", "escalation~[code=E]")
EDGES = ("timer", "timer~", "message", "message~")


@dataclass
class Drawing:
    """Lines of a process while it is drawn, and the names given so far."""

    draw: st.DrawFn
    spoiled: bool = False  # Ends that throw, and event subprocesses: what is built so need not be sound.
    lines: list[str] = field(default_factory=list)
    tops: list[str] = field(default_factory=list)
    count: int = 0

    def name(self, prefix: str) -> str:
        """Give a name that is not used yet."""
        self.count += 1
        return f"{prefix}{self.count}"

    def chosen(self, *choices: str) -> str:
        """Draw one of several words."""
        return self.draw(st.sampled_from(choices))


@st.composite
def sound_models(draw: st.DrawFn, depth: int = 3) -> str:
    """Give a process built of blocks each of which begins and ends with one token: sound as it is built."""
    return "; ".join(drawn(draw, depth, spoiled=False).lines)


@st.composite
def any_models(draw: st.DrawFn, depth: int = 3) -> str:
    """Give a process built of blocks, some arrows added and some gateways changed: sound or not."""
    drawing = drawn(draw, depth, spoiled=True)
    for _ in range(draw(st.integers(0, 2))):
        source, target = draw(st.sampled_from(drawing.tops)), draw(st.sampled_from(drawing.tops))
        drawing.lines.append(f"{source} > {target}")
    text = "; ".join(drawing.lines)
    if draw(st.booleans()):
        wrong, right = draw(st.permutations(GATEWAYS))[:2]
        text = text.replace(f":{right} ", f":{wrong} ", 1)
    return text


def drawn(draw: st.DrawFn, depth: int, *, spoiled: bool) -> Drawing:
    """Draw a whole process."""
    drawing = Drawing(draw, spoiled)
    first, last = block(drawing, depth, drawing.lines, drawing.tops)
    drawing.lines.append(f"s:start > {first}")
    drawing.lines.append(f"{last} > e:end")
    return drawing


def block(drawing: Drawing, depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw one block into some lines: the names of its first and last element."""
    kinds: tuple[Callable[..., tuple[str, str]], ...] = (
        task, watched, sequence, branches, branches, loop, subprocess,
    )  # fmt: skip
    kind = drawing.draw(st.sampled_from(kinds if depth else kinds[:2]))
    return kind(drawing, depth, lines, tops)


def task(drawing: Drawing, _depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw a task, whose step the charter may know."""
    name = drawing.name("a")
    lines.append(f"{name}:{drawing.chosen(*TASKS)}[step={name}]")
    tops.append(name)
    return name, name


def watched(drawing: Drawing, depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw a task with an event on its edge: it leads to the task's own exit, or to an end of its own."""
    first, _ = task(drawing, depth, lines, tops)
    merge, event, beyond = drawing.name("m"), drawing.name("t"), drawing.name("h")
    edge = drawing.chosen(*EDGES)
    # Beside its task a handler may only be of ours: in a loop, it would otherwise overlap itself.
    follower = f"{beyond}:service[operation=x]" if edge.endswith("~") else beyond
    after = f"u{merge}:end" if edge.endswith("~") else merge
    lines.append(f"{merge}:xor ; {first} > {merge}; {event}:{edge}@{first} > {follower} > {after}")
    tops.append(merge)
    return first, merge


def sequence(drawing: Drawing, depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw two blocks one after the other."""
    first, middle = block(drawing, depth - 1, lines, tops)
    following, last = block(drawing, depth - 1, lines, tops)
    lines.append(f"{middle} > {following}")
    return first, last


def branches(drawing: Drawing, depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw a split, two or three branches and the join that fits."""
    split, join, gateway = drawing.name("g"), drawing.name("j"), drawing.chosen(*GATEWAYS)
    lines.append(f"{split}:{gateway} ; {join}:{gateway} ")
    tops += [split, join]
    for _ in range(drawing.draw(st.integers(2, 3))):
        first, last = block(drawing, depth - 1, lines, tops)
        lines.append(f"{split} > {first}; {last} > {join}")
    return split, join


def loop(drawing: Drawing, depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw a block that may be done again; somebody decides each time."""
    merge, again, split = drawing.name("m"), drawing.name("a"), drawing.name("x")
    first, last = block(drawing, depth - 1, lines, tops)
    lines.append(f"{merge}:xor ; {split}:xor ; {merge} > {first}; {last} > {again} > {split} > {merge}")
    tops += [merge, again, split]
    return merge, split


def subprocess(drawing: Drawing, depth: int, lines: list[str], tops: list[str]) -> tuple[str, str]:
    """Draw a subprocess, which a date may cut short."""
    name, start, end = drawing.name("q"), drawing.name("s"), drawing.name("e")
    inside: list[str] = []
    first, last = block(drawing, depth - 1, inside, [])
    ends = ("end", "terminate", *(THROWN if drawing.spoiled else ()))
    inside.append(f"{start}:start > {first}; {last} > {end}:{drawing.chosen(*ends)}")
    if drawing.spoiled and drawing.draw(st.booleans()):
        catch, begun = drawing.chosen(*CAUGHT), drawing.name("b")
        inside.append(f"h{name}:eventsub{{ {begun}:start-{catch} > a{begun} > u{begun}:end }}")
    lines.append(f"{name}:sub[step={name}]{{ {'; '.join(inside)} }}")
    tops.append(name)
    if not drawing.draw(st.booleans()):
        return name, name
    merge, event = drawing.name("m"), drawing.name("t")
    edge = drawing.chosen("timer", "message", *(CAUGHT if drawing.spoiled else ()))
    kind, _, rest = edge.partition("[")
    code = rest and f"[{rest}"
    lines.append(f"{merge}:xor ; {name} > {merge}; {event}:{kind}@{name}{code} > {merge}")
    return name, merge
