import type { FuzzRequest } from './fuzz-request.ts';
import type { Answer, Fault, FaultKind, NoAnswer } from './judge-answer.ts';
import type { Pace } from './pace.ts';

/** A kind of fault at one operation, with the first request that met it. */
export interface Finding {
  kind: FaultKind;
  count: number;
  example: string;
}

/** Longer than that is no answer to somebody who waits, on a machine that is not busy with other things. */
const longestMs = 2_000;
/** How often the hardest request goes to the database where the question that sets the pace goes once. */
const roundTrips = 20;

export function createTally(pace: Pace) {
  const byStatus = new Map<number, number>();
  const found = new Map<string, Finding>();
  const slow: { request: FuzzRequest; from: number; to: number }[] = [];
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
    add(request: FuzzRequest, answer: Answer | NoAnswer): void {
      const status = answer.kind === 'none' ? 0 : answer.status;
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      if (answer.kind === 'none') note(request, { kind: 'unanswered', why: answer.why });
      else if (answer.to - answer.from > longestMs) slow.push({ request, from: answer.from, to: answer.to });
    },
    /** The findings, with what was late and cannot be laid at the machine's door. */
    findings(): Finding[] {
      for (const { request, from, to } of slow.splice(0))
        if (to - from - roundTrips * pace.slowestMs(from, to) > longestMs)
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
