import { Agent } from 'undici';
import type { SandboxClock } from '../kubernetes/index.ts';
import {
  createScrapedTarget,
  type ScrapedTarget,
  type ScrapeTarget,
  type TargetStatus,
} from './scrape-target.ts';
import type { SeriesStore } from './series-store.ts';

export interface ScraperOptions {
  /** Asked before every round, so targets come and go without a word to the scraper. */
  targets(): readonly ScrapeTarget[];
  store: SeriesStore;
  clock: SandboxClock;
  intervalMs: number;
  job: string;
}

export interface Scraper {
  /** Scrapes every target once, now. Rounds do not overlap: a call during one waits for the next. */
  scrapeNow(): Promise<void>;
  status(): TargetStatus[];
  close(): Promise<void>;
}

/** Scrapes all targets on aligned rounds of `intervalMs`; a target slower than the interval counts as down. */
export function createScraper({ targets, store, clock, intervalMs, job }: ScraperOptions): Scraper {
  const dispatcher = new Agent({ connections: 1, pipelining: 1 });
  const closing = new AbortController();
  const known = new Map<string, ScrapedTarget>();
  let round: Promise<void> = Promise.resolve();
  let cancelTimer = () => {};

  function reconcile(): void {
    const wanted = new Map(targets().map((target) => [identity(target), target]));
    for (const [key, scraped] of known) {
      if (wanted.has(key)) continue;
      scraped.forget();
      known.delete(key);
    }
    for (const [key, target] of wanted) {
      if (known.has(key)) continue;
      const timeoutMs = Math.min(intervalMs, 10_000);
      known.set(key, createScrapedTarget({ target, job, store, dispatcher, now: clock.now, timeoutMs }));
    }
  }

  async function scrapeAll(): Promise<void> {
    if (closing.signal.aborted) return;
    reconcile();
    await Promise.all([...known.values()].map((scraped) => scraped.scrape(closing.signal)));
    store.trim(clock.now());
  }

  function scrapeNow(): Promise<void> {
    round = round.then(scrapeAll);
    return round;
  }

  function schedule(): void {
    if (closing.signal.aborted) return;
    const untilNext = intervalMs - (clock.now() % intervalMs);
    cancelTimer = clock.schedule(untilNext, () => {
      // A round cannot fail: a target's failure is a reading, and anything else must be seen.
      void scrapeNow().finally(schedule);
    });
  }
  schedule();

  return {
    scrapeNow,
    status: () => [...known.values()].map((scraped) => scraped.status()),
    async close() {
      closing.abort();
      cancelTimer();
      await round;
      await dispatcher.destroy();
    },
  };
}

function identity(target: ScrapeTarget): string {
  return JSON.stringify([target.url, Object.entries(target.labels).sort(), target.honorLabels === true]);
}
