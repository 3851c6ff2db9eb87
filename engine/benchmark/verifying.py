"""P6: how long a process takes to be proved, and how far a file made to be slow gets."""

# A check runs in the warm child, as a page or the API asks it; each measured file differs from the one
# before, so that nothing but its siblings is known already.

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from engine import installing
from engine.benchmark.figures import Figure, Times
from engine.isolation import child_of
from engine.registry import checks, isolation, library, reading
from engine.registry.context import Context

REFERENCE_MS, EDITOR_MS, ACCEPTED_MS, HOSTILE_MS, MEGABYTES = 50.0, 200.0, 1000.0, 1000.0, 200.0
PROFILE = Context(profile_only=True)
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d">'
    '<process id="p" isExecutable="true">'
)
TAIL = "</process></definitions>"


def measure(*, quick: bool) -> list[Figure]:
    """Prove the reference, each of its files as an editor sends it, a large file, and slow ones."""
    files, rounds = library.reference(), 5 if quick else 20
    checks.check_version_safely(files, installing.known())  # The child starts, and reads the reference.
    return [
        *of_reference(files, rounds),
        *of_editor(files, rounds),
        *of_accepted(rounds),
        *of_hostile(1 if quick else 5),
        memory(),
    ]


def of_reference(files: dict[str, bytes], rounds: int) -> list[Figure]:
    """The life of a project with all it calls, beside the mere reading of its file; then all lives."""
    proved, read, whole = Times(), Times(), Times()
    names = installing.known(files, "project.bpmn")
    for content in itertools.islice(changed(files["project.bpmn"]), rounds):
        read.seconds.append(timed(functools.partial(reading.read, content, "project.bpmn")))
        proved.seconds.append(asked(content, "project.bpmn", names))
        whole.seconds.append(timed(lambda: checks.check_version_safely(files, installing.known())))
    return [
        Figure("P6", "–", "la vie d’un projet vérifiée, tout ce qu’elle appelle compris", proved.median, "ms",
               REFERENCE_MS, note=proved.note),
        Figure("P6", "–", "vérification / lecture du seul fichier", proved.median / read.median, "×"),
        Figure("P6", "–", f"les {len(files)} diagrammes de la référence vérifiés ensemble", whole.median,
               "ms", note=whole.note),
    ]  # fmt: skip


