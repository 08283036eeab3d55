import {
  type Acknowledgement,
  brakedOverMs,
  type Deployment,
  type NamedRelease,
  type PutBack,
  type Service,
} from '@lastgood/domain';
import { fromJson } from '../connection/json.ts';
import { readable } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { furtherBack, isGood } from '../deployment/last-known-good.ts';
import { isStillHeld } from '../deployment/still-held.ts';
import { toTriggers } from '../rows/service-row.ts';
import { isUnderWay } from '../service/active-run.ts';
import { automaticMembers } from '../slot/fleet-facts.ts';
import { loadWatchedOf } from '../slot/load-watched.ts';
import { loadEffectiveTriggers, withStates } from '../trigger/effective-triggers.ts';
import { loadRestStates } from '../trigger/rest-states.ts';
import { hasComeSince, isNewest, newestOf } from '../write/newest.ts';
import type { StandingRow, StandingRows } from './view-rows.ts';

const hourMs = 3_600_000;

interface Standing {
  key: string;
  declared_at: number;
  id: string | null;
  release: number;
  version: string | null;
  origin: Deployment['origin'];
  status: Deployment['status'];
  started_at: number;
  completed_at: number | null;
  watch_ends_at: number | null;
  watch_closed_at: number | null;
  look_doubt: string | null;
  put_back: PutBack | null;
  target: NamedRelease | null;
  active: string | null;
  active_target: NamedRelease | null;
  active_until: number | null;
  stopped: string | null;
  acknowledgement: (Omit<Acknowledgement, 'at' | 'until'> & { at: string; until: string }) | null;
}

/** What a standing needs of a declaration: the large rest of it stays where it is. */
const declared = `
  select key, name, dependencies, trigger_sets as "triggerSets", trigger_overrides as "triggerOverrides", triggers,
    workloads from services
  where deleted_at is null and ($1::text[] is null or key = any($1::text[])) order by key`;

type Declared = Pick<Service, 'key' | 'name' | 'dependencies' | 'triggerSets'> & {
  triggerOverrides: unknown;
  triggers: unknown;
  workloads: unknown;
};

/** A plan from before durations had a range may name any number. */
const longestStepMs = 365 * 24 * hourMs;

/** Of services: their newest release, the good one before it, and the run that a person may have to look at. */
const standing = `
  select s.key, current.*,
    greatest(s.updated_at, (select max(t.updated_at) from trigger_sets t where t.name = any(s.trigger_sets))) as declared_at,
    to_jsonb(good) as target, run.run_id as active, to_jsonb(back) as active_target,
    (select r.started_at + sum(least(greatest((st.planned ->> 'expectedMs')::numeric, 0), ${longestStepMs}))::float8 * interval '1 ms'
      from runs r join run_steps st on st.run_id = r.id and st.lane = run.lane
      where r.id = run.run_id and r.started_at is not null group by r.started_at) as active_until,
    (select to_jsonb(a) from acknowledgements a where a.deployment_id = current.id and a.taken_back_by is null) as acknowledgement,
    case when newest.status = 'stopped' and not ${hasComeSince('s.key', 'newest.created_at')}
      then newest.id end as stopped
  from services s
  left join lateral (select id, release, version, origin, status, started_at, completed_at, watch_ends_at,
      watch_closed_at, look_doubt,
      case when ${isStillHeld('newest')} then put_back end as put_back
    from deployments newest where ${newestOf('s.key')}) current on true
  left join lateral (select release, version from deployments d
    where service_key = s.key and ${isGood('d')} and release < case current.origin
      when 'rollback' then ${furtherBack('s.key', 'current.release')} else current.release end
    order by release desc limit 1) good on true
  left join lateral (select run_id, lane, target_deployment_id from run_members
    where service_key = s.key and ${isUnderWay}) run on true
  left join lateral (select release, version from deployments where id = run.target_deployment_id) back on true
  left join lateral (select r.id, m.status, r.created_at from run_members m join runs r on r.id = m.run_id
    where m.service_key = s.key and m.status <> 'cancelled' order by r.number desc limit 1) newest on true
  where s.deleted_at is null and ($1::text[] is null or s.key = any($1::text[]))`;

