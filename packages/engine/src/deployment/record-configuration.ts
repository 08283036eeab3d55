import {
  type ConfigurationRef,
  type FoundConfiguration,
  isSameConfiguration,
  type KeptContent,
  mostConfigurations,
  type NamedConfiguration,
  namedConfiguration,
  type ObservedWorkload,
  type RecordedConfiguration,
  type Service,
  type WorkloadSnapshot,
} from '@lastgood/domain';
import { type Clock, withDeadline } from '../clock.ts';
import type { EffectPorts } from '../rollback/apply-step.ts';
import { observeService, type ServiceObservation } from './observe-service.ts';

export type ConfigurationPorts = Pick<EffectPorts, 'configurations' | 'keep'>;

interface ObservedUnderDeadline {
  ports: ConfigurationPorts & Pick<EffectPorts, 'rollout'>;
  clock: Clock;
  deadlineMs: number;
}

/** How the workloads of a service stand now, with their configuration; the deadline is that of a registration. */
export function observeWithConfiguration(
  { ports, clock, deadlineMs }: ObservedUnderDeadline,
  service: Service,
  signal: AbortSignal,
): Promise<ServiceObservation> {
  return withDeadline(clock, deadlineMs, signal, async (deadline) => {
    const observation = await observeService(ports.rollout, service, deadline);
    return { ...observation, seen: await withConfiguration(ports, service, observation.seen, deadline) };
  });
}

/** Sealed contents of one look, in characters; what is beyond is not kept. */
const mostKept = 8_000_000;

/**
 * What was observed, with the ConfigMaps and Secrets that the templates name as they stand now; their contents are kept, sealed.
 * Never a reason to delay or to fail: what could not be read is recorded as that.
 */
export async function withConfiguration(
  { configurations, keep }: ConfigurationPorts,
  { cluster, namespace }: Pick<Service, 'cluster' | 'namespace'>,
  observed: ObservedWorkload[],
  signal: AbortSignal,
): Promise<ObservedWorkload[]> {
  if (!configurations || !keep || observed.length === 0) return observed;
  const objects = namedBy(observed);
  const asked = objects.slice(0, mostConfigurations);
  const answer =
    asked.length === 0
      ? ({ kind: 'seen', seen: [] } as const)
      : await configurations.readConfiguration({ cluster, namespace, objects: asked, workloads: [] }, signal);
  const found = answer.kind === 'seen' ? answer.seen : [];
  const why = answer.kind === 'seen' ? tooMany : answer.reason;
  const kept = contentsToKeep(found);
  await keep.keep(kept);
  const states = found.map((one) => ({ ...one, state: stateOf(one, kept) }));
  return observed.map((one) => ({
    ...one,
    snapshot: recorded(one.snapshot, states, why),
    serving: one.serving.map((each) => ({ ...each, snapshot: recorded(each.snapshot, states, why) })),
  }));
}

const tooMany = `more than ${mostConfigurations} objects are named: this one is not kept`;
const tooLarge = 'not kept: all that its workloads name is too large';

function namedBy(observed: readonly ObservedWorkload[]): ConfigurationRef[] {
  const named = observed
    .flatMap(({ snapshot, serving }) => [snapshot, ...serving.map((each) => each.snapshot)])
    .flatMap(({ template }) => namedConfiguration(template));
  return [...new Map(named.map(({ kind, name }) => [`${kind}/${name}`, { kind, name }])).values()];
}

/** As many as there is room for, in the order of the templates. */
function contentsToKeep(found: readonly FoundConfiguration[]): KeptContent[] {
  let room = mostKept;
  return found.flatMap(({ seen: { state, sealed } }) => {
    if (state.kind !== 'there' || sealed === undefined || sealed.length > room) return [];
    room -= sealed.length;
    return [{ digest: state.digest, sealed }];
  });
}

function stateOf({ seen: { state, sealed } }: FoundConfiguration, kept: readonly KeptContent[]) {
  if (state.kind !== 'there' || sealed === undefined) return state;
  return kept.some(({ digest }) => digest === state.digest) ? state : { ...state, notKept: tooLarge };
}

function recorded(
  snapshot: WorkloadSnapshot,
  states: readonly Pick<RecordedConfiguration, 'kind' | 'name' | 'state'>[],
  why: string,
): WorkloadSnapshot {
  const record = (named: NamedConfiguration): RecordedConfiguration => ({
    ...named,
    state: states.find((one) => isSameConfiguration(one, named))?.state ?? { kind: 'unread', reason: why },
  });
  return { ...snapshot, configuration: namedConfiguration(snapshot.template).map(record) };
}
