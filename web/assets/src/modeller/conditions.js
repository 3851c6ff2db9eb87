// When an arrow is taken: chosen in words among what the server offers, or written by whoever knows how.
import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { one } from '../dom.js';

const OTHERWISE = 'otherwise';
const COMPOSED = 'composed';

/** Bind the choice of a condition; `offered` says which variables, how each is compared, to which words. */
export function bindCondition(modeller, part, offered) {
  const modeling = modeller.get('modeling');
  const factory = modeller.get('bpmnFactory');
  const variable = one('[data-variable]', part);
  const comparison = one('[data-comparison]', part);
  const word = one('[data-word]', part);
  const number = one('[data-number]', part);
  const expression = one('[data-expression]', part);
  const known = new Map(offered.variables.map((each) => [each.name, each]));
  let chosen = null;

  variable.append(...offered.variables.map(({ name, label }) => new Option(label, name)));

  const source = () => modeller.get('elementRegistry').get(getBusinessObject(chosen).sourceRef.id);

  /** What an expression says, where it is one that can be chosen here. */
  function read(text) {
    for (const [name, { kind, values }] of known) {
      for (const [at, each] of offered.comparisons[kind].entries()) {
        const [before, after] = each.expression.replace('{name}', name).split('{value}');
        if (!each.has_value && text === before) return { name, at, value: '' };
        if (!each.has_value || !text.startsWith(before) || !text.endsWith(after)) continue;
        const value = text.slice(before.length, text.length - after.length);
        const isKnown = kind === 'word' ? values.some(([listed]) => listed === value) : /^\d+$/.test(value);
        if (isKnown) return { name, at, value };
      }
    }
    return null;
  }

  /** Show the controls that a variable asks for. */
  function offer(name, at = 0, value = '') {
    const asked = known.get(name);
    const listed = asked ? offered.comparisons[asked.kind] : [];
    comparison.replaceChildren(...listed.map(({ label }, index) => new Option(label, String(index))));
    comparison.value = String(at);
    comparison.parentElement.hidden = !asked;
    word.replaceChildren(...(asked?.values ?? []).map(([each, label]) => new Option(label, each)));
    const hasValue = Boolean(listed[at]?.has_value);
    word.parentElement.hidden = !hasValue || asked.kind !== 'word';
    number.parentElement.hidden = !hasValue || asked.kind !== 'number';
    if (value) (asked.kind === 'word' ? word : number).value = value;
  }

  function show(element) {
    chosen = element;
    const drawn = getBusinessObject(element);
    const text = (drawn.conditionExpression?.body ?? '').trim().replaceAll(/\s+/g, ' ').replaceAll("'", '"');
    const found = read(text);
    expression.value = drawn.conditionExpression?.body ?? '';
    one(`[value="${COMPOSED}"]`, variable).hidden = !text || Boolean(found);
    if (!text) variable.value = drawn.sourceRef.default === drawn ? OTHERWISE : '';
    else variable.value = found ? found.name : COMPOSED;
    offer(found?.name, found?.at, found?.value);
  }

  /** Write a condition; the arrow taken otherwise has none, and is the only one of its kind. */
  function write(text) {
    const drawn = getBusinessObject(chosen);
    if (text && drawn.sourceRef.default === drawn) modeling.updateProperties(source(), { default: undefined });
    const conditionExpression = text ? factory.create('bpmn:FormalExpression', { body: text }) : undefined;
    modeling.updateProperties(chosen, { conditionExpression });
    expression.value = text;
  }

  function compose() {
    const asked = known.get(variable.value);
    const each = offered.comparisons[asked.kind][Number(comparison.value)];
    const value = asked.kind === 'word' ? word.value : String(Number(number.value));
    if (!each.has_value || value) write(each.expression.replace('{name}', asked.name).replace('{value}', value));
  }

  part.addEventListener('change', ({ target }) => {
    if (target === expression) {
      write(expression.value.trim());
      show(chosen);
      return;
    }
    if (target === variable && variable.value === OTHERWISE) {
      write('');
      modeling.updateProperties(source(), { default: getBusinessObject(chosen) });
    }
    if (target === variable) offer(variable.value);
    else if (target === comparison) offer(variable.value, Number(comparison.value), word.value || number.value);
    if (known.has(variable.value)) compose();
  });
  return show;
}
