import type { OutboxChoice, OutboxItem } from '../notification/delivery.ts';

export interface Outbox {
  /** Takes up to `limit` due items of the choice for `leaseMs`. */
  take(replica: string, limit: number, leaseMs: number, choice: OutboxChoice): Promise<OutboxItem[]>;
  delivered(id: string): Promise<void>;
  /** Null gives up: it stays visible as failed. */
  failed(id: string, reason: string, retryAt: number | null): Promise<void>;
}
