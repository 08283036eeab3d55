import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Deployment,
  type KubernetesSandbox,
  type StatefulSet,
  startKubernetesSandbox,
} from '../index.ts';

const version = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' });
const isInstalled = version.status === 0;
if (!isInstalled)
  process.stdout.write('SKIPPED: no kubectl is installed, 8 tests of the sandbox against it do not run\n');
else process.stdout.write(`kubectl: ${version.stdout.split('\n')[0]}\n`);

/** Before 1.27 kubectl checked fields itself. */
const isOld = Number(version.stdout.match(/v1\.(\d+)/)?.[1]) < 27;

if (isOld)
  process.stdout.write(
    'SKIPPED: this kubectl is older than 1.27 and checks fields itself, 1 test does not run\n',
  );

const folder = mkdtempSync(join(tmpdir(), 'sandbox-kubectl-'));
let sandbox: KubernetesSandbox;

beforeAll(async () => {
  sandbox = await startKubernetesSandbox();
  writeFileSync(join(folder, 'config'), sandbox.kubeconfig());
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

function kubectl(args: string[], input = ''): Promise<Run> {
  const env = { ...process.env, HOME: folder, KUBECONFIG: join(folder, 'config') };
  return new Promise((resolve) => {
    const child = execFile('kubectl', args, { env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

function manifest(image: string): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'app', image, ports: [{ containerPort: 8080 }] }] },
      },
    },
  });
}

const SET = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    serviceName: 'db',
    replicas: 2,
    selector: { matchLabels: { app: 'db' } },
    template: {
      metadata: { labels: { app: 'db' } },
      spec: { containers: [{ name: 'app', image: 'r.example/db:v1' }] },
    },
  },
});

const BUDGET = JSON.stringify({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'db', namespace: 'default' },
  spec: { maxUnavailable: 0, selector: { matchLabels: { app: 'db' } } },
});

const EVICTION = JSON.stringify({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name: 'db-1', namespace: 'default' },
});

function podUids(): string[] {
  return sandbox
    .list('pods', 'default')
    .filter(({ metadata }) => metadata.name.startsWith('db-'))
    .map(({ metadata }) => metadata.uid);
}

function imageOf(plural: string, name: string): string | undefined {
  const found = sandbox.list(plural, 'default').find(({ metadata }) => metadata.name === name);
  return (found as Deployment | StatefulSet | undefined)?.spec.template.spec.containers[0]?.image;
}

