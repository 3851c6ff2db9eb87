// Some minutes before the session ends, say so, and let one stay with a single click.
import { csrfToken, one } from './dom.js';

const warning = one('#session-warning');

if (warning) {
  const lasts = Number(warning.dataset.seconds) * 1000;
  const notice = Number(warning.dataset.notice) * 1000;
  let timer = 0;

  const start = () => {
    window.clearTimeout(timer);
    warning.hidden = true;
    timer = window.setTimeout(() => { warning.hidden = false; }, Math.max(0, lasts - notice));
  };

  one('form', warning).addEventListener('submit', async (event) => {
    event.preventDefault();
    const { action } = event.target;
    const answer = await fetch(action, { method: 'POST', headers: { 'X-CSRFToken': csrfToken() } }).catch(() => null);
    if (answer?.ok) start();
    else event.target.submit();
  });

  document.addEventListener('alize:answered', start);
  start();
}
