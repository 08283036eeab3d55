import { expect, it } from 'vitest';
import { servesInstead } from './serves-instead.ts';

type Newer = Parameters<typeof servesInstead>[1][number];
const release = (of: number, over: Partial<Newer> = {}): Newer => ({
  ...{ id: `d${of}`, release: of, origin: 'pipeline', status: 'completed', returned: null },
  ...over,
});
const returned = (of: number, targetId: string, verdict: 'passed' | 'failed' | null = 'passed') =>
  release(of, { origin: 'rollback', returned: { targetId, verdict, breached: null } });
const gone = { status: 'rolled_back' } as const;

it.each([
  ['nothing is newer', [], null],
  ['the newest of those that came after', [release(3), release(4)], 'd4'],
  ['one whose rollout failed is in its place all the same', [release(3, { status: 'failed' })], 'd3'],
  ['what came after was taken back to it', [release(3, gone), returned(4, 'd2')], null],
  ['what came after was taken further back', [release(3, gone), returned(4, 'd1')], 'd4'],
  ['one whose rollback stopped is still there', [release(3), returned(4, 'd2', 'failed')], 'd3'],
  ['its own rollback is at work', [returned(3, 'd1', null)], null],
])('%s', (_name, newer, found) => {
  expect(servesInstead({ id: 'd2' }, newer)?.id ?? null).toBe(found);
});
