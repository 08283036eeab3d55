import type { KnownNames } from '@lastgood/domain/ports/query-review';
import type { Finding } from '@lastgood/domain/trigger/finding';
import type { Question } from '@lastgood/domain/trigger/question';
import { durationText } from '../duration.ts';
import type { QueryClient } from '../query-client.ts';
import { readTemplate } from '../read-template.ts';
import { meantInWords, nearest } from './nearest.ts';
import { placeOf } from './place-of.ts';
import { type ScrapeIntervals, scrapeIntervals } from './scrape-intervals.ts';
import { type Selector, type Span, selectorsOf } from './selectors.ts';
import { sourceNames } from './source-names.ts';

/** Of a query with more selectors, these are looked at. */
const mostSelectors = 20;

/** A rate needs two samples at least; four intervals leave one to be missed, and a window that begins between two. */
const scrapesInWindow = 4;

/** What each question's names and windows look like to the source. Each thing is asked once for all of them. */
export async function inspect(
  client: QueryClient,
  questions: readonly Question[],
  at: number,
  signal: AbortSignal,
): Promise<Finding[][]> {
  const ask = asker(client, at, signal);
  return Promise.all(questions.map(({ template }) => inspectOne(template, ask)));
}

interface Asker {
  labels(metric: string): Promise<KnownNames>;
  values(metric: string, label: string): Promise<KnownNames>;
  metrics(): Promise<KnownNames>;
  intervals(): Promise<ScrapeIntervals>;
}

function asker(client: QueryClient, at: number, signal: AbortSignal): Asker {
  const asked = new Map<string, Promise<KnownNames>>();
  let intervals: Promise<ScrapeIntervals> | null = null;
  const once = (wanted: Parameters<typeof sourceNames>[1]) => {
    const key = JSON.stringify([wanted.of, wanted.metric, wanted.label]);
    const known = asked.get(key) ?? sourceNames(client, wanted, at, signal);
    asked.set(key, known);
    return known;
  };
  return {
    labels: (metric) => once({ of: 'labels', metric }),
    values: (metric, label) => once({ of: 'values', metric, label }),
    metrics: () => once({ of: 'metrics' }),
    intervals: () => {
      intervals ??= scrapeIntervals(client, signal);
      return intervals;
    },
  };
}

async function inspectOne(template: string, ask: Asker): Promise<Finding[]> {
  const read = readTemplate(template);
  if (read.kind === 'unreadable') return [];
  const selectors = selectorsOf(read).slice(0, mostSelectors);
  const found = await Promise.all(
    selectors.map(async (selector) => {
      const { problem, names: labels } = await ask.labels(selector.metric.name);
      if (problem !== null) return [couldNotAsk(problem)];
      if (labels.length === 0) return [await unknownMetric(template, selector, ask)];
      return [
        ...unknownLabels(template, selector, labels),
        ...(await unknownValues(template, selector, labels, ask)),
        ...(await shortWindow(template, selector, labels, ask)),
      ];
    }),
  );
  return distinct(found.flat());
}

/** One thing is said once, whatever the number of selectors that it is so for. */
function distinct(findings: readonly Finding[]): Finding[] {
  const keyOf = ({ code, message, place }: Finding) =>
    code === 'could-not-be-asked' || code === 'unknown-scrape-interval'
      ? `${code} ${message}`
      : `${code} ${place?.offset}`;
  return [
    ...new Map(findings.toReversed().map((finding) => [keyOf(finding), finding])).values(),
  ].toReversed();
}

function warning(template: string, code: Finding['code'], at: Span, message: string, fix?: string): Finding {
  return {
    ...{ code, severity: 'warning', message, place: placeOf(template, at.from, at.to) },
    fix: fix === undefined ? null : { kind: 'replace', title: `Write ${fix}`, text: fix },
  };
}

function couldNotAsk(problem: string): Finding {
  const reason = problem.replace(/\.$/, '');
  return {
    ...{ code: 'could-not-be-asked', severity: 'warning', place: null, fix: null },
    message: `The metric source could not be asked which metrics and labels it has: ${reason}.`,
  };
}

async function unknownMetric(template: string, { metric }: Selector, ask: Asker): Promise<Finding> {
  const { names, isCut, problem } = await ask.metrics();
  const like = nearest(metric.name, names);
  const otherwise =
    problem !== null || isCut
      ? 'Which names are near could not be looked up.'
      : 'No name that it has is near.';
  const message = `The source has not seen ${metric.name} in the last week. ${meantInWords(like, otherwise)}`;
  return warning(template, 'unknown-metric', metric, message, like[0]);
}

function unknownLabels(
  template: string,
  { metric, matchers }: Selector,
  labels: readonly string[],
): Finding[] {
  return matchers.flatMap(({ label }) => {
    if (labels.includes(label.name)) return [];
    const has = labels.filter((name) => name !== '__name__');
    const like = nearest(label.name, has);
    const message = `${metric.name} has no label ${label.name}. ${meantInWords(like, `It has ${has.slice(0, 12).join(', ')}.`)}`;
    return [warning(template, 'unknown-label', label, message, like[0])];
  });
}

async function unknownValues(
  template: string,
  { metric, matchers }: Selector,
  labels: readonly string[],
  ask: Asker,
): Promise<Finding[]> {
  const found = matchers.map(async ({ label, equals }) => {
    if (!equals || equals.value === '' || !labels.includes(label.name)) return [];
    const { names, isCut, problem } = await ask.values(metric.name, label.name);
    if (problem !== null) return [couldNotAsk(problem)];
    if (isCut || names.includes(equals.value)) return [];
    const like = nearest(equals.value, names);
    const otherwise = `It has ${names.slice(0, 12).join(', ')}${names.length > 12 ? ' and others' : ''}.`;
    const message = `The source has not seen ${metric.name} with ${label.name} ${JSON.stringify(equals.value)} in the last week. ${meantInWords(like, otherwise)}`;
    const fix = like[0] === undefined ? undefined : JSON.stringify(like[0]);
    return [warning(template, 'unknown-label-value', equals, message, fix)];
  });
  return (await Promise.all(found)).flat();
}

async function shortWindow(
  template: string,
  { metric, window }: Selector,
  labels: readonly string[],
  ask: Asker,
): Promise<Finding[]> {
  if (!window) return [];
  const interval = await intervalOf(metric.name, labels, ask);
  if (interval === null) {
    const message = `How often ${metric.name} is scraped is not known, so whether a window of ${durationText(window.ms)} is long enough cannot be said: it needs ${scrapesInWindow} scrapes.`;
    return [warning(template, 'unknown-scrape-interval', window, message)];
  }
  const least = interval * scrapesInWindow;
  if (window.ms >= least) return [];
  const message = `A window of ${durationText(window.ms)} is too short: ${metric.name} is scraped every ${durationText(interval)}, and a rate needs ${scrapesInWindow} scrapes. With fewer it is empty as soon as one fails.`;
  return [warning(template, 'short-window', window, message, durationText(least))];
}

/** The longest of the jobs that scrape it. */
async function intervalOf(metric: string, labels: readonly string[], ask: Asker): Promise<number | null> {
  if (!labels.includes('job')) return null;
  const [jobs, intervals] = await Promise.all([ask.values(metric, 'job'), ask.intervals()]);
  const known = jobs.names.flatMap((job) => intervals?.get(job) ?? []);
  return known.length === 0 ? null : Math.max(...known);
}
