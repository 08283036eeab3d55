import type { WeightTarget } from '@lastgood/domain/rollback/contracts/set-weight';
import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { BackendState, ServerState } from './backend-state.ts';
import { isName, type ProcessState, readProcess } from './read-processes.ts';
import type { RuntimeApi } from './runtime-api.ts';
import { type NotWritten, retryAfterMs, sendCommands } from './send-commands.ts';
import type { HaproxySettings } from './settings.ts';
import { inWords, progressOf, weightsOf } from './weights.ts';

export interface WeightWrite {
  backend: string;
  step: Pick<WeightTarget, 'uid' | 'from' | 'weights'>;
  settings: HaproxySettings;
  signal: AbortSignal;
}

/** What a process came to: its state after the write, or why it did not get there. */
type Written = { kind: 'written'; state: ProcessState } | NotWritten;

/**
 * Brings one process to the weights. HAProxy has no compare-and-set: the state is read right before, again between the two
 * halves, and after. Who gets traffic is raised first and looked at before anybody loses any, so that a write that is cut
 * off or refused half-way leaves more servers in rotation than wanted, never none.
 */
export async function writeProcess(api: RuntimeApi, write: WeightWrite): Promise<Written> {
  const { backend, step, settings, signal } = write;
  const look = () => readProcess(api, backend, settings.trustUnchecked ?? false, signal);
  const before = await look();
  if ('kind' in before) return notLooked(before);
  if (before.uid !== step.uid) return refused(`Backend ${backend} got other servers a moment ago.`);
  const progress = progressOf(before, step);
  if (progress === 'done') return { kind: 'written', state: before };
  if (progress === 'other') return overtaken(before, write);
  const unready = before.servers.find((one) => one.weight < (step.weights[one.name] ?? 0) && !isReady(one));
  if (unready) return refused(`${unready.name} of backend ${backend} has stopped being ready.`);

  const raised = await sendCommands(api, raising(before, write), signal);
  if (raised) return raised;
  const between = await look();
  if ('kind' in between) return { kind: 'unknown', reason: between.reason };
  if (!['raised', 'done'].includes(progressOf(between, step))) return overtaken(between, write);

  const lowered = await sendCommands(api, lowering(between, write), signal);
  if (lowered) return lowered.kind === 'retry' ? { kind: 'unknown', reason: lowered.reason } : lowered;
  const state = await look();
  return 'kind' in state ? { kind: 'unknown', reason: state.reason } : { kind: 'written', state };
}

function isReady({ health, inMaintenance }: ServerState): boolean {
  return health !== 'not-ready' && !inMaintenance;
}

/** A drained server is ready in all but name; one in maintenance is somebody's, and never gets here. */
function raising({ servers }: BackendState, { backend, step }: WeightWrite): string[] {
  return servers.flatMap(({ name, weight, isDrained }) => {
    const wanted = step.weights[name] ?? 0;
    if (wanted <= weight || !isName(name)) return [];
    const server = `set server ${backend}/${name}`;
    return [`${server} weight ${wanted}`, ...(isDrained ? [`${server} state ready`] : [])];
  });
}

function lowering({ servers }: BackendState, { backend, step, settings }: WeightWrite): string[] {
  return servers.flatMap(({ name, weight, hasCookie }) => {
    const wanted = step.weights[name] ?? 0;
    if (wanted >= weight || !isName(name)) return [];
    const server = `set server ${backend}/${name}`;
    return [
      ...(wanted === 0 && isSetAside(settings, hasCookie) ? [`${server} state maint`] : []),
      `${server} weight ${wanted}`,
    ];
  });
}

function isSetAside({ emptyBy = 'auto' }: HaproxySettings, hasCookie: boolean): boolean {
  return emptyBy === 'maintenance' || (emptyBy === 'auto' && hasCookie);
}

function overtaken(found: BackendState, { backend, step }: WeightWrite): Written {
  return refused(
    `Backend ${backend} became ${inWords(weightsOf(found))} a moment ago: neither ${inWords(step.from)} nor ${inWords(step.weights)}. Somebody else changes it.`,
  );
}

function notLooked(read: { kind: 'not-found' | 'unreachable'; reason: string }): Written {
  return read.kind === 'not-found'
    ? refused(read.reason)
    : { kind: 'retry', reason: read.reason, afterMs: retryAfterMs };
}

function refused(reason: string): Extract<EffectResult, { kind: 'refused' }> {
  return { kind: 'refused', reason };
}
