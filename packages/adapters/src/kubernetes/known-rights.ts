import { setTimeout as sleep } from 'node:timers/promises';
import { type ReviewAnswer, reviewAccess } from './access-review.ts';
import type { AccessRight } from './access-right.ts';
import type { ApiClient } from './api-client.ts';

/** Answers are kept this long: a role changes rarely, and a right that was just given should be seen soon. */
const grantedForMs = 5 * 60_000;
const deniedForMs = 20_000;
/** An API server that has just started denies everything until it has read its roles; here after two seconds at most. */
const confirmAfterMs = 2_500;

export interface KnownRights {
  ask(right: AccessRight, signal: AbortSignal): Promise<ReviewAnswer>;
}

interface Known {
  until: number;
  answer: Promise<ReviewAnswer>;
}

/**
 * What the API server grants, from the widest to the narrowest: in the whole cluster, in the namespace, for the one object. So
 * a fleet under one ClusterRole costs a question a right and not one an object. A denial is asked a second time after a while.
 */
export function createKnownRights(
  api: ApiClient,
  now: () => number,
  confirmMs = confirmAfterMs,
): KnownRights {
  const known = new Map<string, Known>();

  function remembered(right: AccessRight, signal: AbortSignal): Promise<ReviewAnswer> {
    const key = JSON.stringify(right);
    const before = known.get(key);
    if (before && before.until > now()) return before.answer;
    for (const [other, { until }] of known) if (until <= now()) known.delete(other);
    const answer = reviewAccess(api, right, signal);
    const entry = { until: now() + grantedForMs, answer };
    known.set(key, entry);
    void answer.then(({ kind }) => {
      if (kind === 'denied') entry.until = now() + deniedForMs;
      // What could not be asked is asked again by the next one.
      else if (kind !== 'granted') known.delete(key);
    });
    return answer;
  }

  async function once(right: AccessRight, signal: AbortSignal): Promise<ReviewAnswer> {
    let answer: ReviewAnswer = { kind: 'denied' };
    for (const each of widestFirst(right)) {
      answer = await remembered(each, signal);
      if (answer.kind !== 'denied') return answer;
    }
    return answer;
  }

  const confirmed = new Map<string, number>();
  return {
    async ask(right, signal) {
      const first = await once(right, signal);
      const key = JSON.stringify(right);
      if (first.kind !== 'denied' || (confirmed.get(key) ?? 0) > now()) return first;
      await sleep(confirmMs, undefined, { signal }).catch(() => undefined);
      for (const each of widestFirst(right)) known.delete(JSON.stringify(each));
      const second = await once(right, signal);
      if (second.kind === 'denied') confirmed.set(key, now() + grantedForMs);
      else confirmed.delete(key);
      return second;
    },
  };
}

function widestFirst({ name, namespace, ...right }: AccessRight): AccessRight[] {
  return [
    { ...right, namespace: null },
    ...(namespace === null ? [] : [{ ...right, namespace }]),
    ...(name === undefined ? [] : [{ ...right, namespace, name }]),
  ];
}
