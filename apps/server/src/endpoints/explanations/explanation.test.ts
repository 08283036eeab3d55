import { newRun, type Reading, replayDecision, type TriggerEvidence } from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import {
  aBaseline,
  aDeployment,
  aMember,
  aRun,
  aService,
  aTrigger,
  dayZero,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { monitorSettings } from '@lastgood/testkit/scenario/test-engine';
import { beforeAll, expect, test } from 'vitest';
import { describeEvidence } from '../runs/run-evidence-dto.ts';
import { useStoredApp } from '../stored-app-harness.ts';
import { explainedOf, toExplained } from './explanation-dto.ts';
import type { Explanation } from './explanation-schema.ts';
import { askedIn } from './sent-ask.ts';

const app = useStoredApp(usePostgres(), { now: dayZero + 30 * minute });

/** Breaches from the third slot on, but for one slot that is not answered. */
function answer(at: number): Reading {
  const slot = Math.round((at - dayZero) / monitorSettings.intervalMs);
  if (slot === 20) return { kind: 'unreachable', reason: 'refused' };
  return { kind: 'value', value: slot >= 2 ? 0.2 : 0 };
}

async function bringOut(name: string): Promise<void> {
  const triggers = [
    aTrigger({ name: 'errors', query: 'sum(errors)', forMs: 12 * minute }),
    aTrigger({ name: 'latency', query: 'latency', forMs: minute, severity: 'page_and_suggest' }),
  ];
  const service = aService({ name, triggers });
  await app.store.services.apply(service, 'test', dayZero);
  const ids = { service: service.key };
  await app.store.deployments.commit({ newDeployments: [aBaseline({ ...ids, id: `${name}-1` })] });
  await app.store.deployments.commit({
    newDeployments: [aDeployment({ ...ids, id: `${name}-2`, previousDeploymentId: `${name}-1` })],
  });
}

beforeAll(async () => {
  await bringOut('web');
  const clock = { now: () => dayZero, sleep: async () => undefined };
  let ids = 0;
  const monitor = createMonitor({
    ...{ slots: app.store.slots, deployments: app.store.deployments, clock, replica: 'one' },
    metrics: createInMemoryMetricSource((_question, at) => answer(at)),
    newId: () => `id-${++ids}`,
    settings: monitorSettings,
  });
  for (let n = 0; n < 56; n += 1)
    await monitor.tick(dayZero + n * monitorSettings.intervalMs, new AbortController().signal);
});

async function automaticRunOf(deploymentId: string): Promise<string> {
  const { body } = await app.get<{ items: { id: string; deploymentId: string }[] }>('/runs');
  return body.items.find((one) => one.deploymentId === deploymentId)?.id ?? '';
}

test('a run tells its hold from the first breach to the decision, folded in the middle, and replays', async () => {
  const { status, body } = await app.get<Explanation>(`/runs/${await automaticRunOf('web-2')}/explanation`);
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...{ askedFor: 'automatic', askedBy: 'errors', verdict: 'roll_back', deploymentId: 'web-2' },
    replay: { outcome: 'same', differences: [] },
  });
  expect(body.sentence).toMatch(/^errors 20 % > 5 % for 12 min .* rolling back to v1/);
  const [errors, latency] = body.triggers;
  expect([errors?.trigger, latency?.trigger]).toEqual(['errors', 'latency']);
  const rows = errors?.evaluations ?? [];
  expect(rows[0]).toMatchObject({ said: 'breach', phase: 'pending', heldSeconds: 0, reading: '20 %' });
  expect(rows.at(-1)).toMatchObject({ phase: 'firing', heldSeconds: 720, slot: body.decidedAt });
  expect(rows).toHaveLength(32);
  expect(errors?.folded).toMatchObject({ after: 8, count: 18 });
  expect(errors?.folded?.sentence).toMatch(/^18 more slots, .*: 17 in breach, 1 that said nothing$/);
  // The query as it was sent, and the digest of its answer, in the slot of the decision and in those before it.
  expect(rows[0]?.asked).toMatchObject([
    { query: 'sum(errors)', answerDigest: expect.stringMatching(/^sha256:/) },
  ]);
  expect(rows.at(-1)?.asked).toMatchObject([{ query: 'sum(errors)' }]);
});

