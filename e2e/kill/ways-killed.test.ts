import type { StepKind } from '@lastgood/domain';
import { eachWay } from '@lastgood/testkit/simulation/ways/bring-out';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isFull, report } from './goals.ts';
import { inParallel } from './in-parallel.ts';
import type { Interruption } from './interruptible-ports.ts';
import { databaseOf, useKillHarness } from './kill-harness.ts';
import { sends } from './outside/expected-unsent.ts';
import { type KilledRun, playKilled } from './outside/killed-run.ts';
import { type OutsideProcess, startOutside } from './outside/outside.ts';
import { wayTable } from './outside/way-table.ts';
import type { ReplicaProcess } from './replica-process.ts';

/*
 * A run of every way back on two replicas, whichever of them holds it killed at every step of it, one kill after the other. The
 * outside of all families lives in a process of its own, and its record tells what was done once, and what twice.
 */
const tracks = 2;
const harness = useKillHarness(() => tracks);

let outside: OutsideProcess;
beforeAll(async () => {
  outside = await startOutside();
});
afterAll(() => outside?.stop());

/** Where in a step: around what it commits, and around what it sends. */
const places: ((ordinal: number, kind: StepKind) => Pick<Interruption, 'place' | 'when'>)[] = [
  (ordinal) => ({ place: `start/${ordinal}`, when: 'after' }),
  (ordinal, kind) => ({ place: `${sends(kind) ? 'write' : 'record'}/${ordinal}`, when: 'before' }),
  (ordinal, kind) => ({ place: `${sends(kind) ? 'write' : 'start'}/${ordinal}`, when: 'after' }),
  (ordinal) => ({ place: `record/${ordinal}`, when: 'before' }),
];

/** The share: every way at every other step, each at another place. */
const cells = eachWay().flatMap(({ name: way }, index) =>
  places
    .map((at, n) => ({
      way,
      at,
      n,
      seed: index + 1,
      every: isFull() ? 1 : 2,
      first: isFull() ? 0 : index % 2,
    }))
    .filter(({ n }) => isFull() || n === index % places.length),
);

test('every way back, killed at each of its steps, comes to its end and does nothing twice', async (context) => {
  const replicas: ReplicaProcess[][] = Array.from({ length: tracks }, () => []);
  const played: KilledRun[] = await inParallel(cells, tracks, ({ n, ...cell }, track) =>
    playKilled({ database: databaseOf(harness, track), outside, token: harness.token }, replicas, track, {
      ...{ ...cell, name: `${cell.way}-${n}` },
    }),
  );
  process.stdout.write(`${wayTable(played)}\n`);
  const sum = (of: (run: KilledRun) => readonly string[]) => played.flatMap(of);
  const kills = played.reduce((total, run) => total + run.kills, 0);
  const size = `of ${kills} kills in ${played.length} runs of ${eachWay().length} ways`;
  report(context, [
    { goal: 'ways', what: `lost, ${size}`, value: sum((run) => run.lost).length, bound: 0 },
    { goal: 'ways', what: `doubled, ${size}`, value: sum((run) => run.doubled).length, bound: 0 },
    { goal: 'ways', what: `out of order, ${size}`, value: sum((run) => run.outOfOrder).length, bound: 0 },
  ]);
  expect(sum((run) => [...run.lost, ...run.doubled, ...run.outOfOrder])).toEqual([]);
  // Kills that never happen prove nothing, and a step that is marked as done without a request has done nothing.
  expect(sum((run) => run.missed)).toEqual([]);
  expect(sum((run) => run.unsent)).toEqual([]);
}, 3_600_000);
