import { type Labels, labelsOf } from '@lastgood/sandbox/metrics/labels';
import { createSeriesStore, type SeriesStore } from '@lastgood/sandbox/metrics/series-store';
import { lastUpTo, type Pod, type ServiceStory, servedBy } from './service-story.ts';

/** How Prometheus scrapes, and how old the newest sample of a series may be. */
export const scrapeMs = 15_000;

/** Whose samples reach the store at an instant, and under which label. */
export interface ScrapeConditions {
  /** Whether anything is written: not while Prometheus is down, or its ingestion stands still. */
  isWritten(at: number): boolean;
  /** Whether a pod answers; where not, its series are marked stale. */
  isReached(pod: string, at: number): boolean;
  /** Whether a service's targets are relabelled so that no series bears its name any more. */
  isRelabelled(service: string, at: number): boolean;
  /** Bears another value after a change of the configuration, so that all series are new ones. */
  instanceOf(pod: string, at: number): string;
}

/** What Prometheus has scraped of services so far. */
export interface ScrapedStore {
  store: SeriesStore;
  /** Scrapes what is due up to an instant. */
  scrapeUntil(at: number): void;
}

export function createScrapedStore(
  stories: readonly ServiceStory[],
  since: number,
  conditions: ScrapeConditions,
): ScrapedStore {
  const store = createSeriesStore({ retentionMs: 6 * 3_600_000, maxSeries: 10_000 });
  /** By target: what its last scrape brought. */
  const present = new Map<string, Map<string, Labels>>();
  let next = since;

  function write(target: string, at: number, samples: readonly Sample[]): void {
    const before = present.get(target) ?? new Map<string, Labels>();
    const now = new Map<string, Labels>();
    for (const { key, labels: own, value } of samples) {
      store.append(own, at, value);
      now.set(key, own);
    }
    for (const [key, own] of before) if (!now.has(key)) store.appendStale(own, at);
    present.set(target, now);
  }

  return {
    store,
    scrapeUntil(until) {
      for (; next <= until; next += scrapeMs) {
        if (!conditions.isWritten(next)) continue;
        for (const story of stories)
          for (const [index, pod] of story.pods.entries()) {
            // Targets are scraped one after the other, each always at its own offset.
            const at = next + 1_700 * index;
            const isThere = conditions.isReached(pod.name, at) && !conditions.isRelabelled(story.name, at);
            const instance = conditions.instanceOf(pod.name, at);
            if (!conditions.isRelabelled(story.name, at))
              store.append(labels('up', { instance, job: 'pods' }), at, isThere ? 1 : 0);
            write(pod.name, at, isThere ? ofProcess(story.name, pod, instance, since, at) : []);
            const isKnown = conditions.isReached('kube-state-metrics', at);
            write(`${pod.name} in the cluster`, at + 400, isKnown ? ofCluster(pod, at + 400) : []);
          }
      }
    },
  };
}

interface Sample {
  key: string;
  labels: Labels;
  value: number;
}

/** What a process says of itself: counters from its own beginning; that of failed requests is there from the first one on. */
function ofProcess(service: string, pod: Pod, instance: string, since: number, at: number): Sample[] {
  const began = lastUpTo(pod.resets, at, since - 3_600_000);
  const { all, failed } = servedBy(pod, began, at);
  const failures = Math.floor(failed);
  const sample = (status: string, value: number): Sample => ({
    key: `${instance} ${status}`,
    labels: labels('http_requests_total', { service, pod: pod.name, instance, status }),
    value,
  });
  const good = sample('200', Math.floor(all) - failures);
  return failures > 0 ? [good, sample('503', failures)] : [good];
}

/** What the cluster says of a pod. */
function ofCluster({ name, restarts }: Pod, at: number): Sample[] {
  const value = 2 + restarts.filter((one) => one <= at).length;
  const own = labels('kube_pod_container_status_restarts_total', { namespace: 'shop', pod: name });
  return [{ key: 'restarts', labels: own, value }];
}

const known = new Map<string, Labels>();

/** Many scrapes bring the same. */
function labels(name: string, more: Record<string, string>): Labels {
  const key = `${name} ${Object.values(more).join(' ')}`;
  const made = known.get(key) ?? labelsOf(Object.entries({ __name__: name, ...more }));
  known.set(key, made);
  return made;
}
