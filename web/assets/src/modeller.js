// A basin's process drawn by an officer: only what the engine runs, checked by the server at each change.
import Modeler from 'bpmn-js/lib/Modeler';
import alize from './alize.json';
import { all, csrfToken, one, tell } from './dom.js';
import { bindChoosing } from './modeller/choosing.js';
import { findingsShown } from './modeller/findings.js';
import { SessionEnded, sender } from './modeller/sending.js';
import { bindProperties } from './modeller/properties.js';
import restricted from './modeller/restricted.js';
import { IN_SIGHT, PALETTE } from './modeller/sight.js';

const PAUSE = 350; // milliseconds without a change before the server is asked
const MARK = 40; // How high the corner of bpmn.io is, in pixels.
const READABLE = 0.7; // Below, the names of the steps are no longer read.
const page = one('[data-modeller]');
const given = JSON.parse(page.dataset.modeller);
const status = one('[data-status]', page);
const reason = one('[data-reason]', page);

const translate = (text, values = {}) =>
  (given.words[text] ?? text).replace(/{([^}]+)}/g, (whole, name) => values[name] ?? whole);

const modeller = new Modeler({
  container: one('[data-canvas]', page),
  moddleExtensions: { alize },
  additionalModules: [restricted, { translate: ['value', translate] }],
});
const commands = modeller.get('commandStack');

let { revision, drawn_from: drawnFrom } = given;
let saved = commands._stackIdx;
let saving = false;
let checking = null;
let waiting = 0;

const say = (text) => {
  status.textContent = text;
  tell(text);
};

const send = sender(one('[data-ended]', page));

/** The whole drawing, to the right of the palette. */
function fit() {
  const canvas = modeller.get('canvas');
  canvas.resized();
  canvas.zoom('fit-viewport');
  const { scale, outer, inner } = canvas.viewbox();
  const least = Math.min(scale, (outer.width - PALETTE - 24) / inner.width, (outer.height - MARK) / inner.height);
  canvas.viewbox({ x: inner.x - PALETTE / least, y: inner.y - 16 / least, width: outer.width / least, height: outer.height / least });
}

/** The whole drawing where its names can be read then, else its beginning, large enough. */
function open() {
  fit();
  const canvas = modeller.get('canvas');
  const { scale, outer, inner } = canvas.viewbox();
  if (scale >= READABLE) return;
  const [start] = modeller.get('elementRegistry').filter(({ type }) => type === 'bpmn:StartEvent');
  const middle = start ? start.y + start.height / 2 : inner.y + inner.height / 2;
  const [width, height] = [outer.width / READABLE, outer.height / READABLE];
  canvas.viewbox({ x: inner.x - PALETTE / READABLE, y: middle - height / 2, width, height });
}

/** Ask the server what it thinks of the drawing as it is; an older question is forgotten. */
async function check() {
  checking?.abort();
  checking = new AbortController();
  const { xml } = await modeller.saveXML();
  try {
    const answer = await send(given.check, { xml }, checking.signal);
    if (!answer.ok) throw new Error(String(answer.status));
    showFindings(await answer.json());
    document.dispatchEvent(new CustomEvent('alize:answered'));
    page.dataset.checked = String(Number(page.dataset.checked ?? 0) + 1);
  } catch (problem) {
    if (problem.name !== 'AbortError') say(problem instanceof SessionEnded ? given.words.ended : given.words.unchecked);
  }
}

/** Save into the draft; somebody who changed it meanwhile is named, and nothing is overwritten. */
async function save() {
  if (saving) return; // A double click saves once.
  saving = true;
  const { xml } = await modeller.saveXML({ format: true });
  const at = commands._stackIdx;
  try {
    const answer = await send(given.save, { xml, revision, drawn_from: drawnFrom, reason: reason.value });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) [saved, reason.value] = [at, told.reason];
    if (told.revision) [revision, drawnFrom] = [told.revision, told.drawn_from];
    const isMissing = told.wrong?.includes('reason') ?? false;
    reason.setAttribute('aria-invalid', String(isMissing));
    if (isMissing) reason.focus();
    say(told.message ?? given.words.unsaved);
    showState();
  } catch (problem) {
    say(problem instanceof SessionEnded ? given.words.ended : given.words.unsaved);
  } finally {
    saving = false;
    page.dataset.answered = String(Number(page.dataset.answered ?? 0) + 1);
  }
}

function showState() {
  const isChanged = commands._stackIdx !== saved;
  if (isChanged && page.dataset.changed !== 'true') status.textContent = given.words.changed;
  else if (!isChanged && status.textContent === given.words.changed) status.textContent = '';
  page.dataset.changed = String(isChanged);
  one('[data-do="undo"]', page).setAttribute('aria-disabled', String(!commands.canUndo()));
  one('[data-do="redo"]', page).setAttribute('aria-disabled', String(!commands.canRedo()));
}

const actions = {
  save,
  undo: () => commands.canUndo() && commands.undo(),
  redo: () => commands.canRedo() && commands.redo(),
  fit,
  in: () => modeller.get('zoomScroll').stepZoom(1),
  out: () => modeller.get('zoomScroll').stepZoom(-1),
};
for (const button of all('[data-do]', page)) button.addEventListener('click', () => actions[button.dataset.do]());

window.addEventListener('beforeunload', (event) => {
  if (commands._stackIdx !== saved) event.preventDefault();
});

const { warnings } = await modeller.importXML(await (await fetch(given.xml)).text());
if (warnings.length) say(given.words.unreadable);
one('[data-still]', page).remove();
open();
// The page keeps scrolling under the wheel; the drawing zooms with its buttons.
modeller.get('zoomScroll').toggle(false);
all('.bjs-powered-by', page).forEach((link) => link.setAttribute('aria-label', 'bpmn.io'));
bindProperties(modeller, one('[data-properties]', page), given.conditions);
bindChoosing(modeller, one('[data-choose]', page), translate);
const showFindings = findingsShown(modeller, one('[data-panel]', page), given.process, given.diagrams);
modeller.on('commandStack.changed', () => {
  showState();
  window.clearTimeout(waiting);
  waiting = window.setTimeout(check, PAUSE);
});
showState();
await check();
// What is refused is in view at once.
const [wrong] = all('.is-wrong[data-element-id]', page);
if (wrong) modeller.get('canvas').scrollToElement(wrong.dataset.elementId, IN_SIGHT);
page.dataset.ready = 'yes';
