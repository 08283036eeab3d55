import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { effectKey } from '../effect.ts';
import type { Executor, Plan } from '../executor.ts';
import type { Recorded } from '../recorder.ts';

/** What is left of plans when all should have ended. */
export interface Outcome {
  /** Plans that did not end well in time, or lack an effect. */
  lost: string[];
  /** Effects that came to be more than once. */
  doubled: string[];
}

export function plansOf(count: number, steps: number): Plan[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), steps }));
}

/** Queues several at a time, as clicks and decisions would come in. */
export async function queueAll(executor: Executor, plans: readonly Plan[], atATime: number): Promise<void> {
  const waiting = plans.values();
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (const plan of waiting) await executor.queue(plan);
    }),
  );
}

/** Resolves with the instant at which all had ended, or null when some have not within the limit. */
export async function untilAllEnded(executor: Executor, plans: readonly Plan[], withinMs: number) {
  const ids = plans.map(({ id }) => id);
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await sleep(20)) {
    // The database may be away: then nothing is known to have ended.
    const open = await executor.open(ids).catch(() => null);
    if (open?.length === 0) return Date.now();
  }
  return null;
}

export async function outcomeOf(
  executor: Executor,
  plans: readonly Plan[],
  records: readonly Recorded[],
): Promise<Outcome> {
  const made = new Map<string, number>();
  for (const { key, kind } of records) if (kind === 'made') made.set(key, (made.get(key) ?? 0) + 1);
  const open = await executor.open(plans.map(({ id }) => id));
  const lacking = plans.flatMap(({ id, steps }) =>
    Array.from({ length: steps }, (_, step) => effectKey(id, step)).filter((key) => !made.has(key)),
  );
  return {
    lost: [...new Set([...open.map(({ id }) => id), ...lacking.map((key) => key.split('/')[0] ?? key)])],
    doubled: [...made].filter(([, times]) => times > 1).map(([key]) => key),
  };
}

/** Instants of the effects of each plan, in the order of its steps. */
export function effectTimes(plans: readonly Plan[], records: readonly Recorded[]): number[][] {
  const first = new Map<string, number>();
  for (const { key, at, kind } of records) if (kind === 'made' && !first.has(key)) first.set(key, at);
  return plans.map(({ id, steps }) =>
    Array.from({ length: steps }, (_, step) => first.get(effectKey(id, step)) ?? Number.NaN),
  );
}