describe.skipIf(!isInstalled)('a real kubectl (needs kubectl)', () => {
  test('apply creates, leaves alone, and configures', async () => {
    const v1 = manifest('r.example/web:v1');
    expect((await kubectl(['apply', '-f', '-'], v1)).stdout).toBe('deployment.apps/web created\n');
    const status = await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s']);
    expect(status.stdout).toContain('deployment "web" successfully rolled out');
    expect((await kubectl(['apply', '-f', '-'], v1)).stdout).toBe('deployment.apps/web unchanged\n');
    const changed = await kubectl(['apply', '-f', '-'], manifest('r.example/web:v2'));
    expect(changed.stdout).toBe('deployment.apps/web configured\n');
    expect(imageOf('deployments', 'web')).toBe('r.example/web:v2');
    expect((await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s'])).exitCode).toBe(0);
  });

  test.skipIf(isOld)('apply refuses a misspelt field (needs kubectl 1.27)', async () => {
    const misspelt = manifest('r.example/web:v9').replace('"replicas"', '"replica"');
    const refused = await kubectl(['apply', '--dry-run=server', '-f', '-'], misspelt);
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('unknown field') });
  });

  test('set image rolls out', async () => {
    const set = await kubectl(['set', 'image', 'deployment/web', 'app=r.example/web:v3']);
    expect(set.stdout).toBe('deployment.apps/web image updated\n');
    expect((await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s'])).exitCode).toBe(0);
    expect(imageOf('deployments', 'web')).toBe('r.example/web:v3');
  });

  test('get shows tables, names and JSON', async () => {
    const table = await kubectl(['get', 'deployments']);
    expect(table.stdout).toMatch(
      /^NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE\nweb\s+2\/2\s+2\s+2\s+\d+s\n$/,
    );
    const pods = await kubectl(['get', 'pods', '-l', 'app=web', '-o', 'name']);
    expect(pods.stdout.trim().split('\n').length).toBeGreaterThanOrEqual(2);
    const json = JSON.parse((await kubectl(['get', 'deployment', 'web', '-o', 'json'])).stdout) as Deployment;
    expect(json.status.availableReplicas).toBe(2);
    const missing = await kubectl(['get', 'deployment', 'nope']);
    expect(missing).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('"nope" not found') });
  });

  test('rollout history and undo, twice, bring the second version back', async () => {
    const history = await kubectl(['rollout', 'history', 'deployment/web']);
    expect(history.stdout.match(/^\d+ /gm)).toEqual(['1 ', '2 ', '3 ']);
    expect((await kubectl(['rollout', 'undo', 'deployment/web'])).stdout).toBe(
      'deployment.apps/web rolled back\n',
    );
    expect((await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s'])).exitCode).toBe(0);
    expect(imageOf('deployments', 'web')).toBe('r.example/web:v2');
    expect((await kubectl(['rollout', 'undo', 'deployment/web'])).exitCode).toBe(0);
    expect((await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s'])).exitCode).toBe(0);
    expect(imageOf('deployments', 'web')).toBe('r.example/web:v3');
    const gone = await kubectl(['rollout', 'undo', 'deployment/web', '--to-revision=99']);
    expect(gone.stderr).toContain('unable to find specified revision 99 in history');
  });

  test('scale changes the replicas, and checks the expected count', async () => {
    const scaled = await kubectl(['scale', 'deployment/web', '--replicas=3', '--current-replicas=2']);
    expect(scaled.stdout).toBe('deployment.apps/web scaled\n');
    expect((await kubectl(['rollout', 'status', 'deployment/web', '--timeout=20s'])).exitCode).toBe(0);
    const refused = await kubectl(['scale', 'deployment/web', '--replicas=1', '--current-replicas=9']);
    expect(refused.stderr).toMatch(/[Ee]xpected replicas to be 9, was 3/);
  });

  test('a StatefulSet is updated and undone', async () => {
    expect((await kubectl(['apply', '-f', '-'], SET)).exitCode).toBe(0);
    const status = ['rollout', 'status', 'statefulset/db', '--timeout=20s'];
    expect((await kubectl(status)).exitCode).toBe(0);
    expect((await kubectl(['set', 'image', 'statefulset/db', 'app=r.example/db:v2'])).exitCode).toBe(0);
    expect((await kubectl(status)).exitCode).toBe(0);
    expect((await kubectl(['rollout', 'undo', 'statefulset/db'])).stdout).toBe(
      'statefulset.apps/db rolled back\n',
    );
    expect((await kubectl(status)).exitCode).toBe(0);
    expect(imageOf('statefulsets', 'db')).toBe('r.example/db:v1');
  });

  test('an eviction is refused by a budget without room, and let through by one with it', async () => {
    const made = await kubectl(['create', '-f', '-'], BUDGET);
    expect(made.stdout).toBe('poddisruptionbudget.policy/db created\n');
    await expect
      .poll(async () => (await kubectl(['get', 'pdb', 'db'])).stdout)
      .toMatch(
        /^NAME\s+MIN AVAILABLE\s+MAX UNAVAILABLE\s+ALLOWED DISRUPTIONS\s+AGE\ndb\s+N\/A\s+0\s+0\s+\d+s\n$/,
      );
    const before = podUids();
    const evict = ['create', '--raw', '/api/v1/namespaces/default/pods/db-1/eviction', '-f', '-'];
    expect(await kubectl(evict, EVICTION)).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("Cannot evict pod as it would violate the pod's disruption budget."),
    });
    expect(podUids()).toEqual(before);
    const patch = ['patch', 'pdb', 'db', '--type=merge', '-p', '{"spec":{"maxUnavailable":1}}'];
    expect((await kubectl(patch)).stdout).toBe('poddisruptionbudget.policy/db patched\n');
    await expect.poll(async () => (await kubectl(evict, EVICTION)).exitCode).toBe(0);
    await expect.poll(() => podUids().length === 2 && podUids()[1] !== before[1]).toBe(true);
    expect((await kubectl(['rollout', 'status', 'statefulset/db', '--timeout=20s'])).exitCode).toBe(0);
  });

  test('delete takes the pods along', async () => {
    expect((await kubectl(['delete', 'deployment', 'web', '--timeout=20s'])).exitCode).toBe(0);
    expect((await kubectl(['delete', 'pods', '-l', 'app=web', '--timeout=20s'])).exitCode).toBe(0);
    expect((await kubectl(['get', 'pods', '-l', 'app=web'])).stderr).toContain('No resources found');
  });
});
