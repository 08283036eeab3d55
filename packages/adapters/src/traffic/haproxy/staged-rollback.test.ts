import { setTimeout as sleep } from 'node:timers/promises';
import type { Change } from '@lastgood/domain/deployment/deployment';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { aBaseline, aDeployment, aService, dayZero, imageOf } from '@lastgood/testkit/scenario/builders';
import { wholeRollback } from '@lastgood/testkit/scenario/whole-rollback';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { realHaproxyMissing } from '@lastgood/testkit/servers/real-haproxy';
import { afterEach, describe, expect, it } from 'vitest';
import { type FlowingTraffic, startTraffic } from './flowing-traffic-harness.ts';
import { type HaproxyWorld, openHaproxyWorld } from './haproxy-harness.ts';

const missing = await realHaproxyMissing();
const place = { cluster: 'main', namespace: 'shop' };
const stable = { kind: 'Deployment' as const, name: 'web-old' };
const canary = { kind: 'Deployment' as const, name: 'web-new' };
const service = aService({
  ...{ strategy: 'canary', workloads: [stable, canary], triggers: [] },
  rollback: {
    canary: {
      route: { kind: 'backend', name: 'shop' },
      stable: { destination: 'old', workload: stable },
      canary: { destination: 'new', workload: canary },
    },
    progressive: {
      soakSeconds: 1,
      pauseAtMostSeconds: 20,
      errors: { query: 'errors{w="$WORKLOAD"}', atMost: 0.05 },
    },
  },
});

/** Old and new run side by side, and new has all of the traffic. */
function released() {
  const rollout = createInMemoryRollout({ now: () => dayZero });
  const { cluster } = rollout;
  const snapshots = (
    [
      [stable, 'v1'],
      [canary, 'v2'],
    ] as const
  ).map(([workload, version]) => {
    const target = { ...place, ...workload };
    cluster.create(target, { app: imageOf(version) });
    return cluster.observe(cluster.at(target), dayZero).snapshot;
  });
  const [v1, v2] = snapshots;
  if (!v1 || !v2) throw new Error('two versions');
  const changes = (before: typeof v1 | null, after = v2): Change[] => [
    { kind: 'workload', target: stable, before, after: v1 },
    { kind: 'workload', target: canary, before, after },
  ];
  return {
    rollout,
    target: aBaseline({ strategy: 'canary', changes: changes(null, v1) }),
    deployment: aDeployment({ strategy: 'canary', changes: changes(v1) }),
  };
}

describe.skipIf(missing !== null)(
  `a rollback in stages by HAProxy${missing === null ? '' : `: ${missing}`}`,
  () => {
    let world: HaproxyWorld;
    let traffic: FlowingTraffic;
    /** Whatever a test has got to, the newest first. */
    const closing: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
      for (const close of closing.splice(0).reverse()) await close();
    });

    interface Errors {
      old: number | null;
      new: number | null;
    }
    const reading = (value: number | null): Reading =>
      value === null ? { kind: 'no-data' } : { kind: 'value', value };

    /** @param errorsAt what is measured of both while the old version has that much of 100 */
    async function rollBack(errorsAt: (share: number) => Errors, diesAtEveryStep = false) {
      const port = await closedPort();
      world = await openHaproxyWorld({ port });
      closing.push(() => world.close());
      traffic = startTraffic(`http://127.0.0.1:${port}/`, { kept: 6, fresh: 2 });
      closing.push(() => traffic.stop());
      const { rollout, ...frame } = released();
      const shares = [0];
      const metrics = createInMemoryMetricSource(({ variables: { WORKLOAD } }) => {
        const errors = errorsAt(shares.at(-1) ?? 0);
        return reading(WORKLOAD === stable.name ? errors.old : errors.new);
      });
      const done = await wholeRollback({
        ports: { rollout, workloads: rollout.workloads, traffic: world.adapter({ timeoutMs: 2_000 }) },
        ...{ service, ...frame, metrics, diesAtEveryStep },
        async pass() {
          await sleep(60);
          const { old = Number.NaN } = await world.weights();
          if (old !== shares.at(-1)) shares.push(old);
        },
      });
      return { ...done, shares };
    }
    const well = { old: 0, new: 0.08 };

    it.each([false, true])('goes stage by stage and loses no request (workers dying: %s)', async (dies) => {
      const { ended, shares } = await rollBack(() => well, dies);
      expect(ended.map(({ outcome }) => outcome.kind)).toEqual(Array.from({ length: 10 }, () => 'applied'));
      expect([...shares, (await world.weights()).old].filter((one, at, all) => one !== all[at - 1])).toEqual([
        0, 25, 50, 75, 100,
      ]);
      expect(traffic.failed()).toEqual([]);
      expect(new Set(traffic.served.map(({ version }) => version))).toEqual(new Set(['old', 'new']));
      process.stdout.write(`HAProxy, in stages: ${traffic.served.length} requests, none failed\n`);
    });

    it.each([false, true])(
      'goes to 100 % at once when errors of the bad version rise (workers dying: %s)',
      async (dies) => {
        const { ended, shares } = await rollBack((share) => (share < 50 ? well : { old: 0, new: 0.3 }), dies);
        expect(ended.every(({ outcome }) => outcome.kind === 'applied')).toBe(true);
        expect([...new Set([...shares, 100])]).toEqual([0, 25, 50, 100]);
        if (!dies)
          expect(ended.find(({ title }) => title.startsWith('Hold 50 %'))?.outcome).toMatchObject({
            note: expect.stringMatching(/^errors of new rose to 30 % \(above 16 %\): went to 100 % at once/),
          });
        expect(traffic.failed()).toEqual([]);
      },
    );

    it('goes back to the healthier copy when the old version turns out sick half way, and stops', async () => {
      const { ended } = await rollBack((share) => (share < 50 ? well : { old: 0.4, new: 0.08 }));
      expect(ended.at(-1)).toMatchObject({
        title: expect.stringMatching(/^Hold 50 %/),
        outcome: {
          ...{ kind: 'failed', code: 'healthiest-copy' },
          reason:
            'errors of old are 40 % and those of new 8 %: the traffic was led back to new, the healthier copy.',
          endState: 'backend shop splits its traffic as before the rollback (old 0, new 100).',
        },
      });
      expect(await world.weights()).toEqual({ old: 0, new: 100 });
      expect(traffic.failed()).toEqual([]);
    });

    it('moves nothing where the old version is the sicker one from the beginning', async () => {
      const { ended } = await rollBack(() => ({ old: 0.5, new: 0.08 }));
      expect(ended).toMatchObject([
        {
          outcome: { kind: 'failed', reason: expect.stringMatching(/no traffic is led to the sicker copy/) },
        },
      ]);
      expect(await world.weights()).toEqual({ old: 0, new: 100 });
    });

    it('pauses where nothing is measured, and stops there in the end with what it was waiting for', async () => {
      const { ended } = await rollBack((share) => (share < 25 ? well : { old: null, new: null }));
      expect(ended.at(-1)?.outcome).toMatchObject({
        ...{
          kind: 'failed',
          reason: expect.stringMatching(
            /Not finished within 20 s; last seen: paused: errors of old: no data/,
          ),
        },
      });
      expect(await world.weights()).toEqual({ old: 25, new: 75 });
    });
  },
);
