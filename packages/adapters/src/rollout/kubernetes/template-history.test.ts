import { describe, expect, it } from 'vitest';
import type { ServedControllerRevision, ServedReplicaSet, ServedWorkload } from './served-objects.ts';
import { currentOf, fromControllerRevisions, fromReplicaSets, previousOf } from './template-history.ts';

const template = (image: string) => ({ spec: { containers: [{ name: 'app', image }] } });
const owned = (uid: string) => [{ apiVersion: 'apps/v1', kind: 'Any', name: 'web', uid, controller: true }];

function workload(image: string, observedGeneration = 2): ServedWorkload {
  return {
    metadata: { name: 'web', uid: 'w', generation: 2 },
    spec: { selector: {}, template: template(image) },
    status: { observedGeneration },
  };
}

function replicaSet(revision: number, image: string, uid = 'w'): ServedReplicaSet {
  const annotations = { 'deployment.kubernetes.io/revision': String(revision) };
  const metadata = {
    name: `web-${revision}`,
    uid: `rs-${revision}`,
    annotations,
    ownerReferences: owned(uid),
  };
  return { metadata, spec: { template: template(image) } };
}

function controllerRevision(revision: number, data: Record<string, unknown>): ServedControllerRevision {
  const metadata = { name: `web-${revision}`, uid: `cr-${revision}`, ownerReferences: owned('w') };
  return { metadata, data: { spec: { template: data } }, revision };
}

describe('the template before the current one', () => {
  it('is the second newest by revision number, not by name or order', () => {
    const sets = [replicaSet(2, 'v2'), replicaSet(10, 'v4'), replicaSet(9, 'v3')];
    const history = fromReplicaSets(workload('v4'), sets);
    expect(history.map(({ revision }) => revision)).toEqual([10, 9, 2]);
    expect(previousOf('Deployment', workload('v4'), history)?.name).toBe('web-9');
  });

  it('skips what equals the current one and what belongs to somebody else', () => {
    const sets = [replicaSet(3, 'v2'), replicaSet(2, 'v2'), replicaSet(4, 'x', 'other'), replicaSet(1, 'v1')];
    const history = fromReplicaSets(workload('v2'), sets);
    expect(previousOf('Deployment', workload('v2'), history)?.name).toBe('web-1');
  });

  it('is the newest while the controller has not made the current one yet', () => {
    const history = fromReplicaSets(workload('v3'), [replicaSet(1, 'v1'), replicaSet(2, 'v2')]);
    expect(currentOf(workload('v3'), history)).toBeNull();
    expect(previousOf('Deployment', workload('v3', 1), history)?.name).toBe('web-2');
    // A Deployment that recreates has been seen and still waits for its old pods.
    expect(previousOf('Deployment', workload('v3'), history)?.name).toBe('web-2');
    const revisions = [controllerRevision(1, { $patch: 'replace', ...template('v1') })];
    const kept = fromControllerRevisions('StatefulSet', workload('v3'), revisions);
    expect(previousOf('StatefulSet', workload('v3', 1), kept)?.name).toBe('web-1');
  });

  it('is not guessed when no ControllerRevision equals the current one though it was seen', () => {
    const revisions = [controllerRevision(1, template('v1')), controllerRevision(2, template('v2'))];
    const history = fromControllerRevisions('DaemonSet', workload('v3'), revisions);
    expect(previousOf('DaemonSet', workload('v3'), history)).toBeNull();
  });
});

it('lays the data of a ControllerRevision that replaces nothing over the template', () => {
  const served = {
    ...workload('v2'),
    spec: { selector: {}, template: { metadata: { labels: { app: 'web' } } } },
  };
  const [kept] = fromControllerRevisions('DaemonSet', served, [controllerRevision(1, template('v1'))]);
  expect(kept?.template).toEqual({ metadata: { labels: { app: 'web' } }, ...template('v1') });
});
