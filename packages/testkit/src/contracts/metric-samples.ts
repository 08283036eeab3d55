import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import type { Question, SampleSpan } from '@lastgood/domain/trigger/question';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A metric source with a past. */
export interface MetricSamplesWorld {
  source: MetricSource;
  /** Evaluation instant, epoch milliseconds. */
  at: number;
  /** Each answers numbers in some of the `reachMs` before `at`; some of them infinity, not-a-number, or nothing at times. */
  questions: Question[];
  reachMs: number;
  /** Answers several series, and one that answers none. */
  several: Question;
  none: Question;
  close(): Promise<void>;
}

/** What every metric source keeps of a question over a stretch of time, vendors and fakes alike. */
export function metricSamplesContract(name: string, setUp: () => Promise<MetricSamplesWorld>): void {
  describe(`${name} keeps the contract of samples over time`, () => {
    let world: MetricSamplesWorld;
    beforeAll(async () => {
      world = await setUp();
    });
    afterAll(() => world.close());

    const signal = () => new AbortController().signal;
    const ask = async (question: Question, over: SampleSpan) => {
      const [answer] = await world.source.read([{ ...question, over }], world.at, signal());
      return answer;
    };
    const spans = (): SampleSpan[] => [
      { forMs: world.reachMs, everyMs: 15_000, endsBeforeMs: 0 },
      { forMs: world.reachMs / 2, everyMs: 60_000, endsBeforeMs: world.reachMs / 2 },
      { forMs: 60_000, everyMs: 20_000, endsBeforeMs: 12_345 },
    ];

    it('answers what it answers at each instant', async () => {
      let seen = 0;
      for (const over of spans())
        for (const question of world.questions) {
          const expected = await oneByOne(question, over);
          const answer = await ask(question, over);
          expect(answer?.samples ?? []).toEqual(expected);
          expect(answer?.reading).toEqual(
            expected.length === 0 ? { kind: 'no-data' } : { kind: 'value', value: expected.length },
          );
          seen += expected.length;
        }
      expect(seen).toBeGreaterThan(50);
    });

    async function oneByOne(question: Question, over: SampleSpan): Promise<number[]> {
      const endsAt = world.at - over.endsBeforeMs;
      const found: number[] = [];
      for (let instant = 0; instant <= over.forMs / over.everyMs; instant += 1) {
        const at = (Math.floor(endsAt / over.everyMs) - instant) * over.everyMs;
        if (at <= endsAt - over.forMs) break;
        const [answer] = await world.source.read([question], at, signal());
        if (answer?.reading.kind === 'value') found.unshift(answer.reading.value);
      }
      return found;
    }

    it('says with them what was asked, and answers the same to the same', async () => {
      const [question] = world.questions;
      const [over] = spans();
      if (!question || !over) throw new Error('the world has no question');
      const [one, other] = [await ask(question, over), await ask(question, over)];
      expect(one?.answerDigest).toMatch(/^sha256:/);
      expect(one?.answerDigest).toBe(other?.answerDigest);
      expect(one?.query).not.toMatch(/\$[A-Z]/);
      expect(one?.at).toBe(world.at);
    });

    it('answers it beside the same question at one instant', async () => {
      const [question] = world.questions;
      const [over] = spans();
      if (!question || !over) throw new Error('the world has no question');
      const [plain, long] = await world.source.read([question, { ...question, over }], world.at, signal());
      expect(plain?.samples).toBeUndefined();
      expect(plain?.reading.kind).toBe('value');
      expect(long?.samples?.length).toBeGreaterThan(1);
    });

    it('tells several series and none apart', async () => {
      const [over] = spans();
      if (!over) throw new Error('the world has no span');
      expect((await ask(world.several, over))?.reading.kind).toBe('ambiguous');
      expect((await ask(world.none, over))?.reading).toEqual({ kind: 'no-data' });
    });
  });
}
