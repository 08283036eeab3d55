import type { Deployment, Proof } from '@lastgood/domain';
import type { Sql } from '../connection/pool.ts';
import { lastKnownGoodOf } from '../deployment/last-known-good.ts';
import type { ReleaseRow } from './view-rows.ts';

/** What a `ReleaseRow` is made of. */
export const releaseColumns = 'id, service_key, release, version, origin, proof, started_at';

export interface StoredRelease {
  id: string;
  release: number;
  version: string | null;
  origin: Deployment['origin'];
  proof: Proof;
  started_at: number;
}

export function toRelease({ id, release, version, origin, proof, started_at }: StoredRelease): ReleaseRow {
  return { id, release, version, origin, proof, startedAt: started_at };
}

export async function loadReleases(
  sql: Sql,
  ids: readonly (string | null)[],
): Promise<Map<string, ReleaseRow>> {
  const wanted = ids.filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const found = await sql<StoredRelease>(
    `select ${releaseColumns} from deployments where id = any($1::text[])`,
    [wanted],
  );
  return new Map(found.rows.map((row) => [row.id, toRelease(row)]));
}

/** By deployment: the newest verified or presumed good release before it, or before what it returned to. */
export async function loadLastKnownGood(
  sql: Sql,
  deployments: readonly { service: string; release: number }[],
): Promise<(ReleaseRow | null)[]> {
  const found = await sql<StoredRelease & { place: number }>(
    `select place, g.* from unnest($1::text[], $2::int[]) with ordinality as wanted(service, before, place),
     lateral (select ${releaseColumns} from deployments
       where id = ${lastKnownGoodOf('wanted.service', 'wanted.before')}) g`,
    [deployments.map((one) => one.service), deployments.map((one) => one.release)],
  );
  const byPlace = new Map(found.rows.map((row) => [row.place, toRelease(row)]));
  return deployments.map((_one, index) => byPlace.get(index + 1) ?? null);
}
