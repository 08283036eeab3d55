import {
  type NeverCame,
  type NewEvent,
  type Notification,
  reopened,
  standsAgain,
  standsAgainEvent,
  toldOfNeverCame,
} from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { deploymentAsJson, type StoredDeployment, toStoredDeployment } from '../run/load-run.ts';
import { isNewest, mostLookedPast } from './newest.ts';

/** Whoever registers meanwhile waits: it is locked before deployments are. */
export async function lockServices(sql: Sql, all: readonly NeverCame[]): Promise<void> {
  const keys = all.map(({ release }) => release.service);
  await sql('select from services where key = any ($1::text[]) order by key for no key update', [keys]);
}

/** Where a release that never came was the newest, what is there in place of it is that again, and watched as far as it was. */
export async function standAgain(
  sql: Sql,
  never: NeverCame,
): Promise<{ events: NewEvent[]; notifications: Notification[] }> {
  const { id } = never.release;
  const found = await sql<{ stored: StoredDeployment }>(
    `select ${deploymentAsJson('d')} as stored from deployments own
     join lateral (select * from deployments where service_key = own.service_key and release < own.release
       order by release desc limit ${mostLookedPast}) d on true
     where own.id = $1 and ${isNewest('own')} order by d.release desc`,
    [id],
  );
  const before = found.rows.map(({ stored }) => toStoredDeployment(stored));
  const older = standsAgain(before);
  if (!older) return { events: [], notifications: [] };
  const { watchClosedAt = older.watchClosedAt, supersededBy = older.supersededBy, proof } = reopened(older);
  const passed = [id, ...before.slice(0, before.indexOf(older)).map((one) => one.id)];
  const all = [older.id, ...passed];
  await sql('update deployments set newest = id = $2 where id = any ($1::text[])', [all, older.id]);
  await sql(
    'update deployments set superseded_by = null where service_key = $1 and superseded_by = any ($2::text[])',
    [older.service, passed],
  );
  await sql(
    `update deployments set watch_closed_at = case when $2 then null else watch_closed_at end,
       superseded_by = $3, proof = $4 where id = $1`,
    [older.id, watchClosedAt === null, supersededBy, proof ?? older.proof],
  );
  return { events: [standsAgainEvent(older, never)], notifications: [toldOfNeverCame(older, never)] };
}