/** Deployments of the whole fleet that are read and that something may follow of: a trigger is in breach. */
const pressing = `
  select d.id from deployments d join services s on s.key = d.service_key and s.deleted_at is null
  where (d.watch_closed_at is null or ${isNewest('d')})
    and exists (select 1 from trigger_states t where t.deployment_id = d.id and t.phase in ('pending', 'firing'))`;

/**
 * How services stand, and what will be decided about the fleet, in a fixed number of queries however many there are.
 *
 * @param readWithinMs what was read longer ago counts as not read, so when it was is not looked up
 * @param keys of which services; null for all. What may follow is known of all in any case: one breach may hold another back.
 */
export async function loadStandings(
  context: StoreContext,
  keys: readonly string[] | null,
  readWithinMs: number,
): Promise<StandingRows> {
  const { prisma, sql } = context;
  const now = context.now();
  const [services, found, pressed, automatic] = await Promise.all([
    sql<Declared>(declared, [keys]),
    sql<Standing>(standing, [keys]),
    sql<{ id: string }>(pressing),
    sql<{ at: number }>(
      `select r.created_at as at ${automaticMembers('$1')}`,
      // The slot that is judged next may have begun a while ago.
      [new Date(now - 2 * brakedOverMs)],
    ),
  ]);
  const byKey = new Map(found.rows.map((row) => [row.key, row]));
  const ids = found.rows.flatMap(({ id }) => id ?? []);
  const [triggersOf, statesOf, watched] = await Promise.all([
    loadEffectiveTriggers(prisma, services.rows),
    loadRestStates(context, ids, now - readWithinMs),
    loadWatchedOf(
      context,
      pressed.rows.map(({ id }) => id),
      now,
    ),
  ]);
  const rows = services.rows.flatMap((row): StandingRow[] => {
    const one = byKey.get(row.key);
    if (!one) return [];
    const read = readable(context, 'services', row.key, () => {
      const service = {
        ...row,
        workloads: fromJson<Service['workloads']>(row.workloads),
        triggerOverrides: fromJson<Service['triggerOverrides']>(row.triggerOverrides),
        triggers: toTriggers(row.triggers),
      };
      const states = one.id === null ? new Map() : statesOf(one.id);
      const is = { origin: one.origin, completedAt: one.completed_at };
      return { ...toStandingRow(one, service), triggers: withStates(triggersOf(service), states, is) };
    });
    return [read?.value ?? unreadableRow(one)];
  });
  return { rows, pressing: watched, automaticAt: automatic.rows.map(({ at }) => at) };
}

function toStandingRow(
  row: Standing,
  { key, name, dependencies }: StandingRow['service'],
): Omit<StandingRow, 'triggers'> {
  return {
    service: { key, name, dependencies },
    release: row.id === null ? null : { ...releaseOf(row), id: row.id },
    target: row.active_target ?? row.target,
    activeRunId: row.active,
    expectedBackAt: row.active_until,
    declaredAt: row.declared_at,
    stoppedRunId: row.stopped,
    acknowledgement: row.acknowledgement && fromJsonb(row.acknowledgement),
    unreadable: false,
  };
}

/** What cannot be understood is counted, and not known to be quiet. */
function unreadableRow(row: Standing): StandingRow {
  const name = row.key.split('/').at(-1) ?? row.key;
  const known = toStandingRow({ ...row, acknowledgement: null }, { key: row.key, name, dependencies: [] });
  return { ...known, triggers: [], unreadable: true };
}

/** A row inside jsonb has its instants as ISO text. */
function fromJsonb({
  by,
  note,
  at,
  until,
  breaches,
}: NonNullable<Standing['acknowledgement']>): Acknowledgement {
  return { by, note, at: Date.parse(at), until: Date.parse(until), breaches };
}

function releaseOf(row: Standing): Omit<NonNullable<StandingRow['release']>, 'id'> {
  return {
    release: row.release,
    version: row.version,
    origin: row.origin,
    status: row.status,
    startedAt: row.started_at,
    completedAt: row.completed_at,
    watchEndsAt: row.watch_ends_at,
    watchClosedAt: row.watch_closed_at,
    doubt: row.look_doubt,
    putBack: row.put_back,
  };
}
