import {
  boundedDelivery,
  type Delivery,
  type Destination,
  givenUpEvent,
  incidentOf,
  inTroubleSince,
  type LateItem,
  lateEvent,
  type Missed,
  messageOf,
  type Notifier,
  nextTry,
  type Outbox,
  type OutboxChoice,
  type OutboxItem,
  type Outgoing,
  overtakenEvent,
  refusedFrom,
  toldInstead,
} from '@lastgood/domain';
import { type Clock, withDeadline } from './clock.ts';
import { lateOrphan, orphanFallback, orphanMs } from './orphaned-messages.ts';

export interface DeliveryDependencies {
  outbox: Outbox;
  notifiers: readonly Notifier[];
  clock: Clock;
  replica: string;
  /** Where people reach the server, for the links in messages; null where nobody said. */
  publicUrl: string | null;
  /** Items taken at once. */
  batch: number;
  leaseMs: number;
  deliverWithinMs: number;
  /** Told of an item whose outcome could not be written; its lease ends it. */
  onFault?: (error: unknown) => void;
  /** Told of each message that is given up for good. */
  onGivenUp?: (item: OutboxItem, reason: string) => void;
  /** Told of each page that waits too long for its place, which is still tried. */
  onLate?: (item: LateItem) => void;
}

export interface NotificationDelivery {
  /**
   * Delivers what is due for one notifier; the number of items it took. At least once, each under its key. Null: for
   * notifiers that are not known here, whose items are given up after a while.
   */
  deliverDue(notifier: string | null, signal: AbortSignal): Promise<number>;
}

/** How often is looked whether a page has to be told to somebody else besides. */
const fallBackEveryMs = 10_000;
/** What a notifier that was cut gets to end by itself, with a better word on it than ours. */
const graceMs = 1_000;

/** Each notifier has its own queue: a receiver that never answers delays only what goes to it. */
export function createNotificationDelivery(deps: DeliveryDependencies): NotificationDelivery {
  const noneOf = deps.notifiers.map(({ name }) => name);
  const lookedAt = new Map<string, number>();
  return {
    async deliverDue(notifier, signal) {
      const isTurn = deps.clock.now() - (lookedAt.get(notifier ?? '') ?? 0) >= fallBackEveryMs;
      if (isTurn) {
        lookedAt.set(notifier ?? '', deps.clock.now());
        const late = notifier === null ? { noneOf, waitedMs: orphanMs.late } : { notifier };
        await fallBackLate(deps, late, signal);
      }
      const choice = notifier === null ? { noneOf, waitedMs: orphanMs.givenUp } : { notifier };
      const items = await deps.outbox.take(deps.replica, deps.batch, deps.leaseMs, choice);
      await Promise.all(items.map((item) => sendAlone(deps, item, signal)));
      return items.length;
    },
  };
}

/** What is due is sent whether or not this can be looked after. */
async function fallBackLate(
  deps: DeliveryDependencies,
  choice: OutboxChoice,
  signal: AbortSignal,
): Promise<void> {
  try {
    const now = deps.clock.now();
    const isOrphan = !('notifier' in choice);
    // Where none of them could be told, as where another replica was faster, the rest has time until the next turn: what is due waits here.
    for (let isGoingOn = true; isGoingOn && !signal.aborted; ) {
      isGoingOn = false;
      for (const item of firstOfLanes(await deps.outbox.late(choice, inTroubleSince(now), now)))
        if (await fallBack(deps, isOrphan ? lateOrphan(item, deps.notifiers) : item, now)) isGoingOn = true;
    }
  } catch (error) {
    deps.onFault?.(error);
  }
}

/** Where a page goes elsewhere what follows it does so too: that is known only once it went, and comes before what stands behind it. */
function firstOfLanes(late: readonly LateItem[]): LateItem[] {
  const lanes = Map.groupBy(late, ({ notifier, to, notification }) =>
    JSON.stringify([notifier, to, incidentOf(notification)]),
  );
  return [...lanes.values()].flatMap(([first]) => first ?? []);
}

/** False where it was told there before, or need not be any more. */
async function fallBack(
  { outbox, onLate }: DeliveryDependencies,
  item: LateItem,
  now: number,
): Promise<boolean> {
  const event = lateEvent(item, now);
  const told = { ...item, notification: toldInstead(item, now) };
  const isTold = await outbox.fallBack(told, now, event);
  if (isTold && event) onLate?.(item);
  return isTold;
}

/** An item that cannot be written must not hold up the others: it is taken again when its lease is over. */
async function sendAlone(deps: DeliveryDependencies, item: OutboxItem, signal: AbortSignal): Promise<void> {
  try {
    await send(deps, item, signal);
  } catch (error) {
    deps.onFault?.(error);
  }
}

