import { expect, test } from 'vitest';
import { createFigures } from '../figures/figures.ts';
import { reportUnreadable } from './report-unreadable.ts';

test('a row that cannot be read is counted each time and named in the log once an hour', async () => {
  let now = 0;
  const said: unknown[] = [];
  const figures = createFigures();
  const report = reportUnreadable({
    figures,
    log: { error: (given: unknown) => void said.push(given) },
    now: () => now,
  });
  const row = { table: 'runs', error: new Error('no such kind') } as const;
  for (const id of ['r1', 'r1', 'r2']) report({ ...row, id });
  now = 3_600_000;
  report({ ...row, id: 'r1' });
  expect(said).toMatchObject([{ id: 'r1' }, { id: 'r2' }, { id: 'r1' }]);
  const counted = await figures.registry.getSingleMetricAsString('lastgood_unreadable_rows_total');
  expect(counted).toContain('lastgood_unreadable_rows_total{table="runs"} 4');
});
