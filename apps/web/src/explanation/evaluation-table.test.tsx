import type { ExplainedTrigger } from '@lastgood/api-client';
import { MantineProvider } from '@mantine/core';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { EvaluationTable } from './evaluation-table.tsx';

const burn: ExplainedTrigger = {
  ...{ trigger: 'slo', decides: true, limit: '> 10× over 1 m and 20 s', queries: [], folded: null },
  neededSeconds: 0,
  evaluations: [
    {
      ...{ slot: '2026-01-01T00:00:00Z', asked: [], reading: 'burns 33×', parts: [], samples: null },
      ...{ said: 'breach', phase: 'firing', heldSeconds: 0, differs: null },
    },
  ],
};
const shown = (of: ExplainedTrigger) =>
  renderToStaticMarkup(
    <MantineProvider>
      <EvaluationTable of={of} />
    </MantineProvider>,
  ).replace(/<[^>]*>/g, '');

test('a trigger without a hold fires at once, and is not said to have held for nothing', () => {
  expect(shown(burn)).toContain('10× over 1 m and 20 s at once; the decision');
  expect(shown(burn)).toContain('no hold');
  expect(shown(burn)).not.toContain('0:00 of');
});

test('a hold is told with how long it must be', () => {
  const held = shown({ ...burn, neededSeconds: 120 });
  expect(held).toContain('for 2:00; the decision is about it');
  expect(held).toContain('0:00 of 2:00');
});
