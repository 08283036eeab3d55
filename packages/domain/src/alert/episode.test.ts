import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertsQuestion } from './alerts-question.ts';
import { type AlertsSeen, alertsSeen } from './alerts-seen.ts';
import { type AlertEpisode, advanceEpisodes, reopensMs } from './episode.ts';
import type { ToldAlert } from './told-alert.ts';

const minute = 60_000;
const t0 = Date.UTC(2026, 10, 22, 12);
const labels = { alertname: 'HighErrorRate', service: 'web' };

const fires = (startsAt: number): ToldAlert => ({
  ...{ fingerprint: 'f', labels, status: 'firing', startsAt, endsAt: null },
});
const ends = (startsAt: number, endsAt: number): ToldAlert => ({
  ...{ fingerprint: 'f', labels, status: 'resolved', startsAt, endsAt },
});

type Told = [at: number, told: ToldAlert];

const heardAll = (told: readonly Told[]): AlertEpisode[] =>
  told.reduce<AlertEpisode[]>((known, [at, one]) => advanceEpisodes(known, one, at), []);

/** Of a source that was heard from all along. */
function seen(
  told: readonly Told[],
  at: number,
  about: AlertsQuestion['about'] = 'now',
): Pick<AlertsSeen, 'firing' | 'unsure'> {
  const question = { source: 'main', labels, withinMs: 5 * minute, about, unknown: null };
  const record = {
    isCut: false,
    leftOut: null,
    keptSince: 0,
    anyFires: true,
    heard: [{ from: 0, until: Math.max(at, t0) }],
  };
  const { firing, unsure } = alertsSeen(question, { ...record, episodes: heardAll(told) }, at);
  return { firing, unsure };
}

const firing = { firing: 1, unsure: 0 };
const none = { firing: 0, unsure: 0 };
const unsure = { firing: 0, unsure: 1 };
const s1 = t0 - 30 * minute;
const e1 = t0 - 10 * minute;
const s2 = t0 - 5 * minute;

describe('whether an alert fires, as of now', () => {
  it.each<[string, Told[], object]>([
    ['nothing was told', [], none],
    ['it fires', [[t0 - minute, fires(s1)]], firing],
    ['it was told too long ago', [[t0 - 6 * minute, fires(s1)]], unsure],
    [
      'it was told again',
      [
        [t0 - 20 * minute, fires(s1)],
        [t0 - minute, fires(s1)],
      ],
      firing,
    ],
    [
      'it ended',
      [
        [t0 - 20 * minute, fires(s1)],
        [t0 - 9 * minute, ends(s1, e1)],
      ],
      none,
    ],
    ['of it nothing but the end was told', [[t0 - 9 * minute, ends(s1, e1)]], none],
    [
      'it ended and fires again',
      [
        [t0 - 9 * minute, ends(s1, e1)],
        [t0 - 4 * minute, fires(s2)],
      ],
      firing,
    ],
    [
      'the end of an episode comes late',
      [
        [t0 - 4 * minute, fires(s2)],
        [t0 - minute, ends(s1, e1)],
      ],
      firing,
    ],
    [
      'an episode that is over is told late',
      [
        [t0 - 9 * minute, ends(s1, e1)],
        [t0 - minute, fires(s1)],
      ],
      unsure,
    ],
    [
      'and that was a while ago',
      [
        [t0 - 9 * minute, ends(s1, e1)],
        [t0 - 6 * minute, fires(s1)],
      ],
      none,
    ],
    [
      'its end is told once more',
      [
        [t0 - 9 * minute, ends(s1, e1)],
        [t0 - 3 * minute, fires(s1)],
        [t0 - 2 * minute, ends(s1, e1)],
      ],
      none,
    ],
    [
      'another replica of its evaluator saw it begin a little sooner',
      [
        [t0 - 4 * minute, fires(s2)],
        [t0 - 2 * minute, ends(s2 - 5_000, t0 - 3 * minute)],
      ],
      none,
    ],
  ])('%s', (_words, told, expected) => {
    expect(seen(told, t0)).toEqual(expected);
  });

  it('one that goes on to be told after its end did not end', () => {
    const end: Told = [t0, ends(s1, e1)];
    const after = (minutes: number): Told[] =>
      Array.from({ length: minutes }, (_, n) => [t0 + (n + 1) * minute, fires(s1)]);
    const minutes = reopensMs / minute;
    expect(seen([end, ...after(minutes)], t0 + minutes * minute)).toEqual(unsure);
    expect(seen([end, ...after(minutes + 1)], t0 + (minutes + 1) * minute)).toEqual(firing);
    // Two odd ones far apart say nothing together.
    expect(seen([end, ...after(1), [t0 + 2 * reopensMs, fires(s1)]], t0 + 2 * reopensMs)).toEqual(unsure);
  });

  it('knows nothing yet of what is told later', () => {
    const told: Told[] = [[t0, fires(s1)]];
    expect(seen(told, t0 - 1)).toEqual(none);
    const ended: Told[] = [...told, [t0 + minute, ends(s1, t0)]];
    expect([seen(ended, t0 + minute - 1), seen(ended, t0 + minute)]).toEqual([firing, none]);
  });
});

