import { expect, test } from 'vitest';
import { isFull, report, sized } from './goals.ts';
import { inParallel } from './in-parallel.ts';
import { databaseOf, useKillHarness } from './kill-harness.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { faults, type Outcome, outcomeOf, sums, untilEnded } from './run-outcomes.ts';

/*
 * One server, killed before and after every commit of a run of seven steps (of four in the share), and started again.
 */
const tracks = 3;
const harness = useKillHarness(() => tracks);

const ordinals = [0, 1, 2, 3, 4, 5, 6];
const commits = ['plan', ...ordinals.flatMap((k) => [`start/${k}`, `record/${k}`]), 'finish'];
const places = commits.flatMap((place) => [
  { place, when: 'before' as const },
  { place, when: 'after' as const },
]);
/** Both sides of the first write's start and outcome, of a wait's outcome, and of the end. */
const few = ['after start/1', 'before record/1', 'after record/2', 'before finish'];

test('kill -9 before and after every step commit, then a restart: nothing lost, nothing doubled', async (context) => {
  const chosen = places.filter(({ place, when }) => isFull() || few.includes(`${when} ${place}`));
  const replicas: ReplicaProcess[] = [];
  const outcomes: Outcome[] = await inParallel(chosen, tracks, async ({ place, when }, track) => {
    const { fleet, start, databaseUrl } = databaseOf(harness, track);
    const [released, replica] = await Promise.all([
      fleet.release(isFull() ? ['Deployment', 'StatefulSet'] : ['Deployment']),
      replicas[track] ?? start(),
    ]);
    const { name } = released.service;
    replica.arm({ service: name, place, when, signal: 'SIGKILL', token: harness.token() });
    const run = await fleet.queue(released);
    await until(`the kill ${when} ${place}`, () => replica.endedAt() !== null);
    replicas[track] = await start();
    await untilEnded(databaseUrl, [run.id]);
    return outcomeOf(databaseUrl, harness.cluster, [run.id]);
  });
  const { lost, doubled } = sums(outcomes);
  report(context, [
    { goal: 'kill-9', what: `lost, of ${chosen.length} places`, value: lost, bound: 0 },
    { goal: 'kill-9', what: `doubled, of ${chosen.length} places`, value: doubled, bound: 0 },
  ]);
  expect(faults(outcomes)).toEqual([]);
  expect(outcomes).toHaveLength(sized(32, few.length));
});
