import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { onlyWatched } from '@lastgood/testkit/scenario/builders';
import { beforeEach, expect, test } from 'vitest';
import type { Store } from '../store.ts';
import { deployment, query, state, t0, trigger, twoReleases, useStores } from '../store-harness.ts';

const postgres = usePostgres();
const open = useStores(postgres);
const interval = 15_000;
const minute = 60_000;
let store: Store;
let now = t0;
let slot = t0;

beforeEach(() => {
  store = open({ now: () => now });
  now = t0 + minute;
});

/** Leaves the triggers of a deployment as given, in the next slot. */
async function judged(id: string, phases: Record<string, Parameters<typeof state>[0]>, ended: number[] = []) {
  slot += interval;
  const claim = await store.slots.claim(slot, 0, 'a', interval);
  if (!claim) throw new Error('the slot is taken');
  await store.slots.watched(claim, onlyWatched);
  await store.slots.commit(claim, [], () => ({
    states: Object.entries(phases).map(([name, over]) => ({
      ...{ deploymentId: id, trigger: name },
      state: state({ lastSlot: slot, lastJudgedSlot: slot, ...over }),
    })),
    ...{ readings: [], asks: [], tripped: [], lateMs: 0 },
    endedAcknowledgements: ended.map((at) => ({
      ...{ deploymentId: id, at },
      event: {
        ...{ type: 'deployment.acknowledgement-ended' as const, at: slot, service: '', deploymentId: id },
        ...{ runId: null, text: 'over', data: {} },
      },
      notifications: [
        {
          ...{ key: `calls again ${at}`, kind: 'rollback_suggested' as const, urgency: 'page' as const, at },
          ...{ service: 'main/shop/web', deploymentId: id, runId: null, title: '', text: '' },
        },
      ],
    })),
  }));
}

const firing = { phase: 'firing' as const, since: t0, troubleSince: null };
const put = (id: string, over = {}) =>
  store.acknowledgements.put(id, {
    ...{ by: 'ada', note: 'looking', at: now, until: now + 30 * minute },
    ...over,
  });
const seen = async (id: string) => (await store.views.deployment(id))?.acknowledgement ?? null;
const callsAgain = () => query(postgres.url, "select key from outbox where key like 'calls again %'");
const eventsOf = (id: string) =>
  query<{ type: string; text: string }>(
    postgres.url,
    "select type, text from events where deployment_id = $1 and type like 'deployment.ack%' order by id",
    [id],
  );

test('is of what fires, and is seen with it, on Now and on its own page', async () => {
  const { bad } = await twoReleases(store, { triggers: [trigger('errors'), trigger('latency')] });
  await judged(bad.id, { errors: firing, latency: { phase: 'pending' } });
  const said = { by: 'ada', note: 'looking', at: now, until: now + 30 * minute };
  const acknowledgement = { ...said, breaches: [{ trigger: 'errors', since: t0 }] };
  expect(await put(bad.id)).toEqual({ kind: 'acknowledged', acknowledgement });
  expect(await seen(bad.id)).toEqual(acknowledgement);
  const { watched } = await store.views.now(0, [bad.id]);
  expect(watched.find((row) => row.deployment.id === bad.id)?.acknowledgement).toEqual(acknowledgement);
  expect(await eventsOf(bad.id)).toEqual([
    { type: 'deployment.acknowledged', text: 'ada acknowledged errors of v2 (release 2): looking' },
  ]);
  await judged(bad.id, { latency: { ...firing, since: slot } });
  expect(await seen(bad.id)).toBeNull();
});

test('is over with its time, with what fired, and with its deployment', async () => {
  const { bad, svc } = await twoReleases(store, { triggers: [trigger('errors')] });
  await judged(bad.id, { errors: firing });
  await put(bad.id);
  now += 30 * minute;
  expect(await seen(bad.id)).toBeNull();
  await put(bad.id);
  await judged(bad.id, { errors: { phase: 'inactive' } });
  expect(await seen(bad.id)).toBeNull();
  await judged(bad.id, { errors: firing });
  await put(bad.id);
  expect(await seen(bad.id)).not.toBeNull();
  await store.deployments.commit({ newDeployments: [deployment(svc)] });
  expect(await seen(bad.id)).toBeNull();
  expect(await put(bad.id)).toEqual({ kind: 'replaced' });
});

test('is refused where nothing fires, and of what is not there', async () => {
  const { bad } = await twoReleases(store, { triggers: [trigger('errors', { severity: 'log_only' })] });
  await judged(bad.id, { errors: firing });
  expect(await put(bad.id)).toEqual({ kind: 'nothing-fires' });
  expect(await put('nobody')).toEqual({ kind: 'not-found' });
  expect(await eventsOf(bad.id)).toEqual([]);
});

test('is taken back once, and a slot ends only the very one that it judged', async () => {
  const { bad, svc } = await twoReleases(store, { triggers: [trigger('errors')] });
  await judged(bad.id, { errors: firing });
  await put(bad.id);
  const first = now;
  now += minute;
  await put(bad.id, { by: 'grace', note: null });
  await judged(bad.id, {}, [first]);
  expect(await seen(bad.id)).toMatchObject({ by: 'grace', note: null });
  const stands = async () => (await store.views.standings([svc.key])).rows[0]?.acknowledgement ?? null;
  expect(await stands()).toMatchObject({ by: 'grace' });
  expect(await store.acknowledgements.takeBack(bad.id, 'ada', now)).toBe(true);
  expect(await store.acknowledgements.takeBack(bad.id, 'ada', now)).toBe(false);
  expect(await stands()).toBeNull();
  expect(await seen(bad.id)).toBeNull();
  await put(bad.id);
  expect(await callsAgain()).toEqual([]);
  await judged(bad.id, {}, [now]);
  expect(await seen(bad.id)).toBeNull();
  expect(await callsAgain()).toEqual([{ key: `calls again ${now}` }]);
  expect((await eventsOf(bad.id)).map(({ text }) => text)).toEqual([
    'ada acknowledged errors of v2 (release 2): looking',
    'grace acknowledged errors of v2 (release 2).',
    'ada took back the acknowledgement of v2 (release 2).',
    'ada acknowledged errors of v2 (release 2): looking',
    'over',
  ]);
});
