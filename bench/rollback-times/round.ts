import { setTimeout as sleep } from 'node:timers/promises';
import { stepContracts } from '@lastgood/domain';
import type { Lastgood } from '../../e2e/lastgood.ts';
import type { TimedWay } from './timed-ways.ts';
import { startTraffic } from './traffic.ts';
import type { Turns } from './turns.ts';

/** How long one rollback took, in ms from the press. */
export interface Took {
  /** Until the first step that changes the world was sent: what Lastgood itself took. */
  firstEffect: number;
  /** Until somebody outside got the first answer after which none was bad, nor the release's. */
  traffic: number;
  /** Until the last step of the way was done and read back. */
  complete: number;
  /** Until every step was: the code of the same release goes back after its flag. */
  whole: number;
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
const provesOrTells = new Set(['verify', 'notify']);
const patienceMs = 240_000;

interface Round {
  lastgood: Lastgood;
  /** Where the world outside answers. */
  controlUrl: string;
  way: TimedWay;
  /** Whose turn it is to be taken back. */
  turns: Turns;
}

/** Brings out a release that fails, presses *Roll back* once it does, and times what follows. */
export async function playRound({ lastgood, controlUrl, way, turns }: Round): Promise<Took> {
  const { shows } = way;
  const { service, name, tag } = await failingRelease(lastgood, shows);
  const traffic = startTraffic({
    url: `${controlUrl}/services/${name}/items`,
    ...{ askers: 4, everyMs: 20 },
    isOfRelease: (body) => way.isOfRelease(body, tag),
  });
  try {
    const failing = traffic.fails(3, patienceMs);
    const sent = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', {
      service,
      tag,
      shows,
    });
    if (sent.status !== 201) throw new Error(`${service} ${tag}: ${JSON.stringify(sent.body)}`);
    await failing;
    const before = await servedBefore(lastgood, sent.body.id);
    const { run, pressedAt } = await turns.take(async () => {
      const pressedAt = Date.now();
      const run = await press(lastgood, sent.body.id, before);
      await until(lastgood, run, ({ steps }) => steps.every(isDoneOrVerifies));
      return { run, pressedAt };
    });
    const seen = await until(lastgood, run, ({ run: { verdict } }) => verdict === 'passed');
    return took(seen, pressedAt, traffic.goodSince(pressedAt), way);
  } finally {
    await traffic.stop();
  }
}

/** Waits for what the sandbox prepares first. */
async function failingRelease(lastgood: Lastgood, shows: string) {
  for (const end = Date.now() + patienceMs; ; await sleep(500)) {
    const { shown } = await lastgood.get<{ shown: Shown[] }>('/api/v1/sandbox');
    const one = shown.find(({ name }) => name === shows);
    const [service] = one?.services ?? [];
    const failing = service?.versions.filter(({ healthy }) => !healthy) ?? [];
    const version = failing.find(({ behaviour }) => behaviour === 'errors') ?? failing[0];
    if (service && version) return { ...service, tag: version.tag };
    if (!one || one.lacks?.startsWith('needs ') || Date.now() > end)
      throw new Error(`${shows} offers no release that fails: ${one?.lacks ?? 'it is not shown'}`);
  }
}

async function servedBefore(lastgood: Lastgood, id: string): Promise<string> {
  type View = { deployment: { previousDeploymentId: string | null } };
  const { deployment } = await lastgood.get<View>(`/api/v1/deployments/${id}`);
  if (deployment.previousDeploymentId === null) throw new Error(`${id} has nothing before it`);
  return deployment.previousDeploymentId;
}

/** Back to what served right before: the newest that is verified may be many rounds ago, for no watch ends between two of them. */
async function press(lastgood: Lastgood, deployment: string, targetDeploymentId: string): Promise<string> {
  const path = `/api/v1/deployments/${deployment}/rollback`;
  const order = { startsInSeconds: 0, target: targetDeploymentId };
  const { status, body } = await lastgood.send<{ id: string }>('POST', path, order);
  if (status !== 202) throw new Error(`not accepted: ${JSON.stringify(body)}`);
  return body.id;
}

/** Whether nothing is left to do but to prove that it worked. */
function isDoneOrVerifies({ kind, status }: SeenStep): boolean {
  return status === 'applied' || status === 'skipped' || provesOrTells.has(kind);
}

async function until(lastgood: Lastgood, run: string, holds: (seen: SeenRun) => boolean): Promise<SeenRun> {
  for (const end = Date.now() + patienceMs; ; await sleep(200)) {
    const seen = await lastgood.get<SeenRun>(`/api/v1/runs/${run}`);
    const failed = seen.run.verdict === 'failed' || !['queued', 'running', 'done'].includes(seen.run.status);
    if (failed || Date.now() > end) throw new Error(`run ${run}: ${seen.run.sentence}`);
    if (seen.steps.length > 0 && holds(seen)) return seen;
  }
}

function took({ run, steps }: SeenRun, pressedAt: number, restoredAt: number, way: TimedWay): Took {
  const since = (instant: string | null | undefined) => Date.parse(instant ?? '') - pressedAt;
  const first = steps.find(({ kind }) => !looksOnly.has(kind));
  const whole = steps.findLast(({ kind }) => !provesOrTells.has(kind));
  const last = way.endsWith ? steps.findLast(({ kind }) => kind === way.endsWith) : whole;
  return {
    firstEffect: since(first?.startedAt),
    traffic: restoredAt - pressedAt,
    complete: since(last?.finishedAt),
    whole: since(whole?.finishedAt),
    verified: since(run.finishedAt),
  };
}
