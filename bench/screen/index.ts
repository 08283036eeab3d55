import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startCountedCluster } from '../cluster-process.ts';
import { startBenchPostgres } from '../executor/postgres.ts';
import { reportGoals, round } from '../goal.ts';
import { type MeasuredServer, startMeasuredServer } from '../server-process.ts';
import { image, manifest } from '../watched-workload.ts';
import { openScreen } from './open-screen.ts';
import { startUneasySource } from './uneasy-source.ts';

/*
 * What the page Now costs a browser that is left open on it: the real server in a process of its own, a real Chromium, many
 * services under watch, one of which breaches for a slot at a time. The figures are of ten minutes.
 * LASTGOOD_WEB_ROOT measures another build of the web app.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    services: { type: 'string', default: '70' },
    minutes: { type: 'string', default: '10' },
  },
});
const [services, minutes] = [Number(values.services), Number(values.minutes)];
const intervalMs = 15_000;
const print = (text: string) => process.stdout.write(`${text}\n`);
/** As many as the default set has, none of which asks for what this cluster has not. */
const triggerNames = ['errors', 'slow', 'burnt', 'lost', 'restarts', 'queued'];
const nameOf = (n: number) => `web-${n}`;
const workloads = '/apis/apps/v1/namespaces/shop/deployments';

const postgres = await startBenchPostgres();
const cluster = await startCountedCluster();
const source = await startUneasySource(services, intervalMs);
try {
  const databaseUrl = await postgres.createDatabase('screen');
  for (let n = 0; n < services; n += 1) await cluster.send('POST', workloads, manifest(nameOf(n)));
  const server = await startMeasuredServer({
    ...{ databaseUrl, kubeconfig: cluster.kubeconfig },
    config: `metrics: { main: { url: "${source.url}" } }\nlimits: { asking: { perSecond: 1000 } }\n`,
  });
  try {
    await deployAll(server);
    await measure(server);
  } finally {
    await server.stop();
  }
} finally {
  source.stop();
  await cluster.stop();
  await postgres.stop();
}

async function deployAll(server: MeasuredServer): Promise<void> {
  for (let n = 0; n < services; n += 1)
    await server.put(`/services/main/shop/${nameOf(n)}`, {
      ...{ environment: 'bench', workloads: [{ kind: 'Deployment', name: nameOf(n) }] },
      triggers: triggerNames.map((name) => ({
        ...{ name, query: `sum(rate(${name}{service="$SERVICE",status=~"5.."}[2m]))`, threshold: 0.05 },
        ...{ comparison: 'greater_than', forDuration: 120, severity: 'page_and_suggest', unit: 'ratio' },
      })),
    });
  const body = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image(2) }];
  for (let n = 0; n < services; n += 1)
    await cluster.send('PATCH', `${workloads}/${nameOf(n)}`, body, 'application/json-patch+json');
  // One or two are in breach at any time.
  for (const until = Date.now() + 240_000; (await watched(server)) < services - 2; await sleep(1_000))
    if (Date.now() > until) throw new Error(`only ${await watched(server)} of ${services} are watched`);
}

/** How many were rolled out and read well. */
async function watched(server: MeasuredServer): Promise<number> {
  const { fleet } = (await (await fetch(`${server.url}/api/v1/now`)).json()) as {
    fleet: { counts: { state: string; count: number }[] };
  };
  return fleet.counts.find(({ state }) => state === 'watched')?.count ?? 0;
}

async function measure(server: MeasuredServer): Promise<void> {
  const screen = await openScreen(server.url);
  try {
    // What the first visit loads is not what staying costs.
    await sleep(2 * intervalMs);
    const height = await screen.page.evaluate('document.documentElement.scrollHeight');
    await screen.cost();
    await sleep(minutes * 60_000);
    const { answers, frames, fetches, kinds, mainThreadSeconds } = await screen.cost();
    const ofTen = 10 / minutes;
    print(
      `${services} services watched, ${minutes} minutes: ${fetches} fetches of the view, ${round(answers / 1_000_000)} MB of answers, ${round(frames / 1_000_000)} MB of frames, ${round(mainThreadSeconds)} s of main thread; the page is ${String(height)} px high at 1280`,
    );
    print(`${await watched(server)} of ${services} stood watched and read well at the end`);
    print(`messages: ${JSON.stringify(kinds)}; the page says ${await screen.page.title()}`);
    print(`${availableParallelism()} cores, load average ${loadavg()[0]?.toFixed(1)}`);
    reportGoals([
      {
        id: 'screen-bytes',
        what: 'MB over the line in ten minutes of the page Now',
        value: (ofTen * (answers + frames)) / 1_000_000,
        bound: 0.77,
        keep: 'at-most',
      },
      {
        id: 'screen-main-thread',
        what: 'seconds of the main thread in these ten minutes',
        value: ofTen * mainThreadSeconds,
        bound: 10.8,
        keep: 'at-most',
      },
    ]);
  } finally {
    await screen.close();
  }
}
