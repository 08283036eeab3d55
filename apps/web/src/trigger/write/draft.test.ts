import type { Finding } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { firstDraft, inYaml, mended } from './draft.ts';

const split: Finding = {
  ...{ path: '/triggers/0/query', code: 'empty-when-healthy', severity: 'error', message: 'It compares.' },
  place: { offset: 3, line: 1, column: 4, length: 1 },
  fix: {
    ...{ title: 'Take them apart', text: null },
    split: { query: 'sum(a)', threshold: 5, comparison: 'less_than', onNoData: null },
  },
};

test('the declaration reads as it was written', () => {
  expect(parse(inYaml(firstDraft))).toEqual({ triggers: [firstDraft] });
});

test('a split takes the place of query, threshold and comparison', () => {
  expect(mended({ ...firstDraft, onNoData: 'healthy' }, split)).toEqual({
    ...firstDraft,
    ...{ query: 'sum(a)', threshold: 5, comparison: 'less_than' },
  });
});

test('words take their place in the query, and nothing else changes', () => {
  const fix = { title: 'Write b', text: 'b', split: null };
  const draft = { ...firstDraft, query: 'sum(a)' };
  expect(mended(draft, { ...split, place: { offset: 4, line: 1, column: 5, length: 1 }, fix })).toEqual({
    ...draft,
    query: 'sum(b)',
  });
});
