// What one types stays with its page in the tab's history: Back, or a reload, shows it again, rows included.
import { all, onEach } from './dom.js';

const PAUSE = 400; // milliseconds without a key before what is typed is kept
const page = window.navigation; // Not in every browser yet: without it, Back is what the browser makes of it.

onEach('form[data-typed]', (form) => {
  if (!page) return;
  const place = form.getAttribute('action');
  let waiting = 0;

  const remember = () => {
    window.clearTimeout(waiting);
    waiting = 0;
    page.updateCurrentEntry({ state: { place, answers: answersIn(form) } });
  };

  const typed = page.currentEntry?.getState();
  if (typed?.place === place) fill(form, typed.answers);
  else if (form.dataset.typed === 'sent') {
    // Back only asks for the page that refused an answer: it sends nothing again.
    window.history.replaceState(window.history.state, '', window.location.href);
    remember();
  }
  form.addEventListener('input', () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(remember, PAUSE);
  });
  window.addEventListener('pagehide', () => waiting && remember());
});

/** Each answer under its name, with what tells the page from any other: its key, the revision it showed. */
function answersIn(form) {
  return [...new FormData(form)].filter(([name, value]) => typeof value === 'string' && name !== 'csrf_token');
}

/** Answer a form as it was answered before: what is typed since, or by somebody else, the server tells. */
function fill(form, answers) {
  const given = new Map();
  for (const [name, value] of answers) given.set(name, [...(given.get(name) ?? []), value]);
  for (const list of all('[data-rows]', form)) {
    list.dispatchEvent(new CustomEvent('alize:rows', { detail: numbersOf(list.dataset.rows, given.keys()) }));
  }
  for (const field of form.elements) {
    const values = given.get(field.name);
    if (['radio', 'checkbox'].includes(field.type)) field.checked = values?.includes(field.value) ?? false;
    else if (values && field.type !== 'file') field.value = values[0];
  }
  form.dispatchEvent(new CustomEvent('alize:filled'));
}

/** The numbers of the rows that were answered: 0 and 3 of `needs-0-domain`, `needs-3-domain`. */
function numbersOf(list, names) {
  const found = [...names].map((name) => new RegExp(`^${list}-(\\d+)-`).exec(name)?.[1]);
  return [...new Set(found.filter(Boolean).map(Number))];
}
