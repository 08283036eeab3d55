import type { OutboxItem } from '../notification/delivery.ts';

export interface Outbox {
  /** Takes up to `limit` due items for `leaseMs`. */
  take(replica: string, limit: number, leaseMs: number): Promise<OutboxItem[]>;
  delivered(id: string): Promise<void>;
  /** Null gives up: it stays visible as failed. */
  failed(id: string, reason: string, retryAt: number | null): Promise<void>;
}
