import { expect, it } from 'vitest';
import { openStack } from './stack.ts';
import type { Asked, Surveyed } from './survey.ts';
import { createSurveyor } from './surveyor.ts';
import { until } from './terraform-harness.ts';

/** Plans that end when they are told to. */
function openSurveys() {
  const key = Buffer.alloc(32, 1).toString('base64');
  const stack = openStack('shop', { repository: '/nowhere', folder: '/nowhere', key });
  const made: { asked: string; end(): void }[] = [];
  const make = (_stack: unknown, { from, to }: Asked) =>
    new Promise<Surveyed>((resolve) => {
      const seen = { lineage: 'l', version: from, serial: 1, drifted: [], lockedBy: null, changes: [] };
      made.push({ asked: `${from} ${to}`, end: () => resolve({ kind: 'seen', seen }) });
    });
  const surveyor = createSurveyor(stack, () => 0, make);
  const ask = (from: string, signal = new AbortController().signal) =>
    surveyor.survey({ from, to: 'good' }, signal);
  return { made, ask };
}

it('different questions are planned one after the other, the same one once, and none that nobody waits for', async () => {
  const { made, ask } = openSurveys();
  const first = ask('a');
  const gone = new AbortController();
  const [impatient, ...patient] = [ask('b', gone.signal), ask('c'), ask('c'), ask('a')];
  const again = [ask('c'), ask('a')];
  await until(() => made.length > 0);
  gone.abort();
  expect(await impatient).toMatchObject({ reason: expect.stringContaining('still planning') });
  made[0]?.end();
  await until(() => made.length === 2);
  made[1]?.end();
  await Promise.all([first, ...patient, ...again]);
  expect(made.map(({ asked }) => asked)).toEqual(['a good', 'c good']);
});

it('only what the kept plan was made for is answered without a new one', async () => {
  const { made, ask } = openSurveys();
  for (const [index, from] of ['a', 'b', 'b', 'a'].entries()) {
    const asked = ask(from);
    const isNew = index !== 2;
    if (isNew) await until(() => made.length === (index < 2 ? index + 1 : 3));
    made.at(-1)?.end();
    await asked;
  }
  expect(made.map(({ asked }) => asked)).toEqual(['a good', 'b good', 'a good']);
});
