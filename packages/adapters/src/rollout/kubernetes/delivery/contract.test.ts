import { deliveryContract } from '@lastgood/testkit/contracts/delivery';
import { startLocalServer } from '@lastgood/testkit/servers/local-server';
import { expect, it } from 'vitest';
import { openClusters } from '../../../kubernetes/cluster-clients.ts';
import { createDelivery } from './create-delivery.ts';
import { openDelivery } from './delivery-harness.ts';

const kubeconfigOf = (server: string) =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'main' },
    clusters: [{ name: 'main', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'main', user: { token: 'a' } }],
    contexts: [{ name: 'main', context: { cluster: 'main', user: 'main' } }],
  });

it("an answer that is no such object is nobody's", async () => {
  let answer: unknown = {};
  const garbage = await startLocalServer((_request, response) => {
    response.end(JSON.stringify(answer));
  });
  const clients = openClusters(
    { main: { kubeconfig: kubeconfigOf(garbage.url), requestTimeoutMs: 500 } },
    Date.now,
  );
  const { readDelivery } = createDelivery(clients, 'lastgood');
  try {
    for (const kind of ['Rollout', 'Canary'])
      for (answer of [null, 'x', [], {}, { metadata: {} }, { metadata: { uid: 'u' } }]) {
        const object = { cluster: 'main', namespace: 'shop', kind, name: 'web' };
        const read = await readDelivery({ controller: 'any', object }, new AbortController().signal);
        expect([JSON.stringify(answer), read.kind]).toEqual([JSON.stringify(answer), 'unreachable']);
      }
  } finally {
    await garbage.close();
  }
});

const rights = 'with the rights of deploy/kubernetes and no others,';
deliveryContract(`Argo Rollouts in the sandbox, ${rights}`, () => openDelivery('Rollout'));
deliveryContract(`Flagger in the sandbox, ${rights}`, () => openDelivery('Canary'));
