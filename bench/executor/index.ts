import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { reportGoals } from '../goal.ts';
import { installDbos } from './install-dbos.ts';
import { openLastgood } from './lastgood/lastgood.ts';
import { measure, outcomes, type Pass } from './measure/measure.ts';
import { startBenchPostgres } from './postgres.ts';
import { startRecorder } from './recorder-process.ts';
import { goalsOf, table } from './report.ts';

/*
 * Our engine beside DBOS: the same plans, the same faults, the same server, the same recorder outside, in turn.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    repeats: { type: 'string', default: '3' },
    plans: { type: 'string', default: '200' },
    idle: { type: 'string', default: '50' },
    kills: { type: 'string', default: '3' },
  },
});
const sizes = { idlePlans: Number(values.idle), plans: Number(values.plans), kills: Number(values.kills) };
const print = (text: string) => process.stdout.write(`${text}\n`);

const openDbos = await installDbos();
const postgres = await startBenchPostgres();
const recorder = await startRecorder();
const passes: Pass[] = [];
try {
  print(
    `PostgreSQL ${postgres.version}, Node ${process.version}, ${availableParallelism()} cores, 2 workers each`,
  );
  for (let repeat = 1; repeat <= Number(values.repeats); repeat++) {
    // Taking turns at being first, so that neither always has the quieter or the warmer machine.
    const order = [openLastgood, openDbos];
    for (const open of repeat % 2 === 1 ? order : order.toReversed()) {
      const databaseUrl = await postgres.createDatabase(`${open.name.toLowerCase()}_${repeat}`);
      const executor = await open(databaseUrl, recorder.url);
      try {
        const pass = await measure(executor, recorder, postgres, sizes);
        passes.push(pass);
        for (const { lost, doubled } of outcomes(pass))
          if (lost.length + doubled.length > 0)
            print(`${executor.name}: ${JSON.stringify({ lost, doubled, faults: executor.faults() })}`);
        print(`pass ${repeat}, ${executor.name}: load average afterwards ${loadavg()[0]?.toFixed(1)}`);
      } finally {
        await executor.close();
      }
    }
  }
} finally {
  await recorder.stop();
  await postgres.stop();
}
print(`\n${table(passes)}\n`);
reportGoals(goalsOf(passes));
