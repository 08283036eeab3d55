import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkloadSnapshot, WorkloadTarget } from '@lastgood/domain/workload/workload';
import {
  type Deployment,
  type KubernetesSandbox,
  startKubernetesSandbox,
} from '@lastgood/sandbox/kubernetes/index';
import { attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createKubernetes } from './kubernetes.ts';

const isInstalled = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!isInstalled)
  process.stdout.write('SKIPPED: no kubectl is installed, 4 tests of the adapter beside it do not run\n');

const folder = mkdtempSync(join(tmpdir(), 'adapter-kubectl-'));
let sandbox: KubernetesSandbox;
let cluster: ReturnType<typeof createKubernetes>;

beforeAll(async () => {
  sandbox = await startKubernetesSandbox();
  writeFileSync(join(folder, 'config'), sandbox.kubeconfig());
  cluster = createKubernetes({
    clusters: { main: { kubeconfig: sandbox.kubeconfig(), requestTimeoutMs: 5_000 } },
  });
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** What a pipeline runs; gives what kubectl said. */
function apply(how: readonly string[], manifest: string): Promise<{ exitCode: number; said: string }> {
  const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'config') };
  return new Promise((resolve) => {
    const args = ['apply', ...how, '-f', '-'];
    const child = execFile('kubectl', args, { env }, (error, stdout, stderr) =>
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, said: `${stdout}${stderr}` }),
    );
    child.stdin?.end(manifest);
  });
}

/** A version with a variable of its own and one that all have. */
function manifest(name: string, version: string, variable: string): string {
  const env = [
    { name: 'KEEP', value: 'x' },
    { name: variable, value: version },
  ];
  const labels = { app: name };
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default', labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            { name: 'app', image: `r.example/web:${version}`, env, ports: [{ containerPort: 80 }] },
          ],
        },
      },
    },
  });
}

const never = () => new AbortController().signal;

async function snapshotOf(workload: WorkloadTarget): Promise<WorkloadSnapshot> {
  const read = await cluster.rollout.read(workload, never());
  if (read.kind !== 'found') throw new Error(read.reason);
  return read.observation.snapshot;
}

const called = (name: string): WorkloadTarget => ({
  ...{ cluster: 'main', namespace: 'default', kind: 'Deployment', name },
});

/** Release 1, then release 2, and back to the first as a run does it. */
async function rolledBack(name: string, how: readonly string[]): Promise<void> {
  const workload = called(name);
  expect(await apply(how, manifest(name, 'v1', 'A'))).toMatchObject({ exitCode: 0 });
  const good = await snapshotOf(workload);
  expect(await apply(how, manifest(name, 'v2', 'B'))).toMatchObject({ exitCode: 0 });
  const { templateDigest: fromDigest } = await snapshotOf(workload);
  const target = { ...good, workload, fromDigest };
  const { setTemplate, giveBackOwnership } = cluster.workloads;
  const set = await attemptUntilOver(setTemplate, { kind: 'set-template', ...target }, 'run-1/2');
  expect(set.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
  const managers = good.applied?.managers ?? [];
  if (managers.length === 0) return;
  const step = { kind: 'give-back-ownership', ...target, managers } as const;
  const given = await attemptUntilOver(giveBackOwnership, step, 'run-1/3');
  expect(given.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
}

function containerOf(name: string) {
  const found = sandbox.list('deployments', 'default').find(({ metadata }) => metadata.name === name);
  return (found as Deployment | undefined)?.spec.template.spec.containers[0];
}
const variablesOf = (name: string) =>
  containerOf(name)
    ?.env?.map((one) => one.name)
    .sort();

const serverSide = ['--server-side', '--field-manager=ci'];

describe.skipIf(!isInstalled)('the next apply of a pipeline after a rollback (needs kubectl)', () => {
  it('goes in as written, without conflict, where it applies server-side', async () => {
    await rolledBack('web', serverSide);
    expect([containerOf('web')?.image, variablesOf('web')]).toEqual(['r.example/web:v1', ['A', 'KEEP']]);
    const next = await apply(serverSide, manifest('web', 'v3', 'C'));
    expect(next).toEqual({ exitCode: 0, said: 'deployment.apps/web serverside-applied\n' });
    expect([containerOf('web')?.image, variablesOf('web')]).toEqual(['r.example/web:v3', ['C', 'KEEP']]);
  });

  it('conflicts where the ownership was not given back, which this sandbox shows as a real cluster does', async () => {
    const workload = called('kept');
    expect((await apply(serverSide, manifest('kept', 'v1', 'A'))).exitCode).toBe(0);
    const good = await snapshotOf(workload);
    await apply(serverSide, manifest('kept', 'v2', 'B'));
    const { templateDigest: fromDigest } = await snapshotOf(workload);
    const step = { kind: 'set-template', ...good, workload, fromDigest } as const;
    await attemptUntilOver(cluster.workloads.setTemplate, step, 'run-1/2');
    const next = await apply(serverSide, manifest('kept', 'v3', 'C'));
    expect(next.exitCode).toBe(1);
    expect(next.said).toContain(
      'conflict with "lastgood" using apps/v1: .spec.template.spec.containers[name="app"].image',
    );
  });

  it('leaves nothing behind of the target where it applies client-side', async () => {
    await rolledBack('client', []);
    expect(variablesOf('client')).toEqual(['A', 'KEEP']);
    expect((await apply([], manifest('client', 'v3', 'C'))).exitCode).toBe(0);
    expect([containerOf('client')?.image, variablesOf('client')]).toEqual([
      'r.example/web:v3',
      ['C', 'KEEP'],
    ]);
  });

  it('gives ownership back once: a second attempt finds it done, and neither makes a generation', async () => {
    await rolledBack('twice', serverSide);
    const workload = called('twice');
    const before = await snapshotOf(workload);
    const managers = before.applied?.managers ?? [];
    expect(managers.map(({ manager }) => manager)).toEqual(['ci']);
    const step = { kind: 'give-back-ownership', ...before, workload, managers } as const;
    const again = await attemptUntilOver(cluster.workloads.giveBackOwnership, step, 'run-1/3');
    expect(again).toMatchObject([{ outcome: { kind: 'applied' }, sent: false }]);
    expect(before.generation).toBe(3);
    expect((await snapshotOf(workload)).generation).toBe(3);
  });
});
