import { expect, test } from 'vitest';
import { isSameMark } from './mark.ts';
import { markedEvent, unmarkedEvent } from './marked-events.ts';

const one = { id: 'd3', service: 'prod/shop/web', release: 3, version: 'v42', origin: 'pipeline' } as const;
const mark = { verdict: 'bad', by: 'ada', note: 'lost orders', at: 5 } as const;

test('is told with what was said, and by whom it was taken back', () => {
  const told = markedEvent(one, mark);
  expect(told).toMatchObject({ type: 'deployment.marked', at: 5, deploymentId: 'd3', runId: null });
  expect(told.text).toBe('ada marked v42 (release 3) bad: lost orders');
  expect(told.data).toEqual({ by: 'ada', verdict: 'bad', note: 'lost orders' });
  expect(markedEvent(one, { ...mark, note: null }).text).toBe('ada marked v42 (release 3) bad.');
  const back = unmarkedEvent(one, mark, 'grace', 9);
  expect(back).toMatchObject({ type: 'deployment.unmarked', at: 9, data: { by: 'grace', was: 'bad' } });
  expect(back.text).toBe('grace took back the mark of v42 (release 3), which ada had called bad.');
});

test('is the same when the same person says the same', () => {
  expect(isSameMark(mark, { ...mark })).toBe(true);
  expect(isSameMark(null, mark)).toBe(false);
  for (const other of [{ verdict: 'good' }, { by: 'grace' }, { note: null }] as const)
    expect(isSameMark(mark, { ...mark, ...other })).toBe(false);
});
