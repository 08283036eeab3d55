import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { defaultTriggerSet, eventAbout, shippedBefore, type TriggerSet } from '@lastgood/domain';
import type { Clock } from '@lastgood/engine';
import type { Store } from '@lastgood/store';
import type { FastifyBaseLogger } from 'fastify';

export interface ShippedSetDependencies {
  store: {
    triggerSets: Pick<Store['triggerSets'], 'get' | 'apply'>;
    deployments: Pick<Store['deployments'], 'followed'>;
    events: Pick<Store['events'], 'append'>;
    views: Pick<Store['views'], 'events'>;
  };
  clock: Pick<Clock, 'now'>;
  log: Pick<FastifyBaseLogger, 'info' | 'warn'>;
}

/**
 * Puts the shipped trigger set there when there is none, and in the place of one that an older version shipped and nobody changed. One
 * that somebody changed stays; once for what is shipped now and what is stored, each service that uses it is told that both differ.
 */
export async function keepShippedSet({ store, clock, log }: ShippedSetDependencies): Promise<void> {
  const { name } = defaultTriggerSet;
  const stored = await store.triggerSets.get(name);
  if (stored && isSame(stored, defaultTriggerSet)) return;
  const isOlder = stored !== null && shippedBefore.some((one) => isSame(stored, one));
  if (stored && !isOlder && (await isToldAlready(store.views, stored))) return;
  if (!stored) return store.triggerSets.apply(defaultTriggerSet);
  const triggers = differing(stored);
  const about = triggers.length === 0 ? 'its description' : triggers.join(', ');
  const text = isOlder
    ? `the trigger set ${name}, which nobody had changed, was replaced by what this version ships (${about})`
    : `the trigger set ${name} was changed here and differs from what this version ships (${about}): it stays as it is until it is applied anew`;
  if (isOlder) log.info({ triggers }, text);
  else log.warn({ triggers }, text);
  // Told first: interrupted in between it is told twice, not never.
  await tellUsers({ store, clock }, text, { replaced: isOlder, triggers, digest: digestOf(stored) });
  if (isOlder) await store.triggerSets.apply(defaultTriggerSet);
}

async function tellUsers(
  { store, clock }: Pick<ShippedSetDependencies, 'store' | 'clock'>,
  text: string,
  data: Record<string, unknown>,
): Promise<void> {
  const { name } = defaultTriggerSet;
  const users = (await store.deployments.followed()).filter(({ service }) =>
    service.triggerSets.includes(name),
  );
  const frame = { type: 'service.shipped-triggers', at: clock.now(), text } as const;
  await store.events.append(
    users.map(({ service }) => eventAbout({ ...frame, service: service.key, data: { set: name, ...data } })),
  );
}

async function isToldAlready(views: Pick<Store['views'], 'events'>, stored: TriggerSet): Promise<boolean> {
  const [last] = await views.events({ types: ['service.shipped-triggers'], limit: 1 });
  return last?.data.digest === digestOf(stored);
}

/** As JSON stores them: what is undefined there is not there. */
function isSame(stored: TriggerSet, shipped: TriggerSet): boolean {
  return isDeepStrictEqual(asStored(stored), asStored(shipped));
}

function asStored<T>(of: T): T {
  return JSON.parse(JSON.stringify(of)) as T;
}

/** The names of the triggers that only one of both has, or both otherwise. */
function differing(stored: TriggerSet): string[] {
  const [before, now] = [stored, defaultTriggerSet].map(
    ({ triggers }) => new Map(triggers.map((one) => [one.name, asStored(one)])),
  );
  const names = new Set([...(before?.keys() ?? []), ...(now?.keys() ?? [])]);
  return [...names].filter((one) => !isDeepStrictEqual(before?.get(one), now?.get(one)));
}

/** Of what is shipped beside what is stored. */
function digestOf(stored: TriggerSet): string {
  return createHash('sha256')
    .update(JSON.stringify([defaultTriggerSet, stored]))
    .digest('hex');
}
