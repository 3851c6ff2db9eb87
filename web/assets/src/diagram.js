// The process, drawn by bpmn-js over the picture that the server has already shown.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { all, one } from './dom.js';
import alize from './alize.json';

const MARK = 40; // How high the corner of bpmn.io is, in pixels.

/** Put the state of the figure on the drawing: steps done, steps waiting, where time goes. */
function mark(viewer, { current = [], done = [], heat = {} }) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  const known = (id) => viewer.get('elementRegistry').get(id);
  done.filter(known).forEach((id) => canvas.addMarker(id, 'is-done'));
  current.filter(known).forEach((id) => {
    canvas.addMarker(id, 'is-current');
    overlays.add(id, { position: { top: -12, left: -12 }, html: badge('diagram-token', '') });
  });
  for (const [id, { level, label }] of Object.entries(heat)) {
    if (!known(id)) continue;
    canvas.addMarker(id, `heat-${level}`);
    overlays.add(id, { position: { bottom: 11, right: 30 + 6 * label.length }, html: badge(`diagram-badge heat-badge-${level}`, label) });
  }
}

function badge(className, text) {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  element.setAttribute('aria-hidden', 'true');
  return element;
}

/** The drawing is one image with a name and a summary; the list beside it is the real interface. */
function describe(figure, { labelledBy, describedBy }) {
  const drawing = one('.djs-container svg', figure);
  drawing.setAttribute('role', 'img');
  drawing.setAttribute('aria-labelledby', labelledBy);
  if (describedBy) drawing.setAttribute('aria-describedby', describedBy);
  all('.bjs-powered-by', figure).forEach((link) => link.setAttribute('aria-label', 'bpmn.io'));
}

/** Buttons `data-node` anywhere on the page show their step in the drawing. */
function followButtons(viewer, figure) {
  const canvas = viewer.get('canvas');
  let picked = null;
  document.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-node]');
    if (!button || (button.dataset.figure ?? figure.id) !== figure.id) return;
    if (!viewer.get('elementRegistry').get(button.dataset.node)) return;
    if (picked) canvas.removeMarker(picked, 'is-picked');
    picked = button.dataset.node;
    canvas.addMarker(picked, 'is-picked');
    canvas.scrollToElement(picked, 80);
    all('[data-node][aria-pressed]').forEach((other) => other.setAttribute('aria-pressed', String(other === button)));
  });
}

function followZoom(viewer, figure) {
  const canvas = viewer.get('canvas');
  const steps = { in: 1.25, out: 0.8 };
  for (const button of all(`[data-zoom][aria-controls="${CSS.escape(figure.id)}"]`)) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const step = steps[button.dataset.zoom];
      if (step) canvas.zoom(canvas.zoom() * step, 'auto');
      else frame(viewer, figure);
    });
  }
}

/** The whole drawing, with room below it for the mark of bpmn.io, which nothing may cover. */
function frame(viewer, figure) {
  if (!figure.clientWidth || !figure.clientHeight) return;
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport');
  const { x, y, width, height } = canvas.viewbox().inner;
  const scale = Math.min((figure.clientWidth - 24) / width, (figure.clientHeight - 12 - MARK) / height);
  const outer = { width: figure.clientWidth / scale, height: figure.clientHeight / scale };
  canvas.viewbox({ x: x - (outer.width - width) / 2, y: y - 12 / scale, ...outer });
}

/** As high as the drawing needs at this width, within reason: no blank under a flat process. */
function fit(viewer, figure) {
  const canvas = viewer.get('canvas');
  const { width, height } = canvas.viewbox().inner;
  const wanted = (figure.clientWidth * height) / width + 12 + MARK;
  figure.style.height = `${Math.round(Math.min(Math.max(wanted, 240), 620))}px`;
  canvas.resized();
  frame(viewer, figure);
}

async function show(figure) {
  const answer = await fetch(figure.dataset.diagram);
  if (!answer.ok) return;
  const still = one('[data-still]', figure);
  figure.classList.add('is-live');
  still?.classList.add('print-only');
  const viewer = new NavigatedViewer({ container: figure, moddleExtensions: { alize } });
  try {
    await viewer.importXML(await answer.text());
    // A page that is being left has no width any more, and a drawing without width has no scale.
    if (!figure.clientWidth) throw new Error('nothing to draw on');
  } catch {
    viewer.destroy();
    figure.classList.remove('is-live');
    still?.classList.remove('print-only');
    return;
  }
  fit(viewer, figure);
  // The page keeps scrolling under the wheel; the drawing zooms with its buttons.
  viewer.get('zoomScroll').toggle(false);
  mark(viewer, JSON.parse(figure.dataset.state || '{}'));
  describe(figure, figure.dataset);
  followButtons(viewer, figure);
  followZoom(viewer, figure);
  figure.dataset.ready = 'yes';
}

// On a phone the full drawing cannot be read: the server's picture and the list are enough, and lighter.
if (window.matchMedia('(min-width: 640px)').matches) all('[data-diagram]').forEach(show);
