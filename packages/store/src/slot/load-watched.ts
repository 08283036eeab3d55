import {
  isReadIn,
  type ReadPace,
  type SlotClaim,
  type TriggerState,
  type Watchable,
  type Watched,
} from '@lastgood/domain';
import { instant } from '../connection/pool.ts';
import { readableRows } from '../connection/readable-rows.ts';
import type { StoreContext } from '../connection/store-context.ts';
import { isAtWork } from '../deployment/taken-back.ts';
import { activeRunOf } from '../service/active-run.ts';
import { loadEffectiveTriggers, withStates } from '../trigger/effective-triggers.ts';
import { hasRestless, loadKnownStates } from '../trigger/trigger-states.ts';
import { isOfChunk } from '../write/chunk-of.ts';
import { isNewest } from '../write/newest.ts';
import { type ChunkMemory, nothingKnown } from './chunk-memory.ts';
import { loadDependencyEvidence } from './load-dependency-evidence.ts';
import { loadParts, versionOf } from './load-parts.ts';
import { loadSurroundings } from './load-surroundings.ts';

/**
 * Every deployment of a chunk that is read in this slot, and what rollbacks of the chunk take back now, with what decisions about it depend on, in a fixed number of queries. Without one of which
 * something cannot be read, be it its last good release: nothing is decided on half of what is known. Of what is known of the chunk
 * that is read which has changed; what is known then comes with it.
 */
export async function loadWatched(
  context: StoreContext,
  { chunk, slot }: Pick<SlotClaim, 'chunk' | 'slot'>,
  pace: ReadPace,
  memory: ChunkMemory,
): Promise<{ watched: Watched[]; memory: ChunkMemory }> {
  const { versions, read, takenBack } = await idsReadIn(context, chunk, slot, pace);
  const around = await loadAround(context, [...read, ...takenBack].toSorted(), versions, memory);
  // What is not read in this slot is known as before. What is taken back may be read with another chunk next.
  const isOfIt = ([id]: readonly [string, unknown]) => versions.has(id);
  const parts = new Map([...memory.watched, ...around.parts].filter(isOfIt));
  const services = new Set([...parts.values()].map(({ value }) => value.service.key));
  return {
    watched: await toWatched(context, around, slot, new Set(takenBack)),
    memory: {
      watched: parts,
      goods: new Map([...memory.goods, ...around.surroundings.goods].filter(([key]) => services.has(key))),
      states: new Map([...memory.states, ...around.states.known].filter(isOfIt)),
      readings: memory.readings,
    },
  };
}

/** These deployments as `loadWatched` has them: for whoever looks ahead and asks nothing. */
export async function loadWatchedOf(
  context: StoreContext,
  ids: readonly string[],
  slot: number,
): Promise<Watched[]> {
  if (ids.length === 0) return [];
  const around = await loadAround(context, ids.toSorted(), new Map(), nothingKnown);
  return toWatched(context, around, slot);
}

/** What can be read of deployments by their ids alone, in their order. */
async function loadAround(
  context: StoreContext,
  ids: readonly string[],
  versions: ReadonlyMap<string, string>,
  memory: ChunkMemory,
) {
  const [parts, states] = await Promise.all([
    loadParts(context, ids, versions, memory.watched),
    loadKnownStates(context, ids, memory.states),
  ]);
  // After them: of eight chunks that know nothing yet, all at once would wait for connections.
  const surroundings = await loadSurroundings(context, ids, memory.goods);
  return { ids, parts, surroundings, states };
}

async function toWatched(
  context: StoreContext,
  { ids, parts, surroundings, states }: Awaited<ReturnType<typeof loadAround>>,
  slot: number,
  takenBack: ReadonlySet<string> = new Set(),
): Promise<Watched[]> {
  const found = ids.flatMap((id) => parts.get(id)?.value ?? []);
  if (found.length === 0) return [];
  const dependencies = [...new Set(found.flatMap(({ service }) => service.dependencies))];
  const [triggersOf, evidence] = await Promise.all([
    loadEffectiveTriggers(
      context.prisma,
      found.map(({ service }) => service),
    ),
    loadDependencyEvidence(context, dependencies, slot),
  ]);
  const statesOf = (id: string): ReadonlyMap<string, TriggerState> => {
    if (states.unreadable.has(id)) throw states.unreadable.get(id);
    return new Map([...(states.known.get(id) ?? [])].map(([name, { state }]) => [name, state]));
  };
  return readableRows(context, 'deployments', found, {
    idOf: ({ deployment }) => deployment.id,
    read({ deployment, service, acknowledgement }) {
      const { isStillHeld: isHeld, ...around } = surroundings.of(deployment);
      return {
        deployment: isHeld ? deployment : { ...deployment, putBack: null },
        service,
        triggers: withStates(triggersOf(service), statesOf(deployment.id), deployment),
        ...around,
        isTakenBack: takenBack.has(deployment.id),
        acknowledgement,
        dependencyEvidence: evidence.filter((one) => service.dependencies.includes(one.service)),
      };
    },
  });
}

/**
 * What is read at its own pace or because it will be rolled back, and what is taken back now. Without those of a deleted service, and
 * without what an older server left as the newest. With the versions of all of the chunk.
 */
async function idsReadIn(
  { sql }: StoreContext,
  chunk: number,
  slot: number,
  pace: ReadPace,
): Promise<{ versions: Map<string, string>; read: string[]; takenBack: string[] }> {
  const found = await sql<Candidate>(
    `select d.id, d.status, d.origin, d.watch_ends_at as "watchEndsAt", d.watch_closed_at as "watchClosedAt",
       d.watch_closed_at is not null
         and (${hasRestless('d.id', '$2::timestamptz')} or ${activeRunOf('d.service_key')} is not null) as restless,
       case when ${isAtWork('d')} then d.previous_deployment_id end as "takesBack",
       ${versionOf('d')} as version
     from deployments d join services s on s.key = d.service_key and s.deleted_at is null
     where d.chunk = $1 and ${isOfChunk('d')} and (d.watch_closed_at is null or ${isNewest('d')})`,
    [chunk, instant(slot - pace.intervalMs - pace.standingMs)],
    'prepared',
  );
  return {
    versions: new Map(found.rows.map(({ id, version }) => [id, version])),
    read: found.rows.filter((row) => isReadIn(slot, row, row.restless, pace)).map(({ id }) => id),
    takenBack: found.rows.flatMap(({ takesBack }) => takesBack ?? []),
  };
}

interface Candidate extends Watchable {
  id: string;
  restless: boolean;
  takesBack: string | null;
  version: string;
}
