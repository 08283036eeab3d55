import type { Service, ToldService } from '@lastgood/domain';

/** What the Status page is made of. Instants are epoch milliseconds, sizes bytes. */
export interface StatusRows {
  slots: SlotsRow;
  replicas: ReplicaRow[];
  queue: QueueRow;
  /** Every configured notifier, and those of before that have something undelivered. */
  notifiers: NotifierRow[];
  storage: { bytes: number; tables: StorageRow[] };
  /** Every declared service, by key. */
  services: StatusServiceRow[];
}

export interface SlotsRow {
  /** Slots that were judged in time. */
  judged: number;
  /** How late the slowest of them was; null before the first. */
  slowestMs: number | null;
}

export interface ReplicaRow {
  id: string;
  startedAt: number;
  /** When it last wrote a row to see that it can; null before the first. */
  seenAt: number | null;
  /** Its session among the replicas stands. */
  alive: boolean;
}

export interface QueueRow {
  queued: number;
  running: number;
  oldestQueuedAt: number | null;
}

export interface NotifierRow {
  name: string;
  /** Those that are held back, as in quiet hours, are not among them. */
  waiting: number;
  oldestWaitingAt: number | null;
  /** Those among the waiting that were sent at least once and did not arrive. */
  triedInVain: number;
  /** Those among them that nobody has refused: nothing answered. */
  unanswered: number;
  /** Since when the last place to begin with that has refused what waits for it; null where none does. */
  refusedSince: number | null;
  lastError: string | null;
  /** Where that was to go at the notifier, and when it was tried; null without one. */
  lastTried: { to: string | null; at: number | null } | null;
  /** Given up in the last 24 hours. */
  failed: number;
  /** Why the last of those was, where it was to go at the notifier, and when it was; null without one. */
  lastGivenUp: { reason: string; to: string | null; at: number } | null;
  /** Those among the waiting whose fallback was told meanwhile. */
  fellBack: number;
  /** When the last one arrived; null when none has. */
  lastDeliveredAt: number | null;
  /** The same of what people are told: a receiver may take records, and refuse pages. */
  lastToldAt: number | null;
}

export interface StatusServiceRow extends ToldService, Pick<Service, 'key' | 'cluster'> {
  watched: boolean;
}

/** A table, or a family of partitions by day. */
export interface StorageRow {
  name: string;
  /** With indexes. */
  bytes: number;
  /** Of partitions the first day, YYYYMMDD; null for a table without. */
  oldestDay: string | null;
  /** What the partition of yesterday has; null without one. */
  yesterday: number | null;
}
