import { describe, expect, it } from 'vitest';
import { type ApiAnswer, toRejection } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';
import { listAll } from './list-all.ts';

const page = (items: string[], token?: string): ApiAnswer => ({
  kind: 'ok',
  body: { items, metadata: { resourceVersion: '7', ...(token ? { continue: token } : {}) } },
});
const expired = toRejection(410, '{"reason":"Expired"}', undefined, 0);
const never = () => new AbortController().signal;

function serving(...answers: ApiAnswer[]): { api: ApiClient; tokens: (string | undefined)[] } {
  const tokens: (string | undefined)[] = [];
  const api: ApiClient = async ({ query }) => {
    tokens.push(query?.continue);
    return answers.shift() ?? { kind: 'lost', reason: 'no more answers', timedOut: false };
  };
  return { api, tokens };
}

describe('listAll', () => {
  it('reads page after page', async () => {
    const { api, tokens } = serving(page(['a', 'b'], 't1'), page(['c'], 't2'), page(['d']));
    expect(await listAll(api, '/pods', {}, never())).toEqual({
      ...{ kind: 'ok', items: ['a', 'b', 'c', 'd'] },
      resourceVersion: '7',
    });
    expect(tokens).toEqual([undefined, 't1', 't2']);
  });

  it('starts again when a page has expired, once', async () => {
    const again = serving(page(['a'], 't1'), expired, page(['a', 'b'], 't2'), page(['c']));
    expect(await listAll(again.api, '/pods', {}, never())).toMatchObject({
      kind: 'ok',
      items: ['a', 'b', 'c'],
    });
    const twice = serving(page(['a'], 't1'), expired, page(['a'], 't2'), expired);
    expect(await listAll(twice.api, '/pods', {}, never())).toMatchObject({ kind: 'rejected', code: 410 });
  });

  it('answers with the fault rather than with half a list', async () => {
    expect((await listAll(serving(page(['a'], 't1')).api, '/pods', {}, never())).kind).toBe('lost');
  });
});
