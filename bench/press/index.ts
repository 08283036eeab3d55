import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { openBrowser } from '@lastgood/e2e/browser';
import { pressAndUndo } from '@lastgood/e2e/press-and-undo';
import { startLastgood } from '../../e2e/lastgood.ts';
import { reportGoals, round } from '../goal.ts';
import { percentile } from '../statistics.ts';

/*
 * From the press of *Roll back* until Undo is drawn and has the focus: a real browser, the real server on the embedded sandbox, each
 * press taken back. Needs the web app: npx turbo run build --filter=@lastgood/web
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { presses: { type: 'string', default: '10' } },
});
const presses = Number(values.presses);

const [lastgood, browser] = await Promise.all([startLastgood(), openBrowser()]);
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const body = { service: 'sandbox/shop/checkout', tag: 'v42' };
  const deployed = await lastgood.send<{ id: string }>('POST', '/api/v1/sandbox/deploy', body);
  const took: number[] = [];
  for (let n = 0; n < presses; n += 1) {
    await page.goto(`${lastgood.url}/deployments/${deployed.body.id}`);
    await page.getByText(/^Takes about/).waitFor({ timeout: 60_000 });
    const { undoAfterMs } = await pressAndUndo(page);
    took.push(undoAfterMs);
    await page.getByText('Undone. Nothing was changed.').first().waitFor();
  }
  process.stdout.write(`each press, in ms: ${took.map(round).join(', ')}\n`);
  process.stdout.write(`${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}\n`);
  reportGoals([
    {
      id: 'press-to-undo',
      what: `ms from the press to Undo drawn and focused, p90 of ${presses}`,
      value: percentile(took, 0.9),
      bound: 100,
      keep: 'at-most',
    },
  ]);
} finally {
  await browser.close();
  await lastgood.stop();
}
