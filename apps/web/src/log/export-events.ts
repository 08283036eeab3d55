import { given, type ListEventsParams, listEvents, type TimelineEvent } from '@lastgood/api-client';

/** More events than this are not written into one file; a shorter time range has the rest. */
export const mostExported = 10_000;

/** Every event that the filter lets through, newest first, at most `mostExported`. */
export async function readAll(filter: ListEventsParams): Promise<TimelineEvent[]> {
  const events: TimelineEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await listEvents({ limit: 200, ...filter, ...given({ cursor }) });
    events.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor && events.length < mostExported);
  return events.slice(0, mostExported);
}

/** One JSON object in each line: https://jsonlines.org */
export function toJsonLines(events: readonly TimelineEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

const columns = ['at', 'type', 'service', 'deploymentId', 'runId', 'text'] as const;

/** As RFC 4180 writes it, with a line of names. */
export function toCsv(events: readonly TimelineEvent[]): string {
  const lines = events.map((event) => columns.map((name) => cell(event[name] ?? '')).join(','));
  return [columns.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

/** What a spreadsheet would take for a formula stands behind an apostrophe: texts hold words of others. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
