import { expect, test } from 'vitest';
import { type FaultPlan, replicaFaults, scrapeFaults, slotAt, sourceFaults } from './fault-plan.ts';
import { hashOf } from './play-schedule.ts';
import { breachedSchedule, healthySchedule } from './schedule.ts';
import { declared } from './true-value.ts';
import { definitionOf, watchedTriggers } from './watched-triggers.ts';

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
const breached = seeds.map((seed) => breachedSchedule(seed, hashOf));
const healthy = seeds.map((seed) => healthySchedule(seed, hashOf));
const plans = [...healthy, ...breached].map(({ plan }) => plan);

type Kind = FaultPlan['source' | 'scrapes' | 'replicas'][number]['kind'];

/** What may go wrong, in the words of what is promised, and how it is played here. */
const promised: Record<string, Kind[]> = {
  ...{ 'Prometheus down': ['refused'], 'in silence': ['silent'], slow: ['slow'], flapping: ['flapping'] },
  ...{ 'restarting, 503': ['restarting'], '422': ['failed-query'], '429': ['too-many-requests'] },
  ...{ '500': ['failed-with-a-body'], 'a page in place of an answer': ['page'], 'cut JSON': ['cut-off'] },
  ...{ 'status: error': ['error-in-200'], 'partial, with warnings': ['partial', 'twice'], empty: ['empty'] },
  ...{ NaN: ['no-number'], 'a stale timestamp': ['cached'], 'the wrong tenant': ['other-tenant'] },
  'scrape gaps': ['not-written', 'unreached', 'cluster-unreached'],
  'a target relabelled away': ['relabelled', 'renamed'],
  'Lastgood restarted': ['down', 'dies-claimed', 'dies-judged', 'dies-committed'],
  'Lastgood failed over': ['freezes', 'raced', 'commit-lost', 'reply-lost'],
};

test('all that is promised is played, and nothing beside it', () => {
  expect(new Set(Object.values(promised).flat())).toEqual(
    new Set([...sourceFaults, ...scrapeFaults, ...replicaFaults]),
  );
});

test('clocks are wrong, counters are reset, and errors come twice for a short time with nobody to see that they ended', () => {
  expect(plans.filter(({ skewsMs }) => skewsMs.some((ms) => Math.abs(ms) > 30_000)).length).toBeGreaterThan(
    100,
  );
  const resets = [...healthy, ...breached].flatMap(({ stories }) =>
    stories.flatMap(({ pods }) => pods.flatMap((pod) => pod.resets)),
  );
  expect(resets.length).toBeGreaterThan(300);
  const twice = healthy.filter(({ stories }) =>
    stories.some(({ pods }) => (pods[0]?.phases.length ?? 0) > 4),
  );
  expect(twice.length).toBeGreaterThan(30);
});

test('every fault there is befalls some schedule', () => {
  const of = (all: readonly { kind: string }[][]) => new Set(all.flat().map(({ kind }) => kind));
  expect(of(plans.map(({ source }) => source))).toEqual(new Set(sourceFaults));
  expect(of(plans.map(({ scrapes }) => scrapes))).toEqual(new Set(scrapeFaults));
  expect(of(plans.map(({ replicas }) => replicas))).toEqual(new Set(replicaFaults));
});

test('every trigger is breached, and every phase of its hold befallen by a replica', () => {
  expect(new Set(breached.map(({ breach }) => breach?.trigger))).toEqual(new Set(watchedTriggers));
  const phases = { before: 0, begins: 0, pending: 0, last: 0, fires: 0, after: 0 };
  for (const { breach, plan } of breached) {
    if (!breach || declared[breach.trigger].holdMs === 0) continue;
    const begins = slotAt(breach.from);
    const fires = begins + declared[breach.trigger].holdMs / 15_000;
    for (const { slot, kind } of plan.replicas) {
      if (kind === 'raced') continue;
      if (slot === begins - 1) phases.before += 1;
      if (slot === begins) phases.begins += 1;
      if (slot > begins && slot < fires - 1) phases.pending += 1;
      if (slot === fires - 1) phases.last += 1;
      if (slot === fires) phases.fires += 1;
      if (slot === fires + 1) phases.after += 1;
    }
  }
  for (const [phase, count] of Object.entries(phases)) expect(count, phase).toBeGreaterThan(10);
});

test('what is taken for true of the triggers is what they declare', () => {
  for (const name of watchedTriggers) expect(definitionOf(name).forMs, name).toBe(declared[name].holdMs);
  expect(watchedTriggers.map((name) => definitionOf(name).threshold)).toEqual([0.05, 3, 1, 5]);
  expect(watchedTriggers.map((name) => definitionOf(name).severity)).toEqual(Array(4).fill('auto_rollback'));
});
