import type { Notification } from '../notification/notification.ts';

/** A notification due for one notifier, leased to one sender. */
export interface OutboxItem {
  id: string;
  notifier: string;
  notification: Notification;
  attempts: number;
}

export interface Outbox {
  /** Takes up to `limit` due items for `leaseMs`. */
  take(replica: string, limit: number, leaseMs: number): Promise<OutboxItem[]>;
  delivered(id: string): Promise<void>;
  /** Null gives up: it stays visible as failed. */
  failed(id: string, reason: string, retryAt: number | null): Promise<void>;
}
