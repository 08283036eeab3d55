import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emptyWhenHealthy } from '@lastgood/adapters/metrics/prometheus/empty-when-healthy';
import { lint } from '@lastgood/adapters/metrics/prometheus/lint';
import { reviewForm } from '@lastgood/adapters/metrics/prometheus/review/review-form';
import { createHttpProbe } from '@lastgood/adapters/probe/http/http-probe';
import { play, serveApi } from '@lastgood/cli/cli-harness';
import { aDeploymentView, aServiceView, aTriggerSet, deployment } from '@lastgood/cli/wire-samples';
import { defaultTriggerSet, type TriggerSet } from '@lastgood/domain';
import { loadConfig } from '@lastgood/server/config/load-config';
import { declareService } from '@lastgood/server/declaration/declare-service';
import { declareTriggerSet } from '@lastgood/server/declaration/declare-trigger-set';
import { afterAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { notifierSecrets } from './notifier-secrets.ts';

const examples = join(import.meta.dirname, '..', 'examples');
const folder = mkdtempSync(join(tmpdir(), 'lastgood-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the service and its trigger set are applied as the command and the server read them, without a warning', async () => {
  const sets: TriggerSet[] = [defaultTriggerSet];
  const warnings: string[] = [];
  const queries = { lint, emptyWhenHealthy, review: reviewForm };
  const url = await serveApi({
    async applyTriggerSet({ params: { name }, body }) {
      sets.push(await declareTriggerSet(name, body, queries));
      return { ...aTriggerSet, name };
    },
    async applyService({ params, body }) {
      const declared = await declareService(params, body, {
        ...{ clusters: ['production'], sets, notifiers: ['on-call', 'chat', 'mail'], queries },
        probe: createHttpProbe({}),
      });
      warnings.push(...declared.warnings);
      return aServiceView;
    },
  });
  const files = ['checkout.yaml', 'web-triggers.yaml'].map((file) => join(examples, file));
  const { code, answers, said } = await play(url, ['apply', ...files]);
  expect(said).toEqual([]);
  expect(answers).toEqual(['TriggerSet shop-web applied', 'Service production/shop/checkout applied']);
  expect({ code, warnings }).toEqual({ code: 0, warnings: [] });
});

test('the triggers do what their tests say', async () => {
  const files = ['web-triggers.yaml', 'web-triggers.test.yaml'].map((file) => join(examples, file));
  const { code, answers } = await play('http://127.0.0.1:1', ['test', ...files]);
  expect(answers.filter((line) => !line.startsWith('ok '))).toEqual([]);
  expect({ code, passed: answers.length }).toEqual({ code: 0, passed: 7 });
});

test('the configuration for production is accepted', () => {
  const hash = 'a'.repeat(64);
  const env = {
    LASTGOOD_CONFIG: join(examples, 'lastgood.yaml'),
    LASTGOOD_CI_TOKEN_SHA256: hash,
    LASTGOOD_ON_CALL_TOKEN_SHA256: hash,
    LASTGOOD_ALERTMANAGER_TOKEN_SHA256: hash,
    DATABASE_URL: 'postgresql://lastgood:secret@db.example.com/lastgood?sslmode=verify-full',
    PROMETHEUS_TOKEN: 'token',
    ...notifierSecrets,
    GIT_TOKEN: 'token',
  };
  const config = loadConfig({ env, cwd: examples, pid: 1 });
  expect(config.server.tokens.map(({ name }) => name)).toEqual(['ci', 'on-call', 'alertmanager']);
  expect(config.clusters.map(({ name }) => name)).toEqual(['production']);
  const told = config.notifications.routes.flatMap(({ to }) => to.map(({ notifier }) => notifier));
  expect(new Set(told)).toEqual(new Set(['on-call', 'chat', 'records', 'alerts']));
});

test.each([
  { change: 'complete', status: 'completed', exit: 0, said: 'completed' },
  { change: 'stuck', status: 'failed', exit: 6, said: 'completed' },
  { change: 'refused', status: 'failed', exit: 1, said: 'failed' },
] as const)('deploy.sh with a $change rollout ends with $exit', async ({ change, status, exit, said }) => {
  const seen: unknown[] = [];
  const url = await serveApi({
    registerDeployment: async ({ body: { version, commit, images }, operation: { key } }) => {
      seen.push({ version, commit, images, key });
      return { ...deployment, warnings: [] };
    },
    updateDeployment: async ({ params: { id }, body }) => {
      seen.push({ id, status: body.status });
      return { ...deployment, status };
    },
    deploymentView: async () =>
      aDeploymentView({ status: 'completed', completedAt: deployment.startedAt, proof: 'verified' }),
  });
  program('lastgood', `exec '${process.execPath}' '${join(examples, '../apps/cli/src/main.ts')}' "$@"`);
  program('kubectl', change === 'refused' ? 'exit 1' : 'exit 0');
  const env = { LASTGOOD_URL: url, COMMIT: 'abc', PIPELINE_URL: 'https://ci/1', PIPELINE_KEY: 'job-7' };
  expect(await deploy(env, 'v42', 'registry.example.com/checkout:v42')).toBe(exit);
  expect(seen).toEqual([
    { version: 'v42', commit: 'abc', images: { app: 'registry.example.com/checkout:v42' }, key: 'job-7' },
    { id: 'd-2', status: said },
  ]);
});

test.each(['github-actions.yml', 'gitlab-ci.yml'])('%s gives deploy.sh all that it reads', (file) => {
  const text = readFileSync(join(examples, 'ci', file), 'utf8');
  expect(parse(text)).toHaveProperty(file.startsWith('github') ? 'jobs.deploy.steps' : 'deploy.script');
  const script = readFileSync(join(examples, 'ci', 'deploy.sh'), 'utf8');
  const read = [...script.matchAll(/\$\{([A-Z_]+):-\}/g)].map(([, name]) => name);
  expect(read).toHaveLength(3);
  for (const name of [...read, 'LASTGOOD_URL', 'LASTGOOD_TOKEN', './deploy.sh "v'])
    expect(text).toContain(name);
});

/** A program of this name, first on the path of the script. */
function program(name: string, body: string): void {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

function deploy(env: Record<string, string>, ...words: string[]): Promise<number | null> {
  const path = `${folder}:${process.env.PATH}`;
  const child = spawn(join(examples, 'ci', 'deploy.sh'), words, {
    env: { ...process.env, ...env, PATH: path },
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', resolve);
  });
}
