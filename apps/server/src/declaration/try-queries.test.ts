import {
  type Answer,
  declaredKind,
  type MetricSource,
  type Reading,
  type RollbackTrigger,
  type SamplesAnswer,
  type SamplesQuestion,
  shippedTriggers,
  triggerKind,
} from '@lastgood/domain';
import { createInMemoryMetricSource } from '@lastgood/testkit/fakes/in-memory-metric-source';
import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { describe, expect, test } from 'vitest';
import { queriesOfChecks, queriesOfTriggers } from './declared-queries.ts';
import { type DeclaredQuery, type Trial, tryQueries } from './try-queries.ts';

const service = aService({ name: 'checkout', triggers: [] });
const [errorRate, crashLoop] = shippedTriggers()
  .slice(0, 2)
  .map((one) => ({ ...one }));
const guarded = aTrigger({ query: 'errors', minSamples: { query: 'count', atLeast: 20 } });
const inMemory = createInMemoryMetricSource();
const value = (number: number): Reading => ({ kind: 'value', value: number });
const trial: Trial = { service, latest: null };

const given = (over: Partial<Parameters<typeof tryQueries>[1]>) => ({
  ...{ queries: [], trials: [trial], clusters: ['main'], at: 0 },
  ...{ signal: new AbortController().signal },
  ...over,
});
const trying = (
  script: (template: string) => Reading,
  triggers = [errorRate ?? guarded],
  over: Partial<Parameters<typeof tryQueries>[1]> = {},
) =>
  tryQueries(
    createInMemoryMetricSource(({ template }) => script(template)),
    given({ queries: queriesOfTriggers(triggers, inMemory), ...over }),
  );

/** A source that refuses for good what contains `word`, as Prometheus refuses what it cannot parse. */
function refusing(word: string): MetricSource {
  const refusal = { reading: { kind: 'unreachable', reason: '1:6: parse error' }, refused: true } as const;
  return {
    ...inMemory,
    read: async (questions, at) =>
      questions.map(({ template }): Answer => {
        const asked = { query: template, at, answerDigest: null, tookMs: 0, looksBackMs: 0 };
        return template.includes(word) ? { ...asked, ...refusal } : { ...asked, reading: value(0) };
      }),
  };
}

describe('a query is tried when it is saved', () => {
  test('one number is what is wanted', async () => {
    expect(await trying(() => value(0))).toEqual({ faults: [], warnings: [] });
  });
  test('many series are refused with what to change', async () => {
    const { faults } = await trying(() => ({ kind: 'ambiguous', count: 12 }));
    expect(faults).toEqual([{ path: '/triggers/0/query', message: expect.stringMatching(/12 series.*sum/) }]);
  });
  test('silence for every service is a warning', async () => {
    expect((await trying(() => ({ kind: 'no-data' }))).warnings).toEqual([
      expect.stringContaining('answers nothing'),
    ]);
  });
  test('silence that is healthy by the query itself is none', async () => {
    const alertRule = aTrigger({ query: 'errors > 1', onNoData: 'healthy' });
    expect((await trying(() => ({ kind: 'no-data' }), [alertRule])).warnings).toEqual([]);
  });
  test('a source that is down is a warning, not a refusal, also where no service uses the query', async () => {
    for (const trials of [[trial], []]) {
      const down = (): Reading => ({ kind: 'unreachable', reason: 'connection refused' });
      const { faults, warnings } = await trying(down, undefined, { trials });
      expect(faults).toEqual([]);
      expect(warnings).toEqual([expect.stringContaining('connection refused')]);
    }
  });
  test('a name that is not known before the first deployment says nothing', async () => {
    expect(await trying(() => ({ kind: 'no-data' }), [crashLoop ?? guarded])).toEqual({
      faults: [],
      warnings: [],
    });
  });
});

