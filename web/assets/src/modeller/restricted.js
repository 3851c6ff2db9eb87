// What may be drawn: only what the engine runs as drawn. The server checks again: this is comfort.
import RuleProvider from 'diagram-js/lib/features/rules/RuleProvider';

const KINDS = {
  'user-task': { type: 'bpmn:UserTask', group: 'activity', icon: 'bpmn-icon-user-task' },
  'exclusive-gateway': { type: 'bpmn:ExclusiveGateway', group: 'gateway', icon: 'bpmn-icon-gateway-xor' },
  'parallel-gateway': { type: 'bpmn:ParallelGateway', group: 'gateway', icon: 'bpmn-icon-gateway-parallel' },
  'timer': { type: 'bpmn:IntermediateCatchEvent', event: 'bpmn:TimerEventDefinition', group: 'event', icon: 'bpmn-icon-intermediate-event-catch-timer' },
  'end-event': { type: 'bpmn:EndEvent', group: 'event', icon: 'bpmn-icon-end-event-none' },
};
const DRAWABLE = new Set(Object.values(KINDS).map(({ type }) => type));
const FLOW_NODE = /Task$|Gateway$|Event$|SubProcess$|CallActivity$|Data(Object|Store)/;
const KEPT_IN_PAD = /^(append\.(end-event|gateway|append-task|append-user-task)|connect|delete)$/;
const ABOVE_THE_LIBRARY = 500;

/** The attributes with which somebody's new step begins: valid at once, to be made right. */
const NEW_STEP = {
  'alize:form': 'basin_note',
  'alize:operation': 'projects.record_basin_step',
  'alize:role': 'operator',
  'alize:due': 'P10D',
};

class Palette {
  constructor(palette, create, elementFactory, handTool, lassoTool, globalConnect, translate) {
    Object.assign(this, { create, elementFactory, handTool, lassoTool, globalConnect, translate });
    palette.registerProvider(ABOVE_THE_LIBRARY, this);
  }

  getPaletteEntries() {
    const tools = {
      hand: this.tool('bpmn-icon-hand-tool', 'Activate hand tool', (event) => this.handTool.activateHand(event)),
      lasso: this.tool('bpmn-icon-lasso-tool', 'Activate lasso tool', (event) => this.lassoTool.activateSelection(event)),
      connect: this.tool('bpmn-icon-connection-multi', 'Activate global connect tool', (event) => this.globalConnect.start(event)),
      separator: { group: 'tools', separator: true },
    };
    const shapes = Object.entries(KINDS).map(([name, kind]) => [`create.${name}`, this.shape(name, kind)]);
    return () => ({ ...tools, ...Object.fromEntries(shapes) });
  }

  tool(className, title, start) {
    return { group: 'tools', className, title: this.translate(title), action: { click: start } };
  }

  shape(name, { type, event, group, icon }) {
    const start = (action) => this.create.start(action, this.elementFactory.createShape({ type, eventDefinitionType: event }));
    return { group, className: icon, title: this.translate(`create ${name}`), action: { dragstart: start, click: start } };
  }
}
Palette.$inject = ['palette', 'create', 'elementFactory', 'handTool', 'lassoTool', 'globalConnect', 'translate'];

class ContextPad {
  constructor(contextPad) {
    contextPad.registerProvider(ABOVE_THE_LIBRARY, this);
  }

  getContextPadEntries() { return kept; }

  getMultiElementContextPadEntries() { return kept; }
}
ContextPad.$inject = ['contextPad'];

const kept = (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => KEPT_IN_PAD.test(name)));

/** Nothing else can be made, pasted or attached, whatever the gesture. */
class AllowedOnly extends RuleProvider {
  init() {
    const isAllowed = ({ type = '' }) => !FLOW_NODE.test(type) || DRAWABLE.has(type);
    this.addRule('shape.create', 2000, ({ shape }) => (isAllowed(shape) ? undefined : false));
    this.addRule('elements.create', 2000, ({ elements }) => (elements.every(isAllowed) ? undefined : false));
    this.addRule('shape.append', 2000, ({ element }) => (isAllowed(element) ? undefined : false));
    this.addRule('shape.replace', 2000, () => false);
  }
}
AllowedOnly.$inject = ['eventBus'];

/** A task appended by the pad is somebody's step, and every new step begins with its attributes. */
class NewSteps {
  constructor(eventBus, bpmnFactory, modeling) {
    const create = bpmnFactory.create.bind(bpmnFactory);
    bpmnFactory.create = (type, attributes) => create(type === 'bpmn:Task' ? 'bpmn:UserTask' : type, attributes);
    eventBus.on('commandStack.shape.create.postExecuted', ({ context: { shape } }) => {
      const drawn = shape.businessObject;
      if (shape.type === 'bpmn:UserTask' && !drawn.get('alize:form')) modeling.updateProperties(shape, NEW_STEP);
      const timer = drawn.eventDefinitions?.[0];
      if (shape.type === 'bpmn:IntermediateCatchEvent' && timer && !timer.timeDuration) {
        const timeDuration = bpmnFactory.create('bpmn:FormalExpression', { body: 'P10D' });
        modeling.updateModdleProperties(shape, timer, { timeDuration });
      }
    });
  }
}
NewSteps.$inject = ['eventBus', 'bpmnFactory', 'modeling'];

export default {
  __init__: ['restrictedPalette', 'restrictedPad', 'allowedOnly', 'newSteps'],
  restrictedPalette: ['type', Palette],
  restrictedPad: ['type', ContextPad],
  allowedOnly: ['type', AllowedOnly],
  newSteps: ['type', NewSteps],
  replaceMenuProvider: ['value', null],
};
