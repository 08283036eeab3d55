import type { Finding } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { toDiagnostics, withFix } from './diagnostics.ts';

const finding: Finding = {
  ...{ path: '/triggers/0/query', code: 'unknown-metric', severity: 'warning', message: 'Nobody has upp.' },
  place: { offset: 4, line: 1, column: 5, length: 3 },
  fix: { title: 'Write up', text: 'up', split: null },
};

test('a finding is marked at its place, within what is written now', () => {
  const { severity, message } = finding;
  expect(toDiagnostics([finding, { ...finding, place: null }], 8)).toEqual([
    { from: 4, to: 7, severity, message },
  ]);
  expect(toDiagnostics([finding], 5)).toEqual([{ from: 4, to: 5, severity, message }]);
  expect(toDiagnostics([finding], 2)).toEqual([{ from: 2, to: 2, severity, message }]);
});

test('a fix is written in its place', () => {
  expect(withFix('sum(upp)', finding)).toBe('sum(up)');
  expect(withFix('sum(upp)', { ...finding, fix: null })).toBeNull();
});
