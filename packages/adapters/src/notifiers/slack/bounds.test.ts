import { expect, it } from 'vitest';
import { createBegun } from './begun.ts';
import { findMessage } from './find-message.ts';

/* What is remembered, and what is read of what Slack has, ends somewhere. */

it('remembers the newest of very many messages that were begun', () => {
  const begun = createBegun();
  const head = (key: string) => ({ channel: 'C0INCIDENTS', ts: '1.2', key });
  for (let n = 0; n < 1_500; n += 1) begun.remember('C0INCIDENTS', `k${n}`, head(`k${n}`));
  expect(begun.headOf('C0INCIDENTS', 'k0')).toBeNull();
  expect(begun.headOf('C0INCIDENTS', 'k1499')).toEqual(head('k1499'));
  const kept = Array.from({ length: 1_500 }, (_, n) => begun.headOf('C0INCIDENTS', `k${n}`));
  expect(kept.filter((one) => one !== null)).toHaveLength(1_000);
});

it('looks through so many pages of a channel and no more, whatever Slack says of further ones', async () => {
  let pages = 0;
  const call = async () => {
    pages += 1;
    const body = { ok: true, messages: [], response_metadata: { next_cursor: `page ${pages}` } };
    return { kind: 'ok', body, scopes: null } as const;
  };
  const lookup = { channel: 'C0INCIDENTS', thread: null, since: 0, matches: () => true };
  expect(await findMessage(call, lookup, new AbortController().signal)).toEqual({ kind: 'unknown' });
  expect(pages).toBe(5);
});
