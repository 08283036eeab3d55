import { readingInOwnWords, type StoredEvent, triggerKind } from '@lastgood/domain';
import type { StoreContext } from '../connection/store-context.ts';
import { loadChangesInBrief } from '../deployment/changes-in-brief.ts';
import { type JudgedChunk, judgedChunks, readingsOf, readingsOfChunks } from '../reading/read-readings.ts';
import { toDeployment } from '../rows/deployment-row.ts';
import { toReadingRow } from '../rows/reading-row.ts';
import { toService } from '../rows/service-row.ts';
import { partsFrom } from '../rows/trigger-row.ts';
import { loadEffectiveTriggers } from '../trigger/effective-triggers.ts';
import { loadEvents, toStoredEvent } from './events.ts';
import { given } from './given.ts';
import { literally } from './literally.ts';
import type { LiveReadingRow, PageMark, TimeRange, Views } from './view-rows.ts';

const shownEvents = 200;

/** Rows after a mark in the order (instant, id), both descending. */
export function afterMark(column: string, after: PageMark | undefined) {
  if (!after) return {};
  const at = new Date(after.at);
  return { OR: [{ [column]: { lt: at } }, { [column]: at, id: { lt: after.id } }] };
}

/** Rows of a time range, by this column. */
export function within(column: string, { from, to }: { [K in keyof TimeRange]?: TimeRange[K] | undefined }) {
  if (from === undefined && to === undefined) return {};
  const bound = (at: number | undefined) => (at === undefined ? undefined : new Date(at));
  return { [column]: given({ gte: bound(from), lt: bound(to) }) };
}

/** The newest events, oldest first: one more than a view shows, so that it can say that there are more. */
export async function loadTimeline(
  { prisma }: StoreContext,
  where: { deploymentId: string } | { runId: string },
): Promise<StoredEvent[]> {
  const rows = await prisma.event.findMany({ where, orderBy: { id: 'desc' }, take: shownEvents + 1 });
  return rows.map(toStoredEvent).reverse();
}

/** Whose version or commit begins like this, without case. */
function calledLike(search: string) {
  const begins = { startsWith: literally(search), mode: 'insensitive' as const };
  return { OR: [{ version: begins }, { commit: begins }] };
}

export function historyViews(
  context: StoreContext,
): Pick<Views, 'deployments' | 'events' | 'readings' | 'judgedChunks' | 'liveReadings'> {
  const { prisma, sql } = context;
  return {
    async deployments({ service, search, after, limit }) {
      const rows = await prisma.deployment.findMany({
        where: {
          ...given({ serviceKey: service }),
          AND: [afterMark('startedAt', after), search === undefined ? {} : calledLike(search)],
        },
        orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
        take: limit,
      });
      const changes = await loadChangesInBrief(
        sql,
        rows.map((row) => row.id),
      );
      return rows.map((row) => toDeployment({ ...row, changes: changes.get(row.id) ?? [] }));
    },
    events: (filter) => loadEvents(context, filter),
    async readings(deploymentId, from, to, limit) {
      const rows = await readingsOf(sql, deploymentId, { from, to }, limit);
      return rows.map(toReadingRow);
    },
    judgedChunks: (slot) => judgedChunks(sql, slot),
    liveReadings: (chunks) => loadLiveReadings(context, chunks),
  };
}

async function loadLiveReadings(
  { prisma, sql }: StoreContext,
  chunks: readonly JudgedChunk[],
): Promise<LiveReadingRow[]> {
  const found = chunks.length === 0 ? [] : await readingsOfChunks(sql, chunks);
  if (found.length === 0) return [];
  const keys = [...new Set(found.map((row) => row.service_key))];
  const services = await prisma.service.findMany({ where: { key: { in: keys } } });
  const triggersOf = await loadEffectiveTriggers(prisma, services);
  const triggers = new Map(services.map((row) => [row.key, triggersOf(toService(row))]));
  return found.map((row) => {
    const declared = triggers.get(row.service_key)?.find(({ name }) => name === row.trigger);
    const [read, { parts = [] }] = [toReadingRow(row), partsFrom(row.parts)];
    return {
      ...read,
      service: row.service_key,
      forMs: declared?.forMs ?? 0,
      comparison: declared?.comparison ?? 'greater_than',
      unit: declared?.unit ?? '',
      partWords: declared ? triggerKind(declared).words(declared, parts) : [],
      words: declared ? readingInOwnWords(declared, read.reading, parts) : null,
      troubleReason: row.trouble_reason,
      standsStill: row.stands_still,
    };
  });
}
