import { parseArgs } from 'node:util';
import { createStore } from '@lastgood/store';
import { migrate } from '@lastgood/store/migrate/migrate';
import { startCountedCluster } from '../cluster-process.ts';
import { startBenchPostgres } from '../executor/postgres.ts';
import { reportGoals, round } from '../goal.ts';
import { startMeasuredServer } from '../server-process.ts';
import { median } from '../statistics.ts';
import { useScreens } from './browser.ts';
import { measureNow } from './now-page.ts';
import { seed, withClient } from './seed.ts';

/*
 * What a large fleet costs who looks at it: a page of the list of services at the store, with the index of dependencies and without
 * it, and the Services page in a real browser on the real server. Needs the web app: npx turbo run build --filter=@lastgood/web
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { services: { type: 'string', default: '2000' }, stored: { type: 'string', default: '5000' } },
});
const [services, stored] = [values.services, values.stored].map(Number) as [number, number];
const print = (text: string) => process.stdout.write(`${text}\n`);

const postgres = await startBenchPostgres();
const cluster = await startCountedCluster();
try {
  const page = await measurePage();
  print(`  a page at the store: ${round(page.with)} ms, without the index ${round(page.without)} ms`);
  const databaseUrl = await postgres.createDatabase('screens');
  await migrate(databaseUrl);
  await seed(databaseUrl, services);
  const server = await startMeasuredServer({ databaseUrl, kubeconfig: cluster.kubeconfig });
  try {
    const now = await measureNow(server.url);
    const seen = await useScreens(server.url, services);
    for (const [what, ms] of Object.entries(seen)) print(`  ${what}: ${round(ms)} ms`);
    print(`  an answer of GET /now: ${now.bytes} bytes`);
    reportGoals([
      {
        id: 'W5-now',
        what: `ms for GET /now with ${services} services, median`,
        value: now.ms,
        bound: 500,
        keep: 'at-most',
      },
      {
        id: 'W1-service-page',
        what: `ms for a page of 200 of ${stored} services at the store, median; ${round(page.without)} ms without the index of dependencies`,
        value: page.with,
        bound: 250,
        keep: 'at-most',
      },
      {
        id: 'W2-key-to-paint',
        what: `ms from a key in the search of ${services} services to the next paint, the slowest of all keys`,
        value: seen.slowestKey,
        bound: 100,
        keep: 'at-most',
      },
      {
        id: 'W3-scroll',
        what: 'ms that the page was busy without a break while it was scrolled through, the longest',
        value: seen.longestScrollTask,
        bound: 100,
        keep: 'at-most',
      },
      {
        id: 'W4-graph',
        what: `ms from the press until the dependencies of ${services} services were drawn`,
        value: seen.graph,
        bound: 500,
        keep: 'at-most',
      },
    ]);
  } finally {
    await server.stop();
  }
} finally {
  await cluster.stop();
  await postgres.stop();
}

async function measurePage(): Promise<{ with: number; without: number }> {
  const databaseUrl = await postgres.createDatabase('stored');
  await migrate(databaseUrl);
  await seed(databaseUrl, stored);
  const store = createStore({ databaseUrl });
  const timed = async (times: number) => {
    const took: number[] = [];
    for (let n = 0; n < times; n += 1) {
      const asked = performance.now();
      await store.views.services({ limit: 200 });
      took.push(performance.now() - asked);
    }
    return median(took);
  };
  try {
    const withIndex = await timed(9);
    await withClient(databaseUrl, (client) => client.query('drop index services_dependencies'));
    return { with: withIndex, without: await timed(3) };
  } finally {
    await store.close();
  }
}
