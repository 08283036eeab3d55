import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { beforeAll, expect, test } from 'vitest';
import { judgeWeb } from '../judged-app-harness.ts';
import { useStoredApp } from '../stored-app-harness.ts';
import type { Explanation } from './explanation-schema.ts';

/** A hold of twelve minutes that lies on both sides of it. */
const midnight = dayZero + 12 * 60 * minute;
const begins = midnight - 8 * minute;
const app = useStoredApp(usePostgres(), { now: midnight + 30 * minute });

beforeAll(() =>
  judgeWeb(app, {
    triggers: [aTrigger({ name: 'errors', query: 'sum(errors)', forMs: 12 * minute })],
    ...{ startedAt: begins, slots: 56 },
    valueAt: (at) => (at < begins + minute ? 0 : 0.2),
  }),
);

const explained = async () => {
  const { status, body } = await app.get<Explanation>('/deployments/web-2/explanation');
  expect(status).toBe(200);
  return body;
};

test('a hold whose first half was dropped is told as it was stored, and that its beginning is not kept', async () => {
  const before = await explained();
  expect(before).toMatchObject({ verdict: 'roll_back', replay: { outcome: 'same' } });
  // Whole days are dropped: what was read after midnight stays, though it is older than this.
  await app.store.readings.retain(midnight + 2 * minute);
  const after = await explained();
  const rows = after.triggers[0]?.evaluations ?? [];
  expect(rows[0]).toMatchObject({
    ...{ slot: new Date(midnight).toISOString(), said: 'breach', phase: 'pending', heldSeconds: 6.75 * 60 },
    differs: null,
  });
  expect(rows.every(({ differs }) => differs === null)).toBe(true);
  expect(rows.at(-1)).toMatchObject({ phase: 'firing', heldSeconds: 720, slot: before.decidedAt });
  expect(after).toMatchObject({ sentence: before.sentence, replay: { outcome: 'cannot', differences: [] } });
  expect(after.replay.sentence).toMatch(
    /^Not replayed as a whole: the breach of errors began before the oldest reading that is kept\. None of the \d+ readings that are kept says otherwise\.$/,
  );
});
