// Links that open a dialog of the page; without this script they lead to the page that says the same.
import { one } from './dom.js';

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-opens]');
  const dialog = opener && one(`#${CSS.escape(opener.dataset.opens)}`);
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.showModal();
});

// Choosing in a list is enough to go there (the button beside it serves those who have no script).
document.addEventListener('change', (event) => {
  if (event.target.matches('[data-go-on-change]')) event.target.form.requestSubmit();
});

// Menus made of <details> close like menus: a click elsewhere, or Escape.
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details[data-menu][open]')) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  const menu = document.activeElement?.closest('details[data-menu][open]');
  if (!menu) return;
  menu.open = false;
  one('summary', menu).focus();
});
