// Lists of rows in a form: add one after the last, remove any, without losing one's place.
import { all, one, onEach } from './dom.js';
import { announce } from './announcements.js';

const NUMBERED = ['name', 'id', 'for', 'aria-describedby', 'data-shown-if'];

const rowsOf = (list) => all('[data-row-item]', list);
const firstField = (row) => one('input:not([type="hidden"]), select, textarea', row);

/** A copy of a row without its answers, its errors and its number. */
function blank(row) {
  const copy = row.cloneNode(true);
  all('.error', copy).forEach((message) => message.remove());
  for (const field of all('input, select, textarea', copy)) {
    field.removeAttribute('aria-invalid');
    if (['radio', 'checkbox'].includes(field.type)) field.checked = field.defaultChecked = false;
    else if (field.tagName === 'SELECT') field.selectedIndex = 0;
    else field.value = field.defaultValue = '';
  }
  return copy;
}

/** Give a copy its own number: `needs-0-domain` becomes `needs-3-domain` wherever it is written. */
function numbered(row, name, number) {
  const copy = row.cloneNode(true);
  const before = new RegExp(`\\b${name}-\\d+`, 'g');
  for (const element of [copy, ...all('*', copy)]) {
    for (const attribute of NUMBERED) {
      const value = element.getAttribute(attribute);
      if (value) element.setAttribute(attribute, value.replace(before, `${name}-${number}`));
    }
  }
  return copy;
}

/** What people read is the rank in the list, whatever the number in the names. */
function rank(list) {
  rowsOf(list).forEach((row, index) => {
    const title = one('[data-row-title]', row);
    title.textContent = title.textContent.replace(/\d+$/, String(index + 1));
  });
}

onEach('[data-rows]', (list) => {
  const first = one('[data-row-item]', list);
  if (!first) return;
  const pattern = blank(first);
  // Numbers only go up, so that no two rows ever share a name.
  let next = rowsOf(list).length;

  const place = (number) => {
    const row = numbered(pattern, list.dataset.rows, number);
    next = Math.max(next, number + 1);
    one('[data-rows-body]', list).append(row);
    rank(list);
    row.dispatchEvent(new CustomEvent('alize:arrived', { bubbles: true }));
    return row;
  };

  const add = () => firstField(place(next))?.focus();

  const remove = (row) => {
    const rows = rowsOf(list);
    const neighbour = rows[rows.indexOf(row) + 1] ?? rows[rows.indexOf(row) - 1];
    row.remove();
    rank(list);
    announce(list.dataset.removed);
    (neighbour ? firstField(neighbour) : one('[data-row-add]', list))?.focus();
  };

  // Rows typed before come back under their numbers.
  list.addEventListener('alize:rows', ({ detail }) => {
    rowsOf(list).forEach((row) => row.remove());
    detail.forEach(place);
  });

  all('[data-row-remove]', list).forEach((button) => { button.hidden = false; });
  all('[data-row-remove]', pattern).forEach((button) => { button.hidden = false; });
  list.addEventListener('click', (event) => {
    const removing = event.target.closest('[data-row-remove]');
    if (!removing && !event.target.closest('[data-row-add]')) return;
    event.preventDefault();
    if (removing) remove(removing.closest('[data-row-item]'));
    else add();
    list.dispatchEvent(new Event('change', { bubbles: true }));
    list.dispatchEvent(new Event('input', { bubbles: true }));
  });
});
