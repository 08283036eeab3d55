import { afterEach, describe, expect, test } from 'vitest';
import {
  type ContainerReport,
  createSteppedClock,
  type Deployment,
  type KubernetesSandbox,
  type KubernetesSandboxOptions,
  type Pod,
  type PodSpecToRun,
  type SteppedClock,
  startKubernetesSandbox,
} from './index.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const open: KubernetesSandbox[] = [];

afterEach(async () => {
  for (const sandbox of open.splice(0)) await sandbox.close();
});

async function start(
  options: KubernetesSandboxOptions = {},
): Promise<{ sandbox: KubernetesSandbox; clock: SteppedClock }> {
  const clock = createSteppedClock();
  const sandbox = await startKubernetesSandbox({ clock, ...options });
  open.push(sandbox);
  return { sandbox, clock };
}

function deployment(image: string, replicas = 2): object {
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } };
  const spec = { replicas, selector: { matchLabels: { app: 'web' } }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
}

function send(
  sandbox: KubernetesSandbox,
  method: string,
  path: string,
  body?: unknown,
  type = 'application/json',
) {
  return fetch(sandbox.url + path, {
    method,
    headers: { 'content-type': type, 'user-agent': 'test' },
    body: body === undefined ? null : JSON.stringify(body),
  });
}

function setImage(sandbox: KubernetesSandbox, image: string, query = ''): Promise<Response> {
  const patch = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image }];
  return send(sandbox, 'PATCH', `${DEPLOYMENTS}/web${query}`, patch, 'application/json-patch+json');
}

function web(sandbox: KubernetesSandbox): Deployment {
  return sandbox.list('deployments')[0] as Deployment;
}

function pods(sandbox: KubernetesSandbox): Pod[] {
  return sandbox.list('pods') as Pod[];
}

describe('time', () => {
  test('nothing moves while the clock stands still, so that an in-between state can be held', async () => {
    const { sandbox, clock } = await start();
    await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'));
    await clock.advance(1_000);
    await setImage(sandbox, 'r.example/web:v2');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(web(sandbox)).toMatchObject({ metadata: { generation: 2 }, status: { observedGeneration: 1 } });
    await clock.advance(20);
    expect(web(sandbox)).toMatchObject({
      metadata: { annotations: { 'deployment.kubernetes.io/revision': '2' } },
      status: { observedGeneration: 1 },
    });
    await clock.advance(2_000);
    expect(web(sandbox).status).toMatchObject({
      observedGeneration: 2,
      updatedReplicas: 2,
      availableReplicas: 2,
    });
  });

  test('the same requests give the same names from the same seed', async () => {
    const namesOf = async (seed: number): Promise<string[]> => {
      const { sandbox, clock } = await start({ seed });
      await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'));
      await clock.advance(1_000);
      return pods(sandbox).map(({ metadata }) => `${metadata.name} ${metadata.uid}`);
    };
    const first = await namesOf(7);
    expect(first).toHaveLength(2);
    expect(await namesOf(7)).toEqual(first);
    expect(await namesOf(8)).not.toEqual(first);
  });
});

