import type { EffectResult } from '@lastgood/domain/rollback/effect';
import Type from 'typebox';
import { Check } from 'typebox/value';
import { retryAfterMs } from '../../http/retry-after.ts';
import { parseStrictJson } from '../../http/strict-json.ts';
import type { Answered } from './registry-client.ts';

/** Why something was not done: to be tried again, or not. */
export type Trouble = Extract<EffectResult, { kind: 'retry' | 'refused' }>;

const longestWaitMs = 60_000;
const usualWaitMs = 5_000;

const Errors = Type.Object({
  errors: Type.Array(Type.Object({ code: Type.String({ pattern: '^[A-Z_]{1,64}$' }) }), {
    minItems: 1,
    maxItems: 100,
  }),
});

/** The code of a registry's own error; null where somebody else answers, or nothing readable. */
export function errorCode(body: Uint8Array): string | null {
  const json = parseStrictJson(body);
  return json.kind === 'json' && Check(Errors, json.value) ? (json.value.errors[0]?.code ?? null) : null;
}

/**
 * Those that say that a manifest or its repository is not there; NOT_FOUND is Harbor's. A 404 without one may be a proxy's.
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#error-codes
 */
export const goneCodes = ['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND', 'TAG_EXPIRED'];

export function retry(reason: string, afterMs = usualWaitMs): Trouble {
  return { kind: 'retry', reason, afterMs };
}

/** What an answer means that was not the one hoped for. */
export function troubleOf(
  { status, headers, body }: Pick<Answered, 'status' | 'headers' | 'body'>,
  where: string,
  now: number,
): Trouble {
  const code = errorCode(body);
  const reason = `${where} answered HTTP ${status}${code === null ? '' : ` (${code})`}`;
  if (status === 429 || status === 408 || status >= 500)
    return retry(reason, retryAfterMs(headers['retry-after'], now, longestWaitMs) ?? usualWaitMs);
  // An upload that the registry has forgotten is begun again.
  if (code === 'BLOB_UPLOAD_UNKNOWN') return retry(reason, 0);
  if (status !== 401 && status !== 403) return { kind: 'refused', reason };
  return {
    kind: 'refused',
    reason: `${reason}: it does not allow this`,
    advice:
      'Give its credentials the right to pull here, and to push where an image is copied to, then resume.',
  };
}