async function send(deps: DeliveryDependencies, item: OutboxItem, signal: AbortSignal): Promise<void> {
  const notifier = deps.notifiers.find((one) => one.name === item.notifier);
  // Whoever was woken in its stead is told how it goes on, also where its own place takes it again.
  if (item.follows) await fallBackInOrder(deps, item);
  if (item.isMoot) return giveUp(deps, { ...item, fallback: [] }, mootBefore, false);
  if (item.wasPassed)
    return giveUp(deps, item, 'a later message of the same incident was given up there', false);
  if (notifier) return settle(deps, item, boundedDelivery(await deliver(deps, notifier, item, signal)));
  const reason = `no notifier named ${item.notifier} is configured any more`;
  await giveUp(deps, { ...item, fallback: orphanFallback(item, deps.notifiers) }, reason, true);
}

const mootBefore = 'what said that there was nothing to do about it any more was given up there';

/** What it passes is older, and may not have been told elsewhere yet: it comes first there, too. */
async function fallBackInOrder(deps: DeliveryDependencies, item: OutboxItem): Promise<void> {
  const now = deps.clock.now();
  for (const { id, notification } of [...item.passes, item])
    await fallBack(deps, { ...item, id, notification, trouble: troubleBefore(item) }, now);
}

/** That of what it passes: the place has not taken that. */
function troubleBefore({ passes: [stuck], placeRefusedSince }: OutboxItem): LateItem['trouble'] {
  if (!stuck || stuck.failingSince === null) return null;
  return { since: stuck.failingSince, refused: placeRefusedSince !== null, reason: stuck.reason };
}

/** A notifier that breaks is tried again like one whose receiver is away. */
async function deliver(
  { clock, publicUrl, deliverWithinMs }: DeliveryDependencies,
  notifier: Notifier,
  { notification, to, earlier, attempts, passes, apart, notReached }: OutboxItem,
  signal: AbortSignal,
): Promise<Delivery> {
  const settled = new AbortController();
  const tried = passes.filter(({ isTried }) => isTried);
  try {
    const message = messageOf(notification, publicUrl);
    const outgoing: Outgoing = {
      ...{ notification, message, to, earlier, ...(attempts > 1 ? { again: true } : {}) },
      ...(tried.length > 0 ? { passed: tried.map((one) => one.notification) } : {}),
      ...(apart.length > 0 ? { apart } : {}),
      ...(notReached.length > 0 ? { notReached } : {}),
    };
    return await withDeadline(clock, deliverWithinMs, signal, (deadline) =>
      Promise.race([notifier.deliver(outgoing, deadline), cutOff(clock, notifier, deadline, settled.signal)]),
    );
  } catch (error) {
    const reason = `unexpected: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'retry', reason, afterMs: null };
  } finally {
    settled.abort();
  }
}

/** Of one that does not heed its deadline: it would hold up everything of its own for ever. */
async function cutOff(
  clock: Clock,
  { name }: Notifier,
  deadline: AbortSignal,
  settled: AbortSignal,
): Promise<Delivery> {
  await new Promise<void>((resolve) => {
    if (deadline.aborted) resolve();
    deadline.addEventListener('abort', () => resolve(), { once: true, signal: settled });
  });
  await clock.sleep(graceMs, settled);
  return { kind: 'retry', reason: `${name} did not end when its time was over.`, afterMs: null };
}

async function settle(deps: DeliveryDependencies, item: OutboxItem, delivery: Delivery): Promise<void> {
  if (delivery.kind === 'delivered') {
    const now = deps.clock.now();
    const overtaken = item.passes.map((passed) => ({
      id: passed.id,
      event: overtakenEvent(item, passed, now),
    }));
    return deps.outbox.delivered(
      item,
      delivery.receipt ?? null,
      overtaken,
      missedPlaces(item, delivery.missed ?? []),
    );
  }
  const tried = nextTry(item, delivery, deps.clock.now());
  if (tried) return deps.outbox.failed(item, tried);
  const isRefused = delivery.kind === 'refused' || item.refusedSince !== null;
  const since = isRefused ? refusedFrom(item, deps.clock.now()) : null;
  await giveUp(deps, { ...item, refusedSince: since }, delivery.reason, false);
}

/** Whoever of a place does not have it is told alone: tried again and given up like any place, while those who have it hear on. */
function missedPlaces({ notifier, to, fallback }: OutboxItem, missed: readonly Missed[]): Destination[] {
  return missed
    .filter((one) => one.to !== to)
    .map((one) => ({ notifier, to: one.to, notBefore: null, fallback }));
}

async function giveUp(
  { outbox, clock, onGivenUp }: DeliveryDependencies,
  item: OutboxItem,
  reason: string,
  orphaned: boolean,
): Promise<void> {
  const now = clock.now();
  const event = givenUpEvent({ item, reason, orphaned, at: now });
  const refused = item.refusedSince !== null;
  const trouble = { since: item.refusedSince ?? item.failingSince ?? now, refused, reason };
  const told = { ...item, notification: toldInstead({ ...item, trouble }, now) };
  if (await outbox.giveUp(told, reason, event)) onGivenUp?.(item, reason);
}
