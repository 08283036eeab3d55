import { clockSeconds } from '../time/moment.ts';
import type { Gap } from './chart-data.ts';

const reasons: Record<string, string> = {
  'no-data': 'no data',
  'not-a-number': 'no number',
  unreachable: 'could not ask',
  ambiguous: 'several answers',
  missed: 'not read',
  value: 'beyond any number',
};

export const gapReason = (kind: string): string => reasons[kind] ?? kind.replaceAll('-', ' ');

/** `no data 14:02:00–14:05:00`: why there is no number, and from when to when. */
export function gapWords({ kind, from, to }: Gap): string {
  const [begins, ends] = [clockSeconds(from), clockSeconds(to)];
  return begins === ends ? `${gapReason(kind)} ${begins}` : `${gapReason(kind)} ${begins}–${ends}`;
}
