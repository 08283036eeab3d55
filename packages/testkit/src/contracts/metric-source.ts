import type { ReviewedSource } from '@lastgood/domain/ports/query-review';
import type { Question } from '@lastgood/domain/trigger/question';
import type { Reading } from '@lastgood/domain/trigger/reading';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A metric source with questions whose right readings are known, and the same kind of source with nothing behind it. */
export interface MetricSourceWorld {
  source: ReviewedSource;
  /** Evaluation instant, epoch milliseconds. */
  at: number;
  /** At least a finite number, both infinities, not-a-number, no-data and ambiguous. */
  known: { question: Question; reading: Reading }[];
  deadSource: ReviewedSource;
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
