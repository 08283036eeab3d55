import { expect, test } from 'vitest';
import { replicaFaults, scrapeFaults, slotAt, sourceFaults } from './fault-plan.ts';
import { hashOf } from './play-schedule.ts';
import { breachedSchedule, healthySchedule } from './schedule.ts';
import { declared } from './true-value.ts';
import { definitionOf, watchedTriggers } from './watched-triggers.ts';

const seeds = Array.from({ length: 300 }, (_, index) => index + 1);
const breached = seeds.map((seed) => breachedSchedule(seed, hashOf));
const plans = [...seeds.map((seed) => healthySchedule(seed, hashOf)), ...breached].map(({ plan }) => plan);

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
