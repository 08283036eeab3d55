import { randomUUID } from 'node:crypto';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { deployment, runOf, serviceOf } from './fleet.ts';
import { report, sized } from './goals.ts';
import { databaseOf, type TestDatabase, useKillHarness } from './kill-harness.ts';
import type { ReplicaProcess } from './replica-process.ts';
import { query } from './run-outcomes.ts';

/*
 * R8: fifty people click at once, on three replicas, while the evaluator decides the same. Nobody carries the runs out, so
 * that the one that won stays active until all are answered.
 */
const harness = useKillHarness(() => 1);
const clicks = 50;

interface Releases {
  service: ReturnType<typeof serviceOf>;
  /** What a click without a target returns to. */
  newestGood: string;
  olderGood: string;
  badId: string;
}

test('R8: simultaneous clicks and a decision make one run, and everybody is told of it', async (context) => {
  const database = databaseOf(harness, 0);
  const replicas = await Promise.all(
    ['a', 'b', 'c'].map((replica) => database.start({ replica, atOnce: 0 })),
  );
  const rounds = sized(100, 5);
  let spare = 0;
  const wrong: string[] = [];
  let conflicts = 0;
  for (let round = 0; round < rounds; round++) {
    const releases = await threeReleases(database, round);
    const { runs, answers, refused } = await clickAtOnce(database, replicas, releases, round);
    spare += runs - 1;
    wrong.push(...answers);
    conflicts += refused;
  }
  report(context, [
    { goal: 'R8', what: `runs beside the one, of ${rounds} rounds`, value: spare, bound: 0 },
    { goal: 'R8', what: `wrong answers, of ${rounds * clicks} clicks`, value: wrong.length, bound: 0 },
  ]);
  expect(wrong).toEqual([]);
  expect(conflicts).toBeGreaterThan(0);
});

async function threeReleases({ fleet }: TestDatabase, round: number): Promise<Releases> {
  const service = serviceOf(`clicked-${round}`, []);
  await fleet.store.services.apply(service, 'ada', Date.now());
  const older = deployment(service, 'v1', null, []);
  const newest = deployment(service, 'v2', older.id, []);
  const bad = deployment(service, 'v3', newest.id, []);
  for (const one of [
    { ...older, proof: 'verified' as const },
    { ...newest, proof: 'verified' as const },
    bad,
  ])
    await fleet.store.deployments.commit({ newDeployments: [one] });
  return { service, newestGood: newest.id, olderGood: older.id, badId: bad.id };
}

async function clickAtOnce(
  { fleet, databaseUrl }: TestDatabase,
  replicas: readonly ReplicaProcess[],
  releases: Releases,
  round: number,
) {
  const { service, newestGood, olderGood, badId } = releases;
  const early = round % 2 === 0 ? decide(fleet, releases, round) : null;
  const asked = Promise.all(
    Array.from({ length: clicks }, async (_, index) => {
      // Which target the first click of a round names alternates; the rest are mixed.
      const target = (index * 7 + round) % 3 === 0 ? olderGood : newestGood;
      const url = replicas[index % replicas.length]?.url;
      const answer = await fetch(`${url}/api/v1/deployments/${badId}/rollback`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
        body: JSON.stringify(target === newestGood ? {} : { target }),
      });
      return { target, status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    }),
  );
  const decided = await (early ?? decide(fleet, releases, round));
  const answers = await asked;
  const runs = await query<{ id: string; target: string }>(
    databaseUrl,
    'select id, target_deployment_id as target from runs where service_key = $1',
    [service.key],
  );
  const [won] = runs;
  if (!won) throw new Error('nobody won');
  const wrong = answers.flatMap(({ target, status, body }) => {
    const joined = status === 202 && body.id === won.id;
    const told = status === 409 && body.runId === won.id && body.targetDeploymentId === won.target;
    return (target === won.target ? joined : told) ? [] : [`${target}: ${status} ${JSON.stringify(body)}`];
  });
  if (decided.won !== (won.id === decided.id)) wrong.push(`the decision was told ${decided.won}`);
  const refused = answers.filter(({ status }) => status === 409).length;
  return { runs: runs.length, answers: wrong, refused };
}

/** What the evaluator commits when a trigger has fired: a judged slot with a run. */
async function decide(
  { store }: TestDatabase['fleet'],
  { service, newestGood, badId }: Releases,
  round: number,
) {
  const slot = Math.floor(Date.now() / 15_000) * 15_000 + (round - 1_000) * 15_000;
  const claim = await store.slots.claim(slot, 0, 'evaluator', 15_000);
  if (!claim) throw new Error(`slot ${slot} was taken`);
  await store.slots.watched(claim, onlyWatched);
  const requester = { kind: 'automatic' as const, trigger: 'errors', decisionId: randomUUID() };
  const run = runOf({ service, goodId: newestGood, badId }, { requester });
  const { lostRuns } = await store.slots.commit(claim, ['main/shop/web'], () => ({
    states: [],
    readings: [],
    asks: [],
    tripped: [service.key],
    lateMs: 0,
    newRuns: [run],
  }));
  return { id: run.id, won: !lostRuns.includes(run.id) };
}
