"""Files nobody drew: any element of BPMN in any place, and real files damaged."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from engine.registry import library


def words(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


ROOT = Path(__file__).parents[2]
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ALIZE = "https://alize.example/bpmn"
HEAD = (
    f'<definitions xmlns="{BPMN}" xmlns:alize="{ALIZE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
IDS = ("", *words("p q s e a b c g j x sub f1 f2 m1 Start p.EndJoin é"))
TAGS = words(
    "process subProcess transaction adHocSubProcess startEvent endEvent intermediateCatchEvent task userTask "
    "intermediateThrowEvent boundaryEvent manualTask serviceTask scriptTask sendTask receiveTask lane laneSet "
    "businessRuleTask callActivity exclusiveGateway parallelGateway inclusiveGateway eventBasedGateway import "
    "complexGateway sequenceFlow conditionExpression timerEventDefinition timeDuration timeDate timeCycle "
    "messageEventDefinition errorEventDefinition escalationEventDefinition signalEventDefinition message "
    "linkEventDefinition compensateEventDefinition conditionalEventDefinition cancelEventDefinition error "
    "terminateEventDefinition multiInstanceLoopCharacteristics standardLoopCharacteristics loopCardinality "
    "completionCondition extensionElements documentation incoming outgoing dataObject dataObjectReference "
    "ioSpecification property textAnnotation association group collaboration participant messageFlow script "
    "escalation signal flowNodeRef eventDefinitionRef globalTask choreography unheardOf definitions"
)
ATTRIBUTES = words(
    "id name sourceRef targetRef attachedToRef default calledElement messageRef errorRef escalationRef "
    "cancelActivity triggeredByEvent isExecutable isForCompensation isSequential processRef instantiate "
    "eventGatewayType escalationCode errorCode language startQuantity behavior"
)
OURS = (
    "form",
    "role",
    "due",
    "operation",
    "personal",
    "step",
    "from",
    "parameter",
    "at_least",
    "point",
    "odd",
)
TEXTS = (
    "", "P1D", "P18M", "P0D", "R3/P1D", "approved", "outcome == 'approved'", "__import__('os').system('true')",
    "effective_on", "2", "signatory_count", "<b>&", "true", "false", "1", "TRUE", "{id}", "${x}", "\u202e\u0001é",
    "a" * 300, "((((((", "9**9**9", "\x85", "x" * 5000,
)  # fmt: skip


def dice_of(seed: int) -> random.Random:
    """Dice that fall alike for the same seed."""
    return random.Random(seed)


# ── Elements in odd places ──────────────────────────────────────────────────────────────────────────────────


def odd_file(dice: random.Random) -> bytes:
    """Any element of BPMN inside any other, with any attribute."""
    inside = "".join(odd_element(dice, 0) for _ in range(dice.randint(1, 6)))
    return f'{HEAD} id="d">{inside}</definitions>'.encode()


def odd_element(dice: random.Random, depth: int) -> str:
    tag = "process" if not depth and dice.random() < 0.7 else dice.choice(TAGS)
    few = dice.sample(ATTRIBUTES, dice.randint(0, 5))
    said = {name: dice.choice(IDS if dice.random() < 0.8 else TEXTS) for name in few}
    if dice.random() < 0.85:
        said["id"] = dice.choice(IDS) if dice.random() < 0.3 else f"n{dice.randint(0, 10**6)}"
    said |= {f"alize:{name}": dice.choice(TEXTS) for name in dice.sample(OURS, dice.randint(0, 2))}
    attributes = "".join(f' {name}="{quoted(value)}"' for name, value in said.items())
    inside = quoted(dice.choice(TEXTS)) if dice.random() < 0.3 else ""
    if depth < 7:
        inside += "".join(odd_element(dice, depth + 1) for _ in range(dice.choice((0, 0, 1, 1, 2, 3))))
    return f"<{tag}{attributes}>{inside}</{tag}>"


def quoted(text: str) -> str:
    """A text as XML writes it; what XML cannot hold is left out."""
    allowed = "".join(sign for sign in text if sign >= " " and sign not in "\u202e\x85")
    return allowed.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


# ── Real files, damaged ─────────────────────────────────────────────────────────────────────────────────────


def real_files() -> dict[str, bytes]:
    """The shipped diagrams, and every example of a rule."""
    examples = sorted((ROOT / "tests/rules").glob("*/*.bpmn"))
    small = {f"{path.parent.name}/{path.name}": path for path in examples if path.stat().st_size < 60_000}
    return library.reference() | {name: path.read_bytes() for name, path in small.items()}


def flip(content: bytes, dice: random.Random) -> bytes:
    """A few bytes changed, cut out or doubled."""
    changed = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(max(1, len(changed) - 1))
        match dice.randrange(4):
            case 0:
                changed[place : place + 1] = bytes([dice.randrange(256)])
            case 1:
                del changed[place : place + dice.choice((1, 1, 10, 500))]
            case 2:
                changed[place:place] = changed[place : place + dice.choice((1, 20, 400))]
            case 3:
                changed[place:place] = dice.choice(
                    (b"<", b">", b'"', b"&#0;", b"&amp;", b"]]>", b"\xff", b"\0")
                )
    return bytes(changed)


def rearranged(content: bytes, dice: random.Random) -> bytes:
    """Elements moved, doubled or removed, attributes exchanged or emptied."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False))
    except (etree.XMLSyntaxError, ValueError):
        return flip(content, dice)
    for _ in range(dice.randint(1, 4)):
        elements = [element for element in root.iter(etree.Element) if element is not root]
        if len(elements) < 3:
            break
        one, other = dice.choice(elements), dice.choice(elements)
        dice.choice((remove, double, move, exchange, empty))(one, other, dice)
    return etree.tostring(root)


