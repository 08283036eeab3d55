import { createRandom, type Random } from '../random.ts';

/** What comes to pass is decided in steps of this length: three to a look's slot, so that nobody is blind by rounding. */
export const stepMs = 5_000;

/** What happens to the workload, from outside Lastgood. `ready` null is every replica that is wanted. */
export type WorldAct =
  | { kind: 'deploy'; version: string; settles: boolean }
  | { kind: 'settle'; version: string }
  | { kind: 'scale'; replicas: number }
  | { kind: 'ready'; ready: number | null };

/** What a pipeline says. A report is of the newest registration. */
export type PipelineAct =
  | { kind: 'register'; version: string }
  | { kind: 'report'; status: 'completed' | 'failed' };

/** Who is away for a while. A server that is away does nothing at all. */
export interface Outage {
  of: 'server' | 'cluster' | 'source';
  from: number;
  until: number;
}

/** How long a release is watched, and how long its trigger must breach to fire. */
export interface Watch {
  windowMs: number;
  forMs: number;
}

/**
 * In the first a breach that fires fills more of the window than may be unhealthy, in the second less: there the firing itself is all
 * that stands against the release.
 */
const watches: readonly Watch[] = [
  { windowMs: 150_000, forMs: 30_000 },
  { windowMs: 300_000, forMs: 15_000 },
];

/** A world and all that happens in it, each at its step. */
export interface History {
  seed: number;
  steps: number;
  watch: Watch;
  /** How the workload stands before anybody declares the service. */
  begins: 'serving' | 'stuck-beside-serving' | 'at-zero' | 'not-ready';
  declaredAt: number;
  world: { at: number; act: WorldAct }[];
  pipeline: { at: number; act: PipelineAct }[];
  outages: Outage[];
  /** Versions that answer with errors wherever they serve: from some steps after they were deployed, for good or for a while. */
  erring: Record<string, { from: number; until: number }>;
  /** Steps before which the server is replaced by a new one, which knows what is stored. So it is after an outage, too. */
  restarts: number[];
}

const versions = ['v1', 'v2', 'v3', 'v4', 'v5'];

export function generateHistory(seed: number): History {
  const random = createRandom(seed);
  const watch = random.pick(watches);
  const steps = whole(random, 80, 130) + (watch.windowMs - 150_000) / stepMs;
  const history: History = {
    ...{ seed, steps, watch },
    begins: random.pick(['serving', 'serving', 'serving', 'stuck-beside-serving', 'at-zero', 'not-ready']),
    declaredAt: random.pick([0, 0, 2, 10]),
    ...{ world: [], pipeline: [], outages: [], erring: {}, restarts: [] },
  };
  for (let n = random.pick([1, 1, 2, 3]); n > 0; n -= 1) release(history, random);
  for (let n = random.pick([0, 0, 1, 2]); n > 0; n -= 1) trouble(history, random);
  for (let n = random.pick([0, 0, 1, 2]); n > 0; n -= 1) outage(history, random);
  for (const version of versions.slice(1))
    if (random.chance(0.4)) history.erring[version] = err(random, watch);
  for (let n = random.pick([0, 0, 1, 2]); n > 0; n -= 1) history.restarts.push(whole(random, 0, steps));
  return history;
}

/** Somebody brings a version out: registered or not, reported too early, late or never; at once, slowly or never ready. */
function release({ world, pipeline, steps }: History, random: Random): void {
  const at = whole(random, 3, steps - 40);
  const version = random.pick(versions);
  const settlesAfter = random.pick([0, 0, 2, 6, 20, null]);
  const isApplied = random.chance(0.95);
  if (isApplied) world.push({ at, act: { kind: 'deploy', version, settles: settlesAfter === 0 } });
  if (isApplied && settlesAfter) world.push({ at: at + settlesAfter, act: { kind: 'settle', version } });
  if (random.chance(0.3)) return;
  pipeline.push({ at: at - random.pick([1, 1, 1, 2, 0, -2]), act: { kind: 'register', version } });
  const reportsAfter = random.pick([-1, 0, 1, 1, 3, 10, null]);
  const status = random.chance(0.9) ? 'completed' : 'failed';
  if (reportsAfter !== null) pipeline.push({ at: at + reportsAfter, act: { kind: 'report', status } });
}

/** Pods lose readiness, or somebody scales: for a while, or for good. */
function trouble({ world, steps }: History, random: Random): void {
  const at = whole(random, 3, steps - 5);
  const over = at + random.pick([1, 2, 4, 12, 40]);
  const [begin, end]: [WorldAct, WorldAct] = random.chance(0.5)
    ? [
        { kind: 'ready', ready: random.pick([0, 1, 2]) },
        { kind: 'ready', ready: null },
      ]
    : [
        { kind: 'scale', replicas: random.pick([0, 0, 5]) },
        { kind: 'scale', replicas: 3 },
      ];
  world.push({ at, act: begin }, { at: over, act: end });
}

function outage({ outages, steps }: History, random: Random): void {
  const from = whole(random, 0, steps);
  const of = random.pick(['server', 'server', 'cluster', 'source'] as const);
  outages.push({ of, from, until: from + random.pick([1, 3, 6, 18]) });
}

function err(random: Random, { windowMs }: Watch): { from: number; until: number } {
  const from = whole(random, 0, windowMs / stepMs + 5);
  return { from, until: from + random.pick([1, 4, 7, 8, 7, 8, 10, 18, Number.POSITIVE_INFINITY]) };
}

function whole(random: Random, low: number, high: number): number {
  return Math.floor(random.between(low, high));
}
