import type { Change } from '../../../deployment/deployment.ts';
import type { AnsweredFact, Need } from '../../need.ts';
import type { Refusal } from '../../refusal.ts';
import { isProgressive } from '../progressive/declares.ts';
import { isSameObject, trafficChange } from '../traffic-change.ts';
import type { Way, WayResult, WayStep } from '../way.ts';
import { blueGreenDeclares } from './declares.ts';
import { planRoute } from './route.ts';
import { planSelector } from './selector.ts';
import { slotNeeds } from './slot.ts';
import { type BlueGreenContext, claimed, type Switch, switchesOf } from './switches.ts';

type Kind = 'workload' | 'selector' | 'route';

/**
 * Blue-green: the release was put into a slot of its own, and all traffic was switched to it. The way back is the switch alone:
 * the slot of the target still holds it, or there is no way back by switching.
 */
export const blueGreen: Way<Kind, typeof blueGreenDeclares, Change> = {
  name: 'blue-green',
  strategies: ['blue-green'],
  change: trafficChange,
  declares: blueGreenDeclares,
  // Another way sends it back in stages; of a release of another strategy it takes no switch.
  takesBack: (context) =>
    isProgressive(context.service) && context.deployment.strategy === 'blue-green'
      ? null
      : claimed(context, context.declared),
  needs: (context) => [...switchesOf(context).map(switchNeed), ...slotNeeds(context)],
  plan(context, facts) {
    const switches = switchesOf(context);
    if (switches.length === 0) return { kind: 'refused', refusals: [notDeclared] };
    const slots = facts.filter((fact) => fact.kind === 'workload');
    const results = switches.flatMap((one) => {
      const fact = facts.find((known) => isAbout(known, one));
      return fact ? [planOne({ context, one, slots }, fact)] : [];
    });
    return together(results);
  },
};

function switchNeed({ object, by }: Switch): Need<Kind> {
  return 'key' in by
    ? { kind: 'selector', ask: { service: object, key: by.key } }
    : { kind: 'route', ask: { route: object, rule: by.rule } };
}

function isAbout({ kind, ask }: AnsweredFact<Kind>, { object, by }: Switch): boolean {
  if (kind === 'selector') return 'key' in by && isSameObject(ask.service, object) && ask.key === by.key;
  return kind === 'route' && 'rule' in by && isSameObject(ask.route, object) && ask.rule === by.rule;
}

function planOne(
  plan: { context: BlueGreenContext; one: Switch; slots: readonly AnsweredFact<'workload'>[] },
  fact: AnsweredFact<Kind>,
): WayResult {
  if (fact.kind === 'selector') return planSelector(plan, fact);
  if (fact.kind === 'route') return planRoute(plan, fact);
  return { kind: 'steps', steps: [], warnings: [] };
}

/** What several switches say alike, as that one slot is brought up, is done and said once. */
function together(results: readonly WayResult[]): WayResult {
  const refusals = results.flatMap((result) => (result.kind === 'refused' ? result.refusals : []));
  if (refusals.length > 0) return { kind: 'refused', refusals };
  const made = results.flatMap((result) => (result.kind === 'steps' ? [result] : []));
  const steps = new Map<string, WayStep>(
    made.flatMap((result) => result.steps).map((one) => [JSON.stringify(one.step), one]),
  );
  const warnings = [...new Set(made.flatMap((result) => result.warnings))];
  return { kind: 'steps', steps: [...steps.values()], warnings, led: made.flatMap(({ led = [] }) => led) };
}

const notDeclared: Refusal = {
  code: 'not-declared',
  reason: 'Nothing says what switches the traffic between the slots of this service.',
  advice:
    'Declare under `rollback.blue-green` the Service with the key of its selector, or the route, and the workload behind each slot; or switch by hand.',
};
