import { expect, test } from 'vitest';
import { accountOf, faults, untilEnded } from './run-outcomes.ts';
import type { Deed } from './interruptible-ports.ts';
import { percentile, report, sized } from './goals.ts';
import { inLanes } from './in-parallel.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { stageOf, useTheatre } from './kill-harness.ts';
import { strikeAt } from './interrupt-at.ts';

/*
 * R3: the owner of a run dies, freezes, or is only slow.
 */
const lanes = 2;
const theatre = useTheatre(() => lanes);
const pairs: ReplicaProcess[][] = [];

/** Two living replicas of the stage. */
async function pairOf(lane: number, leaseMs: number): Promise<ReplicaProcess[]> {
  const { start } = stageOf(theatre, lane);
  const alive = (pairs[lane] ?? []).filter((replica) => replica.endedAt() === null);
  const fresh = Array.from({ length: 2 - alive.length }, () => start({ leaseMs }));
  const pair = [...alive, ...(await Promise.all(fresh))];
  pairs[lane] = pair;
  return pair;
}

async function killAll(): Promise<void> {
  await Promise.all(pairs.splice(0).flatMap((pair) => pair.map((replica) => replica.kill())));
}

/** Places at which a run is in somebody's hands and the next step is due at once. */
const inHand = [
  ['after', 'plan'],
  ['before', 'start/0'],
  ['after', 'start/0'],
  ['before', 'effect/1'],
  ['after', 'effect/1'],
  ['before', 'record/1'],
  ['after', 'record/1'],
  ['after', 'start/2'],
  ['before', 'effect/2'],
  ['before', 'record/2'],
] as const;

function placeOf(index: number) {
  const [when, place] = inHand[(index * 7) % inHand.length] ?? inHand[0];
  return { when, place };
}

const isStart = (deed: Deed) => deed.kind === 'commit' && deed.accepted && /^(start|finish)/.test(deed.place);

test('R3: a peer begins the next step of a killed owner within a second', async (context) => {
  const kills = Array.from({ length: sized(50, 3) }, (_, index) => index);
  // One after another: the start of a process beside it would be measured, too.
  const gaps = await inLanes(kills, 1, async (index, lane) => {
    const { fleet, databaseUrl } = stageOf(theatre, lane);
    const [released, pair] = await Promise.all([fleet.release(['Deployment']), pairOf(lane, 2_000)]);
    const service = released.service.name;
    const struck = strikeAt(pair, { service, ...placeOf(index), signal: 'SIGKILL' }, theatre);
    const run = await fleet.queue(released);
    const next = await until('the next step', () => {
      const at = struck.at();
      const survivor = pair.find((replica) => replica.endedAt() === null);
      const deeds = at !== null && pair.some((replica) => replica.endedAt() !== null) ? survivor?.deeds : [];
      return deeds?.find((deed) => deed.runId === run.id && isStart(deed));
    });
    await untilEnded(databaseUrl, [run.id]);
    expect(faults([await accountOf(databaseUrl, theatre.cluster, [run.id])])).toEqual([]);
    return next.at - (struck.at() ?? 0);
  });
  await killAll();
  const p95 = Math.round(percentile(gaps, 0.95));
  const what = `ms at p95 to the next step after SIGKILL, of ${gaps.length}; p50 ${Math.round(percentile(gaps, 0.5))}`;
  report(context, [{ goal: 'R3', what, value: p95, bound: 1_000, shareBound: 10_000 }]);
});

