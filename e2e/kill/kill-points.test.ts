import { expect, test } from 'vitest';
import { isFull, report } from './goals.ts';
import { inParallel } from './in-parallel.ts';
import { interruptAt } from './interrupt-at.ts';
import { databaseOf, useKillHarness } from './kill-harness.ts';
import type { ReplicaProcess } from './replica-process.ts';
import { faults, outcomeOf, sums, untilEnded } from './run-outcomes.ts';
import { twoLiveReplicas } from './two-live-replicas.ts';

/*
 * R1: a run of seven steps (two workloads: rehearse, set, wait each; verify) on two replicas, whichever of them holds it
 * killed once at each of twelve points. The number of the round says at which step, and which kinds of workload.
 */
const tracks = 2;
const harness = useKillHarness(() => tracks);

interface Point {
  verb: string;
  when: 'before' | 'after';
  /** Steps at which the point exists; none for points of the whole run. */
  ordinals: number[];
}

const both = (verb: string, ordinals: number[]): Point[] => [
  { verb, when: 'before', ordinals },
  { verb, when: 'after', ordinals },
];
const points: Point[] = [
  ...both('plan', []),
  ...both('start', [0, 1, 2, 3, 4, 5, 6]),
  ...both('effect', [0, 1, 2, 3, 4, 5, 6]),
  ...both('wait', [2, 5]),
  ...both('record', [0, 1, 2, 3, 4, 5, 6]),
  ...both('finish', []),
];
const kinds = [
  ['Deployment', 'StatefulSet'],
  ['DaemonSet', 'Deployment'],
  ['StatefulSet', 'DaemonSet'],
] as const;
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The share: one seed for every other point, each with another step. */
const cells = points.flatMap((point, index) =>
  seeds.filter((seed) => isFull() || (index % 3 === 1 && seed === index)).map((seed) => ({ point, seed })),
);

test('R1: killed at every boundary with a peer at hand, nothing is lost, out of order or doubled', async (context) => {
  const replicas: ReplicaProcess[][] = databaseLists();
  const played = await inParallel(cells, tracks, async ({ point, seed }, track) => {
    const database = databaseOf(harness, track);
    const { verb, when, ordinals } = point;
    const place = ordinals.length > 0 ? `${verb}/${ordinals[(seed * 3) % ordinals.length]}` : verb;
    // A rollout that is complete at the first look never waits: then the place is tried again.
    for (let tries = 1; ; tries++) {
      const [released, pair] = await Promise.all([
        database.fleet.release(kinds[seed % kinds.length]),
        twoLiveReplicas(database.start, replicas[track] ?? []),
      ]);
      replicas[track] = pair;
      const service = released.service.name;
      const interrupted = interruptAt(pair, { service, place, when, signal: 'SIGKILL' }, harness);
      const run = await database.fleet.queue(released);
      await untilEnded(database.databaseUrl, [run.id]);
      const outcome = await outcomeOf(database.databaseUrl, harness.cluster, [run.id]);
      if (interrupted.at() !== null) return { outcome, missed: [] };
      if (tries === 5) return { outcome, missed: [`${when} ${place}`] };
    }
  });
  const outcomes = played.map(({ outcome }) => outcome);
  const { lost, doubled, outOfOrder } = sums(outcomes);
  const size = `of ${cells.length} kills`;
  report(context, [
    { goal: 'R1', what: `lost, ${size}`, value: lost, bound: 0 },
    { goal: 'R1', what: `out of order, ${size}`, value: outOfOrder, bound: 0 },
    { goal: 'R1', what: `doubled, ${size}`, value: doubled, bound: 0 },
  ]);
  expect(faults(outcomes)).toEqual([]);
  expect(played.flatMap(({ missed }) => missed)).toEqual([]);
});

function databaseLists(): ReplicaProcess[][] {
  return Array.from({ length: tracks }, () => []);
}
