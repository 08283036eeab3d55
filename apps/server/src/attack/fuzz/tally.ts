import type { FuzzRequest } from './fuzz-request.ts';
import type { Answer, Fault, FaultKind } from './judge-answer.ts';

/** A kind of fault at one operation, with the first request that met it. */
export interface Finding {
  kind: FaultKind;
  count: number;
  example: string;
}

/** Longer than that is no answer to somebody who waits, on a machine that is not busy with other things. */
const longestMs = 2_000;
/** On one that is, everything is slow: late is what took much longer than the others. */
const timesMedian = 20;

export function createTally() {
  const byStatus = new Map<number, number>();
  const found = new Map<string, Finding>();
  const tookMs: number[] = [];
  const slow: { request: FuzzRequest; tookMs: number }[] = [];
  const note = (request: FuzzRequest, { kind, why }: Fault) => {
    const name = `${kind} ${request.operation.id} ${why.slice(0, 60)}`;
    const known = found.get(name);
    const example = known?.example ?? `${why}\n  ${written(request)}`;
    found.set(name, { kind, count: (known?.count ?? 0) + 1, example });
  };
  const sent = () => [...byStatus.values()].reduce((sum, count) => sum + count, 0);
  return {
    note,
    sent,
    add(request: FuzzRequest, answer: Answer | null): void {
      const status = answer?.status ?? 0;
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      if (answer) tookMs.push(answer.tookMs);
      else note(request, { kind: 'unanswered', why: 'nothing came back' });
      if (answer && answer.tookMs > longestMs) slow.push({ request, tookMs: answer.tookMs });
    },
    /** The findings, those that were late among them. */
    findings(): Finding[] {
      const median = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length / 2)] ?? 0;
      for (const { request, tookMs } of slow.splice(0))
        if (tookMs > timesMedian * median)
          note(request, { kind: 'late', why: `answered after more than ${longestMs} ms` });
      return [...found.values()];
    },
    summary(): string {
      const statuses = [...byStatus].sort().map(([status, count]) => `${status || 'none'}: ${count}`);
      return `${sent()} requests (${statuses.join(', ')})`;
    },
  };
}

export type Tally = ReturnType<typeof createTally>;

function written({ method, url, headers, body }: FuzzRequest): string {
  const content = body === null ? '' : body.toString().slice(0, 300);
  return `${method} ${url.slice(0, 300)} ${JSON.stringify(headers)} ${content}`;
}
