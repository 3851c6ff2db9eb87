// What the check found: a list in words, its elements shown on the drawing, and the failing path walked.
import { all, one, tell } from '../dom.js';
import { IN_SIGHT } from './sight.js';

const A_STEP = 900; // milliseconds

const isCalm = window.matchMedia('(prefers-reduced-motion: reduce)');

/** Give the function that shows a report of the server beside the drawing. */
export function findingsShown(modeller, panel, here, diagrams) {
  const canvas = modeller.get('canvas');
  const known = (id) => modeller.get('elementRegistry').get(id);
  const list = one('[data-findings]', panel);
  const verdict = one('[data-verdict]', panel);
  const template = one('template[data-finding]', panel);
  const move = one('template[data-move]', panel);
  let walking = 0;
  let marked = [];

  function mark(id, name) {
    if (!known(id)) return;
    canvas.addMarker(id, name);
    marked.push([id, name]);
  }

  function clear(name) {
    marked.filter(([, each]) => each === name).forEach(([id, each]) => known(id) && canvas.removeMarker(id, each));
    marked = marked.filter(([, each]) => each !== name);
  }

  /** Walk the story: each step is shown in turn; all at once for whoever wants no movement. */
  function walk(story, moves) {
    window.clearTimeout(walking);
    clear('is-walked');
    clear('is-walking');
    const step = (place) => {
      clear('is-walking');
      moves.forEach((each, at) => each.toggleAttribute('aria-current', at === place));
      if (place >= story.length) return;
      mark(story[place].element, 'is-walked');
      mark(story[place].element, 'is-walking');
      if (known(story[place].element)) canvas.scrollToElement(story[place].element, IN_SIGHT);
      if (place + 1 < story.length) walking = window.setTimeout(step, A_STEP, place + 1);
    };
    if (isCalm.matches) story.forEach(({ element }) => mark(element, 'is-walked'));
    else if (story.length) step(0);
  }

  function shown(problem) {
    const item = template.content.cloneNode(true);
    const root = item.firstElementChild;
    root.dataset.severity = problem.severity;
    one('[data-message]', root).textContent = problem.message;
    fill(root, 'rule', problem.rule);
    fill(root, 'remedy', problem.remedy);
    one('[data-article]', root).textContent = problem.article ? `(${problem.article})` : '';
    const elsewhere = one('[data-elsewhere]', root);
    const other = problem.process && problem.process !== here && diagrams[problem.process];
    elsewhere.hidden = !other;
    if (other) leadTo(one('a', elsewhere), other);
    const story = problem.story ?? [];
    const path = one('[data-path]', root);
    path.hidden = !story.length;
    const moves = story.map((told) => moveOf(told));
    one('ol', path).append(...moves);
    one('[data-walk]', path).addEventListener('click', () => walk(story.filter(({ process }) => process === here), moves.filter((each) => each.dataset.process === here)));
    const shows = one('[data-show]', root);
    const elements = problem.process && problem.process !== here ? [] : problem.elements.filter(known);
    shows.hidden = !elements.length;
    shows.addEventListener('click', () => {
      modeller.get('selection').select(elements.map(known));
      canvas.scrollToElement(elements[0], IN_SIGHT);
    });
    return root;
  }

  function moveOf({ process, element, sentence }) {
    const root = move.content.cloneNode(true).firstElementChild;
    root.dataset.process = process;
    const link = one('a', root);
    one('[data-sentence]', root).textContent = sentence;
    link.hidden = process === here || !diagrams[process];
    if (!link.hidden) leadTo(link, diagrams[process]);
    root.dataset.element = element;
    return root;
  }

  return (report) => {
    window.clearTimeout(walking);
    ['is-walked', 'is-walking', 'is-wrong', 'is-doubtful'].forEach(clear);
    for (const { process, elements, severity } of report.problems) {
      if (process && process !== here) continue;
      elements.forEach((id) => mark(id, severity === 'error' ? 'is-wrong' : 'is-doubtful'));
    }
    list.replaceChildren(...report.problems.map(shown));
    const said = one(`[data-says="${report.verdict}"]`, panel)?.textContent ?? '';
    verdict.dataset.verdict = report.verdict;
    if (verdict.textContent !== said) {
      verdict.textContent = said;
      tell(said);
    }
    all('[data-severity="error"]', list)[0]?.setAttribute('data-first', '');
  };
}

/** Write the text of a part of a finding, or hide that part. */
function fill(root, name, text) {
  one(`[data-${name}]`, root).hidden = !text;
  one(`[data-${name}-text]`, root).textContent = text ?? '';
}

function leadTo(link, { name, url }) {
  link.href = url;
  link.textContent = name;
}
