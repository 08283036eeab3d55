import type {
  InfrastructureAction,
  InfrastructureChange,
} from '@lastgood/domain/rollback/infrastructure-change';
import { Check } from 'typebox/value';
import { changedProperties, isSame, membersOf } from './changed-properties.ts';
import { PlanJson, type ResourceChange } from './plan-json.ts';
import { sensitiveValues } from './sensitive-values.ts';

export interface PlanDocument {
  changes: InfrastructureChange[];
  /** Resources of which is certain before the apply that they will be otherwise than they are. */
  certain: Set<string>;
  /** Resources that were changed outside of the program since it wrote its state. */
  drifted: Set<string>;
  secrets: string[];
}

/** More changes than anybody reads are no plan to agree to. */
const mostChanges = 2_000;

/** @throws Error in words, without a value, where it is not what is documented */
export function readPlan(json: string, stateful: ReadonlySet<string>): PlanDocument {
  const read = parsed(json);
  if (!Check(PlanJson, read)) throw new Error('its plan cannot be read: it is not in the documented form');
  if (read.errored === true) throw new Error('its plan is not complete');
  const resources = (read.resource_changes ?? []).filter(({ mode }) => mode !== 'data');
  const secrets = sensitiveValues(read);
  const changes = [
    ...resources.flatMap((one) =>
      changeOf(one.address, one.type, one.change.actions, stateful).map((change) =>
        withProperties(change, one, secrets),
      ),
    ),
    ...Object.entries(read.output_changes ?? {}).flatMap(([name, { actions }]) =>
      changeOf(`output.${name}`, 'output', actions, stateful),
    ),
  ];
  if (changes.length > mostChanges)
    throw new Error(`its plan has ${changes.length} changes, more than can be shown (${mostChanges})`);
  const drift = (read.resource_drift ?? []).filter(({ change }) => actionOf(change.actions) !== null);
  return {
    changes,
    certain: new Set(resources.filter(isCertain).map(({ address }) => address)),
    drifted: new Set(drift.map(({ address }) => address)),
    secrets,
  };
}

/** What is made or destroyed is so as a whole. */
function withProperties(
  change: InfrastructureChange,
  resource: ResourceChange,
  secrets: readonly string[],
): InfrastructureChange {
  if (change.action !== 'update' && change.action !== 'replace') return change;
  const properties = changedProperties(resource.change, secrets);
  return properties.length > 0 ? { ...change, properties } : change;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The parser's own words quote what it read.
    throw new Error('its plan cannot be read: it is not JSON');
  }
}

/** What is left over of a replacement (a deposed object) goes by the name of what it was. */
function changeOf(
  address: string,
  type: string,
  actions: readonly string[],
  stateful: ReadonlySet<string>,
): InfrastructureChange[] {
  const action = actionOf(actions);
  return action === null ? [] : [{ address, type, action, keepsData: stateful.has(type) }];
}

/** Null where nothing happens to it. `forget`: it is left alone and no longer looked after. */
function actionOf(actions: readonly string[]): InfrastructureAction | null {
  const known = actionsInWords[actions.join()];
  if (known === undefined) throw new Error('its plan has an action that is not known here');
  return known;
}

const actionsInWords: Record<string, InfrastructureAction | null> = {
  '': null,
  'no-op': null,
  read: null,
  create: 'create',
  update: 'update',
  delete: 'destroy',
  forget: 'update',
  'delete,create': 'replace',
  'create,delete': 'replace',
  'create,forget': 'replace',
};

/**
 * Not of what only may change: a value that is known after the apply, such as a time, is another one in every plan. Nor of
 * what is replaced because its creation failed: that is of an apply that did not come to its end.
 */
function isCertain({ change, action_reason }: ResourceChange): boolean {
  const action = actionOf(change.actions);
  if (action === null || action_reason === 'replace_because_tainted') return false;
  if (action === 'create' || action === 'destroy') return true;
  const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(membersOf);
  return Object.keys({ ...before, ...after }).some(
    (name) => !(unknown?.[name] ?? false) && !isSame(before?.[name], after?.[name]),
  );
}
