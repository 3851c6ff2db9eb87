// The only file that knows htmx: its settings and the names of its events (version 4 changes both).
import htmx from 'htmx.org/dist/htmx.esm.js';
import { all, csrfToken, one } from './dom.js';

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  // A copy of a page in the browser's storage would outlive the session on a shared computer.
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  scrollBehavior: 'auto',
  // Settling the `style` attribute would break the content security policy.
  attributesToSettle: ['class', 'width', 'height'],
  // A refused act (409, 422) comes back as the same part of the page with its explanation.
  responseHandling: [
    { code: '204', swap: false },
    { code: '[23]..', swap: true },
    { code: '(409|422)', swap: true },
    { code: '[45]..', swap: false, error: true },
  ],
});

document.addEventListener('htmx:configRequest', ({ detail }) => {
  detail.headers['X-CSRFToken'] = csrfToken();
});

document.addEventListener('htmx:afterSwap', ({ detail }) => {
  const arrived = detail.target.isConnected ? detail.target : document.body;
  arrived.dispatchEvent(new CustomEvent('alize:arrived', { bubbles: true }));
});

/** Say to everybody that the session is alive: the server has just answered. */
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  if (detail.successful) document.dispatchEvent(new CustomEvent('alize:answered'));
});

/** Where htmx could not get an answer, the plain form or link still can, and shows the real page. */
document.addEventListener('htmx:responseError', ({ detail }) => {
  const { elt, xhr } = detail;
  if (xhr.status === 401 || xhr.status === 403) window.location.reload();
  else if (elt.tagName === 'FORM') showFailure(elt);
  else if (elt.href) window.location.assign(elt.href);
});
document.addEventListener('htmx:sendError', ({ detail }) => showFailure(detail.elt));

function showFailure(element) {
  const failure = one('#failure');
  if (!failure) return;
  failure.hidden = false;
  all('[aria-busy]', element.closest('form') ?? document).forEach((busy) => busy.removeAttribute('aria-busy'));
}
