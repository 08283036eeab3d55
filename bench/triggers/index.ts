import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Goal, reportGoals, round } from '../goal.ts';
import { median } from '../statistics.ts';
import { fillSeconds, questionsOf } from './fleet.ts';
import { startScrapedPrometheus } from './scraped-prometheus.ts';
import { oneAfterAnother, ours, overPool, type Side } from './sides.ts';

/*
 * What asking the four triggers of the seed costs over a fleet: a real Prometheus that has scraped an exporter, all sides in one run,
 * all for the same instant. Time is from the first question to the last answer read; CPU is that of Prometheus's process.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { sizes: { type: 'string', default: '100,500,2000' }, rounds: { type: 'string', default: '5' } },
});
const sizes = values.sizes.split(',').map(Number);
const rounds = Number(values.rounds);
const print = (text: string) => process.stdout.write(`${text}\n`);

interface Cost {
  ms: number;
  /** CPU of Prometheus, and of this process. */
  cpuMs: number;
  ownMs: number;
}

const prometheus = await startScrapedPrometheus(Math.max(...sizes));
const sides = [oneAfterAnother(prometheus.url), overPool(prometheus.url), ours(prometheus.url)];
try {
  await sleep(fillSeconds * 1_000);
  const at = await prometheus.freeze();
  const load = loadavg().map(round).join(' ');
  print(
    `Prometheus ${prometheus.version}, ${availableParallelism()} cores, load ${load}, four triggers each`,
  );
  const goals: Goal[] = [];
  const cycles = new Map<number, number>();
  for (const size of sizes) {
    const { costs, unequal } = await compare(size, at);
    const [a, b, c] = costs;
    if (!a || !b || !c) break;
    cycles.set(size, c.ms);
    if (size >= 2_000) goals.push(...goalsAt(size, a, b, c));
    goals.push({
      id: `T0.${size}`,
      what: `answers that differ between the sides, ${size}`,
      value: unequal,
      bound: 0,
      keep: 'at-most',
    });
  }
  const [small, large] = [cycles.get(100), cycles.get(2_000)];
  if (small !== undefined && large !== undefined)
    goals.push({
      id: 'T4',
      what: 'our cycle at 2,000 over 100',
      value: large / small,
      bound: 25,
      keep: 'at-most',
    });
  reportGoals(goals);
} finally {
  for (const side of sides) await side.close();
  await prometheus.stop();
}

async function compare(size: number, at: number): Promise<{ costs: Cost[]; unequal: number }> {
  const questions = questionsOf(size);
  const costs: Cost[] = [];
  const answers: string[][] = [];
  for (const side of sides) {
    const { cost, answered } = await measure(side, questions, at, side === sides[0] ? 1 : rounds);
    costs.push(cost);
    answers.push(answered);
    print(
      `${size} deployments  ${side.name.padEnd(26)} ${round(cost.ms)} ms; CPU: Prometheus ${round(cost.cpuMs)} ms, here ${round(cost.ownMs)} ms`,
    );
  }
  const [first = [], ...others] = answers;
  const unequal = others.reduce(
    (sum, each) => sum + each.filter((one, index) => one !== first[index]).length,
    0,
  );
  const kinds = new Set(first.map((one) => (Number.isNaN(Number(one)) ? one : 'value')));
  print(`${size} deployments  ${first.length} answers (${[...kinds].join(', ')}), ${unequal} differ`);
  return { costs, unequal };
}

async function measure(side: Side, questions: ReturnType<typeof questionsOf>, at: number, times: number) {
  const [all, cpu, own]: [number[], number[], number[]] = [[], [], []];
  let answered: string[] = [];
  // What runs for the first time is not compiled yet.
  await side.ask(questions.slice(0, 40), at);
  for (let turn = 0; turn < times; turn += 1) {
    const spent = await prometheus.cpuSeconds();
    const [began, ownSpent] = [performance.now(), process.cpuUsage()];
    answered = await side.ask(questions, at);
    all.push(performance.now() - began);
    const { user, system } = process.cpuUsage(ownSpent);
    own.push((user + system) / 1_000);
    cpu.push(((await prometheus.cpuSeconds()) - spent) * 1_000);
  }
  // Ticks of CPU are too coarse for one turn.
  const cpuMs = cpu.reduce((sum, one) => sum + one, 0) / times;
  return { cost: { ms: median(all), cpuMs, ownMs: median(own) }, answered };
}

function goalsAt(size: number, a: Cost, b: Cost, c: Cost): Goal[] {
  return [
    {
      id: 'T1',
      what: `one after another over ours, ${size}`,
      value: a.ms / c.ms,
      bound: 15,
      keep: 'at-least',
    },
    { id: 'T2', what: `pool of 16 over ours, ${size}`, value: b.ms / c.ms, bound: 4, keep: 'at-least' },
    {
      id: 'T3',
      what: `CPU of Prometheus, one after another over ours, ${size}`,
      value: a.cpuMs / c.cpuMs,
      bound: 10,
      keep: 'at-least',
    },
  ];
}
