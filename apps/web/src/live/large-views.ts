import type { LiveChanged, NowView } from '@lastgood/api-client';
import {
  getListServicesQueryKey,
  getNowViewQueryKey,
  getSystemStatusQueryKey,
} from '@lastgood/api-client/queries';
import type { QueryClient, QueryKey } from '@tanstack/react-query';
import { createSeldom } from './seldom.ts';
import { uniteKeys } from './stale-keys.ts';

const settleMs = 150;
/** Now and the list of services are as large as the fleet, and the status reckons up all of it: never asked for more often than this. */
const pauseMs = 3000;
/** But for the end of a run: how its service stands is said at once, and its card must not say another thing beside it. */
const briefMs = 500;
/** Rows come or go, or a run has moved on. */
const soonMs = 300;
/** What a patch has shown already, in case that it has missed something. */
const lateMs = 120_000;

const nowKey = getNowViewQueryKey();
const servicesKey = getListServicesQueryKey();
const statusKey = getSystemStatusQueryKey();
const large = new Set<unknown>([nowKey[0], servicesKey[0], statusKey[0]]);
const isLarge = (key: QueryKey): boolean => large.has(key[0]);

/** Views that grow with the fleet. What changes in them is patched; they are asked for again only for what a patch cannot show. */
export function createLargeViews(queries: QueryClient) {
  const again = (queryKey: QueryKey) => void queries.invalidateQueries({ queryKey });
  const now = createSeldom(() => again(nowKey), pauseMs);
  const services = createSeldom(() => again(servicesKey), pauseMs);
  const status = createSeldom(() => again(statusKey), pauseMs);
  let waiting: LiveChanged[] = [];
  const small = createSeldom(() => {
    const changes = waiting;
    waiting = [];
    for (const key of uniteKeys(changes)) if (!isLarge(key)) again(key);
  }, 0);

  return {
    /** Rows come or go. */
    wishRows(): void {
      now.wish(soonMs);
      services.wish(soonMs);
    },
    changed(changes: readonly LiveChanged[]): void {
      waiting.push(...changes);
      small.wish(settleMs);
      const view = queries.getQueryData<NowView>(nowKey);
      const withinMs = changes.some((change) => isNews(view, change)) ? soonMs : lateMs;
      const shortestMs = changes.some(isEndOfRun) ? briefMs : pauseMs;
      now.wish(withinMs, shortestMs);
      services.wish(withinMs, shortestMs);
      if (changes.some(({ resource }) => resource === 'status')) status.wish(soonMs);
    },
  };
}

export type LargeViews = ReturnType<typeof createLargeViews>;

function isEndOfRun({ resource, urgency }: LiveChanged): boolean {
  return resource === 'run' && (urgency === 'act' || urgency === 'done');
}

/** Whether a change is of something that no patch brings: a run, a service, a deployment that is not shown. */
function isNews(view: NowView | undefined, { resource, id }: LiveChanged): boolean {
  if (resource === 'run' || resource === 'service') return true;
  if (resource !== 'deployment' || !view) return false;
  return ![...view.attention, ...view.watched].some(({ deploymentId }) => deploymentId === id);
}