def remove(one: etree._Element, other: etree._Element, dice: random.Random) -> None:
    one.getparent().remove(one)


def double(one: etree._Element, other: etree._Element, dice: random.Random) -> None:
    one.addnext(etree.fromstring(etree.tostring(one, with_tail=False)))


def move(one: etree._Element, other: etree._Element, dice: random.Random) -> None:
    if one is not other and one not in other.iterancestors():
        other.append(one)


def exchange(one: etree._Element, other: etree._Element, dice: random.Random) -> None:
    if one.attrib and other.attrib:
        mine, theirs = dice.choice(sorted(one.attrib)), dice.choice(sorted(other.attrib))
        one.attrib[mine], other.attrib[theirs] = other.attrib[theirs], one.attrib[mine]


def empty(one: etree._Element, other: etree._Element, dice: random.Random) -> None:
    if one.attrib:
        one.attrib[dice.choice(sorted(one.attrib))] = quoted(dice.choice(TEXTS))


ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "latin-1",
    "windows-1252",
    "cp037",
)
DECLARED_AS = (
    "",
    "UTF-8",
    "UTF-16",
    "ISO-8859-1",
    "windows-1252",
    "US-ASCII",
    "utf-7",
    "x-none",
    "EBCDIC-CP-FR",
)


def encoded_again(content: bytes, dice: random.Random) -> bytes:
    """The same text in another encoding, which it may or may not declare."""
    text = content.decode("utf-8", errors="replace")
    text = text[text.index("?>") + 2 :] if text.startswith("<?xml") else text
    declared = dice.choice(DECLARED_AS)
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    mark = dice.choice((b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
    return mark + (head + text).encode(dice.choice(ENCODINGS), errors="replace")


def swollen(content: bytes, dice: random.Random) -> bytes:
    """One attribute or text made very long."""
    signs = dice.choice((b"x", "é".encode(), b"&amp;", b" ", b"(", b"not "))
    place = content.find(
        dice.choice((b'name="', b'id="', b'sourceRef="', b'calledElement="', b"<bpmn:documentation>"))
    )
    place = content.find(b'"', place) + 1 if place >= 0 else len(content) // 2
    return content[:place] + signs * dice.choice((200, 5_000, 100_000)) + content[place:]


DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    flip, rearranged, rearranged, rearranged, encoded_again, swollen,
)  # fmt: skip


def damaged_file(dice: random.Random) -> bytes:
    """A real file, damaged in one of these ways."""
    files = real_files()
    return dice.choice(DAMAGES)(files[dice.choice(sorted(files))], dice)
