import { expect, test } from 'vitest';
import { type Account, accountOf, faults, sums, untilEnded } from './run-outcomes.ts';
import { isFull, report, sized } from './goals.ts';
import { inLanes } from './in-parallel.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { stageOf, useTheatre } from './kill-harness.ts';

/*
 * One server, killed before and after every commit of a run of seven steps (of four in the share), and started again.
 */
const lanes = 3;
const theatre = useTheatre(() => lanes);

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
  const accounts: Account[] = await inLanes(chosen, lanes, async ({ place, when }, lane) => {
    const { fleet, start, databaseUrl } = stageOf(theatre, lane);
    const [released, replica] = await Promise.all([
      fleet.release(isFull() ? ['Deployment', 'StatefulSet'] : ['Deployment']),
      replicas[lane] ?? start(),
    ]);
    const { name } = released.service;
    replica.arm({ service: name, place, when, signal: 'SIGKILL', token: theatre.token() });
    const run = await fleet.queue(released);
    await until(`the kill ${when} ${place}`, () => replica.endedAt() !== null);
    replicas[lane] = await start();
    await untilEnded(databaseUrl, [run.id]);
    return accountOf(databaseUrl, theatre.cluster, [run.id]);
  });
  const { lost, doubled } = sums(accounts);
  report(context, [
    { goal: 'kill-9', what: `lost, of ${chosen.length} places`, value: lost, bound: 0 },
    { goal: 'kill-9', what: `doubled, of ${chosen.length} places`, value: doubled, bound: 0 },
  ]);
  expect(faults(accounts)).toEqual([]);
  expect(accounts).toHaveLength(sized(32, few.length));
});
