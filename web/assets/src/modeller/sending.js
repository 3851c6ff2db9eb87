// What the page asks the server. A session that has ended loses nothing: one signs in beside, and goes on here.
import { csrfToken, one } from '../dom.js';

/** The server asks who this is. */
export class SessionEnded extends Error {}

/** Give the function that sends to the server; `ended` is shown for as long as nobody is signed in. */
export function sender(ended) {
  return async function send(address, body, signal) {
    let answer = await post(address, body, signal);
    if (isStale(answer) && (await isTokenRenewed())) answer = await post(address, body, signal);
    ended.hidden = !isStale(answer);
    if (isStale(answer)) throw new SessionEnded();
    return answer;
  };
}

const post = (address, body, signal) => fetch(address, {
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-CSRFToken': csrfToken() },
  redirect: 'manual',
  signal,
});

/** Whether an answer leads to the sign-in, or says that the page is older than the session. */
const isStale = (answer) => answer.type === 'opaqueredirect' || [400, 401].includes(answer.status);

/** Take the token of whoever has signed in again in another tab; false when nobody has. */
async function isTokenRenewed() {
  const answer = await fetch(window.location.href, { redirect: 'manual' });
  if (answer.type === 'opaqueredirect') return false;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const token = one('meta[name="csrf-token"]', fresh)?.content;
  if (!token) return false;
  one('meta[name="csrf-token"]').content = token;
  return true;
}
