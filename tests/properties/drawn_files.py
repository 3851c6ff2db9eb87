"""Small processes that nobody drew, most of them what somebody might have drawn."""

from __future__ import annotations

import random

from tests.properties.any_files import HEAD

REPEATED = "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
DECLARED = (
    '<message id="bell" name="bell"/><escalation id="stop" escalationCode="stop"/>'
    '<error id="fault" errorCode="fault"/>'
)
CALLED = (
    '<process id="called" isExecutable="true"><startEvent id="called_s"/><userTask id="called_t"/>'
    '<exclusiveGateway id="called_x" default="called_e_in"/><endEvent id="called_e"/>'
    '<endEvent id="called_stop"><escalationEventDefinition escalationRef="stop"/></endEvent>'
    '<sequenceFlow id="called_1" sourceRef="called_s" targetRef="called_t"/>'
    '<sequenceFlow id="called_2" sourceRef="called_t" targetRef="called_x"/>'
    '<sequenceFlow id="called_e_in" sourceRef="called_x" targetRef="called_e"/><sequenceFlow id="called_4" '
    'sourceRef="called_x" targetRef="called_stop"><conditionExpression>w1</conditionExpression></sequenceFlow>'
    "</process>"
)


class Drawing:
    """A process that may well be one: blocks inside blocks, then a few arrows and ids moved at random."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.count = 0

    def content(self) -> bytes:
        body = self.scope(depth=0)
        text = f'{HEAD} id="d">{DECLARED}<process id="p" isExecutable="true">{body}</process>{CALLED}</definitions>'
        return text.encode()

    def name(self) -> str:
        self.count += 1
        return f"n{self.count}"

    def scope(self, depth: int) -> str:
        """A start, a block, an end."""
        start, end = self.name(), self.name()
        parts: list[str] = [f'<startEvent id="{start}"/>', self.end(end, depth)]
        last = self.block(parts, start, depth, self.dice.randint(1, 4))
        parts.append(self.arrow(last, end))
        self.disturb(parts)
        return "".join(parts)

    def end(self, name: str, depth: int) -> str:
        kinds = ["", "", "", "<terminateEventDefinition/>"]
        if depth:
            kinds.append('<escalationEventDefinition escalationRef="stop"/>')
        return f'<endEvent id="{name}">{self.dice.choice(kinds)}</endEvent>'

    def arrow(self, source: str, target: str, condition: str = "") -> str:
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        return f'<sequenceFlow id="{self.name()}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'

    def block(self, parts: list[str], before: str, depth: int, length: int) -> str:
        """Some pieces one after the other; give the last step."""
        for _ in range(length):
            piece = self.dice.choice((self.step, self.step, self.branches, self.loop, self.choice_of_events))
            before = piece(parts, before, depth) if depth < 3 else self.step(parts, before, depth)
        return before

    def step(self, parts: list[str], before: str, depth: int) -> str:
        """One step, now and then repeated, now and then with an event on its edge."""
        name = self.name()
        kind = self.dice.choice(("userTask", "userTask", "serviceTask", "timer", "dated", "message", "throw",
                                 "subProcess", "callActivity"))  # fmt: skip
        parts += [self.node(kind, name, depth), self.arrow(before, name)]
        if kind in ("userTask", "subProcess", "callActivity") and self.dice.random() < 0.4:
            self.edge(parts, name, depth)
        return name

    def node(self, kind: str, name: str, depth: int) -> str:
        """One step, by what it is; now and then repeated, where it can be."""
        many = REPEATED if self.dice.random() < 0.15 else ""
        written = {
            "timer": catch(name, timer("timeDuration", "P1D")),
            "dated": catch(name, timer("timeDate", "v_on")),
            "message": catch(name, '<messageEventDefinition messageRef="bell"/>'),
            "throw": f'<intermediateThrowEvent id="{name}"/>',
            "callActivity": f'<callActivity id="{name}" calledElement="called">{many}</callActivity>',
            "serviceTask": f'<serviceTask id="{name}" alize:operation="test.do"/>',
            "userTask": f'<userTask id="{name}">{many}</userTask>',
        }
        if kind == "subProcess":
            return f'<subProcess id="{name}">{many}{self.scope(depth + 1)}</subProcess>'
        return written[kind]

    def edge(self, parts: list[str], host: str, depth: int) -> None:
        """An event on the edge of a step, and an end of its own."""
        event, end = self.name(), self.name()
        what = self.dice.choice((timer("timeDuration", "P3D"), timer("timeDate", "v_on"),
                                 '<messageEventDefinition messageRef="bell"/>',
                                 '<escalationEventDefinition escalationRef="stop"/>'))  # fmt: skip
        interrupting = self.dice.choice(("true", "false"))
        parts += [
            f'<boundaryEvent id="{event}" attachedToRef="{host}" cancelActivity="{interrupting}">{what}</boundaryEvent>',
            f'<endEvent id="{end}"/>',
        ]
        parts.append(self.arrow(self.step(parts, event, depth) if self.dice.random() < 0.5 else event, end))

    def branches(self, parts: list[str], before: str, depth: int) -> str:
        """A gateway, two or three blocks, a gateway: of the same kind, most often."""
        tag = self.dice.choice(("parallelGateway", "exclusiveGateway", "inclusiveGateway"))
        closing = tag if self.dice.random() < 0.93 else "exclusiveGateway"
        opens, closes, chosen = self.name(), self.name(), self.name()
        is_choice = tag != "parallelGateway"
        said = f' default="{chosen}"' if is_choice else ""
        parts += [f'<{tag} id="{opens}"{said}/>', f'<{closing} id="{closes}"/>', self.arrow(before, opens)]
        for number in range(self.dice.randint(2, 3)):
            first = self.name()
            parts.append(f'<userTask id="{first}"/>')
            if is_choice and not number:
                parts.append(f'<sequenceFlow id="{chosen}" sourceRef="{opens}" targetRef="{first}"/>')
            else:
                parts.append(self.arrow(opens, first, f"w{number}" if is_choice else ""))
            parts.append(self.arrow(self.block(parts, first, depth + 1, self.dice.randint(0, 2)), closes))
        return closes

    def loop(self, parts: list[str], before: str, depth: int) -> str:
        """A block that may be done again."""
        begins, asks, out = self.name(), self.name(), self.name()
        after = self.name()
        parts += [f'<exclusiveGateway id="{begins}"/>', self.arrow(before, begins)]
        last = self.block(parts, begins, depth + 1, self.dice.randint(1, 3))
        parts += [
            f'<exclusiveGateway id="{asks}" default="{out}"/>', self.arrow(last, asks),
            self.arrow(asks, begins, "again"), f'<userTask id="{after}"/>',
            f'<sequenceFlow id="{out}" sourceRef="{asks}" targetRef="{after}"/>',
        ]  # fmt: skip
        return after

    def choice_of_events(self, parts: list[str], before: str, depth: int) -> str:
        """Whatever comes first: a message or a day."""
        gate, message, day, after = self.name(), self.name(), self.name(), self.name()
        parts += [
            f'<eventBasedGateway id="{gate}"/>', self.node("message", message, depth),
            self.node("timer", day, depth), f'<exclusiveGateway id="{after}"/>', self.arrow(before, gate),
            self.arrow(gate, message), self.arrow(gate, day), self.arrow(message, after), self.arrow(day, after),
        ]  # fmt: skip
        return after

    def disturb(self, parts: list[str]) -> None:
        """Now and then remove, double or exchange something: most of what is drawn stays what it was."""
        if self.dice.random() < 0.2:
            place = self.dice.randrange(len(parts))
            self.dice.choice((lambda: parts.pop(place), lambda: parts.append(parts[place])))()


def catch(name: str, what: str) -> str:
    """A wait."""
    return f'<intermediateCatchEvent id="{name}">{what}</intermediateCatchEvent>'


def timer(kind: str, text: str) -> str:
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def drawn_file(dice: random.Random) -> bytes:
    """A small process that may well be accepted."""
    return Drawing(dice).content()
