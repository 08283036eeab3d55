import { type Dispatcher, request } from 'undici';
import { keyOf, type Labels, labelsOf, metricName } from './labels.ts';
import { type ExposedSample, parseExposition } from './parse-exposition.ts';
import type { SeriesStore } from './series-store.ts';

/** Something that serves the Prometheus text format. */
export interface ScrapeTarget {
  /** Full address, with the path. */
  url: string;
  /** Put on every sample; `instance` and `job` are added where missing. */
  labels: Record<string, string>;
  /** Whether labels of the samples win over the target's, as an exporter that speaks of others needs. */
  honorLabels?: boolean;
}

export interface TargetStatus extends ScrapeTarget {
  /** Null before the first scrape. */
  up: boolean | null;
  lastScrapeAt: number | null;
  lastError: string | null;
}

export interface ScrapedTarget {
  status(): TargetStatus;
  scrape(signal: AbortSignal): Promise<void>;
  /** Marks every series of the target stale: it is gone. */
  forget(): void;
}

export interface ScrapedTargetOptions {
  target: ScrapeTarget;
  job: string;
  store: SeriesStore;
  dispatcher: Dispatcher;
  now(): number;
  timeoutMs: number;
}

const maxBodyBytes = 8 * 1024 * 1024;
const maxSamples = 20_000;

/**
 * Scrapes one target as Prometheus does: a series that is missing from the next scrape is marked stale, all of them when
 * the scrape fails or the target goes; samples that carry their own time are not.
 * https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
 */
export function createScrapedTarget(options: ScrapedTargetOptions): ScrapedTarget {
  const { target, store, now } = options;
  const ownLabels = labelsOf([
    ...Object.entries({ job: options.job, instance: new URL(target.url).host, ...target.labels }),
  ]);
  let status: TargetStatus = { ...target, up: null, lastScrapeAt: null, lastError: null };
  let live = new Map<string, Labels>();

  async function fetchSamples(signal: AbortSignal): Promise<ExposedSample[]> {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
    const { statusCode, body } = await request(target.url, { dispatcher: options.dispatcher, signal: limit });
    const text = await readBody(body);
    if (statusCode !== 200) throw new Error(`server returned HTTP status ${statusCode}`);
    const samples = parseExposition(text);
    if (samples.length > maxSamples) throw new Error(`more than ${maxSamples} samples`);
    return samples;
  }

  function record(samples: readonly ExposedSample[], at: number): void {
    const next = new Map<string, Labels>();
    let refused = 0;
    for (const sample of samples) {
      const labels = attach(sample.labels, ownLabels, target.honorLabels === true);
      if (sample.at === null) next.set(keyOf(labels), labels);
      if (!store.append(labels, sample.at ?? at, sample.value) && sample.at === null) refused += 1;
    }
    for (const [key, labels] of live) if (!next.has(key)) store.appendStale(labels, at);
    live = next;
    status = {
      ...status,
      lastError:
        refused === 0
          ? null
          : `${refused} samples refused: repeated, older than known ones, or too many series`,
    };
  }

  function report(name: string, at: number, value: number): void {
    store.append(labelsOf([...ownLabels, [metricName, name]]), at, value);
  }

  return {
    status: () => status,
    async scrape(signal) {
      const at = now();
      status = { ...status, lastScrapeAt: at };
      let samples: ExposedSample[] = [];
      let failure: string | null = null;
      try {
        samples = await fetchSamples(signal);
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error);
      }
      if (signal.aborted) return;
      record(samples, at);
      status = { ...status, up: failure === null, lastError: failure ?? status.lastError };
      report('up', at, failure === null ? 1 : 0);
      report('scrape_samples_scraped', at, samples.length);
      report('scrape_duration_seconds', at, (now() - at) / 1000);
    },
    forget() {
      // Before now: a target that takes over the same series may be scraped within this very millisecond.
      const at = Math.max(now() - 1, (status.lastScrapeAt ?? 0) + 1);
      for (const labels of live.values()) store.appendStale(labels, at);
      for (const name of ['up', 'scrape_samples_scraped', 'scrape_duration_seconds']) {
        store.appendStale(labelsOf([...ownLabels, [metricName, name]]), at);
      }
      live = new Map();
    },
  };
}

async function readBody(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes) throw new Error(`the answer is larger than ${maxBodyBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The loser of a clash between the target's labels and the sample's is kept as `exported_<name>`, or dropped. */
function attach(sample: Labels, target: Labels, honorLabels: boolean): Labels {
  if (honorLabels) return labelsOf([...target, ...sample]);
  const clashes = [...sample].filter(([name]) => target.has(name));
  return labelsOf([
    ...sample,
    ...clashes.map(([name, value]) => [`exported_${name}`, value] as const),
    ...target,
  ]);
}
