import type { JudgedReading, RollbackTrigger } from '@lastgood/domain';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Released } from './fleet.ts';
import { isFull, report, sized } from './goals.ts';
import { databaseOf, useKillHarness } from './kill-harness.ts';
import { type MetricsRecorder, startMetricsRecorder } from './metrics-recorder.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { query } from './run-outcomes.ts';
import { gapsIn, keyOf, missedSlotsToldBy, repeated, slotRows, slowestTakeover } from './shared-slots.ts';
import { disturb, fittingSlot, longestGap } from './undisturbed.ts';

/*
 * R7: whole servers share the slots of one database. One that has claimed a slot and asked for it dies before it has judged it, again
 * and again; another freezes there and thaws later.
 */
const chunks = 3;
const killEvery = sized(10, 4);
/** The second is for what the machine does to slots though nobody is killed. */
const harness = useKillHarness(() => 2);
let slotMs: number;
let recorder: MetricsRecorder;
let released: Released[];

/** One service counts a breach from beginning to end: a slot that is judged twice, or a hold that starts again, would show in it. */
const isBreached = (service: string) => service === released[0]?.service.name;
const watched: Partial<RollbackTrigger>[] = [
  // It never fires: what is held is counted up from slot to slot.
  { name: 'errors', query: 'errors{service="$SERVICE"}', threshold: 0.05, forMs: 3_600_000 },
  { name: 'latency', query: 'latency{service="$SERVICE"}', threshold: 10 },
];

beforeAll(async () => {
  recorder = await startMetricsRecorder((_metric, service) => (isBreached(service) ? 0.5 : 0.01));
  const { fleet, databaseUrl } = databaseOf(harness, 0);
  released = await Promise.all(Array.from({ length: chunks + 1 }, () => fleet.release(['Deployment'])));
  for (const [index, { service, goodId, badId }] of released.entries()) {
    const triggers = watched.map((one) => aTrigger({ ...one, severity: 'log_only' }));
    await fleet.store.services.apply({ ...service, triggers }, 'ada', Date.now());
    // As if each chunk had its 250.
    const ids = [goodId, badId];
    await query(databaseUrl, 'update deployments set chunk = $2 where id = any($1)', [ids, index % chunks]);
  }
});
afterAll(() => recorder?.stop());
beforeAll(async () => {
  // The share judges counts alone, so that it needs no measuring.
  slotMs = isFull() ? await fittingSlot(databaseOf(harness, 1), orders(), 2_000) : 500;
}, 300_000);

const orders = () => ({ loops: 'all', metricsUrl: recorder.url }) as const;
const start = () => databaseOf(harness, 0).start({ ...orders(), slotMs });
const servicesOf = (chunk: number) =>
  released.filter((_, index) => index % chunks === chunk).map(({ service }) => service.name);
const nextSlot = () => Math.ceil(Date.now() / slotMs) * slotMs;
const rows = () => slotRows(databaseOf(harness, 0).databaseUrl);

/** Resolves when the slot has been judged, or one after it. */
async function judged(slot: number): Promise<void> {
  const isJudged = async () => (await rows()).some((row) => row.counts && row.slot >= slot);
  await until(`slot ${slot}`, isJudged, Math.max(0, slot - Date.now()) + 120_000, 50);
}

/** Holds the answers of one chunk in a slot from `from` on, and does something to the replica that waits for them. */
async function whileOwnerAsks(
  replicas: readonly ReplicaProcess[],
  { chunk, from }: { chunk: number; from: number },
  act: (owner: ReplicaProcess, slot: number) => Promise<void>,
): Promise<void> {
  const held = await recorder.holdNext(servicesOf(chunk), from);
  const row = (await rows()).find((one) => one.slot === held.slot && one.chunk === chunk);
  const owner = replicas.find(({ name }) => name === row?.claimedBy);
  if (!owner) throw new Error(`nobody that lives has claimed slot ${held.slot}`);
  await act(owner, held.slot);
  held.letGo();
}

/** How many queries one replica asks for a slot that it judges, by itself, and how many in all. */
async function alone(replica: ReplicaProcess, slots: number) {
  const [received, from] = [recorder.received(), nextSlot()];
  await judged(from + slots * slotMs);
  const asked = recorder.asked.filter(({ slot }) => slot >= from && slot < from + slots * slotMs);
  expect(replica.endedAt()).toBeNull();
  const perSlot = asked.length / new Set(asked.map(({ slot }) => slot)).size;
  return { perSlot, inAllPerSlot: perSlot + (recorder.received() - received - asked.length) / slots };
}

