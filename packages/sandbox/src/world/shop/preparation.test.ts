import { expect, it } from 'vitest';
import { createSteppedClock } from '../../kubernetes/index.ts';
import { createPreparation } from './preparation.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function open(work: () => Promise<void>) {
  const clock = createSteppedClock();
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  return {
    clock,
    errors,
    preparation: createPreparation({ work, clock, first: 'it is asked for', onError }),
  };
}

it('is playable once the work is done and its services were seen for a slot', async () => {
  let begun = 0;
  const { clock, preparation } = open(async () => {
    begun += 1;
  });
  expect(preparation.waitsFor()).toBe('it is asked for');
  preparation.begin();
  preparation.begin();
  await settled();
  expect([begun, preparation.waitsFor()]).toEqual([1, 'it is being prepared']);
  await clock.advance(10_000);
  expect(preparation.waitsFor()).toBeNull();
});

it('is tried again after it failed, and says so', async () => {
  let fails = true;
  const { clock, errors, preparation } = open(async () => {
    if (fails) throw new Error('no space left');
  });
  preparation.beginLater();
  await clock.advance(3_000);
  await settled();
  expect(preparation.waitsFor()).toContain('tried again');
  expect(errors).toHaveLength(1);
  fails = false;
  await clock.advance(5_000);
  await settled();
  await clock.advance(10_000);
  expect([preparation.waitsFor(), preparation.lacks(), errors.length]).toEqual([null, null, 1]);
});

it('is given up after some attempts, which is not a thing to wait for, and may be begun again', async () => {
  let begun = 0;
  const { clock, preparation } = open(async () => {
    begun += 1;
    throw new Error('no space left');
  });
  preparation.begin();
  for (let minute = 0; minute < 10; minute += 1) {
    await settled();
    await clock.advance(60_000);
  }
  expect([begun, preparation.waitsFor()]).toEqual([5, null]);
  expect(preparation.lacks()).toContain('sandbox/world.log');
  preparation.begin();
  await settled();
  expect([begun, preparation.lacks()]).toEqual([6, null]);
});

it('is not waited for where it is not to be begun', () => {
  const { preparation } = open(() => Promise.resolve());
  preparation.lack('needs a database');
  expect([preparation.waitsFor(), preparation.lacks()]).toEqual([null, 'needs a database']);
});

it('tells nobody of a failure after it was closed, and does not begin any more', async () => {
  let begun = 0;
  const { clock, errors, preparation } = open(async () => {
    begun += 1;
    throw new Error('the cluster is gone');
  });
  preparation.begin();
  preparation.close();
  await settled();
  preparation.beginLater();
  await clock.advance(3_000);
  expect([begun, errors]).toEqual([1, []]);
});
