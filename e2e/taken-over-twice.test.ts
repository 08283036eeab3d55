import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningWorld, startOrAdoptWorld } from '@lastgood/sandbox/world/index';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@lastgood/store';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectComplaints, openBrowser } from './browser.ts';
import { type Lastgood, startLastgood } from './lastgood.ts';
import { screenshots } from './screenshots.ts';
import { eventually, expectNoComplaints } from './test-steps.ts';

interface RunView {
  run: { status: string; verdict: string | null };
  steps: { kind: string; status: string; attempts: number }[];
  holder: { replica: string; since: string } | null;
  timeline: { type: string; text: string }[];
}

const service = '/api/v1/services/prod/shop/checkout';

let folder: string;
let world: RunningWorld;
let postgres: EmbeddedPostgres;
let browser: Browser;
/** By the names they have as replicas. */
const alive = new Map<string, Lastgood>();

/** Three servers on one database, one cluster and one Prometheus. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lastgood-replicas-'));
  [world, postgres, browser] = await Promise.all([
    startOrAdoptWorld(join(folder, 'world')),
    startEmbeddedPostgres({ dataDir: join(folder, 'postgres') }),
    openBrowser(),
  ]);
  const { addresses } = world;
  const file = join(folder, 'lastgood.yaml');
  await writeFile(
    file,
    `sandbox: false
metrics: { main: { url: ${addresses.prometheusUrl} } }
clusters: { prod: { kubeconfig: ${addresses.kubeconfig} } }
evaluator: { intervalSeconds: 5 }
probe: { allowedAddresses: ["${new URL(addresses.controlUrl).host}"] }
`,
  );
  const environment = { LASTGOOD_CONFIG: file, DATABASE_URL: postgres.url };
  // One after another: the first migrates.
  for (const name of ['replica-a', 'replica-b', 'replica-c'])
    alive.set(name, await startLastgood({ ...environment, LASTGOOD_REPLICA: name }));
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([...alive.values()].map((server) => server.stop()));
  await postgres?.stop();
  await world?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
});

function anyServer(): Lastgood {
  const [server] = alive.values();
  if (!server) throw new Error('every replica was killed');
  return server;
}

test('a run whose owner is killed twice is finished once, by the third, and its record says so', async () => {
  await declare();
  const first = anyServer();
  const bad = await first.send<{ id: string }>('POST', '/api/v1/deployments', {
    service: 'prod/shop/checkout',
    version: 'v42-errors',
  });
  expect(bad.status, JSON.stringify(bad.body)).toBe(201);
  await ask('POST', `${world.addresses.controlUrl}/deploy`, { service: 'checkout', tag: 'v42-errors' });
  const pressed = await first.send<{ id: string }>('POST', `/api/v1/deployments/${bad.body.id}/rollback`, {});
  const id = pressed.body.id;
  const view = () => anyServer().get<RunView>(`/api/v1/runs/${id}`);

  const killed: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const complaints = collectComplaints(page);
  // Once while the workload becomes stable, once while it is verified.
  for (const kind of ['wait-until-stable', 'verify']) {
    const held = await eventually(view, ({ holder, steps }) => holder !== null && isAt(steps, kind), 120_000);
    const owner = held.holder?.replica ?? '';
    expect(killed).not.toContain(owner);
    await alive.get(owner)?.kill();
    killed.push(owner);
    alive.delete(owner);
    await eventually(view, ({ timeline }) => takeovers(timeline).length === killed.length, 30_000);
    if (alive.size === 1) {
      await page.goto(`${anyServer().url}/runs/${id}`);
      await page.getByText('Carried by', { exact: true }).waitFor();
      await screenshots(page, 'run-taken-over-while-it-runs');
    }
  }

  const done = await eventually(view, ({ run }) => run.status === 'done', 180_000);
  expect(done.run.verdict).toBe('passed');
  const [last] = alive.keys();
  expect(takeovers(done.timeline)).toEqual([
    expect.stringMatching(new RegExp(`took the rollback over from ${killed[0]} after \\d+\\.\\d s\\.`)),
    expect.stringMatching(
      new RegExp(`^${last} took the rollback over from ${killed[1]} after \\d+\\.\\d s\\.`),
    ),
  ]);
  expect(done.timeline.filter(({ type }) => type === 'rollback.passed')).toHaveLength(1);
  const applied = done.timeline.filter(({ type }) => type === 'rollback.step-applied');
  expect(applied).toHaveLength(done.steps.length);
  expect(done.holder).toBeNull();

  await page.getByText('Rolled back', { exact: true }).first().waitFor({ timeout: 30_000 });
  expect(await page.getByText(/took the rollback over from/).count()).toBe(2);
  expect(await page.getByRole('button', { name: /Stop safely|Retry|Resume|Skip/ }).count()).toBe(0);
  await screenshots(page, 'run-taken-over-twice');
  expectNoComplaints(complaints);

  const figures = await (await fetch(`${anyServer().url}/metrics`)).text();
  expect(figures).toMatch(/^lastgood_run_takeovers_total [12]$/m);
  expect(figures).toMatch(/^lastgood_run_duration_seconds_count\{outcome="done"\} 1$/m);
  expect(figures).toMatch(/^lastgood_leases_held 0$/m);
  for (const name of [
    'run_step_duration',
    'run_takeover',
    'run_lateness',
    'lease_renew_duration',
    'slot_lateness',
  ])
    expect(figures).toContain(`lastgood_${name}_seconds_count`);
});

/** Verified for a quarter of a minute at least, which is time enough to be killed in. */
async function declare(): Promise<void> {
  const url = `${world.addresses.controlUrl}/services/checkout/health`;
  const check = { name: 'health endpoint answers', type: 'http', url, passes: 8, every: 2, timeout: 120 };
  const declared = await anyServer().send<{ summary: { lastKnownGood: unknown } }>('PUT', service, {
    workloads: [{ kind: 'Deployment', name: 'checkout' }],
    triggerSets: [],
    checks: [check],
  });
  expect(declared.status, JSON.stringify(declared.body)).toBe(200);
  expect(declared.body.summary.lastKnownGood).toMatchObject({ version: 'v41' });
}

const takeovers = (timeline: RunView['timeline']): string[] =>
  timeline.filter(({ type }) => type === 'rollback.taken-over').map(({ text }) => text);

/** The step is in hand, or the run has come past it. */
function isAt(steps: RunView['steps'], kind: string): boolean {
  const step = steps.find((one) => one.kind === kind);
  return step !== undefined && (step.status !== 'pending' || step.attempts > 0);
}

async function ask(method: string, url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${url}: ${answer.status} ${await answer.text()}`);
}