test('a run tells what could have held it back, with what that was judged from', async () => {
  const { body } = await app.get<Explanation>(`/runs/${await automaticRunOf('web-2')}/explanation`);
  expect(body.restraints.map(({ kind, restrains }) => [kind, restrains])).toEqual([
    ...[
      ['veto', false],
      ['cooldown', false],
      ['target', false],
      ['brakes', false],
    ],
  ]);
  const facts = body.restraints.flatMap((one) => one.facts).join('\n');
  for (const said of [
    ...[/before the deployment \(at .*\): 0 %/, /asked for its query: sum\(errors\) \(sha256:/],
    ...[/no rollback of the service was attempted before/, /0 of 10 automatic rollbacks were made/],
    /1 of 5 services tripped/,
  ])
    expect(facts).toMatch(said);
});

test('a deployment tells of its last decision, and one without says so', async () => {
  const { body } = await app.get<Explanation>('/deployments/web-2/explanation');
  expect(body).toMatchObject({
    runId: null,
    askedFor: 'nobody',
    verdict: 'roll_back',
    replay: { outcome: 'same' },
  });
  const before = await app.get<Explanation>('/deployments/web-1/explanation');
  expect(before.body).toMatchObject({ replay: { outcome: 'none' }, verdict: null, triggers: [] });
  expect((await app.get('/deployments/none/explanation')).status).toBe(404);
  expect((await app.get('/runs/none/explanation')).status).toBe(404);
});

test('a run that a person asked for says so, and what was on the screen', async () => {
  await bringOut('mail');
  const evidence = [
    {
      ...{
        trigger: 'errors',
        severity: 'auto_rollback',
        phase: 'pending',
        reading: { kind: 'value', value: 0.2 },
      },
      ...{ threshold: 0.05, comparison: 'greater_than', unit: 'ratio', heldMs: 30_000, forMs: 120_000 },
    },
  ];
  const run = newRun({
    ...{ id: 'by-ada', service: 'main/shop/mail', deploymentId: 'mail-2', targetDeploymentId: 'mail-1' },
    ...{ requester: { kind: 'person', name: 'ada' }, reason: 'mail is late', evidence },
    ...{ createdAt: dayZero, startsAt: dayZero },
  });
  await app.store.deployments.commit({ newRuns: [run] });
  const { body } = await app.get<Explanation>('/runs/by-ada/explanation');
  expect(body).toMatchObject({
    ...{ askedFor: 'person', askedBy: 'ada', sentence: 'ada asked for it: mail is late', triggers: [] },
    replay: { outcome: 'none' },
    onScreen: [{ trigger: 'errors', phase: 'pending', text: '20 % > 5 %, for 30 s of 2 min' }],
  });
});

test('a group tells who went back with whom, from the run and from each of its members', async () => {
  for (const name of ['cart', 'payments']) await bringOut(name);
  const members = ['cart', 'payments'].map((name, lane) =>
    aMember({
      ...{ lane, service: `main/shop/${name}`, deploymentId: `${name}-2`, targetDeploymentId: `${name}-1` },
    }),
  );
  const ends = { deploymentId: 'cart-2', targetDeploymentId: 'cart-1' };
  await app.store.commands.queueRun(aRun({ id: 'both', service: 'main/shop/cart', ...ends, members }));
  const { body } = await app.get<Explanation>('/runs/both/explanation');
  expect(body.sentence).toMatch(/^ada asked for it.* Taken back with it: payments\.$/);
  expect(body.replay).toMatchObject({
    ...{ outcome: 'none', sentence: 'ada decided it, not Lastgood: there is no decision to replay.' },
  });
  const member = await app.get<Explanation>('/deployments/payments-2/explanation');
  expect(member.body.sentence).toBe(
    'Nothing was decided about this deployment by itself: its rollback is part of run both, which ada asked for.',
  );
});

test('an automatic run whose decision is not kept says so, and never that nothing was decided', async () => {
  await bringOut('search');
  const run = newRun({
    ...{ id: 'forgotten', service: 'main/shop/search', deploymentId: 'search-2' },
    ...{
      targetDeploymentId: 'search-1',
      requester: { kind: 'automatic', trigger: 'errors', decisionId: 'gone' },
    },
    ...{ reason: 'errors 20 % > 5 %', evidence: null, createdAt: dayZero, startsAt: dayZero },
  });
  await app.store.deployments.commit({ newRuns: [run] });
  const { body } = await app.get<Explanation>('/runs/forgotten/explanation');
  expect(body).toMatchObject({
    ...{ askedFor: 'automatic', sentence: 'errors 20 % > 5 %', verdict: null },
    replay: { outcome: 'cannot', sentence: expect.stringContaining('is not kept any more') },
  });
});

test('an answer that is recorded with another digest than its decision has is told', async () => {
  const judged = await app.store.views.judgedDecision({ deploymentId: 'web-2' });
  if (!judged) throw new Error('nothing was decided');
  const { decision, readings, isCut } = judged;
  const again = replayDecision(decision, readings, isCut);
  const sent = await app.store.views.asksOf('web-2', [decision.slot], askedIn(decision));
  const explained = (rows: typeof sent) => toExplained(judged, again, [], rows).replay;
  expect(explained(sent)).toMatchObject({ outcome: 'same' });
  const changed = sent.map((one) => ({ ...one, answerDigest: `sha256:${'0'.repeat(64)}` }));
  expect(explained(sent)).toMatchObject({ digestSentence: null, digestDifferences: [] });
  // The readings are as they were: a digest is none.
  expect(explained(changed)).toMatchObject({
    ...{ outcome: 'same', differences: [] },
    digestSentence: expect.stringMatching(
      /^2 of 2 answers have another digest .* one of the two was changed/,
    ),
    digestDifferences: expect.arrayContaining([
      expect.stringMatching(/^the answer to errors .* has digest sha256:/),
    ]),
  });
});

test('of readings that come out otherwise it says how many of how many, and of the others nothing', async () => {
  const judged = await app.store.views.judgedDecision({ deploymentId: 'web-2' });
  if (!judged) throw new Error('nothing was decided');
  const { decision, readings } = judged;
  const other = readings.map((one, index) => (index === 0 ? { ...one, heldMs: 7_000 } : one));
  const of = (stored: typeof decision) =>
    toExplained({ ...judged, decision: stored }, replayDecision(stored, other), [], []).replay;
  const said = `1 of the ${readings.length} readings that are kept comes out otherwise.`;
  expect(of(decision).sentence).toBe(`Replayed: what is stored comes to something else. ${said}`);
  expect(of({ ...decision, basis: null }).sentence).toMatch(/^Not replayed as a whole: .*/);
  expect(of({ ...decision, basis: null }).sentence).toContain(said);
});

test('what is shown as answered in a slot was asked about that slot, and not about the time before', async () => {
  const judged = await app.store.views.judgedDecision({ deploymentId: 'web-2' });
  if (!judged) throw new Error('nothing was decided');
  const { decision, readings, isCut } = judged;
  const again = replayDecision(decision, readings, isCut);
  const [errors] = explainedOf(judged, again);
  const slot = errors?.evaluations[0]?.given.slot ?? 0;
  const sent = await app.store.views.asksOf('web-2', [slot], askedIn(decision));
  const own = sent.filter((ask) => ask.slot === slot && ask.query === 'sum(errors)');
  expect(own).toHaveLength(1);
  const other = own.map((ask) => ({ ...ask, answerDigest: `sha256:${'0'.repeat(64)}` }));
  const shown = (rows: typeof sent) =>
    toExplained(judged, again, errors ? [errors] : [], rows).triggers[0]?.evaluations[0]?.asked;
  // The veto asks the same text about an instant before the deployment.
  const before = other.map((ask) => ({ ...ask, at: ask.at - 10 * minute }));
  expect(shown([...before, ...own])).toMatchObject([
    { at: new Date(own[0]?.at ?? 0).toISOString(), answerDigest: own[0]?.answerDigest },
  ]);
  // Two ranges of one text: whose answer is whose is not recorded.
  expect(shown([...own, ...other])).toEqual([]);
});

test('a trigger that was not asked yet is not said to fire at what is no limit of its own', () => {
  const evidence: TriggerEvidence = {
    ...{ trigger: 'slo_burn_rate', severity: 'auto_rollback', phase: 'unknown', reading: null },
    ...{ threshold: 1, comparison: 'greater_than', unit: 'ratio', heldMs: 0, forMs: 0 },
  };
  expect(describeEvidence(evidence)).toBe('not asked yet');
});

test('a run whose readings were dropped says that they are not kept', async () => {
  const id = await automaticRunOf('web-2');
  await app.store.readings.retain(dayZero + 3 * 24 * 60 * minute);
  const { status, body } = await app.get<Explanation>(`/runs/${id}/explanation`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ verdict: 'roll_back', triggers: [], replay: { outcome: 'cannot' } });
  expect(body.replay.sentence).toMatch(/no reading of .*errors.* is kept\. No reading is kept\.$/);
});
