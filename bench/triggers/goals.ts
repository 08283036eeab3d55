import type { Goal } from '../goal.ts';
import type { Compared } from './compare-sides.ts';
import type { Memory } from './run-slots.ts';
import { slotMs } from './whole-tick.ts';
import type { Committed, Written } from './written.ts';

/** Memory that is flat may still sway by so much from one quarter of the slots to another. */
const sway = { heap: 1.05, resident: 1.1 };

export function goalsAt(size: number, compared: Compared): Goal[] {
  const { single, pool, whole, rules, unequal, breaches, unreachable } = compared;
  const same: Goal[] = [
    {
      ...{ id: `T0.${size}`, value: unequal, bound: 0, keep: 'at-most' },
      what: `answers of the tick that differ from single queries', ${size}`,
    },
    {
      ...{ id: `T0.rules.${size}`, value: Math.abs(rules.alerts - breaches), bound: 0, keep: 'at-most' },
      what: `alerts of Prometheus's rules more or fewer than breaches of ours, ${size}`,
    },
  ];
  if (size >= 10_000)
    return [
      ...same,
      {
        ...{ id: 'T9', value: unreachable > 0 ? Number.NaN : whole.ms, bound: slotMs, keep: 'at-most' },
        what: `ms of our whole tick, ${size}; a question that was not answered counts as short`,
      },
    ];
  if (size < 2_000) return same;
  return [
    ...same,
    {
      ...{ id: 'T1', value: single ? single.ms / whole.ms : Number.NaN, bound: 15, keep: 'at-least' },
      what: `one after another over our whole tick, ${size}`,
    },
    {
      ...{ id: 'T2', value: pool.ms / whole.ms, bound: 4, keep: 'at-least' },
      what: `pool of 16 over our whole tick, ${size}`,
    },
    {
      ...{ id: 'T3', value: single ? single.cpuMs / whole.cpuMs : Number.NaN, bound: 10, keep: 'at-least' },
      what: `CPU of Prometheus, one after another over our whole tick, ${size}`,
    },
    {
      ...{ id: 'T5', value: whole.ms / rules.ms, bound: 1, keep: 'at-most' },
      what: `our whole tick over Prometheus's own rules, ${size}`,
    },
    {
      ...{ id: 'T6', value: whole.ms / slotMs, bound: 0.2, keep: 'at-most' },
      what: `our whole tick as a share of the slot, ${size}`,
    },
  ];
}

export function cycleGoals(cycles: ReadonlyMap<number, number>): Goal[] {
  const [small, large] = [cycles.get(100), cycles.get(2_000)];
  if (small === undefined || large === undefined) return [];
  return [
    {
      ...{ id: 'T4', value: large / small, bound: 25, keep: 'at-most' },
      what: 'our whole tick at 2,000 over 100',
    },
  ];
}

export function writtenGoals({ asTick, inBulk, oneByOne }: Written, { untold, told }: Committed): Goal[] {
  return [
    {
      ...{ id: 'T7', value: Math.min(asTick, inBulk) / oneByOne, bound: 50, keep: 'at-least' },
      what: 'readings written a second over row by row, the slower of as a tick writes them and a row each in bulk',
    },
    {
      ...{ id: 'T8', value: told / untold, bound: 0.9, keep: 'at-least' },
      what: 'commits a second with our notifications over those without',
    },
  ];
}

export function memoryGoals({ heap, resident }: Memory, slots: number, deployments: number): Goal[] {
  const over = `in the last quarter of ${slots} slots of ${deployments} deployments over the second quarter`;
  return [
    {
      ...{ id: 'T10.heap', value: heap.last / heap.second, bound: sway.heap, keep: 'at-most' },
      what: `heap after a collection ${over}`,
    },
    {
      ...{
        id: 'T10.resident',
        value: resident.last / resident.second,
        bound: sway.resident,
        keep: 'at-most',
      },
      what: `resident memory ${over}`,
    },
  ];
}
