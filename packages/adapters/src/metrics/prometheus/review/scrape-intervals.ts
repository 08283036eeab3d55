import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { parseStrictJson } from '../../../http/strict-json.ts';
import { readDurationMs } from '../duration.ts';
import type { QueryClient } from '../query-client.ts';

const targets = Compile(
  Type.Object({
    status: Type.Literal('success'),
    data: Type.Object({
      activeTargets: Type.Array(
        Type.Object({
          labels: Type.Record(Type.String(), Type.String()),
          scrapeInterval: Type.Optional(Type.String()),
        }),
      ),
    }),
  }),
);
const config = Compile(
  Type.Object({ status: Type.Literal('success'), data: Type.Object({ yaml: Type.String() }) }),
);
const scrapes = Compile(
  Type.Object({
    global: Type.Optional(Type.Object({ scrape_interval: Type.Optional(Type.String()) })),
    scrape_configs: Type.Optional(
      Type.Array(Type.Object({ job_name: Type.String(), scrape_interval: Type.Optional(Type.String()) })),
    ),
  }),
);

/** How often a source scrapes, by the label `job` of its targets, in milliseconds; null where it does not say. */
export type ScrapeIntervals = ReadonlyMap<string, number> | null;

/**
 * From the targets themselves; from the configuration where there are too many of them, or the source does not say.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#targets
 */
export async function scrapeIntervals(client: QueryClient, signal: AbortSignal): Promise<ScrapeIntervals> {
  const active = await bodyOf(client, '/api/v1/targets?state=active', signal);
  if (targets.Check(active)) {
    const found = new Map<string, number>();
    for (const { labels, scrapeInterval = '' } of active.data.activeTargets) {
      const ms = readDurationMs(scrapeInterval);
      const { job = '' } = labels;
      if (ms !== null) found.set(job, Math.max(ms, found.get(job) ?? 0));
    }
    if (found.size > 0) return found;
  }
  const configured = await bodyOf(client, '/api/v1/status/config', signal);
  return config.Check(configured) ? ofConfig(configured.data.yaml) : null;
}

async function bodyOf(client: QueryClient, path: string, signal: AbortSignal): Promise<unknown> {
  const answer = await client.get(path, signal);
  if (answer.kind === 'failed' || answer.status !== 200) return undefined;
  const parsed = parseStrictJson(answer.body);
  return parsed.kind === 'json' ? parsed.value : undefined;
}

/** By default a minute: https://prometheus.io/docs/prometheus/latest/configuration/configuration/ */
const defaultMs = 60_000;

function ofConfig(yaml: string): ScrapeIntervals {
  const content = readYaml(yaml);
  if (!scrapes.Check(content) || !content.scrape_configs?.length) return null;
  const general = readDurationMs(content.global?.scrape_interval ?? '') ?? defaultMs;
  return new Map(
    content.scrape_configs.map((each) => [
      each.job_name,
      readDurationMs(each.scrape_interval ?? '') ?? general,
    ]),
  );
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
