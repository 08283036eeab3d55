import { parseArgs } from 'node:util';
import { plantedFaults } from './planted-faults.ts';
import { sweepBreached, sweepHealthy } from './sweep.ts';

/*
 * The schedules by hand:
 *   node packages/testkit/src/metric-faults/run-schedules.ts --seeds 1000 [--from 1] [--planted]
 * With --planted, every planted fault is run until it is caught, and the seed is told.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    planted: { type: 'boolean', default: false },
  },
});
const [from, seeds] = [Number(values.from), Number(values.seeds)];
const print = (line: string) => process.stdout.write(`${line}\n`);

for (const [name, sweep] of [
  ['healthy', sweepHealthy],
  ['breached', sweepBreached],
] as const) {
  const began = performance.now();
  const swept = await sweep({ from, seeds });
  print(`${name}: ${JSON.stringify(swept.figures)}, ${((performance.now() - began) / 1000).toFixed(1)} s`);
  for (const words of swept.violations) print(`  ${words}`);
  for (const planted of values.planted ? plantedFaults : []) {
    const caught = await sweep({ from, seeds, planted, untilCaught: true });
    print(`  ${planted}: ${caught.violations[0] ?? 'not noticed'}`);
  }
}
