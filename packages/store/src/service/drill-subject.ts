import type {
  DrillFacts,
  DrillSubject,
  ServiceKey,
  ToldOverdue,
  ToldRelease,
  ToldService,
} from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import type { Sql } from '../connection/pool.ts';
import { newestOf } from '../write/newest.ts';
import { activeRunOf } from './active-run.ts';
import { pageIsOpen } from './open-page.ts';
import { type PracticeColumns, practiceColumns, practiceOf, toPractice } from './practice.ts';

/** How it is practised, for a view; null where there is no such service. */
export async function readDrillFacts(sql: Sql, key: ServiceKey): Promise<DrillFacts | null> {
  return (await readSubject(sql, key))?.facts ?? null;
}

/** What to do about a service whose row another one holds: nobody waits who looks again in a minute. */
export type IfLocked = 'wait' | 'skip';

/** Locked first and then read: what another one wrote of it meanwhile is seen. Null where it is skipped, or is not there. */
export async function lockSubject(
  sql: Sql,
  key: ServiceKey,
  ifLocked: IfLocked,
): Promise<DrillSubject | null> {
  const skip = ifLocked === 'skip' ? 'skip locked' : '';
  const { rowCount } = await sql(`select from services where key = $1 for no key update ${skip}`, [key]);
  return rowCount === 0 ? null : readSubject(sql, key);
}

interface SubjectRow extends PracticeColumns, Pick<ToldService, 'name' | 'environment' | 'team'> {
  notify: unknown;
  isDeleted: boolean;
  everyDays: number | null;
  since: number | null;
  told: unknown;
  canGoBack: boolean;
  isBusy: boolean;
  release: unknown;
}

const subjectText = `
  select s.name, s.environment, s.team, s.notify, s.deleted_at is not null as "isDeleted",
    s.drills_every_days as "everyDays", s.drills_since as since, s.drill_told as told, ${practiceColumns},
    coalesce(exists (select from deployments d where d.service_key = s.key and d.release < newest.release), false) as "canGoBack",
    ${activeRunOf('s.key')} is not null or ${pageIsOpen('newest.id')} as "isBusy",
    (select to_jsonb(d) from (select id, release, version, commit, origin from deployments
      where id = coalesce(s.drill_told ->> 'deploymentId', newest.id)) d) as release
  from services s
  left join lateral (select id, release from deployments where ${newestOf('s.key')}) newest on true
  left join lateral ${practiceOf('s.key')} p on true
  where s.key = $1`;

async function readSubject(sql: Sql, key: ServiceKey): Promise<DrillSubject | null> {
  const [row] = (await sql<SubjectRow>(subjectText, [key])).rows;
  if (!row) return null;
  const { name, environment, team, isDeleted, everyDays, since, canGoBack, isBusy } = row;
  return {
    ...{ key, isDeleted, isBusy },
    service: { name, environment, team, notify: fromJson(row.notify) },
    facts: {
      declared: everyDays === null ? null : { everyDays },
      ...{ since, canGoBack, last: toPractice(row) },
    },
    release: fromJson<(ToldRelease & { id: string }) | null>(row.release),
    told: fromJson<ToldOverdue | null>(row.told),
  };
}
