// Fields that only matter after a certain answer: hidden, and left out of what is sent, until then.
import { all, onEach } from './dom.js';

/** The answers given so far under a name; a lone box that is not ticked answers « no ». */
function answersOf(controls) {
  const [only] = controls;
  if (controls.length === 1 && only.type === 'checkbox') return [only.checked ? only.value : 'no'];
  return controls
    .filter((control) => !['radio', 'checkbox'].includes(control.type) || control.checked)
    .map((control) => control.value)
    .filter((answer) => answer !== '');
}

/** Say whether the answers meet a condition: `*` stands for any answer, the empty text for none. */
function isMet(answers, accepted) {
  if (answers.length === 0) return accepted.includes('');
  return accepted.includes('*') || answers.some((answer) => accepted.includes(answer));
}

function refresh(form) {
  for (const block of all('[data-shown-if]', form)) {
    const controls = all(`[name="${CSS.escape(block.dataset.shownIf)}"]`, form);
    // A question that this basin does not ask hides nothing.
    if (controls.length === 0) continue;
    const asked = controls.filter((control) => !control.disabled);
    const shown = asked.length > 0 && isMet(answersOf(asked), block.dataset.shownValues.split('|'));
    block.hidden = !shown;
    for (const field of all('input, select, textarea, button', block)) field.disabled = !shown;
  }
}

onEach('form', (form) => {
  if (!form.querySelector('[data-shown-if]')) return;
  refresh(form);
  form.addEventListener('change', () => refresh(form));
  // As one types, and not once one leaves: the Tab key would go past a question that appears too late.
  form.addEventListener('input', ({ target }) => {
    if (form.querySelector(`[data-shown-if="${CSS.escape(target.name)}"]`)) refresh(form);
  });
  form.addEventListener('alize:filled', () => refresh(form));
});
