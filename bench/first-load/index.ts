import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Lastgood, startLastgood } from '../../e2e/lastgood.ts';
import { type Goal, reportGoals, round } from '../goal.ts';
import { median } from '../statistics.ts';
import { type Encoding, type FirstLoad, loadPage } from './load-page.ts';

/*
 * What a first visit costs over 9 Mbit/s with 40 ms there and back: a real browser with an empty cache, the real server on the
 * embedded sandbox. The same files unpacked first, for comparison.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { rounds: { type: 'string', default: '5' } },
});
const rounds = Number(values.rounds);
const print = (text: string) => process.stdout.write(`${text}\n`);
const encodings: Encoding[] = ['none', 'gzip', 'br'];

const lastgood = await startLastgood();
try {
  const pages = { now: '/', deployment: `/deployments/${await takenBack(lastgood)}` };
  const goals: Goal[] = [];
  for (const [name, path] of Object.entries(pages))
    for (const encoding of encodings) {
      const loads: FirstLoad[] = [];
      for (let n = 0; n < rounds; n += 1)
        loads.push(await loadPage(lastgood.url + path, encoding, name === 'deployment'));
      const of = (what: keyof FirstLoad) => median(loads.map((load) => load[what]));
      print(
        `${name}, ${encoding}: shown after ${round(of('shownMs'))} ms, charts after ${round(of('chartsMs'))} ms; script ${kb(of('script'))} and later ${kb(of('laterScript'))}, styles ${kb(of('styles'))}, in all ${kb(of('all'))}`,
      );
      if (encoding !== 'gzip') continue;
      goals.push(
        {
          id: `first-load-${name}-script`,
          what: 'KB of script over the line until the page is drawn, gzip',
          value: of('script') / 1_000,
          bound: 250,
          keep: 'at-most',
        },
        {
          id: `first-load-${name}-styles`,
          what: 'KB of styles over the line, gzip',
          value: of('styles') / 1_000,
          bound: 40,
          keep: 'at-most',
        },
        {
          id: `first-load-${name}-ms`,
          what: 'ms until the page is drawn, cold, 9 Mbit/s and 40 ms',
          value: of('shownMs'),
          bound: 1_200,
          keep: 'at-most',
        },
      );
    }
  print(
    `${rounds} visits each, the median; ${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}`,
  );
  reportGoals(goals);
} finally {
  await lastgood.stop();
}

/** A deployment that breached and was rolled back: quiet triggers are folded, of these the charts are shown. */
async function takenBack({ get, send }: Lastgood): Promise<string> {
  const body = { service: 'sandbox/shop/checkout', tag: 'v42-errors' };
  const { status, body: bad } = await send<{ id: string }>('POST', '/api/v1/sandbox/deploy', body);
  if (status >= 300) throw new Error(`the sandbox refused to deploy: ${JSON.stringify(bad)}`);
  for (const until = Date.now() + 180_000; Date.now() < until; await sleep(1_000)) {
    const { items } = await get<{ items: { status: string }[] }>('/api/v1/runs');
    if (items.some(({ status }) => status === 'done')) return bad.id;
  }
  throw new Error('the bad deployment was not taken back within three minutes');
}

function kb(bytes: number): string {
  return `${round(bytes / 1_000)} KB`;
}
