import { parseArgs } from 'node:util';
import { addTo, countHappened, type WayCounts } from './count-happened.ts';
import { type PlantedFault, plantedFaults } from './planted-faults.ts';
import { simulate } from './simulate.ts';

/*
 * The full size, by hand or by `npm run test:kill`:
 *   node packages/testkit/src/simulation/run-simulation.ts --seeds 1000 [--from 1] [--planted]
 * With --planted, every planted fault is run as well and the number of seeds that caught it is printed. --trace prints a seed's story.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '1' },
    planted: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);

async function sweep(fault: PlantedFault | null): Promise<number> {
  const began = performance.now();
  const ends: Record<string, number> = {};
  const happened = countHappened().count;
  const ways: WayCounts = { planned: {}, done: {} };
  let failing = 0;
  let takeovers = 0;
  const [from, seeds] = [Number(values.from), Number(values.seeds)];
  for (let seed = from; seed < from + seeds; seed += 1) {
    const result = await simulate(seed, fault);
    addTo(ends, result.runs);
    addTo(happened, result.happened);
    addTo(ways.planned, result.ways.planned);
    addTo(ways.done, result.ways.done);
    takeovers += result.takeovers;
    if (values.trace) print(result.trace.join('\n'));
    if (result.violations.length === 0) continue;
    failing += 1;
    if (!fault) print(`seed ${seed}, trace ${result.traceHash}:\n  ${result.violations.join('\n  ')}`);
  }
  const seconds = (performance.now() - began) / 1000;
  print(
    `${fault ?? 'no fault planted'}: ${failing} of ${seeds} seeds broke a rule; runs ${JSON.stringify(ends)}, ` +
      `${JSON.stringify(happened)}, ${takeovers} takeovers; ${seconds.toFixed(1)} s, ${Math.round((seeds / seconds) * 60)} seeds a minute`,
  );
  if (!fault)
    for (const [way, planned] of Object.entries(ways.planned).toSorted())
      print(`  ${way}: ${planned} plans, ${ways.done[way] ?? 0} of them done`);
  return failing;
}

const broken = await sweep(null);
const unnoticed: string[] = [];
for (const fault of values.planted ? plantedFaults : [])
  if ((await sweep(fault)) === 0) unnoticed.push(fault);
for (const fault of unnoticed) print(`${fault} was not noticed`);
process.exitCode = broken + unnoticed.length > 0 ? 1 : 0;
