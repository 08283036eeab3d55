import { hasPrometheus } from '@lastgood/sandbox/metrics/comparison/real-prometheus';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Production, startProduction } from './production.ts';
import { eventually, runs } from './test-steps.ts';

/*
 * Nothing shortened: slots of 15 s, the shipped triggers with their windows and holds of minutes, the shipped policy.
 */
const scrapeSeconds = hasPrometheus() ? 15 : null;

let production: Production;

beforeAll(async () => {
  production = await startProduction({ scrapeSeconds });
});

afterAll(() => production?.stop());

test('with the shipped defaults a bad deploy is waited for two minutes, taken back and verified', async () => {
  const declared = await production.ci('PUT', '/api/v1/services/prod/shop/checkout', {
    checks: [
      { name: 'health', type: 'http', url: `${production.balancer}/services/checkout/health` },
      {
        name: 'errors are gone',
        type: 'prometheus',
        query:
          'sum(rate(http_requests_total{status=~"5..",service="$SERVICE"}[1m])) / sum(rate(http_requests_total{service="$SERVICE"}[1m])) or 0 * sum(rate(http_requests_total{service="$SERVICE"}[1m]))',
        comparator: '<=',
        expected: 0.01,
      },
    ],
  });
  expect(declared.status, JSON.stringify(declared.body)).toBe(200);
  const registered = await production.ci<{ id: string }>('POST', '/api/v1/deployments', {
    service: 'prod/shop/checkout',
    version: 'v42-errors',
  });
  const deployedAt = Date.now();
  await production.deploy('checkout', 'v42-errors', registered.body.id);

  const [queued] = await eventually(
    () => runs(production.lastgood),
    (rows) => rows.length > 0,
    420_000,
  );
  const lasted = (Date.now() - deployedAt) / 1000;
  expect(queued).toMatchObject({ requester: { kind: 'automatic' }, target: { version: 'v41' } });
  expect(lasted, 'not before a breach of 120 s').toBeGreaterThan(120);
  expect(lasted, 'a window to fill, the breach and two slots later').toBeLessThan(240);

  const [done] = await eventually(
    () => runs(production.lastgood),
    ([newest]) => newest?.status === 'done',
    // What fired looks minutes into the past: these must lie after the change.
    480_000,
  );
  expect(done).toMatchObject({ id: queued?.id, verdict: 'passed' });
  expect(await production.running('checkout')).toBe('v41');
  process.stdout.write(
    `with the defaults: asked for after ${lasted.toFixed(0)} s, verified after ${((Date.now() - deployedAt) / 1000).toFixed(0)} s\n`,
  );
}, 900_000);
