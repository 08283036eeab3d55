import { readFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { worldNote } from '@lastgood/sandbox/world/owner';
import { showsAll, startLastgood } from '../../e2e/lastgood.ts';
import { type Goal, reportGoals, round } from '../goal.ts';
import { median, percentile } from '../statistics.ts';
import { playRound, type Took } from './round.ts';
import { timedWays } from './timed-ways.ts';
import { createTurns } from './turns.ts';
import { type UsualTime, usualTimes } from './usual-times.ts';

/*
 * How long each way back takes, on the sandbox's shop under its traffic: release after release that fails, each taken back by the
 * button. The ways go side by side on one Lastgood: one is taken back at a time, while the others are released, fail or are verified.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { runs: { type: 'string', default: '20' }, only: { type: 'string' } },
});
const runs = Number(values.runs);

const turns = createTurns();
const lastgood = await startLastgood(showsAll);
try {
  const note = await readFile(worldNote(join(lastgood.dataDir, 'sandbox')), 'utf8');
  const { controlUrl } = JSON.parse(note) as { controlUrl: string };
  const wanted = Object.keys(usualTimes).filter(
    (way) => !values.only || values.only.split(',').includes(way),
  );
  const all = await Promise.all(
    wanted.map(async (way) => ({ way, times: await playAll(controlUrl, way as keyof typeof usualTimes) })),
  );
  process.stdout.write('Rollbacks of each way, one at a time, ms from the press, median / p95\n');
  for (const { way, times } of all) print(usualTimes[way as keyof typeof usualTimes], times);
  process.stdout.write(`${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}\n`);
  const share = all.flatMap(({ times }) => times.map(({ firstEffect }) => firstEffect));
  reportGoals([
    ...all.flatMap(({ way, times }) => goalsOf(way as keyof typeof usualTimes, times)),
    shareGoal(share),
  ]);
} finally {
  await lastgood.stop();
}

async function playAll(controlUrl: string, way: keyof typeof usualTimes): Promise<Took[]> {
  const times: Took[] = [];
  try {
    while (times.length < runs)
      times.push(await playRound({ lastgood, controlUrl, way: timedWays[way], turns }));
  } catch (error) {
    // What was measured until then is told all the same.
    process.stdout.write(`${way}: ended after ${times.length} of ${runs} rollbacks: ${String(error)}\n`);
    process.exitCode = 1;
  }
  return times;
}

function print({ row, words }: UsualTime, times: readonly Took[]): void {
  const both = (of: (took: Took) => number) =>
    `${round(median(times.map(of)))} / ${round(percentile(times.map(of), 0.95))}`;
  process.stdout.write(
    `${row}, ${times.length} of ${runs}: first effect ${both((t) => t.firstEffect)} (usually ${words[0]})`,
  );
  process.stdout.write(`, traffic ${both((t) => t.traffic)} (usually ${words[1]})`);
  process.stdout.write(`, complete ${both((t) => t.complete)} (usually ${words[2]})`);
  process.stdout.write(`, every step ${both((t) => t.whole)}, verified ${both((t) => t.verified)}\n`);
}

function goalsOf(way: keyof typeof usualTimes, times: readonly Took[]): Goal[] {
  const { row, initiation, traffic, complete } = usualTimes[way];
  const goal = (id: string, of: (took: Took) => number, bound: number): Goal => ({
    id: `${way}-${id}`,
    what: `ms from the press, p95 of ${times.length}, ${row}`,
    value: percentile(times.map(of), 0.95),
    bound,
    keep: 'at-most',
  });
  return [
    goal('starts', (took) => took.firstEffect, initiation),
    goal('traffic', (took) => took.traffic, traffic),
    goal('complete', (took) => took.complete, complete),
  ];
}

function shareGoal(firstEffects: readonly number[]): Goal {
  return {
    id: 'control-plane-share',
    what: `ms from the press to the first effect sent, median of ${firstEffects.length}`,
    value: median(firstEffects),
    bound: 250,
    keep: 'at-most',
  };
}
