import { describe, expect, it } from 'vitest';
import type { WireAnswer } from './query-client.ts';
import { samplesOfAnswer } from './samples-of-answer.ts';

const at = 1_700_000_000_000;
const over = { forMs: 60_000, everyMs: 20_000, endsBeforeMs: 0 };
const second = at / 1000;

function answer(data: unknown, status = 200): WireAnswer {
  const body = Buffer.from(JSON.stringify({ status: 'success', data }));
  return { kind: 'answered', status, contentType: 'application/json', location: '', headers: {}, body };
}
const matrix = (...values: unknown[]) => answer({ resultType: 'matrix', result: [{ metric: {}, values }] });
const read = (wire: WireAnswer) => samplesOfAnswer(wire, at, over);

describe('samples are read', () => {
  it('with the first instant left to the stretch before', () => {
    const wire = matrix([second - 60, '9'], [second - 40, '1'], [second - 20, '+Inf'], [second, '3']);
    expect(read(wire)).toEqual({
      reading: { kind: 'value', value: 3 },
      samples: [1, Number.POSITIVE_INFINITY, 3],
    });
  });

  it('without those that are no number', () => {
    expect(read(matrix([second - 20, 'NaN'], [second, '0']))).toMatchObject({ samples: [0] });
    expect(read(matrix([second, 'NaN']))).toEqual({ reading: { kind: 'no-data' } });
  });

  it.each<[string, WireAnswer]>([
    ['no series', answer({ resultType: 'matrix', result: [] })],
    ['null', answer({ resultType: 'matrix', result: null })],
    ['a series without values', answer({ resultType: 'matrix', result: [{ metric: {} }] })],
  ])('as none of %s', (_words, wire) => expect(read(wire)).toEqual({ reading: { kind: 'no-data' } }));

  it.each<[string, WireAnswer, string]>([
    ['a vector', answer({ resultType: 'vector', result: [] }), 'answers a vector, not a matrix'],
    ['another form', matrix([second, 1]), 'in a form we do not know'],
    ['what is no number', matrix([second, 'much']), 'much, which is no number'],
    ['a later instant', matrix([second + 1, '1']), 'instants that were not asked for'],
    ['an earlier instant', matrix([second - 61, '1']), 'instants that were not asked for'],
    ['an instant twice', matrix([second, '1'], [second, '2']), 'instants that were not asked for'],
    [
      'a native histogram',
      answer({ resultType: 'matrix', result: [{ metric: {}, histograms: [] }] }),
      'native histograms',
    ],
    ['503', answer({}, 503), 'HTTP 503'],
    ['nobody', { kind: 'failed', reason: 'connection refused' }, 'connection refused'],
    ['a part of the data', answer({ resultType: 'matrix', result: [], isPartial: true }), 'only a part'],
  ])('never of %s', (_words, wire, sentence) =>
    expect(read(wire)).toEqual({
      reading: { kind: 'unreachable', reason: expect.stringContaining(sentence) as string },
    }),
  );
});
