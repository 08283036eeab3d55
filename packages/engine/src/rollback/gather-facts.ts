import {
  type AskOf,
  allWays,
  type Deployment,
  type DeploymentStore,
  type Fact,
  type FoundConfiguration,
  judgeImages,
  type Need,
  type NeedAnswer,
  type NeedKind,
  neededFacts,
  type PlanningRead,
  type Registries,
  type RollbackFacts,
  type RollbackTrigger,
  type Rollout,
  registryImagesOf,
  type Service,
  type Way,
} from '@lastgood/domain';
import type { Clock } from '../clock.ts';
import type { EffectPorts } from './apply-step.ts';
import { followApplication } from './follow-application.ts';
import { listingObjects, withDeclared } from './list-objects.ts';
import { unreadCopies } from './read-copies.ts';
import { readRegistries } from './read-registries.ts';
import { withRights } from './with-rights.ts';
import { readWithSessions } from './with-sessions.ts';

export interface GatherDependencies {
  deployments: DeploymentStore;
  ports: EffectPorts;
  clock: Clock;
}

export interface FactsAsked {
  service: Service;
  deployment: Deployment;
  target: Deployment | null;
  /** What had fired, to be asked again in the end. */
  triggers: readonly RollbackTrigger[];
  /** What the command names as lost; absent: nothing. */
  accepting?: readonly string[] | undefined;
  /** What the command takes back although it was not registered; absent: nothing. */
  including?: readonly string[] | undefined;
  /** What it names to be removed of what the release created; absent: nothing. */
  removing?: readonly string[] | undefined;
  signal: AbortSignal;
  ways?: readonly Way[];
}

/** Fetch: everything the ways back need to know, from the outside and from history. */
export async function gatherFacts(
  { deployments, ports, clock }: GatherDependencies,
  { service, deployment, target, triggers, accepting, removing, signal, ways = allWays }: FactsAsked,
): Promise<RollbackFacts> {
  // By these the ways know what the target left behind, and so what to ask for.
  const between = target ? await deployments.between(service.key, target.release, deployment.release) : [];
  const needed = target ? neededFacts({ service, deployment, target, between }, ways) : {};
  const [known, stepDurations, furtherBack] = await Promise.all([
    Promise.all(
      Object.entries(needed).map(
        async ([way, needs]): Promise<[string, Fact[]]> => [
          way,
          await Promise.all(
            needs.map(async (need) => withDeclared(deployments, await fetchOne(ports, need, signal))),
          ),
        ],
      ),
    ),
    deployments.stepDurations(service.key),
    target ? deployments.lastKnownGood(service.key, target.release) : null,
  ]);
  const at = clock.now();
  return {
    ...{
      service,
      deployment,
      target,
      triggers,
      accepting,
      removing,
      at,
      between,
      furtherBack,
      stepDurations,
    },
    known: Object.fromEntries(known),
  };
}

type Fetch<K extends NeedKind> = (ports: EffectPorts, ask: AskOf<K>, signal: AbortSignal) => Promise<Fact<K>>;

/** Which port reads each kind of need. */
const fetches: { [K in NeedKind]: Fetch<K> } = {
  workload: by('workload', ({ rollout, registries }) =>
    withRights(rollout, readWorkload(rollout, registries)),
  ),
  route: by('route', ({ traffic }) => traffic?.readRoute),
  selector: by('selector', ({ traffic }) => traffic?.readSelector),
  flag: by('flag', ({ flags }) => flags?.readFlag),
  database: by('database', ({ migrations }) => migrations?.readDatabase),
  'fix-up': by('fix-up', ({ migrations }) => migrations?.readFixUp),
  sessions: by('sessions', ({ migrations }) => migrations?.readSessions),
  writers: by(
    'writers',
    (ports) => ports.writers && readWithSessions(ports.writers.readWriters, ports.migrations),
  ),
  stack: by('stack', ({ infrastructure }) => infrastructure?.readStack),
  entry: by('entry', readEntry),
  branch: by('branch', ({ git }) => git?.readBranch),
  configuration: by('configuration', ({ configurations }) => configurations?.readConfiguration ?? unreadable),
  objects: by('objects', ({ objects }) => listingObjects(objects)),
  delivery: by('delivery', ({ delivery }) => delivery?.readDelivery),
  copies: by('copies', ({ readCopies = unreadCopies }) => readCopies),
  revision: by('revision', ({ applications }) => applications?.read),
  application: by('application', ({ git, applications }) => followApplication(applications, git)?.read),
};