def of_editor(files: dict[str, bytes], rounds: int) -> list[Figure]:
    """Each file changed in turn, its siblings known."""
    times = Times()
    for name, content in files.items():
        around = installing.known(files, name)
        for each in itertools.islice(changed(content), max(2, rounds // 5)):
            times.seconds.append(asked(each, name, around))
    return [
        Figure("P6", "–", "un diagramme changé, les autres connus", times.median, "ms", EDITOR_MS,
               note=f"{times.note}, au plus {1000 * max(times.seconds):.0f} ms")
    ]  # fmt: skip


def of_accepted(rounds: int) -> list[Figure]:
    """Diagrams as large as they may be: one long line of steps, and a wide one."""
    large = {
        "le plus grand diagramme accepté, 500 étapes à la suite": long_line(498),
        "vingt-deux étapes en parallèle": wide(22),
    }
    figures = []
    for what, content in large.items():
        times = Times([asked(each, "p.bpmn", PROFILE) for each in itertools.islice(changed(content), rounds)])
        figures.append(Figure("P6", "–", what, times.median, "ms", ACCEPTED_MS, note=times.note))
    return figures


def of_hostile(rounds: int) -> list[Figure]:
    """Files that no proof can be done with in time: an answer comes all the same."""
    slow = {"boucles en parallèle": loops(24), "choix inclusifs": inclusive(12)}
    taken = {
        what: max(asked(each, "p.bpmn", PROFILE) for each in itertools.islice(changed(content), rounds))
        for what, content in slow.items()
    }
    worst = max(taken, key=lambda what: taken[what])
    return [
        Figure("P6", "–", "un diagramme fait pour que la vérification n’en finisse pas", 1000 * taken[worst],
               "ms", HOSTILE_MS, note=f"au plus, sur {len(taken)} : {worst}")
    ]  # fmt: skip


def memory() -> Figure:
    """What the child took at most, on Linux: its code, and whatever a file made it take."""
    status = Path(f"/proc/{child_of(isolation.CHILD).pid}/status")
    lines = status.read_text(encoding="ascii").splitlines() if status.is_file() else []
    peak = next((float(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)
    return Figure("P6", "–", "mémoire la plus grande du processus qui vérifie, son code compris", peak, "Mo",
                  MEGABYTES)  # fmt: skip


def asked(content: bytes, name: str, around: Context) -> float:
    """How long one file takes, asked of the child."""
    return timed(lambda: checks.check_safely(content, filename=name, context=around))


def timed(act: Callable[[], object]) -> float:
    """How long something takes, in seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def changed(content: bytes) -> Iterator[bytes]:
    """The same diagram again and again, never the same bytes."""
    return (content + b"<!-- %d -->" % number for number in itertools.count())


def long_line(steps: int) -> bytes:
    """So many steps one after the other."""
    names = ["s", *(f"t{number}" for number in range(steps)), "e"]
    nodes = "".join(f'<userTask id="{name}"/>' for name in names[1:-1])
    return drawn(f'<startEvent id="s"/>{nodes}<endEvent id="e"/>', itertools.pairwise(names))


def wide(branches: int) -> bytes:
    """So many steps at the same time."""
    names = [f"t{number}" for number in range(branches)]
    nodes = "".join(f'<userTask id="{name}"/>' for name in names)
    arrows = [("s", "a"), ("b", "e"), *(("a", name) for name in names), *((name, "b") for name in names)]
    return drawn(f'<startEvent id="s"/><parallelGateway id="a"/>{nodes}<parallelGateway id="b"/>'
                 '<endEvent id="e"/>', arrows)  # fmt: skip


def loops(branches: int) -> bytes:
    """So many loops at the same time, each of two steps with a way out after either."""
    nodes = ['<startEvent id="s"/><parallelGateway id="a"/><parallelGateway id="b"/><endEvent id="e"/>']
    arrows = [("s", "a"), ("b", "e")]
    for number in range(branches):
        x, t, y, u, w, z = (f"{letter}{number}" for letter in "xtyuwz")
        nodes += [f'<exclusiveGateway id="{name}"/>' for name in (x, y, w, z)]
        nodes += [f'<userTask id="{name}"/>' for name in (t, u)]
        arrows += [("a", x), (x, t), (t, y), (y, u), (y, z), (u, w), (w, x), (w, z), (z, "b")]
    return drawn("".join(nodes), arrows)


def inclusive(levels: int) -> bytes:
    """Inclusive choices one inside the other, whose joins wait for whatever may still come."""
    nodes, arrows = ['<startEvent id="s"/><endEvent id="e"/>'], [("s", "i0"), ("j0", "e")]
    for level in range(levels):
        i, j, t, u = (f"{letter}{level}" for letter in "ijtu")
        inner = (f"i{level + 1}", f"j{level + 1}") if level + 1 < levels else (f"v{level}", f"v{level}")
        nodes.append(f'<inclusiveGateway id="{i}"/><inclusiveGateway id="{j}"/>')
        nodes.append(f'<userTask id="{t}"/><userTask id="{u}"/>')
        arrows += [(i, t), (i, u), (t, j), (u, j), (i, inner[0]), (inner[1], j)]
    nodes.append(f'<userTask id="v{levels - 1}"/>')
    return drawn("".join(nodes), arrows)


def drawn(nodes: str, arrows: Iterable[tuple[str, str]]) -> bytes:
    """A process with these steps and arrows."""
    lines = (f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
             for number, (source, target) in enumerate(arrows))  # fmt: skip
    return f"{HEAD}{nodes}{''.join(lines)}{TAIL}".encode()
