import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach } from 'vitest';
import type { Run } from '../endpoints/runs/run-schema.ts';
import type { AppDependencies } from './app.ts';
import { buildTestApp, type TestAnswers } from './app-harness.ts';

const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** An application that answers what a test gives, until the test ends; `ask` is a request of a program on this machine. */
export async function start(answers: TestAnswers = {}, overrides: Partial<AppDependencies> = {}) {
  const { app } = await buildTestApp(answers, overrides);
  apps.push(app);
  return {
    app,
    ask: (options: InjectOptions) =>
      app.inject({ ...options, headers: { host: 'localhost:4600', ...options.headers } }),
  };
}

export const run: Run = {
  id: 'run-1',
  service: 'c/n/web',
  serviceName: 'web',
  deploymentId: 'd-2',
  targetDeploymentId: 'd-1',
  from: {
    deploymentId: 'd-2',
    release: 2,
    version: 'v2',
    origin: 'pipeline',
    proof: 'pending',
    at: '2026-01-01T00:00:00.000Z',
  },
  target: {
    deploymentId: 'd-1',
    release: 1,
    version: 'v1',
    origin: 'pipeline',
    proof: 'verified',
    at: '2026-01-01T00:00:00.000Z',
  },
  members: [],
  requester: { kind: 'person', name: 'dashboard' },
  reason: 'because',
  status: 'queued',
  verdict: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  startsAt: '2026-01-01T00:00:03.000Z',
  startedAt: null,
  finishedAt: null,
  durationSeconds: null,
  workedSeconds: null,
  accepting: [],
  including: [],
  removing: [],
  pausedSeconds: 0,
  awaySeconds: 0,
  sentence: 'starts in 3 s',
  stop: null,
  stopAsked: null,
};

export const rollback = {
  method: 'POST',
  url: '/api/v1/deployments/d-2/rollback',
  payload: { startsInSeconds: 3 },
} as const;
