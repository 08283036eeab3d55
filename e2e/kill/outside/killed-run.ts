import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { newRun, type StepKind } from '@lastgood/domain';
import type { Interruption } from '../interruptible-ports.ts';
import type { TestDatabase } from '../kill-harness.ts';
import { type ReplicaProcess, until } from '../replica-process.ts';
import { query } from '../run-outcomes.ts';
import { isRecorded } from './expected-unsent.ts';
import { askOutside, type OutsideProcess, type Released } from './outside.ts';

/** A run that was killed at every step, and what the database and the outside say of it in the end. */
export interface KilledRun {
  way: string;
  steps: number;
  kills: number;
  /** Kills that never happened: the run did not come to the place. */
  missed: string[];
  /** Steps that count as done, and of which the outside took nothing, though they have to send (`expected-unsent.ts`). */
  unsent: string[];
  lost: string[];
  doubled: string[];
  outOfOrder: string[];
}

interface Setting {
  database: TestDatabase;
  outside: OutsideProcess;
  /** A path that nobody has used. */
  token(): string;
}

interface Kill {
  way: string;
  name: string;
  seed: number;
  /** Of its steps the first that is killed, and how many further the next one is. */
  first: number;
  every: number;
  at(ordinal: number, kind: StepKind): Pick<Interruption, 'place' | 'when'>;
}

/** @param replicas by track; those that were killed are replaced */
export async function playKilled(
  { database, outside, token }: Setting,
  replicas: ReplicaProcess[][],
  track: number,
  { way, name, seed, at, first, every }: Kill,
): Promise<KilledRun> {
  const released = await askOutside(outside.url, 'bring-out', { way, name, seed });
  const interruptions = released.steps.flatMap((kind, ordinal): Interruption[] =>
    ordinal % every === first
      ? [{ ...at(ordinal, kind), service: name, signal: 'SIGKILL', token: token() }]
      : [],
  );
  const armed = new Set<ReplicaProcess>();
  await declare(database, released, outside.url);
  await twoArmed();
  const runId = await queue(database, released);
  await until(
    `the run of ${name} to end`,
    async () => {
      await twoArmed();
      const [row] = await query<{ status: string }>(
        database.databaseUrl,
        'select status from runs where id = $1',
        [runId],
      );
      return row?.status !== 'queued' && row?.status !== 'running';
    },
    600_000,
    50,
  );
  const left = interruptions.filter((one) => !existsSync(one.token));
  const { sentBy, ...done } = await whatWasDone(database, outside.url, { runId, name });
  const unsent = released.steps.flatMap((kind, ordinal) =>
    isRecorded(kind) && !sentBy.has(`${runId}/${ordinal}`) ? [`${name}: ${kind} ${ordinal}`] : [],
  );
  const inWords = ({ when, place }: Interruption) => `${name}: ${when} ${place}`;
  return {
    ...{ way, steps: released.steps.length, kills: interruptions.length - left.length },
    missed: left.map(inWords),
    unsent,
    ...done,
  };

  /** Two replicas that live, each of them to be killed at whatever place is left. */
  async function twoArmed(): Promise<void> {
    const alive = (replicas[track] ?? []).filter((replica) => replica.endedAt() === null);
    const fresh = await Promise.all(
      Array.from({ length: 2 - alive.length }, () =>
        database.start({ outsideUrl: outside.url, leaseMs: 1_000, armed: interruptions }),
      ),
    );
    const pair = [...alive, ...fresh];
    replicas[track] = pair;
    for (const replica of alive.filter((one) => !armed.has(one)))
      for (const interruption of interruptions) replica.arm(interruption);
    for (const replica of pair) armed.add(replica);
  }
}

async function declare(
  { fleet: { store } }: TestDatabase,
  { service, good, bad, kept }: Released,
  url: string,
): Promise<void> {
  const health = `${url}/health`;
  const checks = service.checks.map((check) => (check.type === 'http' ? { ...check, url: health } : check));
  await store.services.apply({ ...service, triggers: [], checks }, 'ada', Date.now());
  await store.configurations.keep(kept);
  await store.deployments.commit({ newDeployments: [good] });
  await store.deployments.commit({ newDeployments: [bad] });
}

async function queue(
  { fleet: { store } }: TestDatabase,
  { service, good, bad, accepting, removing }: Released,
): Promise<string> {
  const now = Date.now();
  const run = newRun({
    ...{ id: randomUUID(), service: service.key, deploymentId: bad.id, targetDeploymentId: good.id },
    requester: { kind: 'person', name: 'ada' },
    ...{ reason: 'Bad.', evidence: null, accepting, removing, createdAt: now, startsAt: now },
  });
  await store.commands.queueRun(run);
  return run.id;
}

interface StoredRun {
  status: string;
  verdict: string | null;
  stop: unknown;
}

async function whatWasDone(
  { databaseUrl }: TestDatabase,
  url: string,
  { runId, name }: { runId: string; name: string },
): Promise<Pick<KilledRun, 'lost' | 'doubled' | 'outOfOrder'> & { sentBy: ReadonlySet<string> }> {
  const [run] = await query<StoredRun>(databaseUrl, 'select status, verdict, stop from runs where id = $1', [
    runId,
  ]);
  const taken = (await askOutside(url, 'taken', null)).filter(({ operation }) =>
    operation.startsWith(`${runId}/`),
  );
  const { servesBad } = await askOutside(url, 'serves-bad', { name });
  const isDone = run?.status === 'done' && run.verdict === 'passed';
  const keys = taken.map(({ kind, operation }) => `${kind} of ${operation}`);
  const ordinals = taken.map(({ operation }) => Number(operation.split('/')[1]));
  return {
    sentBy: new Set(taken.map(({ operation }) => operation)),
    lost: [
      ...(isDone ? [] : [`${runId}: ${JSON.stringify(run)}`]),
      ...(servesBad ? [`${name} is said to be back, and release 2 still gets traffic`] : []),
    ],
    doubled: keys.filter((key, index) => keys.indexOf(key) < index),
    outOfOrder: ordinals.some((ordinal, index) => ordinal < (ordinals[index - 1] ?? 0))
      ? [`${runId}: ${keys.join(', ')}`]
      : [],
  };
}
