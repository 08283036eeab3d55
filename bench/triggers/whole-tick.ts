import { createPrometheus } from '@lastgood/adapters/metrics/prometheus/prometheus';
import {
  type Answer,
  defaultBrakes,
  type JudgedReading,
  type MetricSource,
  type Question,
  type SlotStore,
} from '@lastgood/domain';
import { createMonitor } from '@lastgood/engine';
import { createRealClock } from '@lastgood/server/loops/real-clock';
import { createStore, type Store } from '@lastgood/store';

export const slotMs = 15_000;
/** A topic that was sent is heard by then, or the sweep finds what it was about. */
const heardWithinMs = 2_000;

/** One tick as it was. */
export interface Ticked {
  /** From the first claim until everything is committed and the other replicas have heard of it. */
  ms: number;
  deployments: number;
  /** What the source answered, by `answerKey`; made when it is asked for, so that looking costs the tick nothing. */
  answers(): ReadonlyMap<string, string>;
  /** What the chunks committed of readings. */
  readings: readonly JudgedReading[];
}

export interface WholeTick {
  /** Judges the next slot. */
  tick(): Promise<Ticked>;
  close(): Promise<void>;
}

/**
 * (c) Ours, all of it: the product's scheduler over its store, for slot after slot back to back. Whatever the slot, Prometheus is asked
 * for the instant `at`, at which its data ends. What was committed is told to a replica that listens.
 */
export async function openWholeTick(options: {
  prometheus: string;
  databaseUrl: string;
  at: number;
  from: number;
}): Promise<WholeTick> {
  const { at } = options;
  let [slot, began, ids] = [Math.floor(options.from / slotMs) * slotMs, performance.now(), 0];
  const now = () => slot + performance.now() - began;
  const store = createStore({
    databaseUrl: options.databaseUrl,
    notifiers: [{ name: 'hook', hears: 'people' }],
    now,
  });
  const source = createPrometheus({ url: options.prometheus });
  const { metrics, answers } = askedAt(source, at);
  const readings: JudgedReading[] = [];
  const heard = await listen(store);
  const monitor = createMonitor({
    ...{ slots: seen(store.slots, readings), deployments: store.deployments, metrics },
    ...{ clock: { ...createRealClock(), now }, newId: () => `decision-${slot}-${++ids}`, replica: 'bench' },
    settings: {
      ...{
        intervalMs: slotMs,
        standingMs: 60_000,
        offsetMs: 0,
        deadlineMs: 10_000,
        outageToleranceMs: 300_000,
      },
      brakes: defaultBrakes,
    },
    onFault: (error) => {
      throw error;
    },
  });
  const forever = new AbortController().signal;
  return {
    async tick() {
      answers.length = 0;
      readings.length = 0;
      slot += slotMs;
      began = performance.now();
      const report = await monitor.tick(slot, forever);
      const judged = performance.now();
      await heard.settled(judged);
      return {
        ms: Math.max(judged, heard.lastAt()) - began,
        deployments: report.deployments,
        answers: answersIn([...answers]),
        readings: [...readings],
      };
    },
    async close() {
      await heard.stop();
      await source.close();
      await store.close();
    },
  };
}

/** Which of the fleet's questions it is: one about the version before is another. */
export function answerKey({ template, variables }: Question): string {
  return `${variables.SERVICE} ${variables.POD_TEMPLATE_HASH} ${template}`;
}

/** The same store; what it is given to commit is looked at. */
function seen(slots: SlotStore, readings: JudgedReading[]): SlotStore {
  return {
    ...slots,
    commit: (claim, tripped, judge) =>
      slots.commit(claim, tripped, (fleet) => {
        const commit = judge(fleet);
        readings.push(...commit.readings);
        return commit;
      }),
  };
}

/** The source, which is asked for one instant for ever, and what it answered. */
function askedAt(source: MetricSource, at: number) {
  const answers: Answered[] = [];
  const metrics: MetricSource = {
    ...source,
    async read(questions, _slot, signal) {
      const read: Answer[] = await source.read(questions, at, signal);
      answers.push([questions, read]);
      return read;
    },
  };
  return { metrics, answers };
}

type Answered = [questions: readonly Question[], read: readonly Answer[]];

function answersIn(all: readonly Answered[]): Ticked['answers'] {
  return () =>
    new Map(
      all.flatMap(([questions, read]) =>
        questions.map((question, index) => {
          const reading = read[index]?.reading ?? { kind: 'missing' };
          return [answerKey(question), 'value' in reading ? String(reading.value) : reading.kind] as const;
        }),
      ),
    );
}

/** Another replica, which hears of what is committed. */
async function listen(store: Store) {
  let lastAt = 0;
  const up = Promise.withResolvers<void>();
  const session = store.join('listener', {
    onTopics: () => {
      lastAt = performance.now();
    },
    onConnection: () => up.resolve(),
  });
  await up.promise;
  return {
    lastAt: () => lastAt,
    /** After a quiet tenth of a second nothing more comes: what is sent is sent every twentieth. */
    async settled(since: number) {
      for (let quiet = since; performance.now() < Math.max(quiet, lastAt) + 100; )
        await new Promise((resolve) => setTimeout(resolve, 20));
      if (lastAt - since > heardWithinMs) throw new Error('what was committed was heard of too late');
    },
    stop: () => session.stop(),
  };
}
