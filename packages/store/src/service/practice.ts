import type { Practice, Requester } from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { rollbackId } from '../deployment/last-known-good.ts';

/** Columns of `practiceOf`; null throughout where its service was never practised. */
export interface PracticeColumns {
  practice: 'rollback' | 'recorded' | null;
  practisedAt: number | null;
  tookMs: number | null;
  requester: unknown;
  runId: string | null;
  by: string | null;
  note: string | null;
}

/**
 * The newest rollback of a service that was verified, or drill that was recorded, as a subquery of one row or none. Of a run in which no step
 * changed anything there is no deployment: it went no way back. The argument is SQL.
 */
export function practiceOf(service: string): string {
  return `(select * from (
      (select 'rollback' as practice, m.finished_at as "practisedAt",
         greatest(0, extract(epoch from m.finished_at - coalesce(m.started_at, r.created_at)))::float8 * 1000 as "tookMs",
         r.requester, r.id as "runId", null::text as by, null::text as note
       from run_members m join runs r on r.id = m.run_id
       where m.service_key = ${service} and m.status = 'done' and m.verdict = 'passed' and m.finished_at is not null
         and exists (select from deployments b where b.id = ${rollbackId('m')})
       order by m.finished_at desc limit 1)
      union all
      (select 'recorded', at, took_ms, null, null, by, note from drills
       where service_key = ${service} order by at desc, recorded_at desc limit 1)) either
    order by "practisedAt" desc limit 1)`;
}

export const practiceColumns = 'practice, "practisedAt", "tookMs", requester, "runId", by, note';

export function toPractice(row: PracticeColumns): Practice | null {
  const { practice, practisedAt: at, tookMs, runId, by, note } = row;
  if (at === null) return null;
  if (practice === 'recorded' && by !== null) return { kind: 'recorded', at, tookMs, by, note };
  if (practice === 'rollback' && runId !== null)
    return {
      kind: 'rollback',
      at,
      tookMs: tookMs ?? 0,
      requester: fromJson<Requester>(row.requester),
      runId,
    };
  return null;
}
