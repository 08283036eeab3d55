import type { ClaimedRun, RunStore } from '@lastgood/domain';
import { aRun, aStep, dayZero } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { createFigures } from '../figures/figures.ts';
import { measureRuns } from './measured-runs.ts';

const lease = { runId: 'r1', epoch: 1, replica: 'b', leaseMs: 2_000 };

function measured(over: Partial<RunStore> = {}) {
  const figures = createFigures();
  const claimed = {
    lease,
    run: aRun({ status: 'running', startedAt: dayZero }),
    steps: [aStep({ startedAt: dayZero + 1_000 })],
    takenOverFrom: 'a',
    unattendedMs: 2_100,
  } as unknown as ClaimedRun;
  let at = 0;
  const runs = measureRuns(
    { claim: async () => claimed, renew: async () => true, commit: async () => true, ...over },
    figures,
    () => (at += 30),
  );
  return { runs, metrics: () => figures.registry.metrics() };
}

test('a takeover, its gap, the renewal, the step and the run appear at /metrics', async () => {
  const { runs, metrics } = measured();
  await runs.claim('b', 2_000, []);
  await runs.renew(lease);
  await runs.commit(lease, {
    steps: [{ ordinal: 0, status: 'applied', finishedAt: dayZero + 5_000 }],
    run: { status: 'done', finishedAt: dayZero + 6_000 },
  });
  const text = await metrics();
  for (const line of [
    'lastgood_run_takeovers_total 1',
    'lastgood_run_takeover_seconds_sum 2.1',
    'lastgood_run_lateness_seconds_sum 2.1',
    'lastgood_lease_renew_duration_seconds_sum 0.03',
    'lastgood_run_step_duration_seconds_sum{step="verify",outcome="applied"} 4',
    'lastgood_run_duration_seconds_sum{outcome="done"} 6',
    'lastgood_leases_lost_total 0',
  ])
    expect(text).toContain(`${line}\n`);
});

test('a lease that is lost is counted once, however often that is noticed', async () => {
  const { runs, metrics } = measured({ renew: async () => false, commit: async () => false });
  await runs.claim('b', 2_000, []);
  await runs.renew(lease);
  await runs.commit(lease, { run: { status: 'done', finishedAt: dayZero } });
  const text = await metrics();
  expect(text).toContain('lastgood_leases_lost_total 1\n');
  expect(text).not.toContain('lastgood_run_duration_seconds_sum{outcome="done"}');
});
