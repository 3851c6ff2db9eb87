"""Processes drawn by lot out of everything the profile allows: nested, looping, interrupted, called, repeated."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests import bpmn

DEEPEST = 3


@dataclass
class Piece:
    """A part of a process with one way in and one way out, told in the words of tests.bpmn."""

    text: str
    first: str
    last: str


@dataclass
class Draughtsman:
    """Draws pieces; what is called is drawn as a process of its own."""

    dice: random.Random
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    called: dict[str, str] = field(default_factory=dict)

    def name(self, kind: str) -> str:
        return f"{kind}{next(self.numbers)}"

    def process(self, depth: int = DEEPEST) -> str:
        """A whole process: a start, some pieces one after the other, an end."""
        begin, end = self.name("begin"), self.name("end")
        body = self.line(depth, self.dice.randint(1, 3))
        return f"{body.text} ; {begin}:start > {body.first} ; {body.last} > {end}:end"

    def line(self, depth: int, length: int) -> Piece:
        """Pieces one after the other."""
        pieces = [self.piece(depth) for _ in range(length)]
        arrows = [f"{one.last} > {other.first}" for one, other in itertools.pairwise(pieces)]
        told = " ; ".join([*(each.text for each in pieces), *arrows])
        return Piece(told, pieces[0].first, pieces[-1].last)

    def piece(self, depth: int) -> Piece:
        """One piece of any kind; simple ones only at the bottom."""
        simple: list[Callable[[], Piece]] = [self.task, self.wait, self.repeated]
        nested = [self.choice, self.parallel, self.inclusive, self.loop, self.embedded, self.left, self.told,
                  self.call, self.awaited, self.watched]  # fmt: skip
        if depth == 0 or self.dice.random() < 0.3:
            return self.dice.choice(simple)()
        return self.dice.choice(nested)(depth - 1)

    def task(self) -> Piece:
        """A step, somebody's or the engine's."""
        kind = self.dice.choice(["user", "user", "service"])
        name = self.name(kind)
        told = "[operation=walk.on]" if kind == "service" else ""
        return Piece(f"{name}:{kind}{told}", name, name)

    def wait(self) -> Piece:
        """A date or a message."""
        name = self.name("wait")
        return Piece(f"{name}:{self.event()}", name, name)

    def event(self) -> str:
        return self.dice.choice(["timer", f"message[code=m{next(self.numbers)}]"])

    def repeated(self) -> Piece:
        """A step that several people carry out."""
        name = self.name("several")
        return Piece(f"{name}:user[loop=2]", name, name)

    def branches(self, depth: int, kind: str) -> Piece:
        split, join = self.name("split"), self.name("join")
        ways = [self.line(depth, 1) for _ in range(self.dice.randint(2, 3))]
        told = [f"{way.text} ; {split}:{kind} > {way.first} ; {way.last} > {join}:{kind}" for way in ways]
        if kind == "xor" and self.dice.random() < 0.3:
            told.append(f"{split} > {join}")
        return Piece(" ; ".join(told), split, join)

    def choice(self, depth: int) -> Piece:
        """One way or another."""
        return self.branches(depth, "xor")

    def parallel(self, depth: int) -> Piece:
        """All ways at once."""
        return self.branches(depth, "and")

    def inclusive(self, depth: int) -> Piece:
        """Some ways at once."""
        return self.branches(depth, "or")

    def loop(self, depth: int) -> Piece:
        """Again and again; somebody waits in it, or the engine would turn in a circle."""
        into, out, waits = self.name("into"), self.name("out"), self.name("user")
        body = self.line(depth, 1)
        told = f"{body.text} ; {into}:xor > {waits} > {body.first} ; {body.last} > {out}:xor ; {out} > {into}"
        return Piece(told, into, out)

    def embedded(self, depth: int) -> Piece:
        """A process within, left by its end, or interrupted."""
        name = self.name("sub")
        inside = self.process(depth)
        told = f"{name}:sub{{ {inside} }}"
        return self.interrupted(Piece(told, name, name))

    def left(self, depth: int) -> Piece:
        """A process within that one branch may end for all the others."""
        name, split, stop = self.name("sub"), self.name("split"), self.name("stop")
        begin, end, choice = self.name("begin"), self.name("end"), self.name("choice")
        one, other = self.line(depth, 1), self.line(depth, 1)
        inside = (
            f"{one.text} ; {other.text} ; {begin}:start > {split}:and > {one.first} ; {split} > {other.first} ; "
            f"{one.last} > {choice}:xor > {stop}:terminate ; {choice} > {end}:end ; {other.last} > end{end}:end"
        )
        return Piece(f"{name}:sub{{ {inside} }}", name, name)

    def told(self, depth: int) -> Piece:
        """A process within that tells something meanwhile, or gives up."""
        name, begin, end, join = self.name("sub"), self.name("begin"), self.name("end"), self.name("join")
        code, heard, task, done = self.name("code"), self.name("heard"), self.name("user"), self.name("done")
        body = self.line(depth, 1)
        if self.dice.random() < 0.5:
            inside = f"{body.text} ; {begin}:start > {begin}x:xor > {body.first} ; {body.last} > {end}:end"
            inside += f" ; {begin}x > {end}z:end-error[code={code}]"
            text = (
                f"{name}:sub{{ {inside} }} ; {name} > {join}:xor ; {heard}:error@{name}[code={code}] > {join}"
            )
            return Piece(text, name, join)
        throw = self.name("throw")
        inside = f"{body.text} ; {begin}:start > {throw}:throw-escalation[code={code}] > {body.first}"
        inside += f" ; {body.last} > {end}:end"
        text = f"{name}:sub{{ {inside} }} ; {heard}:escalation~@{name}[code={code}] > {task} > {done}:end"
        return Piece(text, name, name)

    def call(self, depth: int) -> Piece:
        """Another process, which may end badly."""
        name, process = self.name("call"), self.name("p")
        if self.dice.random() < 0.5:
            code, bad = self.name("bad"), self.name("stop")
            split, task = self.name("split"), self.name("user")
            self.called[process] = (
                f"begin{process}:start > {task} > {split}:xor > {bad}:end-escalation[code={code}] ; "
                f"{split} > done{process}:end"
            )
            after, join = self.name("caught"), self.name("join")
            told = f"{name}:call[called={process}] > {join}:xor ; {after}:escalation@{name}[code={code}] > {join}"
            return Piece(told, name, join)
        self.called[process] = self.process(depth)
        return self.interrupted(Piece(f"{name}:call[called={process}]", name, name))

    def awaited(self, depth: int) -> Piece:
        """Whichever comes first."""
        gateway, join = self.name("first"), self.name("join")
        ways = []
        for event in ("timer", f"message[code=m{next(self.numbers)}]"):
            name, after = self.name("wait"), self.line(depth, 1)
            ways.append(
                f"{after.text} ; {gateway}:event > {name}:{event} > {after.first} ; {after.last} > {join}:xor"
            )
        return Piece(" ; ".join(ways), gateway, join)

    def watched(self, _depth: int) -> Piece:
        """A step with events on its edge."""
        name = self.name("user")
        return self.interrupted(Piece(f"{name}:user", name, name))

    def interrupted(self, piece: Piece) -> Piece:
        """The same, which an event may end, or go along with."""
        host, told, last = piece.first, piece.text, piece.last
        if self.dice.random() < 0.4:
            event, task, end = self.name("beside"), self.name("user"), self.name("end")
            kind = self.dice.choice(["timer~", "message~"])
            code = f"[code=m{next(self.numbers)}]" if kind == "message~" else ""
            told += f" ; {event}:{kind}@{host}{code} > {task} > {end}:end"
        if self.dice.random() < 0.4:
            event, join = self.name("instead"), self.name("join")
            told += f" ; {last} > {join}:xor ; {event}:timer@{host} > {join}"
            last = join
        return Piece(told, piece.first, last)


def process_files(dice: random.Random) -> dict[str, bytes]:
    """Draw a process `p`, and those that it calls, one file each."""
    draughtsman = Draughtsman(dice)
    texts = {"p": draughtsman.process()} | draughtsman.called
    return {f"{name}.bpmn": bpmn.drawn(text, process=name) for name, text in texts.items()}
