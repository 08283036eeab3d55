import { type Family, openFamily } from '@lastgood/adapters';
import { defineVendor } from '@lastgood/adapters/vendor';
import { Type } from 'typebox';
import { describe, expect, test } from 'vitest';
import { explainFaults } from './explain-faults.ts';
import { entriesIn, sectionOf } from './family-section.ts';

const closed = { additionalProperties: false };
const smoke = defineVendor(
  { kind: 'smoke', title: 'Smoke signals', settings: Type.Object({ hill: Type.String() }, closed) },
  ({ name }) => name,
);
const pigeon = defineVendor(
  {
    kind: 'pigeon',
    title: 'Pigeon post',
    settings: Type.Object(
      {
        loft: Type.Object({ birds: Type.Integer({ minimum: 1 }) }, closed),
        ring: Type.Optional(Type.String({ minLength: 8, writeOnly: true })),
        map: Type.Optional(Type.String()),
      },
      closed,
    ),
    files: ['map'],
  },
  ({ settings }) => settings.loft.birds,
);

const listed: Family<string | number, string> = {
  title: 'messenger',
  notation: 'listed',
  byCluster: false,
  defaultKind: null,
  watchedAs: null,
  vendors: [smoke, pigeon],
  join: (entries) => entries.map(({ name, made }) => `${name}: ${made}`).join(', '),
};
const named: Family = { ...listed, notation: 'named', byCluster: true, defaultKind: 'pigeon' };
const one: Family = { ...named, notation: 'one', byCluster: false };

const faultsIn = (family: Family, section: unknown) =>
  explainFaults(Type.Object({ section: sectionOf(family) }), { section }, new Set());

describe('a family of two vendors', () => {
  test('takes entries of both', () => {
    expect(
      faultsIn(listed, [
        { kind: 'smoke', name: 'a', hill: 'north' },
        { kind: 'pigeon', name: 'b', loft: { birds: 3 } },
      ]),
    ).toEqual([]);
  });

  test('names the key inside the entry that is wrong, as its own vendor has it', () => {
    expect(
      faultsIn(listed, [
        { kind: 'smoke', name: 'a', hil: 'north' },
        { kind: 'pigeon', name: 'b', loft: { birds: 0 } },
      ]),
    ).toEqual([
      { path: 'section.0.hill', found: 'nothing', expected: 'a string' },
      {
        path: 'section.0.hil',
        found: 'a key that is not known',
        expected: expect.stringContaining('did you mean hill?'),
      },
      { path: 'section.1.loft.birds', found: '0', expected: 'an integer, at least 1' },
    ]);
  });

  test('names every kind where one is not known, and nothing else of that entry', () => {
    const fault = { path: 'section.0.kind', expected: '"smoke" or "pigeon"' };
    expect(faultsIn(listed, [{ kind: 'raven', name: 'a', wings: 2 }])).toEqual([
      { ...fault, found: '"raven"' },
    ]);
    expect(faultsIn(listed, [{ name: 'a' }])).toEqual([{ ...fault, found: 'nothing' }]);
  });

  test('takes the default kind where an entry names none', () => {
    expect(faultsIn(named, { home: { loft: { birds: 1 } }, away: { kind: 'smoke', hill: 'x' } })).toEqual([]);
    expect(faultsIn(named, { home: { loft: {} } })).toMatchObject([{ path: 'section.home.loft.birds' }]);
    expect(faultsIn(one, { loft: { birds: 1 }, name: 'mine' })).toMatchObject([{ path: 'section.name' }]);
  });

  test('never shows what a vendor marks as secret', () => {
    const faults = faultsIn(named, { home: { loft: { birds: 1 }, ring: 'hunter2' } });
    expect(faults).toMatchObject([{ path: 'section.home.ring', found: 'a secret that does not fit' }]);
  });
});

test('entries are read with their kind, name, clusters and located files', () => {
  const locate = (path: string) => `/etc/${path}`;
  expect(
    entriesIn(named, { home: { loft: { birds: 1 }, clusters: ['prod'], map: 'map.txt' } }, locate),
  ).toEqual([
    {
      kind: 'pigeon',
      name: 'home',
      clusters: ['prod'],
      settings: { loft: { birds: 1 }, map: '/etc/map.txt' },
    },
  ]);
  const content = { loft: { birds: 1 }, map: 'north\nsouth' };
  expect(entriesIn(named, { home: content }, locate)[0]?.settings).toEqual(content);
  expect(entriesIn(listed, [{ kind: 'smoke', name: 'a', hill: 'h' }], locate)).toEqual([
    { kind: 'smoke', name: 'a', clusters: null, settings: { hill: 'h' } },
  ]);
  expect(entriesIn(one, undefined, locate)).toEqual([
    { kind: 'pigeon', name: 'pigeon', clusters: null, settings: {} },
  ]);
  expect(entriesIn(listed, undefined, locate)).toEqual([]);
});

test('entries of two vendors of one list are made by their own and joined', () => {
  const entries = entriesIn(
    listed,
    [
      { kind: 'smoke', name: 'a', hill: 'north' },
      { kind: 'pigeon', name: 'b', loft: { birds: 3 } },
    ],
    String,
  );
  expect(openFamily(listed, entries).product).toBe('a: a, b: 3');
});
