import type { EventType, StoredEvent } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';

/** A row of `events` as SQL answers it. */
export interface StoredEventRow {
  id: number;
  type: EventType;
  at: number;
  service_key: string;
  deployment_id: string | null;
  run_id: string | null;
  text: string;
  data: unknown;
  xid: string;
}

export function toEventRow({ id, type, at, text, ...row }: StoredEventRow): StoredEvent {
  const about = { service: row.service_key, deploymentId: row.deployment_id, runId: row.run_id };
  return { id, type, at, ...about, text, data: fromJson(row.data) };
}
