import { ProblemError } from '@lastgood/server/problems/problem-error';
import { expect, test } from 'vitest';
import { play, serveApi } from '../cli-harness.ts';

const key = 'prod/shop/old';

test('deletes the service and says what that leaves behind', async () => {
  const seen: unknown[] = [];
  const deleted = { key, deletedAt: '2026-11-28T12:00:00.000Z', sentence: `${key} is deleted.` };
  const url = await serveApi({
    deleteService: async ({ params }) => {
      seen.push(params);
      return deleted;
    },
  });
  expect(await play(url, ['delete', key])).toMatchObject({ code: 0, answers: [], said: [deleted.sentence] });
  expect(seen).toEqual([{ cluster: 'prod', namespace: 'shop', name: 'old' }]);
  const json = await play(url, ['delete', key, '--json']);
  expect(JSON.parse(json.answers.join('\n'))).toEqual(deleted);
});

test('is a no while a rollback is under way', async () => {
  const url = await serveApi({
    deleteService: async () => {
      throw new ProblemError(409, 'run-active', 'A rollback of prod/shop/old is under way.', {
        runId: 'run-1',
      });
    },
  });
  const played = await play(url, ['delete', key]);
  expect(played.code).not.toBe(0);
  expect(played.said.join('\n')).toContain('A rollback of prod/shop/old is under way.');
});