/** What living replicas miss while others start and end elsewhere as often as these will be killed. */
async function undisturbed(slots: number) {
  const first = nextSlot();
  const last = first + slots * slotMs;
  for (let at = first; at < last; at = Math.max(at + killEvery * slotMs, nextSlot())) {
    await judged(at);
    await disturb(databaseOf(harness, 1), { ...orders(), slotMs: 3_600_000 });
  }
  await judged(last);
  const within = (await rows()).filter(({ slot }) => slot >= first && slot <= last);
  const missed = new Set(gapsIn(within, slotMs).map(({ slot }) => slot)).size;
  return { share: missed / slots, longest: longestGap(within, slotMs) };
}

let replicas: ReplicaProcess[] = [];

test('R7: three replicas share the slots, and one of them is killed again and again', async (context) => {
  const kills = sized(20, 3);
  replicas = [await start()];
  const one = await alone(replicas[0] as ReplicaProcess, sized(20, 4));
  replicas.push(...(await Promise.all([start(), start()])));
  const quiet = isFull() ? await undisturbed(50) : { share: 0, longest: 0 };
  const [received, began] = [recorder.received(), Date.now()];
  const first = nextSlot();
  for (let kill = 0; kill < kills; kill += 1) {
    const from = Math.max(first + kill * killEvery * slotMs, nextSlot());
    await whileOwnerAsks(replicas, { chunk: kill % chunks, from }, (owner) => owner.kill());
    replicas = replicas.filter((replica) => replica.endedAt() === null);
    // On a busy machine it takes longer than ten slots; three are there whenever one is killed.
    replicas.push(await start());
  }
  const last = Math.max(first + kills * killEvery * slotMs, nextSlot());
  await judged(last);
  const inAll = (recorder.received() - received) / ((Date.now() - began) / slotMs);

  const slots = (last - first) / slotMs;
  const untold = await missedUntold();
  const gaps = gapsIn(await rows(), slotMs).filter(({ slot }) => slot >= first && slot < last);
  const missed = new Set(gaps.map(({ slot }) => slot)).size;
  const lost = (await rows()).filter(({ abandoned, slot }) => abandoned && slot >= first && slot < last);
  const lostSlots = new Set(lost.map(({ slot }) => slot)).size;
  const twice = await judgedTwice();
  const asked = recorder.asked.filter(({ slot }) => slot >= first && slot < last);
  const perSlot = asked.length / slots / one.perSlot;
  const size = `of ${slots} slots, ${kills} kills`;
  expect(twice).toEqual([]);
  report(context, [
    { goal: 'R7', what: `judged twice, ${size}`, value: twice.length, bound: 0 },
    { goal: 'R7', what: `slots lost with who had claimed them, ${size}`, value: lostSlots, bound: kills },
    // A machine that has other things to do misses slots by itself, none where it is quiet; those too are recorded.
    {
      goal: 'R7',
      what: `slots of ${slotMs} ms missed, ${size}; undisturbed ${(quiet.share * 100).toFixed(1)} %`,
      value: missed,
      bound: kills + Math.ceil(2 * quiet.share * slots),
      shareBound: slots - 1,
    },
    {
      goal: 'R7',
      what: 'slots from a lost one to the next that another claimed, at worst',
      value: slowestTakeover(await rows(), lost, slotMs),
      bound: 1 + quiet.longest,
      shareBound: slots,
    },
    { goal: 'R7', what: `not told of ${gaps.length} (slot, chunk) missed`, value: untold, bound: 0 },
    { goal: 'R7', what: 'queries for slots, against one replica', value: perSlot, bound: 1.05 },
    {
      goal: 'R7',
      what: 'queries in all, with those that ask whether it answers, against one replica',
      value: inAll / one.inAllPerSlot,
      bound: 1.05,
      shareBound: 2,
    },
  ]);
  const judges = (await rows()).filter(({ counts }) => counts).map(({ claimedBy }) => claimedBy);
  expect(new Set(judges).size).toBeGreaterThan(2);
}, 1_200_000);

