import { setTimeout as sleep } from 'node:timers/promises';
import { stepContracts } from '@lastgood/domain';
import type { Lastgood } from '../../e2e/lastgood.ts';
import { startTraffic } from './traffic.ts';

/** How long one rollback took, in ms from the press. */
export interface Took {
  /** Until the first step that changes the world was sent: what Lastgood itself took. */
  firstEffect: number;
  /** Until requests were answered well again, as somebody outside saw it. */
  traffic: number;
  /** Until the last step was done and read back. */
  complete: number;
  /** Until the release that serves again was verified. */
  verified: number;
}

interface Shown {
  name: string;
  lacks: string | null;
  services: {
    service: string;
    name: string;
    versions: { tag: string; healthy: boolean; behaviour: string }[];
  }[];
}

interface SeenStep {
  kind: string;
  status: string;
  startedAt: string | null;
  finishedAt: string | null;
}

interface SeenRun {
  run: { status: string; verdict: string | null; sentence: string; finishedAt: string | null };
  steps: SeenStep[];
}

const looksOnly = new Set<string>(
  stepContracts.filter((contract) => contract.looksOnly !== null).map(({ kind }) => kind),
);
const patienceMs = 240_000;

/** Brings out a release that fails, presses *Roll back* once it does, and times what follows. */
export async function playRound(lastgood: Lastgood, controlUrl: string, shows: string): Promise<Took> {
  const { service, name, tag } = await failingRelease(lastgood, shows);
  const traffic = startTraffic(`${controlUrl}/services/${name}/`);
  try {
    const failing = traffic.fails(3, patienceMs);
    const sent = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', {
      service,
      tag,
      shows,
    });
    if (sent.status !== 201) throw new Error(`${service} ${tag}: ${JSON.stringify(sent.body)}`);
    await failing;
    const pressedAt = Date.now();
    const restored = traffic.restored(pressedAt, patienceMs);
    const run = await press(lastgood, sent.body.id);
    const [seen, restoredAt] = await Promise.all([ended(lastgood, run), restored]);
    return took(seen, pressedAt, restoredAt);
  } finally {
    await traffic.stop();
  }
}

async function failingRelease(lastgood: Lastgood, shows: string) {
  const { shown } = await lastgood.get<{ shown: Shown[] }>('/api/v1/sandbox');
  const one = shown.find(({ name }) => name === shows);
  if (!one || one.lacks !== null) throw new Error(`the sandbox does not show ${shows}: ${one?.lacks}`);
  const [service] = one.services;
  const failing = service?.versions.filter(({ healthy }) => !healthy) ?? [];
  const version = failing.find(({ behaviour }) => behaviour === 'errors') ?? failing[0];
  if (!service || !version) throw new Error(`${shows} offers no release that fails`);
  return { ...service, tag: version.tag };
}

async function press(lastgood: Lastgood, deployment: string): Promise<string> {
  const path = `/api/v1/deployments/${deployment}/rollback`;
  const { status, body } = await lastgood.send<{ id: string }>('POST', path, { startsInSeconds: 0 });
  if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
  return body.id;
}

async function ended(lastgood: Lastgood, run: string): Promise<SeenRun> {
  for (const end = Date.now() + patienceMs; ; await sleep(200)) {
    const seen = await lastgood.get<SeenRun>(`/api/v1/runs/${run}`);
    if (seen.run.status === 'done' && seen.run.verdict === 'passed') return seen;
    if (!['queued', 'running'].includes(seen.run.status) || Date.now() > end)
      throw new Error(`run ${run}: ${seen.run.sentence}`);
  }
}

function took({ run, steps }: SeenRun, pressedAt: number, restoredAt: number): Took {
  const since = (instant: string | null | undefined) => Date.parse(instant ?? '') - pressedAt;
  const first = steps.find(({ kind }) => !looksOnly.has(kind));
  const last = steps.findLast(({ kind }) => kind !== 'verify' && kind !== 'notify');
  return {
    firstEffect: since(first?.startedAt),
    traffic: restoredAt - pressedAt,
    complete: since(last?.finishedAt),
    verified: since(run.finishedAt),
  };
}
