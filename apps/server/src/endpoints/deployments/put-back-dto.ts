import { formatClock, type PutBack } from '@lastgood/domain';
import { iso } from '../../wire/instant.ts';
import type * as wire from './deployment-schema.ts';

export function toPutBackDto(putBack: PutBack): wire.PutBack {
  if (putBack.kind === 'nobody') {
    const until = formatClock(putBack.until);
    const words = putBack.words ?? `The version that was taken back was not set again until ${until}.`;
    return { state: 'nobody', words, advice: null, runId: null, manager: null, at: null };
  }
  const { words, advice, runId, by } = putBack;
  return { state: 'back', words, advice, runId, manager: by?.manager ?? null, at: iso(by?.at ?? null) };
}
