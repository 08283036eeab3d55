import { describe, expect, it } from 'vitest';
import { type AlertRecord, alertsSeen } from './alerts-seen.ts';
import { advanceEpisodes } from './episode.ts';
import { type HeardStretch, heardAlso, heardAsOf, heardEveryMs, hearingMs } from './hearing.ts';

const minute = 60_000;
const t0 = Date.UTC(2026, 10, 22, 12);

const question = {
  source: 'main',
  labels: { a: 'b' },
  withinMs: 5 * minute,
  about: 'now',
  unknown: null,
} as const;
const record = (over: Partial<AlertRecord> = {}): AlertRecord => ({
  ...{ episodes: [], isCut: false, leftOut: null, keptSince: 0, anyFires: true },
  heard: [{ from: t0 - 60 * minute, until: t0 }],
  ...over,
});

describe('that no other alert fires', () => {
  it.each<[string, Partial<AlertRecord>, object | null]>([
    ['is said where its source was heard from lately', {}, null],
    ['150 seconds ago still is', { heard: [{ from: 0, until: t0 - hearingMs }] }, null],
    [
      'three minutes ago is not, though what was told then counts',
      { heard: [{ from: 0, until: t0 - 3 * minute }] },
      { kind: 'silent', lastAt: t0 - 3 * minute },
    ],
    [
      'nor at once where it was silent for three minutes',
      {
        heard: [
          { from: 0, until: t0 - 3 * minute },
          { from: t0, until: t0 },
        ],
      },
      { kind: 'heard-again', since: t0 },
    ],
    ['not of one that never said a word', { heard: [] }, { kind: 'never' }],
    ['nor before its first', { heard: [{ from: t0 + 1, until: t0 + 1 }] }, { kind: 'later', since: t0 + 1 }],
    [
      'nor of one that is silent',
      { heard: [{ from: 0, until: t0 - 7 * minute }] },
      { kind: 'silent', lastAt: t0 - 7 * minute },
    ],
    [
      'nor at once where it was silent',
      {
        heard: [
          { from: t0 - 30_000, until: t0 },
          { from: 0, until: t0 - 9 * minute },
        ],
      },
      { kind: 'heard-again', since: t0 - 30_000 },
    ],
    [
      'but where it was silent for less than counts',
      {
        heard: [
          { from: 0, until: t0 - 2 * minute },
          { from: t0 - 30_000, until: t0 },
        ],
      },
      null,
    ],
    [
      'nor where it left some out',
      { leftOut: { at: t0 - minute, why: 'too many' } },
      { kind: 'left-out', at: t0 - minute, why: 'too many' },
    ],
    ['nor where all was told as resolved', { anyFires: false }, { kind: 'none-fires', lastAt: t0 }],
    ['long ago that counts no more', { leftOut: { at: t0 - 6 * minute, why: 'too many' } }, null],
    ['nor where not all is kept', { keptSince: t0 + 1 }, { kind: 'not-kept' }],
    ['nor where more is known than is read', { isCut: true }, { kind: 'too-many' }],
  ])('%s', (_words, over, unheard) => {
    expect(alertsSeen(question, record(over), t0)).toMatchObject({ firing: 0, unsure: 0, unheard });
  });

  it('nor while what it is asked by is not known', () => {
    const waits = { ...question, unknown: 'waits' };
    expect(alertsSeen(waits, record(), t0).unheard).toEqual({ kind: 'not-known-yet', reason: 'waits' });
  });

  it('of the past, what was left out until today counts', () => {
    const left = record({ leftOut: { at: t0, why: 'x' } });
    const then = t0 - 10 * minute;
    expect(alertsSeen(question, left, then).unheard).toBeNull();
    expect(alertsSeen({ ...question, about: 'before' }, left, then).unheard).toMatchObject({
      kind: 'left-out',
    });
  });
});

it('counts alerts and not their episodes, and keeps few and short evidence', () => {
  const long = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`label${n}`, 'x'.repeat(900)]));
  const episodes = Array.from({ length: 20 }, (_, n) => {
    const frame = { fingerprint: `f${n}`, labels: { ...long, alertname: `A${n}`, a: 'b' }, endsAt: null };
    const told = (startsAt: number) => ({ ...frame, status: 'firing' as const, startsAt });
    const first = advanceEpisodes([], told(t0 - n * minute), t0 - minute);
    return n % 2 === 0 ? advanceEpisodes(first, told(t0 - n * minute + 5), t0) : first;
  }).flat();
  const seen = alertsSeen(question, record({ episodes }), t0);
  expect(seen).toMatchObject({ firing: 20, unsure: 0 });
  expect(seen.alerts).toHaveLength(5);
  expect(Object.keys(seen.alerts[0]?.labels ?? {}).slice(0, 2)).toEqual(['alertname', 'a']);
  expect(JSON.stringify(seen).length).toBeLessThan(8_000);
});

it('stretches of hearing end with a silence', () => {
  const heardAt = [0, 60_000, 60_000 + heardEveryMs, 400_000];
  const stretches: HeardStretch[] = [];
  for (const at of heardAt) {
    const newest = stretches.at(-1) ?? null;
    const next = heardAlso(newest, at);
    if (next.from === newest?.from) stretches.pop();
    stretches.push(next);
  }
  expect(stretches).toEqual([
    { from: 0, until: 180_000 },
    { from: 400_000, until: 400_000 },
  ]);
  expect(heardAsOf(stretches, 100_000, minute)).toEqual({ lastAt: 100_000, since: 0 });
  expect(heardAsOf(stretches, 300_000, minute)).toEqual({ lastAt: 180_000, since: 0 });
  expect(heardAsOf(stretches, 400_001, minute)).toEqual({ lastAt: 400_000, since: 400_000 });
  expect(heardAsOf(stretches, 400_001, 4 * minute)).toEqual({ lastAt: 400_000, since: 0 });
});
