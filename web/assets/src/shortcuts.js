// Keys of the inbox: j k Enter x a / ? — off while typing, and off for good for whoever prefers (WCAG 2.1.4).
import { all, one } from './dom.js';

const PREFERENCE = 'alize.shortcuts';
const areOn = () => localStorage.getItem(PREFERENCE) !== 'off';

const typing = (target) => target.closest('input:not([type="checkbox"]), textarea, select, [contenteditable]');

function move(step) {
  const rows = all('[data-row]');
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[current < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, current + step))];
  if (!next) return;
  one('[data-row-link]', next).focus();
  next.scrollIntoView({ block: 'nearest' });
}

function press(selector) {
  const row = document.activeElement?.closest('[data-row]');
  const control = row && one(selector, row);
  control?.focus();
  control?.click();
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  x: () => press('input[type="checkbox"]'),
  a: () => press('[data-claim]'),
  '/': () => one('[data-search]')?.focus(),
  '?': () => one('#shortcuts')?.showModal(),
};

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (!areOn() || typing(event.target) || one('dialog[open]')) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

const toggle = one('#shortcuts input[type="checkbox"]');
if (toggle) {
  toggle.checked = areOn();
  toggle.addEventListener('change', () => localStorage.setItem(PREFERENCE, toggle.checked ? 'on' : 'off'));
}
