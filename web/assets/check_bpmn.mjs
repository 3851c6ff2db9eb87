// Read every process of workflows/ as a BPMN tool would; a warning of the reader, or a node nobody drew, is a failure.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BpmnModdle } from 'bpmn-moddle';

const here = dirname(fileURLToPath(import.meta.url));
const workflows = join(here, '../../workflows');
const alize = JSON.parse(readFileSync(join(here, 'src/alize.json'), 'utf8'));

/** The ids of the flow nodes and flows of a process, those of its subprocesses included. */
function drawable(container) {
  return (container.flowElements ?? [])
    .filter((element) => element.$instanceOf('bpmn:FlowNode') || element.$instanceOf('bpmn:SequenceFlow'))
    .flatMap((element) => [element.id, ...drawable(element)]);
}

/** The ids that the diagram of a file draws. */
function drawn(definitions) {
  const planes = (definitions.diagrams ?? []).map((diagram) => diagram.plane);
  return new Set(planes.flatMap((plane) => plane.planeElement ?? []).map((shape) => shape.bpmnElement?.id));
}

async function problemsOf(path) {
  const moddle = new BpmnModdle({ alize });
  const { rootElement, warnings } = await moddle.fromXML(readFileSync(path, 'utf8'));
  const shapes = drawn(rootElement);
  const processes = rootElement.rootElements.filter((element) => element.$type === 'bpmn:Process');
  const missing = processes.flatMap(drawable).filter((id) => !shapes.has(id));
  return [...warnings.map((warning) => warning.message), ...missing.map((id) => `${id} is not drawn`)];
}

const files = readdirSync(workflows, { recursive: true }).filter((file) => file.endsWith('.bpmn')).sort();
let refused = 0;
for (const file of files) {
  const problems = await problemsOf(join(workflows, file)).catch((error) => [error.message]);
  if (problems.length) refused += 1;
  for (const problem of problems) console.error(`${file}: ${problem}`);
}
console.error(`${files.length} diagrams read, ${refused} with problems`);
process.exit(refused ? 1 : 0);
