import { defaultTriggerSet, followService, type Reading, type Service } from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import { createInMemoryRollout } from '@lastgood/testkit/fakes/in-memory-rollout';
import { createRandom } from '@lastgood/testkit/random';
import type { VirtualTime } from '@lastgood/testkit/virtual-time';
import { watchedService } from '../watched-service.ts';
import { createNoisySource } from './noisy-source.ts';

export const intervalMs = 15_000;

/** Services that breach for a while, those without traffic, and slots in which the source cannot be asked. */
const breaching = { services: 4, from: 60, to: 100 };
const silentServices = 10;
const outage = { from: 150, to: 152 };

/** What each query of the default set answers while all is well, and how much of that it moves from slot to slot. */
const usual: [name: RegExp, level: number, noise: number][] = [
  [/rate\(http_requests_total.*\/ 0\.001/, 2.5, 0.4],
  [/rate\(http_requests_total/, 0.0025, 0.4],
  [/histogram_quantile/, 0.31, 0.15],
];

/**
 * Some services in one cluster, all of them watched for as long as anybody looks: one whose watch is over is deployed again. Beside
 * them those that stand: presumed good when they were declared, and never deployed.
 */
export function createFleet(store: Store, time: VirtualTime, count: number, standing: number) {
  const random = createRandom(1);
  const rollout = createInMemoryRollout({ now: time.now });
  const services = Array.from({ length: count }, (_, n) => watchedService(`web-${n}`));
  const still = Array.from({ length: standing }, (_, n) => watchedService(`still-${n}`));
  const asked = { questions: 0 };
  const versions = new Map<string, number>();
  let began = time.now();
  const metrics = createNoisySource(({ template, variables }, at) => {
    const slot = Math.round((at - began) / intervalMs);
    const number = Number(variables.SERVICE?.slice('web-'.length));
    return answer(template, number, slot);
  }, random);

  function answer(template: string, number: number, slot: number): Reading {
    if (slot >= outage.from && slot < outage.to)
      return { kind: 'unreachable', reason: 'connect ECONNREFUSED 127.0.0.1:9090' };
    asked.questions += 1;
    if (template.endsWith('or vector(0)'))
      return { kind: 'value', value: number >= count - silentServices ? 0 : 3_000 };
    const found = usual.find(([pattern]) => pattern.test(template));
    if (!found) return { kind: 'value', value: 0 };
    if (number >= count - silentServices) return { kind: 'not-a-number' };
    const [, level, noise] = found;
    const sick = number < breaching.services && slot >= breaching.from && slot < breaching.to;
    return { kind: 'value', value: level * (sick ? 60 : 1) * random.between(1 - noise, 1 + noise) };
  }

  let ids = 0;
  const monitor = createMonitor({
    ...{
      slots: store.slots,
      deployments: store.deployments,
      metrics,
      clock: time.clock,
      newId: () => `decision-${++ids}`,
      replica: 'one',
    },
    settings: {
      ...{ intervalMs, standingMs: 60_000, offsetMs: 2_000, deadlineMs: 10_000, outageToleranceMs: 300_000 },
      brakes: { maxAutomaticPerHour: 10, maxTrippedPerSlot: 5 },
    },
  });
  const forever = new AbortController().signal;

  function deploy({ cluster, namespace, name }: Service): void {
    const version = (versions.get(name) ?? 0) + 1;
    versions.set(name, version);
    const target = { cluster, namespace, kind: 'Deployment' as const, name };
    const images = { app: `registry.example/${name}:v${version}` };
    if (version === 1) rollout.cluster.create(target, images);
    else rollout.cluster.deploy(target, images);
  }

  /** One look at each, committed as the follower does; it is spared the second read, which writes nothing. */
  async function look(some: readonly Service[] = services): Promise<void> {
    const followed = await store.deployments.followed(some.map(({ key }) => key));
    const commits = followed.flatMap((one) => {
      const { cluster, namespace, name } = one.service;
      const target = { cluster, namespace, kind: 'Deployment' as const, name };
      const observation = rollout.cluster.observe(rollout.cluster.at(target), time.now());
      return followService(one, [{ workload: target, ...observation }], time.now()) ?? [];
    });
    const lane = async () => {
      for (let next = commits.pop(); next; next = commits.pop()) await store.deployments.commit(next);
    };
    await Promise.all(Array.from({ length: 8 }, lane));
  }

  return {
    /** How many queries were sent to the source. */
    asked,
    /** Declares all, lets a first version become what is presumed good, and brings out the next. */
    async begin() {
      await store.triggerSets.apply(defaultTriggerSet);
      for (const one of [...services, ...still]) {
        await store.services.apply(one, 'bench', time.now());
        deploy(one);
      }
      await look([...services, ...still]);
      await time.pass(intervalMs);
      services.forEach(deploy);
      await look();
      began = time.now();
    },
    /** One slot: judged, looked at, and what is no longer watched is deployed again. Returns how many deployments were judged. */
    async slot(): Promise<number> {
      const report = await monitor.tick(time.now(), forever);
      const open = new Set(
        (await store.deployments.toFollow()).filter((one) => one.open).map((one) => one.key),
      );
      services.filter(({ key }) => !open.has(key)).forEach(deploy);
      await look();
      await time.pass(intervalMs);
      return report.deployments;
    },
  };
}
