import type { ImportedAlert } from '@lastgood/api-client';
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { ImportedRule, whenWords } from './imported-rule.tsx';

const trigger = {
  ...{ name: 'web_errors', query: 'sum(errors)', threshold: 0.05, unit: 'ratio', forDuration: 120 },
  ...{ comparison: 'greater_than' as const, severity: 'page_and_suggest' as const },
};
const alert: ImportedAlert = {
  ...{ group: 'web', name: 'WebErrors', outcome: 'differs', triggers: [trigger] },
  notes: ['Its labels are left.'],
};
const shown = (one: ImportedAlert) =>
  renderToStaticMarkup(
    <MantineProvider>
      <MemoryRouter>
        <ImportedRule alert={one} isTaken onTake={() => undefined} />
      </MemoryRouter>
    </MantineProvider>,
  );

test('when it fires is said with its limit, its holds and what it does', () => {
  expect(whenWords(trigger)).toBe('> 5 % for 2 min, pages and suggests');
  expect(whenWords({ ...trigger, comparison: 'less_than', threshold: 1, unit: '', forDuration: 0 })).toBe(
    '< 1 at once, pages and suggests',
  );
  expect(whenWords({ ...trigger, keepFiringFor: 300, onNoData: 'healthy' })).toBe(
    '> 5 % for 2 min, keeps firing 5 min, pages and suggests; no data counts as healthy',
  );
});

test('an alert stands with its triggers, each to be tried, and with what is otherwise', () => {
  const text = shown(alert);
  expect(text).toContain('Differs');
  expect(text).toContain('Its labels are left.');
  expect(text).toMatch(/href="\/triggers\/try"[^>]*>Try it/);
  expect(text).toContain('checkbox');
});

test('what is left out says why, and cannot be taken along', () => {
  const text = shown({ ...alert, outcome: 'left_out', triggers: [], notes: ['A recording rule.'] });
  expect(text).toContain('Left out');
  expect(text).toContain('A recording rule.');
  expect(text).not.toContain('checkbox');
});
