// The « Annuler » bar leaves by itself, but never under someone's pointer or focus.
import { onEach } from './dom.js';

onEach('[data-undo]', (bar) => {
  const delay = Number(bar.dataset.undo) * 1000;
  let timer = 0;
  const leave = () => {
    if (bar.matches(':hover') || bar.contains(document.activeElement)) timer = window.setTimeout(leave, 2000);
    else bar.remove();
  };
  timer = window.setTimeout(leave, delay);
  bar.addEventListener('submit', () => window.clearTimeout(timer));
});
