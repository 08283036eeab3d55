import { ApiError } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Told } from '../trigger/write/diagnostics.ts';
import { inDeclaration, mendedDeclaration, refusalsOf } from './declaration-findings.ts';

const text = `# of the team
kind: Service
name: main/shop/mail
triggers:
  - name: errors # the first
    query: sum(upp) > 5
    onNoData: healthy
`;
const found: Told = {
  ...{ path: '/triggers/0/query', code: 'unknown-metric', severity: 'warning', message: 'Nobody has upp.' },
  place: { offset: 4, line: 1, column: 5, length: 3 },
  fix: { title: 'Write up', text: 'up', split: null },
};

test('what is refused is told with its member', () => {
  const problem = {
    ...{ type: 'about:blank', title: 'Refused', status: 422, detail: 'It has a fault.' },
    errors: [{ path: '/triggers/0/threshold', message: 'must be a number' }],
  };
  expect(refusalsOf(new ApiError(problem, null))).toMatchObject([
    { path: '/triggers/0/threshold', severity: 'error', message: 'must be a number' },
  ]);
  expect(refusalsOf(new TypeError('fetch failed'))).toEqual([]);
});

test('what is found of a query stands in the declaration', () =>
  expect(inDeclaration(text, found).place).toEqual({
    ...{ offset: text.indexOf('upp'), length: 3 },
    ...{ line: 6, column: 16 },
  }));

test('words are mended in their place, and nothing else changes', () =>
  expect(mendedDeclaration(text, found)).toBe(text.replace('sum(upp)', 'sum(up)')));

test('query and limit are taken apart', () => {
  const split = { query: 'sum(upp)', threshold: 5, comparison: 'greater_than' as const, onNoData: null };
  const mended = mendedDeclaration(text, { ...found, fix: { title: 'Apart', text: null, split } });
  expect(parse(mended).triggers).toEqual([
    { name: 'errors', query: 'sum(upp)', threshold: 5, comparison: 'greater_than' },
  ]);
  expect(mended).toContain('# the first');
});
