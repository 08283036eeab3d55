import type { MetricHistory } from '@lastgood/domain/ports/metric-history';
import type { MetricSource } from '@lastgood/domain/ports/metric-source';
import { pastOfRead } from '@lastgood/testkit/fakes/past-of-read';
import { samplesOfRead } from '@lastgood/testkit/fakes/samples-of-read';
import { expect, it } from 'vitest';
import { guardSource } from './guarded-source.ts';

const signal = new AbortController().signal;
const questions = [{ template: 'up', variables: {} }];

function sourceReading(
  read: MetricSource['read'],
  onHealth: () => void = () => {},
): MetricSource & MetricHistory {
  return {
    lint: () => [],
    emptyWhenHealthy: () => null,
    whyAskedAlone: () => null,
    read,
    readSamples: samplesOfRead(read),
    readPast: pastOfRead(read),
    async health() {
      onHealth();
      return { up: false, reason: 'no answer' };
    },
  };
}

/** A source that needs so long for an answer that says nothing, and what it was asked. */
function sourceOf(tookMs: () => number) {
  let now = 0;
  let asked = 0;
  const ask = () => {
    asked += 1;
    now += tookMs();
  };
  const read: MetricSource['read'] = async (all, at) => {
    ask();
    const reading = { kind: 'unreachable', reason: 'no answer' } as const;
    return all.map(({ template }) => ({
      reading,
      query: template,
      at,
      answerDigest: null,
      tookMs: 0,
      looksBackMs: 0,
    }));
  };
  const source = sourceReading(read, ask);
  return { guarded: guardSource(source, () => now), asked: () => asked, pass: (ms: number) => (now += ms) };
}

it('is not waited for any more after it gave no answer three times, and tried again after a pause', async () => {
  const { guarded, asked, pass } = sourceOf(() => 10_000);
  for (let n = 0; n < 3; n += 1) await guarded.read(questions, 0, signal);
  const [answer] = await guarded.read(questions, 7, signal);
  expect(asked()).toBe(3);
  expect(answer).toMatchObject({
    reading: { kind: 'unreachable', reason: 'it gives no answer; it is asked again within 1 s' },
    at: 7,
  });
  expect(await guarded.health(signal)).toMatchObject({
    up: false,
    reason: expect.stringMatching(/gives no answer/),
  });
  pass(500);
  await guarded.read(questions, 0, signal);
  expect(asked()).toBe(4);
});

it('is asked on and on while it refuses at once: nobody waits for that', async () => {
  const { guarded, asked } = sourceOf(() => 5);
  for (let n = 0; n < 10; n += 1) await guarded.read(questions, 0, signal);
  expect(asked()).toBe(10);
});

it('turns questions of the past away, too; that they are not answered says nothing of the present', async () => {
  const { guarded, asked } = sourceOf(() => 10_000);
  const past = { template: 'up', variables: {}, from: 0, stepMs: 1, count: 2 };
  for (let n = 0; n < 5; n += 1) await guarded.readPast(past, signal);
  expect(asked()).toBe(10);
  for (let n = 0; n < 3; n += 1) await guarded.read(questions, 0, signal);
  expect(asked()).toBe(13);
  const { unread } = await guarded.readPast(past, signal);
  expect(asked()).toBe(13);
  expect([...unread]).toEqual([0, 1].map((at) => [at, expect.stringMatching(/gives no answer/)]));
});

it('is asked in every slot, however long the trial of the one before took', async () => {
  const { guarded, asked, pass } = sourceOf(() => 10_000);
  for (let slot = 1; slot <= 12; slot += 1) {
    await guarded.read(questions, 0, signal);
    expect(asked()).toBe(slot);
    pass(5_000);
  }
});

it('turns no cluster away for another one that it gives no answer about', async () => {
  let now = 0;
  const read: MetricSource['read'] = async (all, at) =>
    all.map(({ template, variables }) => {
      const hangs = variables.CLUSTER === 'hangs';
      if (hangs) now += 10_000;
      const reading = hangs
        ? ({ kind: 'unreachable', reason: 'no answer' } as const)
        : ({ kind: 'value', value: 1 } as const);
      return { reading, query: template, at, answerDigest: null, tookMs: 0, looksBackMs: 0 };
    });
  const guarded = guardSource(sourceReading(read), () => now);
  const kindOf = async (cluster: string) => {
    const [answer] = await guarded.read([{ template: 'up', variables: { CLUSTER: cluster } }], 0, signal);
    return answer?.reading;
  };
  for (let n = 0; n < 3; n += 1) await kindOf('hangs');
  expect(await kindOf('hangs')).toMatchObject({ reason: expect.stringMatching(/asked again/) });
  expect(await kindOf('answers')).toEqual({ kind: 'value', value: 1 });
});

it.each([0, 1_200])(
  'lets those through who came while a trial of %i ms was under way that finds it back',
  async (tookMs) => {
    let now = 0;
    let isBack = false;
    const trial = Promise.withResolvers<void>();
    const read: MetricSource['read'] = async (all, at) => {
      if (isBack) await trial.promise;
      else now += 10_000;
      const reading = isBack
        ? ({ kind: 'value', value: 1 } as const)
        : ({ kind: 'unreachable', reason: 'no answer' } as const);
      return all.map(({ template }) => ({
        ...{ reading, query: template, at, answerDigest: null, tookMs: 0, looksBackMs: 0 },
      }));
    };
    const guarded = guardSource(sourceReading(read), () => now);
    for (let n = 0; n < 3; n += 1) await guarded.read(questions, 0, signal);
    [isBack, now] = [true, now + 1_000];
    const chunks = Promise.all([1, 2, 3].map((at) => guarded.read(questions, at, signal)));
    setTimeout(trial.resolve, tookMs);
    expect((await chunks).flat().map(({ reading }) => reading.kind)).toEqual(Array(3).fill('value'));
  },
);
