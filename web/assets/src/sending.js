// A form is sent once. Nothing is disabled: a disabled button would drop the keyboard's focus.
import { all, one } from './dom.js';

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === 'dialog' || form.method === 'get') return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  // htmx guards its own forms with hx-sync, and keeps the page: no mark would ever be taken off.
  if (form.hasAttribute('hx-post')) return;
  form.dataset.sending = 'yes';
  event.submitter?.setAttribute('aria-busy', 'true');
});

// Back to a page that the browser had kept: it may be sent again, and the server knows what it has seen.
window.addEventListener('pageshow', () => {
  for (const form of all('form[data-sending]')) delete form.dataset.sending;
  for (const button of all('button[aria-busy]')) button.removeAttribute('aria-busy');
});

// Files travel with a visible progress (htmx sends them in pieces that can be counted).
document.addEventListener('htmx:xhr:progress', ({ target, detail }) => {
  const progress = one('progress', target);
  if (!progress || !detail.lengthComputable) return;
  progress.hidden = false;
  progress.value = (detail.loaded / detail.total) * progress.max;
});