describe('whether an alert fired then, in hindsight', () => {
  const then = t0 - 15 * minute;
  it.each<[string, Told[], object]>([
    ['it had begun, and was told of after that', [[t0, fires(s1)]], firing],
    ['it began later', [[t0, fires(s2)]], none],
    ['it ended later', [[t0, ends(s1, e1)]], firing],
    ['it was told of by then, by a clock that is ahead', [[then - minute, fires(then + minute)]], firing],
    [
      'and had been told as resolved by then',
      [
        [then - 2 * minute, fires(then + minute)],
        [then - minute, ends(then + minute, then + 2 * minute)],
      ],
      none,
    ],
    ['it had ended', [[t0, ends(s1, then - 1)]], none],
    ['it was not told of for a while then, nor since', [[then - 6 * minute, fires(s1)]], unsure],
    ['it was told shortly before', [[then - minute, fires(s1)]], firing],
  ])('%s', (_words, told, expected) => {
    expect(seen(told, then, 'before')).toEqual(expected);
  });
});

describe('in whatever order it comes, twice, by replicas', () => {
  /** Episodes one after the other, as durations: quiet, then firing. The last one may go on. */
  const histories = fc.record({
    spans: fc.array(
      fc.record({ quiet: fc.integer({ min: 1, max: 99 }), lasts: fc.integer({ min: 10, max: 99 }) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    ),
    goesOn: fc.boolean(),
  });
  const toldOf = ({ spans, goesOn }: typeof histories extends fc.Arbitrary<infer T> ? T : never) => {
    let at = t0 - 60 * minute;
    return spans.flatMap(({ quiet, lasts }, index) => {
      const startsAt = at + quiet * 1000;
      at = startsAt + lasts * 1000;
      // Another replica saw it begin a moment later.
      const told = [fires(startsAt), fires(startsAt + 3_000)];
      return goesOn && index === spans.length - 1 ? told : [...told, ends(startsAt, at)];
    });
  };

  it('never fires what is over, and never hides what fires', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (history, order) => {
        const all = toldOf(history);
        const twice = [...all, ...all].map((one) => ({ one, key: order.next().value ?? 0 }));
        const told = twice
          .sort((a, b) => a.key - b.key)
          .map(({ one }, index): Told => [t0 - minute + index, one]);
        const { firing: count } = seen(told, t0);
        expect(count).toBe(history.goesOn ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  it('in its order it is what it is', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const told = toldOf(history).flatMap((one, index): Told[] => [
          [t0 - minute + 2 * index, one],
          [t0 - minute + 2 * index + 1, one],
        ]);
        expect(seen(told, t0)).toEqual(history.goesOn ? firing : none);
      }),
      { numRuns: 200 },
    );
  });

  it('an episode is kept once, by when it began', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (history, order) => {
        const all = toldOf(history).map((one) => ({ one, key: order.next().value ?? 0 }));
        const told = all.sort((a, b) => a.key - b.key).map(({ one }, index): Told => [t0 + index, one]);
        const starts = heardAll(told).map(({ startsAt }) => startsAt);
        expect(new Set(starts).size).toBe(starts.length);
      }),
      { numRuns: 200 },
    );
  });
});
