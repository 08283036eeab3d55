import { expect, test } from 'vitest';
import { accountOf, faults, sums, untilEnded } from './run-outcomes.ts';
import { isFull, report } from './goals.ts';
import { inLanes } from './in-parallel.ts';
import type { ReplicaProcess } from './replica-process.ts';
import { stageOf, useTheatre } from './kill-harness.ts';
import { strikeAt } from './interrupt-at.ts';
import { twoAlive } from './two-live-replicas.ts';

/*
 * R1: a run of seven steps (two workloads: rehearse, set, wait each; verify) on two replicas, whichever of them holds it
 * killed once at each of twelve points. The seed says at which step, and which kinds of workload.
 */
const lanes = 2;
const theatre = useTheatre(() => lanes);

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
  const replicas: ReplicaProcess[][] = stageLists();
  const played = await inLanes(cells, lanes, async ({ point, seed }, lane) => {
    const stage = stageOf(theatre, lane);
    const { verb, when, ordinals } = point;
    const place = ordinals.length > 0 ? `${verb}/${ordinals[(seed * 3) % ordinals.length]}` : verb;
    // A rollout that is complete at the first look never waits: then the place is tried again.
    for (let tries = 1; ; tries++) {
      const [released, pair] = await Promise.all([
        stage.fleet.release(kinds[seed % kinds.length]),
        twoAlive(stage.start, replicas[lane] ?? []),
      ]);
      replicas[lane] = pair;
      const service = released.service.name;
      const struck = strikeAt(pair, { service, place, when, signal: 'SIGKILL' }, theatre);
      const run = await stage.fleet.queue(released);
      await untilEnded(stage.databaseUrl, [run.id]);
      const account = await accountOf(stage.databaseUrl, theatre.cluster, [run.id]);
      if (struck.at() !== null) return { account, missed: [] };
      if (tries === 5) return { account, missed: [`${when} ${place}`] };
    }
  });
  const accounts = played.map(({ account }) => account);
  const { lost, doubled, outOfOrder } = sums(accounts);
  const size = `of ${cells.length} kills`;
  report(context, [
    { goal: 'R1', what: `lost, ${size}`, value: lost, bound: 0 },
    { goal: 'R1', what: `out of order, ${size}`, value: outOfOrder, bound: 0 },
    { goal: 'R1', what: `doubled, ${size}`, value: doubled, bound: 0 },
  ]);
  expect(faults(accounts)).toEqual([]);
  expect(played.flatMap(({ missed }) => missed)).toEqual([]);
});

function stageLists(): ReplicaProcess[][] {
  return Array.from({ length: lanes }, () => []);
}
