// After a part of the page is replaced: say it, keep the count in the title, put the focus where it belongs.
import { one } from './dom.js';

const live = one('#live');

/** Let screen readers say `text`; the same text twice is said twice. */
export function announce(text) {
  if (!live || !text) return;
  live.textContent = '';
  window.setTimeout(() => { live.textContent = text; }, 50);
}

// What other scripts of the page have to say.
document.addEventListener('alize:told', ({ detail }) => announce(detail));

document.addEventListener('alize:arrived', ({ target }) => {
  const told = target.matches('[data-announce]') ? target : one('[data-announce]', target);
  announce(told?.dataset.announce);
  const titled = target.matches('[data-title]') ? target : one('[data-title]', target);
  if (titled) document.title = titled.dataset.title;
  const wanted = one('[data-focus]', target);
  // htmx gives the focus back to an element with the same id; only when that one is gone do we choose.
  if (document.activeElement === document.body && wanted) wanted.focus();
});

// A page that comes back with errors opens on their summary, a long way from where the button was.
one('[data-focus-first]')?.focus();
