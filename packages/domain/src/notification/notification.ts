import type { ServiceKey } from '../service/service.ts';

export type NotificationKind =
  | 'rollout_failed'
  | 'held_version_back'
  | 'rollback_suggested'
  /** An automatic rollback waits for evidence that cannot be read. */
  | 'rollback_waits'
  | 'rolling_back'
  | 'rolled_back'
  | 'rollback_failed'
  /** A plan's own word to people. */
  | 'rollback_notice';

/** What is sent out. Written in the transaction that made it true; delivered at least once under `key`. */
export interface Notification {
  /** The same event has the same key however often it is delivered. */
  key: string;
  kind: NotificationKind;
  /** `page` wakes somebody; `info` does not. */
  urgency: 'page' | 'info';
  at: number;
  service: ServiceKey;
  deploymentId: string;
  runId: string | null;
  /** One line a tired person understands. */
  title: string;
  /** The decision's sentence, the reason, and what to do next. */
  text: string;
}
