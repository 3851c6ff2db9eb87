// The few words this code uses to speak to a page.

/** The first element that matches, or null. */
export const one = (selector, within = document) => within.querySelector(selector);

/** All elements that match, as an array. */
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** Call `prepare` on each match of `selector`: now, and in whatever is swapped into the page later. */
export function onEach(selector, prepare) {
  const within = (root) => {
    if (root.matches?.(selector)) prepare(root);
    all(selector, root).forEach(prepare);
  };
  within(document);
  document.addEventListener('alize:arrived', (event) => within(event.target));
}

/** The token that the server expects with every act, or an empty text on a page that has none. */
export const csrfToken = () => one('meta[name="csrf-token"]')?.content ?? '';

/** Have the page say `text` to whoever listens to it. */
export const tell = (text) => document.dispatchEvent(new CustomEvent('alize:told', { detail: text }));
