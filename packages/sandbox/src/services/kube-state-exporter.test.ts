import { request } from 'undici';
import { expect, it } from 'vitest';
import { parseExposition } from '../metrics/parse-exposition.ts';
import { startKubeStateExporter } from './kube-state-exporter.ts';
import { type PodView, podViewOf } from './pod-view.ts';

const pod = {
  metadata: {
    namespace: 'shop',
    name: 'checkout-a1-x',
    uid: 'u1',
    ownerReferences: [{ kind: 'ReplicaSet', name: 'checkout-a1', controller: true }],
  },
  spec: { nodeName: 'node-1' },
  status: {
    phase: 'Running',
    podIP: '10.0.0.1',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'app', restartCount: 4 }],
  },
};

async function scrape(listPods: () => PodView[]) {
  const exporter = await startKubeStateExporter({ listPods });
  const { statusCode, body } = await request(exporter.target.url);
  const text = await body.text();
  await exporter.close();
  return { statusCode, text };
}

it('tells of restarts, owners, places and readiness under the names of kube-state-metrics', async () => {
  const { text } = await scrape(() => [podViewOf(pod), podViewOf({ metadata: { name: 'bare' } })]);
  const samples = new Map(
    parseExposition(text).map(({ labels, value }) => [
      [...labels].map((pair) => pair.join('=')).join(' '),
      value,
    ]),
  );
  for (const key of [...samples.keys()]) if (key.includes('kube_pod_status_phase')) samples.delete(key);
  expect(samples).toEqual(
    new Map([
      [
        '__name__=kube_pod_info created_by_kind=ReplicaSet created_by_name=checkout-a1 namespace=shop node=node-1 pod=checkout-a1-x pod_ip=10.0.0.1 uid=u1',
        1,
      ],
      ['__name__=kube_pod_info pod=bare', 1],
      [
        '__name__=kube_pod_owner namespace=shop owner_is_controller=true owner_kind=ReplicaSet owner_name=checkout-a1 pod=checkout-a1-x uid=u1',
        1,
      ],
      ['__name__=kube_pod_owner pod=bare', 1],
      ['__name__=kube_pod_status_ready condition=true namespace=shop pod=checkout-a1-x uid=u1', 1],
      ['__name__=kube_pod_status_ready condition=false namespace=shop pod=checkout-a1-x uid=u1', 0],
      ['__name__=kube_pod_status_ready condition=unknown namespace=shop pod=checkout-a1-x uid=u1', 0],
      [
        '__name__=kube_pod_container_status_restarts_total container=app namespace=shop pod=checkout-a1-x uid=u1',
        4,
      ],
    ]),
  );
});

it('tells what a container waits for, that a pod has ended and that one is being deleted, and no readiness without a node', async () => {
  const { text } = await scrape(() => [
    podViewOf({
      metadata: { name: 'stuck', deletionTimestamp: '2026-01-01T00:00:00Z' },
      status: {
        phase: 'Pending',
        containerStatuses: [
          { name: 'app', restartCount: 0, state: { waiting: { reason: 'ImagePullBackOff' } } },
        ],
      },
    }),
  ]);
  expect(text).toContain(
    'kube_pod_container_status_waiting_reason{namespace="",pod="stuck",uid="",container="app",reason="ImagePullBackOff"} 1',
  );
  expect(text).toContain('phase="Pending"} 1');
  expect(text).toContain('kube_pod_deletion_timestamp{namespace="",pod="stuck",uid=""} 1767225600');
  expect(text).not.toContain('kube_pod_status_ready{');
});

it('answers 500 when the pods are unknown, so that the scrape fails', async () => {
  const { statusCode, text } = await scrape(() => {
    throw new Error('the API is down');
  });
  expect([statusCode, text]).toEqual([500, 'Error: the API is down']);
});
