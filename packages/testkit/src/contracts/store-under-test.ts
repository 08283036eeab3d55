import type { DeploymentStore, Outbox, RunStore, SlotStore, StoredEvent } from '@lastgood/domain';
import type { InMemoryStore } from '../fakes/in-memory-store.ts';

/** An empty store with two notifiers, `hook` and `chat`, and its database's clock to wait for. */
export interface StoreUnderTest {
  runs: RunStore;
  slots: SlotStore;
  deployments: DeploymentStore;
  outbox: Outbox;
  commands: InMemoryStore['commands'];
  services: Pick<InMemoryStore['services'], 'apply'>;
  events(): Promise<Pick<StoredEvent, 'type' | 'runId' | 'deploymentId'>[]>;
  /** Returns when the database's clock has moved by this much. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}
