// Drafts are kept on the server (never in the browser) while one types; the page says when.
import { csrfToken, onEach, one } from './dom.js';

const PAUSE = 1200;
const RETRY = 20000;

onEach('form[data-draft]', (form) => {
  const status = one('[data-draft-status]', form);
  let waiting = 0;
  let saved = fingerprint(form);

  const say = (text) => {
    if (status && status.textContent !== text) status.textContent = text;
  };

  async function save({ leaving = false } = {}) {
    window.clearTimeout(waiting);
    waiting = 0;
    const typed = fingerprint(form);
    if (typed === saved || form.dataset.sending) return;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: 'POST',
        body: new URLSearchParams(typed),
        headers: { 'X-CSRFToken': csrfToken(), Accept: 'application/json' },
        redirect: 'error',
        keepalive: leaving,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const { message } = await answer.json();
      saved = typed;
      say(message);
      document.dispatchEvent(new CustomEvent('alize:answered'));
    } catch {
      say(form.dataset.draftFailed);
      waiting = window.setTimeout(save, RETRY);
    }
  }

  form.addEventListener('input', () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(save, PAUSE);
  });
  form.addEventListener('submit', () => window.clearTimeout(waiting));
  // A phone that goes back into a pocket gives no other warning.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && waiting) save({ leaving: true });
  });
});

/** What is typed, as it would be sent; files and secrets are no draft. */
function fingerprint(form) {
  const typed = new FormData(form);
  for (const [name, value] of [...typed]) {
    if (typeof value !== 'string' || name === 'csrf_token') typed.delete(name);
  }
  return new URLSearchParams(typed).toString();
}
