import { missingRightInWords } from '@lastgood/domain/workload/missing-right';
import type { WorkloadKind, WorkloadTarget } from '@lastgood/domain/workload/workload';
import { createRealClock } from '@lastgood/sandbox/kubernetes/index';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiClient } from '../../kubernetes/api-client.ts';
import { openCluster } from '../../kubernetes/cluster-access.ts';
import { createKnownRights } from '../../kubernetes/known-rights.ts';
import { missingRights } from './missing-rights.ts';
import { neededRights } from './needed-rights.ts';
import { openSandboxWorld, type SandboxWorld } from './sandbox-world-harness.ts';

const never = () => new AbortController().signal;
const target = (kind: WorkloadKind, name = 'web'): WorkloadTarget => ({
  ...{ cluster: 'main', namespace: 'shop', kind, name },
});

const worlds: SandboxWorld[] = [];
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close();
});

/** The rights of a sandbox as they are asked for, with a short wait before a denial is believed. */
async function open(confirmMs = 20) {
  let reviews = 0;
  const world = await openSandboxWorld({
    clock: createRealClock(),
    async extra({ path }) {
      if (path.endsWith('selfsubjectaccessreviews')) reviews += 1;
      return undefined;
    },
  });
  worlds.push(world);
  const access = openCluster('main', { kubeconfig: world.sandbox.kubeconfig(), requestTimeoutMs: 2_000 });
  let now = 0;
  const known = createKnownRights(createApiClient(access, 2_000, Date.now), () => now, confirmMs);
  return {
    rights: world.sandbox.rights,
    reviews: () => reviews,
    pass: (ms: number) => {
      now += ms;
    },
    async missing(workload: WorkloadTarget) {
      const answer = await missingRights(known, workload, never());
      if (answer.kind !== 'known') throw new Error(answer.reason);
      return answer.missing;
    },
  };
}

describe('the rights that a workload needs', () => {
  it('are asked for by access reviews, once for the whole fleet where they are granted in the whole cluster', async () => {
    const { missing, reviews } = await open();
    for (const name of ['web', 'cart', 'search'])
      expect(await missing(target('Deployment', name))).toEqual([]);
    expect(reviews()).toBe(neededRights(target('Deployment')).length);
  });

  it('are told with what is missing where, and the rule that gives it', async () => {
    const { rights, missing } = await open();
    rights.deny({ verb: 'patch', resource: 'deployments', userAgent: 'lastgood' });
    const found = await missing(target('Deployment'));
    expect(found.map(missingRightInWords)).toEqual([
      'Lastgood may not patch deployments in namespace shop: it cannot roll back. Add to its role: { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }',
    ]);
    expect(await missing(target('StatefulSet'))).toEqual([]);
  });

  it('count as there when they are granted for the one object or the one namespace', async () => {
    const { rights, missing } = await open();
    for (const namespace of ['', 'shop'])
      rights.deny({ verb: 'patch', resource: 'deployments', namespace, name: '' });
    expect(await missing(target('Deployment'))).toEqual([]);
    rights.deny({ verb: 'list', resource: 'pods', namespace: '' });
    expect(await missing(target('DaemonSet'))).toEqual([]);
  });

  it('are not called missing by a server that has just started', async () => {
    const { rights, missing } = await open(300);
    const allow = rights.deny({});
    setTimeout(allow, 100);
    expect(await missing(target('Deployment'))).toEqual([]);
  });

  it('are seen half a minute after they were given, and their loss after some minutes', async () => {
    const { rights, missing, pass } = await open();
    const allow = rights.deny({ verb: 'create', resource: 'pods/eviction' });
    expect(await missing(target('StatefulSet'))).toMatchObject([
      { purpose: 'releasing-stuck-pods', may: 'create pods/eviction in namespace shop' },
    ]);
    allow();
    pass(30_000);
    expect(await missing(target('StatefulSet'))).toEqual([]);
    rights.deny({ verb: 'watch' });
    expect(await missing(target('StatefulSet'))).toEqual([]);
    pass(6 * 60_000);
    expect((await missing(target('StatefulSet'))).length).toBeGreaterThan(0);
  });

  it('are unknown, not missing, when the cluster cannot be asked', async () => {
    const world = await openSandboxWorld();
    worlds.push(world);
    world.sandbox.faults.add({ match: { method: 'POST' }, effect: { kind: 'answer', status: 503 } });
    const answer = await world.rollout.missingRights(target('Deployment'), never());
    expect(answer.kind).toBe('unreachable');
  });
});
