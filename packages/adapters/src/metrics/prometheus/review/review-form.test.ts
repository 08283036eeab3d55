import { describe, expect, it } from 'vitest';
import { reviewForm } from './review-form.ts';

const known = ['SERVICE', 'NAMESPACE'];

describe('a finding stands at its place', () => {
  it.each([
    ['sum(a) sum(b)', 'unreadable', 1, 8, 'sum'],
    ['sum(\n  rate(a[5m])\n', 'unreadable', 2, 13, ')'],
    ['(up[5m])', 'unreadable', 1, 2, 'up[5m]'],
    ['a{\n  b=$SERVICE}', 'misplaced-variable', 2, 5, '$SERVICE'],
    ['a{b=~"[$SERVICE]"}', 'misplaced-variable', 1, 8, '$SERVICE'],
    ['a{b="$SERVIC"}', 'unknown-variable', 1, 6, '$SERVIC'],
    ['a{b="\x24{SERVIC}"}', 'unknown-variable', 1, 6, '\x24{SERVIC}'],
  ])('of %j', (query, code, line, column, text) => {
    const [finding] = reviewForm(query, known);
    expect(finding).toMatchObject({ code, severity: 'error', place: { line, column } });
    const { offset = 0 } = finding?.place ?? {};
    expect(query.slice(offset)).toContain(text);
    expect(query.startsWith(text.slice(0, 1), offset)).toBe(true);
  });

  it('and offers the variable that was meant', () => {
    expect(reviewForm('a{b="$SERVIC"}', known)[0]?.fix).toEqual({
      ...{ kind: 'replace', title: 'Write $SERVICE', text: '$SERVICE' },
    });
  });
});

describe('the idiom of alert rules', () => {
  it('is named, and taken apart', () => {
    const query = 'sum(rate(errors[5m])) /\n  sum(rate(requests[5m])) > 0.05';
    expect(reviewForm(query, known)).toEqual([
      {
        ...{ code: 'empty-when-healthy', severity: 'warning' },
        message: expect.stringMatching(/answers nothing while all is well.*alert rule is written so/s),
        place: { offset: query.indexOf('>'), line: 2, column: 27, length: 1 },
        fix: {
          kind: 'split',
          title: 'Take query and threshold apart',
          split: {
            query: 'sum(rate(errors[5m])) /\n  sum(rate(requests[5m]))',
            ...{ threshold: 0.05, comparison: 'greater_than' },
          },
        },
      },
    ]);
  });

  it('of many series takes the worst', () => {
    expect(reviewForm('up{job="$SERVICE"} < 1', known)[0]?.fix).toMatchObject({
      split: { query: 'min(up{job="$SERVICE"})', threshold: 1, comparison: 'less_than' },
    });
  });

  it('says that silence stays where it filters still', () => {
    expect(reviewForm('a > 5 unless b == 1', known)[0]?.fix).toMatchObject({
      split: { onNoData: 'healthy' },
    });
  });

  it('with several conditions offers none', () => {
    expect(reviewForm('a > 5 or b > 5', known)).toEqual([
      expect.objectContaining({ code: 'empty-when-healthy', fix: null }),
    ]);
  });

  it('is none where something always answers', () => {
    expect(reviewForm('sum(a > 5) or vector(0)', known)).toEqual([]);
  });
});
