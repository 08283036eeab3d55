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

it('says that it failed, and may be begun again', async () => {
  let fails = true;
  const { clock, errors, preparation } = open(async () => {
    if (fails) throw new Error('no space left');
  });
  preparation.beginLater();
  await clock.advance(3_000);
  await settled();
  expect(preparation.waitsFor()).toContain('could not be prepared');
  expect(errors).toHaveLength(1);
  fails = false;
  preparation.begin();
  await settled();
  await clock.advance(10_000);
  expect(preparation.waitsFor()).toBeNull();
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
