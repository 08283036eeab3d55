import type { Expected } from '@lastgood/api-client';
import { spokenDuration } from '../time/duration.ts';

/** How long it should take, and how that is known. */
export function expectedWords(expected: Expected | null): string {
  if (expected === null) return 'How long it takes is not known yet.';
  return `Takes about ${spokenDuration(expected.seconds)}, ${sourceWords(expected)}.`;
}

const weakestFirst = ['prior', 'environment', 'service'] as const;

/** Where the estimate of a whole comes from: no better than the weakest of its parts; null when one is unknown. */
export function weakestSource(parts: readonly { expected: Expected | null }[]): Expected | null {
  const known = parts.map(({ expected }) => expected);
  if (known.length === 0 || known.includes(null)) return null;
  for (const from of weakestFirst) {
    const found = known.find((one) => one?.from === from);
    if (found) return found;
  }
  return null;
}

/** Where an estimate comes from. */
export function sourceWords({ from, runs }: Pick<Expected, 'from' | 'runs'>): string {
  const times = runs === 1 ? '1 rollback' : `${runs} rollbacks`;
  switch (from) {
    case 'service':
      return `from ${times} of this service`;
    case 'environment':
      return `from ${times} of other services here`;
    case 'prior':
      return 'a first guess: nothing was rolled back here yet';
  }
}
