// The form beside the drawing: what the chosen element is, in fields that the server has written.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { all, one } from '../dom.js';
import { bindCondition } from './conditions.js';

const OWN = 'projects.record_basin_step';
const DAYS = /^P(\d+)D$/;

/** How each field of the form is read from an element, and what a new value changes. */
const FIELDS = {
  name: { read: (drawn) => drawn.name, write: (value) => ({ name: value }) },
  form: { read: (drawn) => drawn.get('alize:form'), write: (value) => ({ 'alize:form': value }) },
  role: { read: (drawn) => drawn.get('alize:role'), write: (value) => ({ 'alize:role': value }) },
  days: {
    read: (drawn) => DAYS.exec(drawn.get('alize:due') ?? '')?.[1],
    write: (value) => ({ 'alize:due': value && `P${Number(value)}D` }),
  },
};

/** Bind the form to what is chosen in the drawing; `conditions` are those that may be chosen in words. */
export function bindProperties(modeller, form, conditions) {
  const showCondition = bindCondition(modeller, one('[data-condition]', form), conditions);
  const questions = bindQuestions(modeller, one('[data-questions]', form));
  const modeling = modeller.get('modeling');
  const factory = modeller.get('bpmnFactory');
  let chosen = null;

  function show(element) {
    chosen = element;
    const drawn = element && getBusinessObject(element);
    one('[data-nothing-chosen]', form).hidden = Boolean(drawn);
    one('[data-chosen]', form).hidden = !drawn;
    if (!drawn) return;
    one('[data-chosen-name]', form).textContent = drawn.name || one('[data-chosen-name]', form).dataset.nameless;
    one('[data-charter]', form).hidden = !drawn.get('alize:step');
    for (const part of all('[data-only]', form)) part.hidden = !part.dataset.only.split(' ').some((kind) => matches(element, kind));
    for (const field of all('[name]', form)) field.value = read(field.name, element) ?? '';
    if (matches(element, 'choice')) showCondition(element);
    if (matches(element, 'own')) questions(element);
  }

  const read = (name, element) => {
    const drawn = getBusinessObject(element);
    if (name === 'delay') return DAYS.exec(drawn.eventDefinitions?.[0]?.timeDuration?.body ?? '')?.[1];
    return FIELDS[name]?.read(drawn);
  };

  function write(name, value) {
    const drawn = getBusinessObject(chosen);
    if (name === 'delay') {
      const timeDuration = factory.create('bpmn:FormalExpression', { body: `P${Number(value)}D` });
      modeling.updateModdleProperties(chosen, drawn.eventDefinitions[0], { timeDuration });
    } else {
      modeling.updateProperties(chosen, FIELDS[name].write(value || undefined));
    }
  }

  modeller.on('selection.changed', ({ newSelection }) => {
    const [element] = newSelection.length === 1 ? newSelection : [];
    const target = element?.labelTarget ?? element;
    show(target && (is(target, 'bpmn:FlowNode') || is(target, 'bpmn:SequenceFlow')) ? target : null);
  });
  modeller.on('element.changed', ({ element }) => {
    if (element === chosen && !form.contains(document.activeElement)) show(chosen);
  });
  modeller.on('shape.removed', ({ element }) => {
    if (element === chosen) show(null);
  });
  form.addEventListener('change', ({ target }) => {
    if (!chosen || !target.name) return;
    if (!target.checkValidity()) target.reportValidity();
    else write(target.name, target.value.trim());
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  show(null);
}

/** The questions that a step of the basin asks: listed, taken out, and where others are added. */
function bindQuestions(modeller, part) {
  const template = one('template', part);
  const link = one('a', part);
  const address = link.getAttribute('href');

  return function show(element) {
    const { extensionElements, id } = getBusinessObject(element);
    const asked = extensionElements?.get('values').filter(({ $type }) => $type === 'alize:Question') ?? [];
    one('ul', part).replaceChildren(...asked.map((question) => {
      const item = template.content.cloneNode(true);
      one('[data-label]', item).textContent = question.label;
      one('button', item).addEventListener('click', () => {
        const values = extensionElements.get('values').filter((each) => each !== question);
        modeller.get('modeling').updateModdleProperties(element, extensionElements, { values });
        show(element);
        link.focus();
      });
      return item;
    }));
    link.href = `${address}${encodeURIComponent(id)}`;
  };
}

/** `own` is a step that the basin added, `due` one whose delay is a number of days, `choice` a flow that a gateway takes. */
function matches(element, kind) {
  const drawn = getBusinessObject(element);
  if (kind === 'own') return drawn.get('alize:operation') === OWN;
  if (kind === 'due') return is(element, 'bpmn:UserTask') && (!drawn.get('alize:due') || DAYS.test(drawn.get('alize:due')));
  if (kind === 'delay') return Boolean(drawn.eventDefinitions?.[0]?.timeDuration) && !drawn.get('alize:parameter');
  if (kind === 'choice') return is(element, 'bpmn:SequenceFlow') && is(drawn.sourceRef, 'bpmn:ExclusiveGateway');
  return is(element, 'bpmn:FlowNode');
}
