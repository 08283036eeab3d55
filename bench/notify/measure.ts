import { incidentOf, inTroubleSince, type Notification, peopleKinds } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import pg from 'pg';
import { median, percentile } from '../statistics.ts';
import { questionsOfChunk } from './seed-alerts.ts';
import { endClaims, notifiers } from './seed-outbox.ts';

export type Measured =
  | 'claim.chat'
  | 'claim.pager'
  | 'late.chat'
  | 'late.pager'
  | 'delivered'
  | 'over.one'
  | 'over.chunk'
  | 'over.read'
  | 'alerts';

/** In ms. */
export interface Took {
  p50: number;
  p90: number;
}

/** Services that are judged in one transaction, as the engine has it. */
export const chunk = 250;
/** As `start-notifications.ts` takes them. */
const claimedAtOnce = 20;
/** Connections plan a prepared statement anew for the first five: what is measured is the many after them. */
const unmeasured = 6;

type Measure = (what: Measured, once: (n: number) => Promise<number[]>) => Promise<void>;

/** Functions of the store, on a database that was seeded. */
interface Bench {
  store: Store;
  client: pg.Client;
  measure: Measure;
}

/** What each thing did is undone before the next. @param incidents that were told of and can be over */
export async function measureAll(
  databaseUrl: string,
  { times, incidents }: { times: number; incidents: number },
): Promise<Map<Measured, Took>> {
  const store = createStore({ databaseUrl, notifiers: notifiers.map((name) => ({ name, hears: 'people' })) });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const found = new Map<Measured, Took>();
  const measure: Measure = async (what, once) => {
    const took: number[] = [];
    for (let n = 0; n < times + unmeasured; n += 1) {
      const some = await once(n);
      if (n >= unmeasured) took.push(...some);
    }
    found.set(what, { p50: median(took), p90: percentile(took, 0.9) });
  };
  const bench = { store, client, measure };
  try {
    for (const notifier of ['chat', 'pager'] as const) await measureQueue(bench, notifier);
    await measure('delivered', () => deliverSome(store, client));
    await measureOver(bench, incidents);
    await measureAlerts(bench);
  } finally {
    await client.end();
    await store.close();
  }
  return found;
}

async function measureQueue({ store, client, measure }: Bench, notifier: 'chat' | 'pager'): Promise<void> {
  await measure(`claim.${notifier}`, async () => {
    const took = await timed(async () => {
      const items = await store.outbox.take('bench', claimedAtOnce, 60_000, { notifier });
      if (items.length !== claimedAtOnce) throw new Error(`${items.length} of ${notifier} were claimed`);
    });
    await endClaims(client);
    return [took];
  });
  const now = Date.now();
  const look = async () => {
    const late = await store.outbox.late({ notifier }, inTroubleSince(now), now);
    if (late.length > 0 !== (notifier === 'pager')) throw new Error(`${late.length} are late at ${notifier}`);
  };
  await measure(`late.${notifier}`, async () => [await timed(look)]);
}

async function measureOver({ store, client, measure }: Bench, incidents: number): Promise<void> {
  await measure('over.one', (n) => writeOver(store, client, { from: n % incidents, count: 1 }));
  if (incidents >= chunk)
    await measure('over.chunk', () => writeOver(store, client, { from: 0, count: chunk }));
  const ask = async (n: number) => {
    if ((await store.outbox.over(`past-${n % incidents}`)) !== null) throw new Error('it is over already');
  };
  await measure('over.read', async (n) => [await timed(() => ask(n))]);
}

async function measureAlerts({ store, measure }: Bench): Promise<void> {
  const questions = questionsOfChunk(chunk);
  const { signal } = new AbortController();
  const read = async () => {
    const seen = await store.alerts.readAlerts(questions, Date.now(), signal);
    if (!seen.some(({ firing }) => firing > 0)) throw new Error('no alert was found');
  };
  await measure('alerts', async () => [await timed(read)]);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function deliverSome(store: Store, client: pg.Client): Promise<number[]> {
  const items = await store.outbox.take('bench', 5, 60_000, { notifier: 'chat' });
  const took: number[] = [];
  for (const item of items)
    took.push(await timed(() => store.outbox.delivered(item, { ts: '1767614400.000100' })));
  await endClaims(client);
  return took;
}

/** Each of these incidents wanted a person at three places, which are to hear that it is over. */
async function writeOver(
  store: Store,
  client: pg.Client,
  { from, count }: { from: number; count: number },
): Promise<number[]> {
  const notifications = Array.from({ length: count }, (_, n) => overOf(`past-${from + n}`));
  const took = await timed(() => store.deployments.commit({ notifications }));
  const undone = await client.query(`delete from outbox where key like 'over/%'`);
  if (undone.rowCount !== 3 * count)
    throw new Error(`${undone.rowCount} messages were written of ${count} incidents`);
  await client.query('vacuum outbox');
  return [took];
}

function overOf(deploymentId: string): Notification {
  return {
    ...{ key: `over/${deploymentId}`, kind: 'incident_over', urgency: 'info', at: Date.now() },
    ...{ service: `main/shop/${deploymentId}`, deploymentId, runId: null, ends: peopleKinds },
    ...{
      title: `${incidentOf({ deploymentId })}: nothing fires any more`,
      text: 'Nothing for now: what fires again calls again.',
    },
  };
}
