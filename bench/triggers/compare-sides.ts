import type { JudgedReading } from '@lastgood/domain';
import type { BenchPostgres } from '../executor/postgres.ts';
import { round } from '../goal.ts';
import { median } from '../statistics.ts';
import { questionsOf, triggers } from './fleet.ts';
import { asRules, type RuleCost } from './prometheus-rules.ts';
import type { ScrapedPrometheus } from './scraped-prometheus.ts';
import { oneAfterAnother, ours, overPool, type Side } from './sides.ts';
import { filledAt } from './watched-fleet.ts';
import { answerKey, openWholeTick, type Ticked } from './whole-tick.ts';

export interface Cost {
  ms: number;
  /** CPU of Prometheus, of this process, and of PostgreSQL. */
  cpuMs: number;
  ownMs: number;
  databaseMs: number;
}

export interface Compared {
  /** One after another; null where it is not run. */
  single: Cost | null;
  pool: Cost;
  whole: Cost;
  rules: RuleCost;
  /** Questions that the tick was answered otherwise than single queries were, or not at all. */
  unequal: number;
  /** Answers of the tick that breach their trigger. */
  breaches: number;
  /** Questions that could not be asked in time. */
  unreachable: number;
  readings: readonly JudgedReading[];
}

interface Given {
  prometheus: ScrapedPrometheus;
  postgres: BenchPostgres;
  databaseUrl: string;
  size: number;
  at: number;
  rounds: number;
  oneByOneUpTo: number;
}

/** All sides for the same deployments and the same instant. */
export async function compareSides(given: Given, print: (text: string) => void): Promise<Compared> {
  const { prometheus, size, at, rounds, oneByOneUpTo } = given;
  const { url } = prometheus;
  const times = size > 2_000 ? Math.ceil(rounds / 3) : rounds;
  const say = (name: string, cost: Cost) =>
    print(
      `${size} deployments  ${name.padEnd(28)} ${round(cost.ms)} ms; CPU: Prometheus ${round(cost.cpuMs)} ms, here ${round(cost.ownMs)} ms, PostgreSQL ${round(cost.databaseMs)} ms`,
    );
  const single = size > oneByOneUpTo ? null : await askedBy(oneAfterAnother(url), given, 1);
  if (single) say('(a) one after another, fetch', single.cost);
  const pool = await askedBy(overPool(url), given, size > 2_000 ? 1 : times);
  say('(b) a query each, pool of 16', pool.cost);
  say('    our reading alone', (await askedBy(ours(url), given, times)).cost);
  const { cost: whole, last } = await wholeTicks(given, times);
  say('(c) our whole tick', whole);
  const rules = await asRules(prometheus, size, at, size > 2_000 ? 1 : 3);
  print(
    `${size} deployments  (d) rules of Prometheus      ${round(rules.ms)} ms; CPU: Prometheus ${round(rules.cpuMs)} ms; ${rules.alerts} alerts`,
  );
  const wanted = (single ?? pool).answered;
  const questions = questionsOf(size);
  const answers = last.answers();
  const unequal = questions.filter((one, index) => answers.get(answerKey(one)) !== wanted[index]).length;
  const unreachable = [...answers.values()].filter((one) => one === 'unreachable').length;
  const breaches = questions.filter((one, index) => isBreach(index, answers.get(answerKey(one)))).length;
  print(`${size} deployments  ${questions.length} answers compared, ${unequal} differ; ${breaches} breach`);
  return {
    ...{ single: single?.cost ?? null, pool: pool.cost, whole, rules },
    ...{ unequal, breaches, unreachable, readings: last.readings },
  };
}

/** Questions come trigger by trigger for each deployment. */
function isBreach(index: number, answer: string | undefined): boolean {
  const trigger = triggers[index % triggers.length];
  return trigger !== undefined && Number(answer) > trigger.threshold;
}

async function askedBy(side: Side, given: Given, times: number) {
  const questions = questionsOf(given.size);
  let answered: string[] = [];
  // What runs for the first time is not compiled yet.
  await side.ask(questions.slice(0, 40), given.at);
  const cost = await costOf(given, times, async () => {
    const began = performance.now();
    answered = await side.ask(questions, given.at);
    return performance.now() - began;
  });
  await side.close();
  return { cost, answered };
}

async function wholeTicks(given: Given, times: number) {
  const { prometheus, databaseUrl, at } = given;
  const whole = await openWholeTick({ prometheus: prometheus.url, databaseUrl, at, from: filledAt });
  // The first writes down what is the same in all that follow, the second finds it.
  let last: Ticked = await whole.tick();
  last = await whole.tick();
  const cost = await costOf(given, times, async () => {
    last = await whole.tick();
    return last.ms;
  });
  await whole.close();
  return { cost, last };
}

/** The median of some turns; of CPU the mean, because its ticks are too coarse for one turn. */
async function costOf(
  { prometheus, postgres }: Given,
  times: number,
  turn: () => Promise<number>,
): Promise<Cost> {
  const took: number[] = [];
  const [cpu, own, database] = [
    await prometheus.cpuSeconds(),
    process.cpuUsage(),
    (await postgres.spent()).cpuMs,
  ];
  for (let turns = 0; turns < times; turns += 1) took.push(await turn());
  const { user, system } = process.cpuUsage(own);
  return {
    ms: median(took),
    cpuMs: (((await prometheus.cpuSeconds()) - cpu) * 1_000) / times,
    ownMs: (user + system) / 1_000 / times,
    databaseMs: ((await postgres.spent()).cpuMs - database) / times,
  };
}
