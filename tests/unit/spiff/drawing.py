"""Small diagrams for tests, drawn from a few words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.spiff import parser, workflow

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:alize="https://alize.example/bpmn" id="drawing" targetNamespace="https://alize.example/test">'
    '<message id="bell" name="bell"/><escalation id="stop" name="stop" escalationCode="stop"/>'
)
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def diagram(*nodes: str, flows: str, process: str = "p", conditions: dict[str, str] | None = None) -> bytes:
    """A process from its nodes and flows: `"s>a a>e"`; `conditions` by flow, an XOR's other flow is its default."""
    return (
        HEAD + process_element(*nodes, flows=flows, process=process, conditions=conditions) + "</definitions>"
    ).encode()


def process_element(
    *nodes: str, flows: str, process: str = "p", conditions: dict[str, str] | None = None
) -> str:
    body = "".join(nodes) + arrows(flows, conditions or {})
    return f'<process id="{process}" isExecutable="true">{body}</process>'


def arrows(flows: str, conditions: dict[str, str]) -> str:
    drawn = []
    for flow in flows.split():
        source, target = flow.split(">")
        text = conditions.get(flow)
        inner = f"<conditionExpression>{text}</conditionExpression>" if text else ""
        drawn.append(
            f'<sequenceFlow id="{source}__{target}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
    return "".join(drawn)


def start(name: str = "s") -> str:
    return f'<startEvent id="{name}"/>'


def end(name: str = "e", kind: str = "") -> str:
    return f'<endEvent id="{name}">{kind}</endEvent>'


TERMINATE = "<terminateEventDefinition/>"
ESCALATION = '<escalationEventDefinition escalationRef="stop"/>'
BELL = '<messageEventDefinition messageRef="bell"/>'


def user(name: str, inner: str = "", **attributes: str) -> str:
    told = "".join(f' alize:{key}="{value}"' for key, value in attributes.items())
    return f'<userTask id="{name}" name="{name}"{told}>{inner}</userTask>'


def service(name: str, operation: str = "test.do") -> str:
    return f'<serviceTask id="{name}" alize:operation="{operation}"/>'


def xor(name: str, default: str = "") -> str:
    return f'<exclusiveGateway id="{name}"' + (f' default="{default}"' if default else "") + "/>"


def parallel(name: str) -> str:
    return f'<parallelGateway id="{name}"/>'


def call(name: str, called: str, inner: str = "") -> str:
    return f'<callActivity id="{name}" calledElement="{called}">{inner}</callActivity>'


def boundary(name: str, host: str, what: str, *, interrupting: bool = True) -> str:
    told = str(interrupting).lower()
    return f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{told}">{what}</boundaryEvent>'


def catch(name: str, what: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{what}</intermediateCatchEvent>'


def dated(variable: str) -> str:
    return f"<timerEventDefinition><timeDate>{variable}</timeDate></timerEventDefinition>"


def literal(duration: str, counts_from: str = "") -> str:
    told = f' alize:from="{counts_from}"' if counts_from else ""
    return f"<timerEventDefinition{told}><timeDuration>{duration}</timeDuration></timerEventDefinition>"


def instances(count: str, *, sequential: bool = False, until: str = "") -> str:
    inner = f"<loopCardinality>{count}</loopCardinality>"
    inner += f"<completionCondition>{until}</completionCondition>" if until else ""
    return f'<multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}">{inner}</multiInstanceLoopCharacteristics>'


def files(*drawn: bytes) -> dict[str, bytes]:
    return {f"{place}.bpmn": content for place, content in enumerate(drawn)}


@dataclass
class Desk:
    """A host on a desk: its clock moves when told, its operations answer what the test says."""

    now: datetime = MORNING
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Europe/Paris"))
    answers: dict = field(default_factory=dict)
    performed: list = field(default_factory=list)
    is_suspended: bool = False

    def operate(self, step, _routing) -> dict:
        self.performed.append((step.operation, step.id))
        answer = self.answers.get(step.id, {})
        if isinstance(answer, Exception):
            raise answer
        return answer


def one(*nodes, flows, **more):
    return parser.parse(files(diagram(*nodes, flows=flows, **more)), "p")


def names(advanced):
    return [task.step.id for task in advanced.opened]


def complete(spec, advanced, desk, step, **routing):
    """Complete the first open step of that name."""
    task = next(task for task in workflow.open_steps(spec, advanced.state) if task.step.id == step)
    return workflow.complete(spec, advanced.state, desk, task.id, routing)


def local(year, month, day, zone="Europe/Paris"):
    return datetime(year, month, day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
