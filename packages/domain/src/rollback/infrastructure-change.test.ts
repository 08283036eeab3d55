import { expect, it } from 'vitest';
import {
  changesCounted,
  changesInWords,
  type InfrastructureAction,
  notShown,
} from './infrastructure-change.ts';

const change = (address: string, action: InfrastructureAction) => ({
  address,
  action,
  type: 't',
  keepsData: false,
});

it('knows what is left of what was shown from what was not', () => {
  const shown = [
    change('a', 'replace'),
    change('b', 'update'),
    change('c', 'create'),
    change('d', 'destroy'),
  ];
  const left = [change('a', 'create'), change('b', 'update'), change('c', 'create'), change('d', 'destroy')];
  expect(notShown(left, shown)).toEqual([]);
  expect(notShown([], shown)).toEqual([]);
  const more = [change('b', 'replace'), change('c', 'destroy'), change('e', 'update')];
  expect(notShown(more, shown)).toEqual(more);
});

it('says first what cannot be undone, and counts what is too much to name', () => {
  const some = [change('a', 'create'), change('b', 'destroy'), change('c', 'create')];
  expect(changesInWords(some)).toBe('destroys b; creates a, c');
  expect(changesCounted(some)).toBe('1 to destroy, 2 to create');
  expect(changesInWords([])).toBe('changes nothing');
  const many = Array.from({ length: 12 }, (_, index) => change(`r${index}`, 'update'));
  expect(changesInWords(many)).toMatch(/^updates r0, .*, r9 and 2 more$/);
});