describe('faults', () => {
  test('a refused request changes nothing and says when to come again', async () => {
    const { sandbox } = await start();
    sandbox.faults.add({
      match: { method: 'POST' },
      effect: { kind: 'answer', status: 429, retryAfterSeconds: 3 },
      times: 1,
    });
    const refused = await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('3');
    expect(await refused.json()).toMatchObject({ kind: 'Status', reason: 'TooManyRequests' });
    expect(sandbox.list('deployments')).toEqual([]);
    expect((await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'))).status).toBe(201);
  });

  test('a lost answer was carried out all the same', async () => {
    const { sandbox } = await start();
    sandbox.faults.add({
      match: { method: 'POST', path: 'deployments' },
      effect: { kind: 'lost-answer' },
      times: 1,
    });
    await expect(send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'))).rejects.toThrow();
    expect(sandbox.list('deployments')).toHaveLength(1);
    expect(sandbox.writes()).toMatchObject([{ method: 'POST', name: 'web', changed: true }]);
  });

  test('a refused connection was not', async () => {
    const { sandbox } = await start();
    sandbox.faults.add({ match: { path: /deployments$/ }, effect: { kind: 'refused-connection' }, times: 1 });
    await expect(send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'))).rejects.toThrow();
    expect(sandbox.list('deployments')).toEqual([]);
  });

  test('a slow answer comes when the clock has moved on', async () => {
    const { sandbox, clock } = await start();
    sandbox.faults.add({ match: { method: 'GET' }, effect: { kind: 'slow', forMs: 5_000 }, times: 1 });
    let status = 0;
    const answer = send(sandbox, 'GET', DEPLOYMENTS).then((response) => {
      status = response.status;
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(status).toBe(0);
    await clock.advance(5_000);
    await answer;
    expect(status).toBe(200);
  });

  test('a watch is cut after so many events, without a clean end', async () => {
    const { sandbox } = await start();
    sandbox.faults.add({ match: { isWatch: true }, effect: { kind: 'cut-watch', afterEvents: 1 }, times: 1 });
    const response = await fetch(`${sandbox.url}${DEPLOYMENTS}?watch=true`);
    await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'));
    await expect(response.text()).rejects.toThrow();
  });
});

describe('the audit log', () => {
  test('tells changes of a generation from no-ops, dry runs and refusals', async () => {
    const { sandbox, clock } = await start();
    await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1'));
    await clock.advance(1_000);
    await setImage(sandbox, 'r.example/web:v2', '?dryRun=All');
    await setImage(sandbox, 'r.example/web:v2');
    await setImage(sandbox, 'r.example/web:v2');
    await send(
      sandbox,
      'PATCH',
      `${DEPLOYMENTS}/web`,
      [{ op: 'test', path: '/metadata/uid', value: 'x' }],
      'application/json-patch+json',
    );
    const { uid } = web(sandbox).metadata;
    expect(sandbox.writes()).toMatchObject([
      { method: 'POST', generationAfter: 1, changed: true },
      { method: 'PATCH', uid, dryRun: true, generationBefore: 1, generationAfter: 2, changed: false },
      {
        method: 'PATCH',
        uid,
        dryRun: false,
        generationBefore: 1,
        generationAfter: 2,
        changed: true,
        userAgent: 'test',
      },
      { method: 'PATCH', uid, dryRun: false, generationBefore: 2, generationAfter: 2, changed: false },
    ]);
  });
});

describe('a snapshot', () => {
  test('goes on where it was taken: objects, versions, names, half-done rollouts', async () => {
    const { sandbox, clock } = await start();
    await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1', 3));
    await clock.advance(1_000);
    await setImage(sandbox, 'r.example/web:v2');
    await clock.advance(400);
    const before = web(sandbox);
    expect(before.status.updatedReplicas).toBeLessThan(3);
    const snapshot = sandbox.snapshot();

    const later = createSteppedClock(clock.now());
    const { sandbox: restored } = await start({ snapshot, clock: later });
    expect(web(restored)).toEqual(before);
    await later.advance(3_000);
    expect(web(restored).status).toMatchObject({ replicas: 3, updatedReplicas: 3, availableReplicas: 3 });
    expect(pods(restored)).toHaveLength(3);
    expect(pods(restored).every((pod) => pod.status.containerStatuses?.[0]?.restartCount === 0)).toBe(true);
  });
});

describe('pods', () => {
  test('a runtime is told what to run and its reports are shown', async () => {
    const running: { spec: PodSpecToRun; report: (report: ContainerReport) => void; stopped: boolean }[] = [];
    const { sandbox, clock } = await start({
      runtime: {
        run(spec, report) {
          const entry = { spec, report, stopped: false };
          running.push(entry);
          return {
            stop() {
              entry.stopped = true;
              return Promise.resolve();
            },
          };
        },
      },
    });
    const withEnv = { ...deployment('r.example/web:v1', 1) } as {
      spec: { template: { spec: { containers: object[] } } };
    };
    withEnv.spec.template.spec.containers = [
      { name: 'app', image: 'r.example/web:v1', env: [{ name: 'MODE', value: 'slow' }] },
    ];
    await send(sandbox, 'POST', DEPLOYMENTS, withEnv);
    await clock.advance(500);
    expect(running).toMatchObject([
      {
        spec: { ownerName: 'web', containers: [{ taggedImage: 'r.example/web:v1', env: { MODE: 'slow' } }] },
      },
    ]);
    running[0]?.report({ state: 'running', ready: false });
    expect(pods(sandbox)[0]?.status).toMatchObject({
      phase: 'Running',
      containerStatuses: [{ ready: false }],
    });
    running[0]?.report({ state: 'running', ready: true });
    await clock.advance(500);
    expect(web(sandbox).status.availableReplicas).toBe(1);
    running[0]?.report({ state: 'terminated', exitCode: 1 });
    await clock.advance(500);
    expect(running).toHaveLength(2);
    expect(pods(sandbox)[0]?.status.containerStatuses).toMatchObject([
      { restartCount: 0, lastState: {}, state: { terminated: { exitCode: 1, reason: 'Error' } } },
    ]);
    running[1]?.report({ state: 'running', ready: true });
    expect(pods(sandbox)[0]?.status.containerStatuses).toMatchObject([
      { restartCount: 1, ready: true, lastState: { terminated: { exitCode: 1 } } },
    ]);
    await send(sandbox, 'DELETE', `${DEPLOYMENTS}/web`);
    await clock.advance(1_000);
    expect(running[1]?.stopped).toBe(true);
    expect(sandbox.list('pods')).toEqual([]);
    expect(sandbox.list('replicasets')).toEqual([]);
  });

  test('a crash loop backs off and counts its restarts', async () => {
    const { sandbox, clock } = await start();
    await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:crash', 1));
    await clock.advance(2_000);
    const waiting = () => pods(sandbox)[0]?.status.containerStatuses?.[0];
    expect(waiting()).toMatchObject({ restartCount: 1, state: { waiting: { reason: 'CrashLoopBackOff' } } });
    await clock.advance(60_000);
    expect(waiting()?.restartCount).toBe(3);
    expect(web(sandbox).status.availableReplicas ?? 0).toBe(0);
  });

  test('a tag that moves has a new digest for new pods only, and a pinned digest keeps its content', async () => {
    const { sandbox, clock } = await start();
    const imageIds = () => pods(sandbox).map((pod) => pod.status.containerStatuses?.[0]?.imageID);
    await send(sandbox, 'POST', DEPLOYMENTS, deployment('r.example/web:v1', 1));
    await clock.advance(1_000);
    const [before] = imageIds();
    expect(before).toMatch(/^r\.example\/web@sha256:[0-9a-f]{64}$/);
    const digest = sandbox.images.move('r.example/web:v1');
    expect(before).not.toContain(digest);
    await clock.advance(1_000);
    expect(imageIds()).toEqual([before]);
    await send(sandbox, 'DELETE', `/api/v1/namespaces/default/pods/${pods(sandbox)[0]?.metadata.name}`);
    await clock.advance(1_000);
    expect(imageIds()).toEqual([`r.example/web@${digest}`]);
    await setImage(sandbox, before ?? '');
    await clock.advance(2_000);
    expect(imageIds()).toEqual([before]);
    await setImage(sandbox, `r.example/web@sha256:${'0'.repeat(64)}`);
    await clock.advance(2_000);
    const states = pods(sandbox).map((pod) => pod.status.containerStatuses?.[0]?.state.waiting?.reason);
    expect(states).toContain('ImagePullBackOff');
  });
});

describe('access', () => {
  test('with a token set, requests need it', async () => {
    const { sandbox } = await start({ token: 'secret' });
    expect((await fetch(`${sandbox.url}/version`)).status).toBe(401);
    const headers = { authorization: 'Bearer secret' };
    expect((await fetch(`${sandbox.url}/version`, { headers })).status).toBe(200);
    expect(sandbox.kubeconfig()).toContain('secret');
  });
});
