import { parseArgs } from 'node:util';
import type { StepKind } from '@lastgood/domain';
import { stepCases } from '../fakes/step-world/cases.ts';
import { brokenLaws, stepLaws } from './step-laws.ts';

/*
 * The full size of goal R10, by hand or by `npm run test:kill`:
 *   node packages/testkit/src/contracts/run-steps.ts [--worlds 1000]
 */
const { values } = parseArgs({ options: { worlds: { type: 'string', default: '1000' } } });
const worlds = Number(values.worlds);
const print = (line: string) => process.stdout.write(`${line}\n`);

const kinds = Object.keys(stepCases) as StepKind[];
const broken: string[] = [];
for (const kind of kinds) {
  const began = performance.now();
  const before = broken.length;
  for (let seed = 1; seed <= worlds; seed += 1)
    broken.push(...(await brokenLaws(kind, stepCases[kind], seed)));
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  print(`${kind}: ${broken.length - before} laws broken in ${worlds} worlds, ${seconds} s`);
}
for (const what of broken.slice(0, 20)) print(what);
print(
  `goal R10 ${broken.length} 0 ${broken.length === 0 ? 'ok' : 'short'} ` +
    `(laws broken; ${kinds.length} kinds x ${worlds} worlds x ${stepLaws.length} laws)`,
);
process.exitCode = broken.length === 0 ? 0 : 1;