test('R7: a replica that is frozen while it waits for answers writes nothing for its slot', async (context) => {
  const freezes = sized(20, 2);
  let written = 0;
  for (let freeze = 0; freeze < freezes; freeze += 1) {
    const chunk = freeze % chunks;
    await whileOwnerAsks(replicas, { chunk, from: nextSlot() }, async (owner, slot) => {
      owner.signal('SIGSTOP');
      const takenOver = (row: { slot: number; chunk: number; counts: boolean; claimedBy: string }) =>
        row.chunk === chunk && row.slot > slot && row.counts && row.claimedBy !== owner.name;
      await until('another to take over', async () => (await rows()).some(takenOver));
      owner.signal('SIGCONT');
    });
    const own = await until('the slot to be given up', async () =>
      (await rows()).findLast((row) => row.discarded && row.chunk === chunk),
    );
    written += (await readingsOf(chunk)).filter((reading) => reading.slot === own.slot).length;
  }
  await judged(nextSlot() + slotMs);
  const twice = await judgedTwice();
  const size = `of ${freezes} freezes`;
  expect(twice).toEqual([]);
  report(context, [
    { goal: 'R7', what: `readings written by a zombie, ${size}`, value: written, bound: 0 },
    { goal: 'R7', what: `judged twice, ${size}`, value: twice.length, bound: 0 },
    { goal: 'R7', what: `missed slots of chunks not told, ${size}`, value: await missedUntold(), bound: 0 },
  ]);
}, 600_000);

/** Each (trigger, slot) that was asked for, stored or counted more than once, in words. */
async function judgedTwice(): Promise<string[]> {
  const asked = recorder.asked.flatMap(({ slot, metric, services }) =>
    services.map((service) => `asked ${metric} of ${service} for ${slot}`),
  );
  const found = repeated(asked);
  const readings = await Promise.all(Array.from({ length: chunks }, (_, chunk) => readingsOf(chunk)));
  // Read after them: a slot may come between.
  const counted = new Set((await rows()).filter(({ counts }) => counts).map(keyOf));
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const slots = readings[chunk] ?? [];
    found.push(
      ...repeated(slots.map(({ deploymentId, trigger, slot }) => `${trigger} of ${deploymentId}: ${slot}`)),
    );
    // What is stored was judged in a slot that counts, and the state of each trigger has counted each of them once.
    for (const { deploymentId, trigger, slot } of slots)
      if (!counted.has(keyOf({ slot, chunk })))
        found.push(`${trigger} of ${deploymentId} in a lost slot ${slot}`);
  }
  const [counting] = await query<{ id: string; last: Date; held: number; asked: number }>(
    databaseOf(harness, 0).databaseUrl,
    `select deployment_id as id, last_slot as last, held_ms as held, slots_asked as asked from trigger_states
     where held_ms > 0`,
  );
  if (!counting) throw new Error('no breach is counted');
  const { id, last, held, asked: slotsAsked } = counting;
  // Up to the slot of that state: others may have come between.
  const own = (await readingsOf(0)).filter(
    (one) => one.deploymentId === id && one.trigger === 'errors' && one.slot <= last.getTime(),
  );
  const breaches = own.filter(({ reading }) => reading.kind === 'value').length;
  if (slotsAsked !== own.length) found.push(`${slotsAsked} slots counted, ${own.length} stored`);
  if (held !== (breaches - 1) * slotMs) found.push(`held for ${held} ms by ${breaches} breaches`);
  return found;
}

/** Every stored reading of the watched deployments of a chunk. */
async function readingsOf(chunk: number): Promise<JudgedReading[]> {
  const { store } = databaseOf(harness, 0).fleet;
  const own = released.filter((_, index) => index % chunks === chunk);
  return (await Promise.all(own.map(({ badId }) => store.readings.history(badId)))).flat();
}

/** How many slots of chunks were judged by nobody that the product does not tell of, or tells of though they were. */
async function missedUntold(): Promise<number> {
  let difference = Number.NaN;
  // A slot that is under way is on neither side yet, or on one.
  const equal = async () => {
    const living = replicas.find((replica) => replica.endedAt() === null);
    if (!living) throw new Error('nobody lives');
    difference = Math.abs(gapsIn(await rows(), slotMs).length - (await missedSlotsToldBy(living)));
    return difference === 0;
  };
  await until('both to agree', equal, 10_000, 50).catch(() => undefined); // what is left is reported
  return difference;
}
