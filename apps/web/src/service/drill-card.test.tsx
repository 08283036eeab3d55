import type { Drills } from '@lastgood/api-client';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { DrillCard } from './drill-card.tsx';

const words = { last: 'Never: nothing is recorded.', due: 'Overdue since long.', how: 'Practise it: so.' };
const drills: Drills = { everyDays: 90, state: 'overdue', dueAt: '2026-01-01T00:00:00Z', last: null, words };
const shown = (over: Partial<Drills>) =>
  renderToStaticMarkup(
    <MemoryRouter>
      <DrillCard drills={{ ...drills, ...over }} />
    </MemoryRouter>,
  );

test('says in the words of the server when it was practised, that it is overdue, and how', () => {
  for (const said of Object.values(words)) expect(shown({})).toContain(said);
  expect(shown({})).toContain('aria-label="Practice is overdue"');
});

test('marks nothing that is in time, and does not ask for what is not possible', () => {
  expect(shown({ state: 'in-time' })).not.toContain('role="note"');
  expect(shown({ state: 'not-possible' })).not.toContain(words.how);
});

test('leads to the rollback that counts', () => {
  const last = { at: '2026-01-01T00:00:00Z', tookSeconds: 94, by: 'ada', note: null, words: words.last };
  expect(shown({ last: { ...last, kind: 'rollback', runId: 'run-1' } })).toContain('href="/runs/run-1"');
  expect(shown({ last: { ...last, kind: 'recorded', runId: null } })).not.toContain('href');
});
