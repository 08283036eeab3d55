import { advanceTrigger, type TriggerState } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import type { StoreContext } from '../connection/store-context.ts';
import type { TriggerState as StateRow } from '../generated/client.ts';
import { packedSince, type ReadState } from '../reading/packed-since.ts';
import type { Stored } from '../rows/instants.ts';
import { toTriggerState } from '../rows/trigger-row.ts';

/** For so long at most a trigger at rest is not written down, in milliseconds of slot time: what may have to be judged again. */
export const restMs = 60_000;

/** The same of a deployment that stands, which has fewer readings. */
export const standingRestMs = 1_800_000;

/**
 * Whether a trigger of a deployment counts a breach, fires, or cannot be asked since `troubledAfter` (`isRestless`), as SQL: what rows
 * tell without what was packed since. It may be one reading too soon or too late about what cannot be asked.
 */
export function hasRestless(deploymentId: string, troubledAfter: string): string {
  return `exists (select from trigger_states t where t.deployment_id = ${deploymentId} and (t.phase in ('pending', 'firing')
    or t.trouble_since > ${troubledAfter}
    or (t.companion_kind in ('unreachable', 'ambiguous') and t.companion_trouble_since > ${troubledAfter})))`;
}

const columns = [
  ...['deploymentId', 'trigger', 'phase', 'since', 'heldMs', 'lastSlot', 'lastJudgedSlot', 'lastBreachSlot'],
  ...['readingKind', 'readingValue', 'readingDetail', 'readingParts', 'troubleSince', 'troubleReason'],
  ...[
    'companionKind',
    'companionValue',
    'companionDetail',
    'companionTroubleSince',
    'companionTroubleReason',
  ],
  ...['slotsAsked', 'slotsAnswered', 'slotsHealthy', 'everFired'],
] as const satisfies readonly (keyof StateRow)[];

const selected = columns.map(
  (column) => `${column.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} as "${column}"`,
);

/** The rows of deployments by their ids. There are thousands of them in a slot, which a mapper takes several times as long for. */
async function loadStateRows(
  sql: Sql,
  ids: readonly string[],
): Promise<Map<string, Stored<Pick<StateRow, (typeof columns)[number]>>[]>> {
  const found = await sql<Stored<StateRow>>(
    `select ${selected.join(', ')} from trigger_states where deployment_id = any($1::text[])`,
    [ids],
    'prepared',
  );
  return Map.groupBy(found.rows, (row) => row.deploymentId);
}

/** How a trigger stands, and what its row says, which of one at rest may be older. */
interface Known {
  state: TriggerState;
  row: TriggerState;
}

/** By trigger. */
export type KnownStates = ReadonlyMap<string, Known>;

/** How the triggers of a deployment stand, by name. */
export type StatesOf = (deploymentId: string) => ReadonlyMap<string, TriggerState>;

/**
 * How triggers stand, from their rows and from what was packed since these were written: the trigger machine judges that again, so
 * that the result is what it came to then. Of a deployment of which something cannot be read, asking throws why.
 */
export async function loadTriggerStates(
  { sql }: StoreContext,
  rows: readonly Stored<StateRow>[],
): Promise<StatesOf> {
  const states = new Map<string, Map<string, TriggerState>>();
  const unreadable = new Map<string, unknown>();
  const reading = (deploymentId: string, read: () => void): void => {
    try {
      read();
    } catch (error) {
      unreadable.set(deploymentId, error);
    }
  };
  for (const row of rows)
    reading(row.deploymentId, () => {
      const ofDeployment = states.get(row.deploymentId) ?? new Map<string, TriggerState>();
      states.set(row.deploymentId, ofDeployment.set(row.trigger, toTriggerState(row)));
    });
  for (const judged of await packedSince(sql, readAt(states), standingRestMs))
    reading(judged.deploymentId, () => {
      const ofDeployment = states.get(judged.deploymentId);
      const before = ofDeployment?.get(judged.trigger);
      if (!before) return;
      const { trigger, rules } = judged.definition;
      ofDeployment?.set(judged.trigger, advanceTrigger({ ...judged, trigger, rules, before }).state);
    });
  return (deploymentId) => {
    if (unreadable.has(deploymentId)) throw unreadable.get(deploymentId);
    return states.get(deploymentId) ?? new Map();
  };
}

/** How triggers of deployments stand, by their ids, where only what is not `known` is read; and why some of it cannot be read. */
export async function loadKnownStates(
  context: StoreContext,
  ids: readonly string[],
  known: ReadonlyMap<string, KnownStates>,
): Promise<{ known: Map<string, KnownStates>; unreadable: Map<string, unknown> }> {
  const wanted = new Set(ids);
  const found = new Map([...known].filter(([id]) => wanted.has(id)));
  const unreadable = new Map<string, unknown>();
  const unread = ids.filter((id) => !found.has(id));
  if (unread.length === 0) return { known: found, unreadable };
  const rows = await loadStateRows(context.sql, unread);
  const statesOf = await loadTriggerStates(context, [...rows.values()].flat());
  for (const id of unread)
    try {
      const states = statesOf(id);
      const ofRow = (row: Stored<StateRow>): [string, Known] => {
        const written = toTriggerState(row);
        return [row.trigger, { state: states.get(row.trigger) ?? written, row: written }];
      };
      found.set(id, new Map((rows.get(id) ?? []).map(ofRow)));
    } catch (error) {
      unreadable.set(id, error);
    }
  return { known: found, unreadable };
}

function readAt(states: ReadonlyMap<string, ReadonlyMap<string, TriggerState>>): ReadState[] {
  return [...states].flatMap(([deploymentId, ofDeployment]) =>
    [...ofDeployment].flatMap(([trigger, { lastSlot }]) =>
      lastSlot === null ? [] : [{ deploymentId, trigger, lastSlot }],
    ),
  );
}
