import type { SelectorSeen, SelectorTarget } from '@lastgood/domain/rollback/contracts/switch-selector';
import { isName, type NotRead } from './read-processes.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { healthOf, readServerStats, type StatRow } from './server-stats.ts';

export type Selector = Pick<SelectorTarget, 'service' | 'key'>;

/** An entry of a map that names the backend, in one of the processes. */
export interface EntryState {
  api: RuntimeApi;
  /** Null where there is no entry under the key, or several that differ. */
  value: string | null;
  /** Backend to its servers that are ready and in rotation. */
  ready: Record<string, number>;
}

const pathForm = /^[A-Za-z0-9_./:-]{1,253}$/;
/** As it stands in a line of commands: no blank, no semicolon, no backslash, and not a reference by number. */
const keyForm = /^[A-Za-z0-9_.:/*?=&%~+-]{1,253}$/;

/** Why this is no entry of a map; null when it is one. */
export function refusedSelector({ service, key }: Selector): NotRead | null {
  if (service.kind !== 'map')
    return notFound(
      `HAProxy has no ${service.kind}: what switches between backends here is a map, written as kind map.`,
    );
  if (!pathForm.test(service.name)) return notFound('This is no path that a map of HAProxy can have.');
  return keyForm.test(key) ? null : notFound('This is no key that an entry of a map can have.');
}

export async function readEntries(
  apis: readonly RuntimeApi[],
  selector: Selector,
  trustUnchecked: boolean,
  signal: AbortSignal,
): Promise<EntryState[] | NotRead> {
  const read = await Promise.all(apis.map((api) => readEntry(api, selector, trustUnchecked, signal)));
  return read.find((one) => 'kind' in one) ?? read.filter((one) => 'api' in one);
}

export async function readEntry(
  api: RuntimeApi,
  { service, key }: Selector,
  trustUnchecked: boolean,
  signal: AbortSignal,
): Promise<EntryState | NotRead> {
  const answer = await api.ask(['show info', `show map ${service.name}`, 'show stat -1 4 -1 typed'], signal);
  if (answer.kind === 'failed') return { kind: 'unreachable', reason: answer.reason };
  const [info = '', map = '', stats = ''] = answer.sections;
  if (map.startsWith('Unknown map')) return notFound(`HAProxy at ${api.where} has no map ${service.name}.`);
  if (map.startsWith('Permission denied'))
    return notFound(`HAProxy at ${api.where}: the socket needs \`level admin\`.`);
  const entries = map
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => /^0x[0-9a-f]+ (\S+) (.*)$/.exec(line));
  if (!/^Stopping: 0$/m.test(info) || entries.some((one) => one === null))
    return {
      kind: 'unreachable',
      reason: `HAProxy at ${api.where} is about to end, or its answer is not what it writes.`,
    };
  const values = new Set(entries.flatMap((one) => (one?.[1] === key ? (one[2] ?? '') : [])));
  return {
    api,
    value: values.size === 1 ? ([...values][0] ?? null) : null,
    ready: readyByBackend(readServerStats(stats), trustUnchecked),
  };
}

/** A server at weight 0 or out of rotation carries nothing, however well it is. */
function readyByBackend(rows: readonly StatRow[], trustUnchecked: boolean): Record<string, number> {
  const ready: Record<string, number> = {};
  for (const { pxname = '', status = '', weight = '0' } of rows) {
    const health = status === 'DRAIN' ? 'not-ready' : healthOf(status);
    const isReady = health === 'ready' || (health === 'unchecked' && trustUnchecked);
    if (isName(pxname)) ready[pxname] = (ready[pxname] ?? 0) + (isReady && Number(weight) > 0 ? 1 : 0);
  }
  return ready;
}

/** What a plan is made on: all processes must say the same. */
export function joinEntries(entries: readonly EntryState[], selector: Selector): SelectorSeen | NotRead {
  const [first] = entries;
  const other = entries.find(({ value }) => value !== first?.value);
  if (!first || other) {
    const said = entries.map(({ api, value }) => `${api.where} has ${value ?? 'none'}`).join(', ');
    return { kind: 'unreachable', reason: `The processes of one entry must switch alike: ${said}.` };
  }
  return seenOf(entries, first.value, selector);
}

/** What a step is judged by: done where every process is, and before it while one of them still is. */
export function entriesForStep(entries: readonly EntryState[], step: SelectorTarget): SelectorSeen {
  const strange = entries.find(({ value }) => value !== step.from && value !== step.to);
  const isDone = entries.every(({ value }) => value === step.to);
  return seenOf(entries, strange ? strange.value : isDone ? step.to : step.from, step);
}

/** Each request is looked up in the map, so all of the traffic goes to the backend that it names. */
function seenOf(entries: readonly EntryState[], value: string | null, { service }: Selector): SelectorSeen {
  const readyPods: Record<string, number> = {};
  for (const backend of Object.keys(entries[0]?.ready ?? {}))
    readyPods[backend] = Math.min(...entries.map(({ ready }) => ready[backend] ?? 0));
  const endpoints = value === null ? {} : { [value]: readyPods[value] ?? 0 };
  return { uid: `map ${service.name}`, value, readyPods, endpoints };
}

function notFound(reason: string): NotRead {
  return { kind: 'not-found', reason };
}