test('R3: an owner that was frozen for four leases begins no step and writes no row', async (context) => {
  const leaseMs = 1_000;
  const freezes = Array.from({ length: sized(50, 2) }, (_, index) => index);
  const acts = await inLanes(freezes, lanes, async (index, lane) => {
    const { fleet, databaseUrl } = stageOf(theatre, lane);
    const [released, pair] = await Promise.all([fleet.release(['Deployment']), pairOf(lane, leaseMs)]);
    const service = released.service.name;
    const struck = strikeAt(pair, { service, ...placeOf(index), signal: 'SIGSTOP' }, theatre);
    const run = await fleet.queue(released);
    const frozenAt = await until('the freeze', () => struck.at());
    await new Promise((resolve) => setTimeout(resolve, 4 * leaseMs));
    const about = (replica: ReplicaProcess) => replica.deeds.filter(({ runId }) => runId === run.id);
    const claims = pair.flatMap((replica) =>
      about(replica).flatMap((deed) => (deed.kind === 'claim' ? [{ replica, ...deed }] : [])),
    );
    const lastBefore = claims.filter(({ at }) => at <= frozenAt).toSorted((a, b) => b.epoch - a.epoch)[0];
    if (!lastBefore) throw new Error('nobody held the run when it froze');
    expect(claims.some(({ epoch }) => epoch > lastBefore.epoch)).toBe(true);
    const thawedAt = Date.now();
    lastBefore.replica.signal('SIGCONT');
    await untilEnded(databaseUrl, [run.id]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(faults([await accountOf(databaseUrl, theatre.cluster, [run.id])])).toEqual([]);
    const stale = about(lastBefore.replica).filter(
      ({ at, epoch }) => at >= thawedAt && epoch === lastBefore.epoch,
    );
    return {
      begun: stale.filter(({ kind }) => kind === 'effect').length,
      written: stale.filter((deed) => deed.kind === 'commit' && deed.accepted).length,
    };
  });
  await killAll();
  const size = `of ${acts.length} freezes`;
  const count = (of: 'begun' | 'written') => acts.reduce((sum, one) => sum + one[of], 0);
  report(context, [
    { goal: 'R3', what: `steps begun by a zombie, ${size}`, value: count('begun'), bound: 0 },
    { goal: 'R3', what: `rows written by a zombie, ${size}`, value: count('written'), bound: 0 },
  ]);
});

test('R3: a step that takes ten leases is called once', async (context) => {
  // Ten leases have to fit into the 15 s that one attempt of the step may take.
  const leaseMs = sized(1_300, 500);
  const { fleet, databaseUrl } = stageOf(theatre, 0);
  const [released, pair] = await Promise.all([fleet.release(['Deployment']), pairOf(0, leaseMs)]);
  await theatre.cluster.addFault({
    match: { method: 'PATCH', path: released.service.name, userAgent: 'lastgood' },
    effect: { kind: 'slow', forMs: 10 * leaseMs },
  });
  const run = await fleet.queue(released);
  await untilEnded(databaseUrl, [run.id]);
  await theatre.cluster.clearFaults();
  await killAll();
  expect(faults([await accountOf(databaseUrl, theatre.cluster, [run.id])])).toEqual([]);
  const calls = pair.flatMap(({ deeds }) =>
    deeds.filter(
      ({ runId, kind, ...deed }) =>
        runId === run.id &&
        kind === 'effect' &&
        'act' in deed &&
        deed.act === 'write' &&
        deed.place === 'effect/1',
    ),
  );
  const [first, second] = [calls[0]?.at ?? 0, await endOfStep(pair, run.id)];
  expect(second - first).toBeGreaterThanOrEqual(10 * leaseMs);
  const takeovers = pair.flatMap(({ deeds }) =>
    deeds.filter((deed) => deed.runId === run.id && deed.kind === 'claim' && deed.takenOverFrom !== null),
  ).length;
  const what = `writes of a step of ten leases, ${takeovers} takeovers`;
  // On a starving machine even a living owner may lose its lease; each loss is worth one more call.
  report(context, [{ goal: 'R3', what, value: calls.length, bound: 1, shareBound: 1 + takeovers }]);
});

async function endOfStep(pair: readonly ReplicaProcess[], runId: string): Promise<number> {
  const recorded = pair
    .flatMap(({ deeds }) => deeds)
    .find((deed) => deed.runId === runId && deed.kind === 'commit' && deed.place === 'record/1');
  return recorded?.at ?? 0;
}
