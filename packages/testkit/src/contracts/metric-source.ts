import type { RecordingSource } from '@lastgood/domain/ports/metric-history';
import { instantsOf, readingAt, samplesUntil } from '@lastgood/domain/trigger/past-answer';
import type { Question, SamplesQuestion } from '@lastgood/domain/trigger/question';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A metric source with questions whose right readings are known, and the same kind of source with nothing behind it. */
export interface MetricSourceWorld {
  source: RecordingSource;
  /** Evaluation instant, epoch milliseconds. */
  at: number;
  /** At least a finite number, both infinities, not-a-number, no-data and ambiguous. */
  known: { question: Question; reading: Reading }[];
  /** A question over a range until `at`, and the numbers of each series that it answers; and one that answers none. */
  samples: { question: SamplesQuestion; samples: number[][]; silent: SamplesQuestion };
  deadSource: RecordingSource;
  close(): Promise<void>;
}

/** What every metric source keeps, vendors and fakes alike. */
export function metricSourceContract(name: string, setUp: () => Promise<MetricSourceWorld>): void {
  describe(`${name} keeps the contract of a metric source`, () => {
    let world: MetricSourceWorld;
    beforeAll(async () => {
      world = await setUp();
    });
    afterAll(() => world.close());

    const signal = () => new AbortController().signal;

    it('is tried with every kind of reading', () => {
      const kinds = new Set(world.known.map(({ reading }) => reading.kind));
      expect(kinds).toEqual(new Set(['value', 'no-data', 'not-a-number', 'ambiguous']));
      const values = world.known.flatMap(({ reading }) => (reading.kind === 'value' ? [reading.value] : []));
      expect(values).toContain(Number.POSITIVE_INFINITY);
      expect(values).toContain(Number.NEGATIVE_INFINITY);
      expect(values.some(Number.isFinite)).toBe(true);
    });

    it('answers every question in its place, twice the same', async () => {
      const doubled = [...world.known, ...world.known.toReversed()];
      const answers = await world.source.read(
        doubled.map(({ question }) => question),
        world.at,
        signal(),
      );
      expect(answers.map(({ reading }) => reading)).toEqual(doubled.map(({ reading }) => reading));
    });

    it('says with each answer what was asked, when, and what came back', async () => {
      const [known] = world.known;
      const [answer] = await world.source.read(
        known === undefined ? [] : [known.question],
        world.at,
        signal(),
      );
      expect(answer?.at).toBe(world.at);
      expect(answer?.query).not.toMatch(/\$[A-Z]/);
      expect(answer?.answerDigest).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(answer?.tookMs).toBeGreaterThanOrEqual(0);
      expect(answer?.looksBackMs).toBeGreaterThanOrEqual(0);
    });

    it('answers a range with its numbers, and a silent one with none, each in its place', async () => {
      const { question, samples, silent } = world.samples;
      const count = samples.reduce((sum, { length }) => sum + length, 0);
      const answers = await world.source.readSamples([silent, question, silent], world.at, signal());
      expect(answers.map(({ samples: found }) => found)).toEqual([[], samples, []]);
      expect(answers[0]?.reading.kind).not.toBe('value');
      expect(answers[1]).toMatchObject({
        ...{ reading: { kind: 'value', value: count }, at: world.at },
        answerDigest: expect.stringMatching(/^sha256:/),
      });
      expect(answers[1]?.looksBackMs).toBeGreaterThanOrEqual(question.range.fromMs);
      expect(answers[1]?.query).not.toMatch(/\$[A-Z]/);
    });

    it('answers a range that ends earlier as it answers the same range then', async () => {
      const { question } = world.samples;
      for (const endsBeforeMs of [0, question.range.stepMs, 12_345]) {
        const earlier = { ...question, range: { ...question.range, endsBeforeMs } };
        const [now] = await world.source.readSamples([earlier], world.at, signal());
        const [then] = await world.source.readSamples([question], world.at - endsBeforeMs, signal());
        expect(now?.samples).toEqual(then?.samples);
        expect(now?.at).toBe(world.at);
        expect(now?.looksBackMs).toBe((then?.looksBackMs ?? 0) + endsBeforeMs);
      }
    });

    it('does not ask for samples with a variable that is not known, nor where nobody answers', async () => {
      const { range } = world.samples.question;
      const unready = { template: 'up{pod=~"$POD_TEMPLATE_HASH-.*"}', variables: {}, range };
      const asked = [unready, world.samples.question];
      for (const answers of [
        (await world.source.readSamples(asked, world.at, signal())).slice(0, 1),
        await world.deadSource.readSamples(asked, world.at, signal()),
        await world.source.readSamples(asked, world.at, AbortSignal.abort()),
      ])
        for (const answer of answers)
          expect(answer).toMatchObject({ reading: { kind: 'unreachable' }, samples: [], answerDigest: null });
    });

    it('answers each instant of the past as it answers the same question then', async () => {
      const stretch = { from: world.at - 3 * 15_000, stepMs: 15_000, count: 8 };
      for (const { question, reading } of world.known) {
        const past = await world.source.readPast({ ...question, ...stretch }, signal());
        for (const at of instantsOf(stretch)) {
          const [then] = await world.source.read([question], at, signal());
          expect([at, readingAt(past, at)]).toEqual([at, then?.reading]);
        }
        expect(readingAt(past, world.at)).toEqual(reading);
      }
    });

    it('answers the instants of a range so that its samples are those of the range', async () => {
      const { question } = world.samples;
      const { fromMs, stepMs } = question.range;
      const count = Math.floor(fromMs / stepMs) + 1;
      const from = world.at - (count - 1) * stepMs;
      const past = await world.source.readPast({ ...question, from, stepMs, count }, signal());
      for (const range of [question.range, { fromMs: stepMs, stepMs }, { fromMs: 0, stepMs }]) {
        const [then] = await world.source.readSamples([{ ...question, range }], world.at, signal());
        const { reading, samples } = samplesUntil(past, range, world.at);
        expect({ reading, samples }).toEqual({ reading: then?.reading, samples: then?.samples });
      }
    });

    it('says of every instant why it was not read', async () => {
      const [known] = world.known;
      if (known === undefined) throw new Error('the world knows no question');
      const stretch = { from: world.at, stepMs: 15_000, count: 3 };
      const unready = { template: 'up{pod=~"$POD_TEMPLATE_HASH-.*"}', variables: {} };
      for (const past of [
        await world.source.readPast({ ...unready, ...stretch }, signal()),
        await world.deadSource.readPast({ ...known.question, ...stretch }, signal()),
        await world.source.readPast({ ...known.question, ...stretch }, AbortSignal.abort()),
      ]) {
        expect(past.series.size).toBe(0);
        expect([...past.unread.keys()]).toEqual(instantsOf(stretch));
        for (const reason of past.unread.values()) expect(reason).toMatch(/\w/);
      }
    });

    it('answers no questions with no answers', async () => {
      expect(await world.source.read([], world.at, signal())).toEqual([]);
    });

    it('does not ask with a variable that is not known, and asks the others', async () => {
      const [known] = world.known;
      if (known === undefined) throw new Error('the world knows no question');
      const unready = { template: 'up{pod=~"$POD_TEMPLATE_HASH-.*"}', variables: {} };
      const answers = await world.source.read([unready, known.question], world.at, signal());
      expect(answers[0]).toMatchObject({
        reading: {
          kind: 'unreachable',
          reason: 'waits for its first pod to be seen',
        },
        query: unready.template,
        answerDigest: null,
      });
      expect(answers[1]?.reading).toEqual(known.reading);
    });

    it('says unreachable when there is nothing to ask, and does not throw', async () => {
      const questions = world.known.map(({ question }) => question);
      const answers = await world.deadSource.read(questions, world.at, signal());
      expect(answers).toHaveLength(questions.length);
      for (const { reading, answerDigest } of answers) {
        expect(reading).toEqual({ kind: 'unreachable', reason: expect.stringMatching(/\w/) });
        expect(answerDigest).toBeNull();
      }
    });

    it('says unreachable when it is called off', async () => {
      const questions = world.known.map(({ question }) => question);
      const answers = await world.source.read(questions, world.at, AbortSignal.abort());
      expect(answers.map(({ reading }) => reading.kind)).toEqual(questions.map(() => 'unreachable'));
    });

    it('knows whether it is up', async () => {
      expect(await world.source.health(signal())).toEqual({ up: true });
      expect(await world.deadSource.health(signal())).toEqual({
        up: false,
        reason: expect.stringMatching(/\w/),
      });
    });

    it('tells a query that answers nothing while all is well', () => {
      expect(world.source.emptyWhenHealthy('up{a!="x"}')).toBeNull();
      expect(world.source.emptyWhenHealthy('up > bool 1')).toBeNull();
      expect(world.source.emptyWhenHealthy('up{a="x"} > 1')).toEqual({
        why: expect.stringContaining('compares by itself'),
        instead: expect.stringContaining('threshold'),
      });
    });

    it('says why a query is asked for each service by itself', () => {
      expect(world.source.whyAskedAlone('up{a="$SERVICE"}')).toBeNull();
      expect(world.source.whyAskedAlone('up{a="x"}')).toMatch(/variable/);
    });

    it('lints what can be saved', () => {
      for (const { question } of world.known) {
        expect(world.source.lint(question.template, Object.keys(question.variables))).toEqual([]);
      }
      const [problem] = world.source.lint('up{a="$SERVIC"}', ['SERVICE', 'NAMESPACE']);
      expect(problem).toContain('$SERVIC is not a variable');
      expect(problem).toContain('$SERVICE');
      expect(world.source.lint(' ', ['SERVICE'])).toHaveLength(1);
    });

    it('finds what it refuses as errors, and nothing wrong with what can be saved', () => {
      const errors = (template: string) =>
        world.source.review(template, ['SERVICE']).filter(({ severity }) => severity === 'error');
      for (const { question } of world.known) expect(errors(question.template)).toEqual([]);
      expect(errors('up{a="$SERVIC"}').map(({ message }) => message)).toEqual(
        world.source.lint('up{a="$SERVIC"}', ['SERVICE']),
      );
    });

    it('that cannot be asked leaves a warning with each question, and no name', async () => {
      const questions = world.known.map(({ question }) => question).slice(0, 3);
      const found = await world.deadSource.inspect(questions, world.at, signal());
      expect(found).toHaveLength(questions.length);
      for (const findings of found)
        expect(findings).toMatchObject([{ code: 'could-not-be-asked', severity: 'warning' }]);
      const names = await world.deadSource.names({ of: 'metrics' }, 'main', world.at, signal());
      expect(names).toEqual({ names: [], isCut: false, problem: expect.stringMatching(/\w/) });
    });

    it('says of what is no rule file why it is none', async () => {
      expect(await world.source.importRules('a: 1')).toEqual({
        ...{ alerts: [], notes: [], problem: expect.stringMatching(/\w/) },
      });
    });
  });
}
