import {
  createSteppedClock,
  type FaultMatch,
  type KubernetesSandboxOptions,
  startKubernetesSandbox,
} from '@lastgood/sandbox/kubernetes/index';
import type { DeliveryContractWorld } from '@lastgood/testkit/contracts/delivery';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { createKubernetes } from '../kubernetes.ts';
import { accountToken } from '../sandbox-world-harness.ts';
import { deliveryManifests, shippedManifests } from '../shipped-rights-harness.ts';

const namespace = 'shop';
const labels = { app: 'web' };
const image = (version: string) => `registry.example/web:${version}`;
const templateOf = (version: string) => ({
  metadata: { labels },
  spec: { containers: [{ name: 'app', image: image(version) }] },
});
const deployment = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
  spec: { replicas: 2, selector: { matchLabels: labels }, template: templateOf('v1') },
};
const rollout = {
  ...{ apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' } },
  spec: {
    ...{ replicas: 2, selector: { matchLabels: labels }, template: templateOf('v1') },
    strategy: { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } },
  },
};
const deployments = `/apis/apps/v1/namespaces/${namespace}/deployments`;
const collections = {
  Rollout: `/apis/argoproj.io/v1alpha1/namespaces/${namespace}/rollouts`,
  Canary: `/apis/flagger.app/v1beta1/namespaces/${namespace}/canaries`,
};

const ownWrites: FaultMatch = { method: 'PATCH', userAgent: 'lastgood' };
const requestTimeoutMs = 1_000;

/** A version in its midst under the sandbox's own controller, and the adapter with the rights that are shipped. */
export async function openDelivery(
  kind: keyof typeof collections,
  options: KubernetesSandboxOptions = {},
): Promise<DeliveryContractWorld> {
  const clock = createSteppedClock();
  const sandbox = await startKubernetesSandbox({ clock, namespaces: [namespace], ...options });
  const manifests = [...shippedManifests(), ...deliveryManifests()];
  sandbox.rights.bind({ token: accountToken, namespace: 'lastgood', name: 'lastgood', manifests });
  const cluster = { kubeconfig: sandbox.kubeconfig(accountToken), requestTimeoutMs };
  const { delivery, close } = createKubernetes({ clusters: { main: cluster } }, clock.now);
  let isOrdered = false;
  // As Lastgood's own endpoint would answer.
  const lastgood = await startLocalServer((_request, response) => {
    response.writeHead(isOrdered ? 200 : 403).end('{}');
  });
  const target = kind === 'Rollout' ? collections.Rollout : deployments;

  async function call<T>(method: string, path: string, body?: unknown, type = 'application/json') {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { 'content-type': type, 'user-agent': 'somebody-else' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  }
  const statusOf = async () =>
    (await call<{ status?: Record<string, unknown> }>('GET', `${collections[kind]}/web`)).status ?? {};
  async function until(is: (status: Record<string, unknown>) => boolean) {
    for (let n = 0; n < 200; n += 1) {
      const status = await statusOf();
      if (is(status)) return status;
      await clock.advance(250);
    }
    throw new Error(`it is ${JSON.stringify(await statusOf())}`);
  }
  const setImage = (version: string) =>
    call(
      'PATCH',
      `${target}/web`,
      [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image(version) }],
      'application/json-patch+json',
    );
  const revisionIn = (status: Record<string, unknown>) => status.currentPodHash ?? status.lastAppliedSpec;
  const isUnderWay = ({ phase }: Record<string, unknown>) => phase === 'Paused' || phase === 'Progressing';

  async function begin() {
    if (kind === 'Canary') {
      await call('POST', deployments, deployment);
      const hooks = [
        { name: 'lastgood', type: 'rollback', url: `${lastgood.url}/api/v1/flagger/main/rollback` },
      ];
      await call('POST', collections.Canary, {
        ...{ apiVersion: 'flagger.app/v1beta1', kind, metadata: { name: 'web' } },
        spec: {
          targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
          analysis: { interval: '1s', stepWeight: 1, maxWeight: 50, webhooks: hooks },
        },
      });
    } else await call('POST', collections.Rollout, rollout);
    await until(({ phase }) => phase === 'Healthy' || phase === 'Initialized');
    await setImage('v2');
    await until(isUnderWay);
  }

  await begin();
  return {
    ...{ delivery, asks: kind === 'Canary', controller: kind === 'Canary' ? 'Flagger' : 'Argo Rollouts' },
    object: { cluster: 'main', namespace, kind, name: 'web' },
    async settle() {
      isOrdered = true;
      await until(
        ({ phase, updatedReplicas }) => phase === 'Failed' || (phase === 'Degraded' && updatedReplicas === 0),
      );
    },
    async deployThird() {
      const before = revisionIn(await statusOf());
      await setImage('v3');
      await until((status) => revisionIn(status) !== before && isUnderWay(status));
    },
    async recreate() {
      const path = `${collections[kind]}/web`;
      const { metadata, ...made } = await call<{ metadata: object; status?: object }>('GET', path);
      await call('DELETE', path);
      await call('POST', collections[kind], { ...made, metadata: { name: 'web' } });
    },
    faultNextWrite(fault) {
      const effects = {
        'too-many-requests': { kind: 'answer', status: 429, retryAfterSeconds: 1 },
        'lost-reply': { kind: 'lost-answer' },
        unreachable: { kind: 'refused-connection' },
      } as const;
      sandbox.faults.add({ match: ownWrites, effect: effects[fault], times: 1 });
    },
    hang: () =>
      void sandbox.faults.add({ match: { userAgent: 'lastgood' }, effect: { kind: 'slow', forMs: 60_000 } }),
    writes: () =>
      sandbox.writes().filter(({ userAgent, dryRun }) => userAgent.includes('lastgood') && !dryRun).length,
    async close() {
      await close();
      await sandbox.close();
      await lastgood.close();
    },
  };
}