describe('the companion query is tried as the main query is', () => {
  const companion = (reading: Reading) =>
    trying((template) => (template === 'count' ? reading : value(0)), [guarded]);

  test('many series are refused', async () => {
    expect((await companion({ kind: 'ambiguous', count: 3 })).faults).toEqual([
      { path: '/triggers/0/minSamples/query', message: expect.stringContaining('answers 3 series') },
    ]);
  });
  test('silence is a warning that says what follows', async () => {
    expect((await companion({ kind: 'no-data' })).warnings).toEqual([
      expect.stringMatching(
        /^the companion query of high_error_rate answers nothing .*a breach cannot count/,
      ),
    ]);
  });
  test('a number is what is wanted', async () => {
    expect(await companion(value(0))).toEqual({ faults: [], warnings: [] });
  });
});

describe('what the source refuses for good is refused with its position', () => {
  const check = declaredKind('prometheus').accept(
    { name: 'errors', type: 'prometheus', query: 'rate(share)', comparator: '<=', expected: 1 },
    [],
  );
  const cases: [string, DeclaredQuery[], string][] = [
    ['a trigger', queriesOfTriggers([aTrigger({ query: 'rate(share)' })], inMemory), '/triggers/0/query'],
    [
      'a companion',
      queriesOfTriggers([{ ...guarded, minSamples: { query: 'rate(share)', atLeast: 1 } }], inMemory),
      '/triggers/0/minSamples/query',
    ],
    ['a check', queriesOfChecks(aService({ checks: [check] })), '/checks/0/query'],
    [
      'a trigger with a name that is not known yet',
      queriesOfTriggers([aTrigger({ query: 'rate(share{pod=~"$POD_TEMPLATE_HASH-.*"})' })], inMemory),
      '/triggers/0/query',
    ],
  ];

  test.each(cases)('%s', async (_words, queries, path) => {
    for (const trials of [[trial], []]) {
      const { faults } = await tryQueries(refusing('rate(share'), given({ queries, trials }));
      expect(faults).toEqual([{ path, message: expect.stringContaining('1:6: parse error') }]);
    }
  });
});

test('a check whose source answers nothing is a warning before the incident', async () => {
  const check = declaredKind('prometheus').accept(
    { name: 'errors', type: 'prometheus', query: 'share', comparator: '<=', expected: 1 },
    [],
  );
  const queries = queriesOfChecks(aService({ checks: [check] }));
  const { warnings } = await tryQueries(inMemory, given({ queries }));
  expect(warnings).toEqual([
    expect.stringMatching(/^check errors answers nothing for main\/shop\/checkout now/),
  ]);
});

describe('a comparison is tried over its range as well', () => {
  const own = triggerKind({ kind: 'comparison' });
  const declared = { query: 'rate(errors[$WINDOW])', against: 'before_deployment', minEffect: 2, floor: 1 };
  const { query: _query, threshold: _threshold, comparison: _comparison, ...common } = aTrigger();
  const trigger = own.accept(declared as never, common) as RollbackTrigger;
  const queries = queriesOfTriggers([trigger], inMemory);
  const tried = (answer: Partial<SamplesAnswer>) => {
    const asked: SamplesQuestion[] = [];
    const source: MetricSource = {
      ...createInMemoryMetricSource(() => value(0)),
      readSamples: async (questions, at) =>
        questions.map((question) => {
          asked.push(question);
          const told = { query: question.template, at, answerDigest: null, tookMs: 0, looksBackMs: 0 };
          return { ...told, reading: value(1), samples: [[1]], ...answer };
        }),
    };
    return tryQueries(source, given({ queries })).then((result) => ({ ...result, asked }));
  };

  test('which a source may refuse although it answers the instant', async () => {
    const reading: Reading = { kind: 'unreachable', reason: 'too many points.' };
    expect(await tried({ reading, samples: [], refused: true })).toMatchObject({
      faults: [
        {
          path: '/triggers/0/query',
          message: 'cannot be asked over 840 s in steps of 60 s: too many points.',
        },
      ],
    });
    const { faults, warnings } = await tried({ reading, samples: [] });
    expect([faults, warnings]).toEqual([[], [expect.stringContaining('could not be tried over')]]);
  });
  test('and says nothing where it answers', async () => {
    const { faults, warnings, asked } = await tried({});
    expect([faults, warnings]).toEqual([[], []]);
    expect(asked).toMatchObject([
      { template: expect.stringMatching(/^rate\(errors\[1m *\]\)$/), range: { stepMs: 60_000 } },
    ]);
  });
});
