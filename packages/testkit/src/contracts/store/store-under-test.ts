import {
  type AlertEar,
  type AlertMemory,
  type DeploymentStore,
  type GivenCommand,
  goesByRoute,
  judgeCommand,
  type NewEvent,
  type Notification,
  type Outbox,
  type Run,
  type RunCommandResult,
  type RunCommands,
  type RunStore,
  type SlotStore,
  type StoredEvent,
  toEveryHearer,
} from '@lastgood/domain';
import { expect } from 'vitest';
import type { InMemoryStore } from '../../fakes/in-memory-store.ts';
import { aNotifier, aRun, dayZero, minute } from '../../scenario/builders.ts';

/** An empty store with the notifiers and routes of `outboxUnderTest`, and its database's clock to wait for. */
export interface StoreUnderTest {
  runs: RunStore;
  slots: SlotStore;
  deployments: DeploymentStore;
  outbox: Outbox;
  commands: RunCommands;
  alerts: AlertMemory & AlertEar;
  services: Pick<InMemoryStore['services'], 'apply'>;
  events(): Promise<Pick<StoredEvent, 'type' | 'runId' | 'deploymentId'>[]>;
  /** Returns when the database's clock has moved by this much. */
  pass(ms: number): Promise<void>;
  /** The database's clock goes back by this much; of a negative time, forward. */
  goBack(ms: number): Promise<void>;
  close(): Promise<void>;
}

const notifiers = [aNotifier('hook'), aNotifier('chat'), aNotifier('commits', 'records')];
const everyHearer = toEveryHearer(notifiers);

/**
 * What is about a deployment `routed...` goes to one place with a fallback; what is no page of `routed-quiet` not before an hour is over, and of
 * `routed-oncall` to another place. Of `routed-pages` only pages have the fallback.
 */
export const outboxUnderTest = {
  notifiers,
  route(notification: Notification) {
    const { deploymentId, urgency } = notification;
    if (!deploymentId.startsWith('routed')) return everyHearer(notification);
    if (!goesByRoute(notification)) return [];
    const isQuiet = deploymentId !== 'routed' && urgency !== 'page';
    if (deploymentId === 'routed-oncall' && isQuiet)
      return [{ notifier: 'hook', to: '#all', notBefore: dayZero + 60 * minute, fallback: [] }];
    if (deploymentId === 'routed-pages' && urgency !== 'page')
      return [{ notifier: 'chat', to: '#ops', notBefore: null, fallback: [] }];
    return [
      {
        ...{ notifier: 'chat', to: '#ops', notBefore: isQuiet ? dayZero + 60 * minute : null },
        fallback: [
          { notifier: 'hook', to: null },
          { notifier: 'chat', to: '#all' },
        ],
      },
    ];
  },
};

export const key = 'main/shop/web';
export const leaseMs = 1_000;

export function event(over: Partial<NewEvent> = {}): NewEvent {
  const about = { service: key, deploymentId: 'd2', runId: null };
  return { type: 'rollback.queued', at: dayZero, ...about, text: '', data: {}, ...over };
}

export async function queued(store: StoreUnderTest, over: Partial<Run> = {}): Promise<void> {
  expect((await store.commands.queueRun(aRun(over))).kind).toBe('queued');
}

export async function claimed(store: StoreUnderTest, replica = 'one', lease = leaseMs) {
  const claim = await store.runs.claim(replica, lease, []);
  if (!claim) throw new Error('nothing is due');
  return claim;
}

/** What ada tells a run. */
export function give(store: StoreUnderTest, id: string, given: GivenCommand): Promise<RunCommandResult> {
  return store.commands.command(id, judgeCommand(given, { by: 'ada', at: dayZero }));
}