/** Nothing else of a rollback depends on it. */
const unreadable: PlanningRead<'configuration'> = async ({ objects }) => ({
  kind: 'seen',
  seen: objects.map(
    (object): FoundConfiguration => ({
      ...object,
      seen: {
        uid: null,
        resourceVersion: null,
        beingDeleted: false,
        state: { kind: 'unread', reason: notHere },
      },
      owner: { kind: 'nobody' },
      usedBy: [],
    }),
  ),
});
const notHere = 'nothing that reads configuration is configured here';
/** What the configuration has is known at once. */
function readEntry({ infrastructure, git }: EffectPorts): PlanningRead<'entry'> | undefined {
  if (!infrastructure?.whyUnknown && !git?.whyUnknown) return undefined;
  return async ({ of, name }) => {
    const reason = (of === 'stack' ? infrastructure : git)?.whyUnknown?.(name) ?? null;
    return reason === null ? { kind: 'seen', seen: { name } } : { kind: 'not-found', reason };
  };
}

/** @param port what reads it; undefined where this installation has nothing that does */
function by<K extends NeedKind>(kind: K, port: (ports: EffectPorts) => PlanningRead<K> | undefined) {
  return async (ports: EffectPorts, ask: AskOf<K>, signal: AbortSignal) => {
    const read = port(ports);
    const answer: NeedAnswer<K> = read ? await read(ask, signal) : { kind: 'not-configured' };
    return { kind, ask, answer };
  };
}

/** Fetch: one need from the port that reads it. */
export function fetchOne<K extends NeedKind>(
  ports: EffectPorts,
  need: Need<K>,
  signal: AbortSignal,
): Promise<Fact<K>> {
  return fetches[need.kind](ports, need.ask, signal);
}

/**
 * The workload as it stands, what it should get with the images pinned that nothing else proves, and what the cluster would
 * make of that. Where it is in place already, or the workload is another one, there is nothing to rehearse.
 */
function readWorkload(rollout: Rollout, registries: Registries | undefined): PlanningRead<'workload'> {
  return async ({ workload, to: asRecorded, uid, restart }, signal) => {
    const read = await rollout.read(workload, signal);
    if (read.kind !== 'found') return read;
    const { observation } = read;
    const { snapshot } = observation;
    if (!asRecorded)
      return { kind: 'seen', seen: { observation, to: asRecorded, evidence: [], rehearsal: null } };
    const to = restart === undefined ? asRecorded : rollout.restarted(asRecorded, restart);
    const [found, registry] = await Promise.all([
      rollout.imageEvidence(workload, to.images, signal),
      readRegistries(registries, registryImagesOf(to), signal),
    ]);
    if (found.kind === 'unreachable') return found;
    const { evidence } = found;
    // A workload that has the recorded template already keeps it: pinning would make it another one.
    const isThere = snapshot.templateDigest === to.templateDigest;
    const pinned = isThere ? to : rollout.pin(to, judgeImages(to, snapshot, evidence, registry).pin);
    const isToSend = snapshot.uid === uid && snapshot.templateDigest !== pinned.templateDigest;
    const rehearsal = isToSend ? await rollout.rehearse(workload, pinned, signal) : null;
    if (rehearsal?.kind === 'unreachable') return rehearsal;
    return { kind: 'seen', seen: { observation, to: pinned, evidence, registry, rehearsal } };
  };
}
