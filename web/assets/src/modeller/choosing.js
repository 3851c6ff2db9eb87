// The list of what is drawn: whoever has no mouse chooses there a step, a choice or an arrow, as with a click.
import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { one } from '../dom.js';
import { IN_SIGHT } from './sight.js';

/** What an element without a name is called, the narrower kinds first. */
const KINDS = ['StartEvent', 'EndEvent', 'Event', 'ParallelGateway', 'Gateway', 'Activity'];
const FARTHEST = 20; // Junctions that follow one another; a circle of them ends there.

const waysOut = (drawn) => drawn.outgoing ?? [];
const isJunction = (drawn) => drawn.$instanceOf('bpmn:Gateway') && waysOut(drawn).length < 2;

/** The arrows that hold something of their own: those among which a gateway chooses. */
function isChosenAmong(element) {
  const { sourceRef } = getBusinessObject(element);
  return is(element, 'bpmn:SequenceFlow') && is(sourceRef, 'bpmn:ExclusiveGateway') && !isJunction(sourceRef);
}

/** Bind the list to the drawing; `words` gives a sentence of the page with its values. */
export function bindChoosing(modeller, list, words) {
  const registry = modeller.get('elementRegistry');
  const [steps, arrows, others] = ['steps', 'arrows', 'others'].map((name) => one(`[data-${name}]`, list));

  /** What an element is called: its name, else its kind and what comes before it. */
  function nameOf(drawn) {
    if (drawn.name) return drawn.name;
    const kind = words(isJunction(drawn) ? 'nameless junction' : `nameless ${KINDS.find((each) => drawn.$instanceOf(`bpmn:${each}`))}`);
    const source = (drawn.incoming ?? []).map(({ sourceRef }) => sourceRef?.name).find(Boolean);
    return source ? words('nameless after', { kind, source }) : kind;
  }

  /** Where an arrow leads, beyond the junctions that nobody named. */
  function leadsTo(drawn) {
    let found = drawn.targetRef;
    for (let at = 0; at < FARTHEST && !found.name && isJunction(found) && waysOut(found).length; at += 1) found = waysOut(found)[0].targetRef;
    return nameOf(found);
  }

  function labelOf(element) {
    const drawn = getBusinessObject(element);
    if (!is(element, 'bpmn:SequenceFlow')) return nameOf(drawn);
    const ends = { name: drawn.name, source: nameOf(drawn.sourceRef), target: leadsTo(drawn) };
    return words(drawn.name ? 'named arrow' : 'arrow', ends);
  }

  /** From the left to the right, as the process goes; an arrow stands where it begins. */
  const place = ({ x, y, waypoints }) => (waypoints ? [waypoints[0].x, waypoints.at(-1).y] : [x, y]);
  const inOrder = (one, other) => place(one)[0] - place(other)[0] || place(one)[1] - place(other)[1];

  /** Names are those of the file, in French whatever the language of the page. */
  const optionOf = (element) => Object.assign(new Option(labelOf(element), element.id), { lang: 'fr' });

  function fill(group, elements) {
    const found = elements.sort(inOrder).map(optionOf);
    group.replaceChildren(...found);
    group.hidden = !found.length;
  }

  function refresh() {
    const { value } = list;
    const drawn = registry.filter(({ labelTarget }) => !labelTarget);
    const nodes = drawn.filter((each) => is(each, 'bpmn:FlowNode'));
    fill(steps, nodes.filter((each) => is(each, 'bpmn:Activity')));
    fill(arrows, drawn.filter(isChosenAmong));
    fill(others, nodes.filter((each) => !is(each, 'bpmn:Activity')));
    list.value = registry.get(value) ? value : '';
  }

  modeller.on('selection.changed', ({ newSelection }) => {
    const [element] = newSelection.length === 1 ? newSelection : [];
    list.value = (element?.labelTarget ?? element)?.id ?? '';
    if (list.selectedIndex < 0) list.value = ''; // An arrow that nothing is chosen among is not listed.
  });
  modeller.on('commandStack.changed', refresh);
  list.addEventListener('change', () => {
    const element = registry.get(list.value);
    modeller.get('selection').select(element ?? null);
    if (element) modeller.get('canvas').scrollToElement(element, IN_SIGHT);
  });
  refresh();
}
