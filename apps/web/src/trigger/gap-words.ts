import { clockSeconds } from '../time/moment.ts';
import type { Gap } from './chart-data.ts';

const reasons: Record<string, string> = {
  'no-data': 'no data',
  'not-a-number': 'no number',
  unreachable: 'could not ask',
  ambiguous: 'several answers',
  missed: 'not read',
  'rolling-back': 'rolling back, not read',
  value: 'beyond any number',
};

export const gapReason = (kind: string): string => reasons[kind] ?? kind.replaceAll('-', ' ');

/** A stretch without slots in which a rollback began is its doing: until it is done the run itself looks at what it changes. */
export function withRollbacks(found: readonly Gap[], begins: readonly number[]): Gap[] {
  return found.map((gap) =>
    gap.kind === 'missed' && begins.some((at) => at >= gap.from && at <= gap.to)
      ? { ...gap, kind: 'rolling-back' }
      : gap,
  );
}

/** `no data 14:02:00–14:05:00`: why there is no number, and from when to when. */
export function gapWords({ kind, from, to }: Gap): string {
  const [begins, ends] = [clockSeconds(from), clockSeconds(to)];
  return begins === ends ? `${gapReason(kind)} ${begins}` : `${gapReason(kind)} ${begins}–${ends}`;
}
