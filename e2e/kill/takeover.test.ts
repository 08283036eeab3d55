import { expect, test } from 'vitest';
import { percentile, report, sized } from './goals.ts';
import { inParallel } from './in-parallel.ts';
import { interruptAt } from './interrupt-at.ts';
import type { ReplicaAct } from './interruptible-ports.ts';
import { databaseOf, useKillHarness } from './kill-harness.ts';
import { type ReplicaProcess, until } from './replica-process.ts';
import { faults, outcomeOf, untilEnded } from './run-outcomes.ts';

/*
 * R3: the owner of a run dies, freezes, or is only slow.
 */
const tracks = 2;
const harness = useKillHarness(() => tracks);
const pairs: ReplicaProcess[][] = [];

/** Two living replicas of the database. */
async function pairOf(track: number, leaseMs: number): Promise<ReplicaProcess[]> {
  const { start } = databaseOf(harness, track);
  const alive = (pairs[track] ?? []).filter((replica) => replica.endedAt() === null);
  const fresh = Array.from({ length: 2 - alive.length }, () => start({ leaseMs }));
  const pair = [...alive, ...(await Promise.all(fresh))];
  pairs[track] = pair;
  return pair;
}

async function killAll(): Promise<void> {
  await Promise.all(pairs.splice(0).flatMap((pair) => pair.map((replica) => replica.kill())));
}

/** Places at which a run is held under a lease and the next step is due at once. */
const heldAt = [
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
  const [when, place] = heldAt[(index * 7) % heldAt.length] ?? heldAt[0];
  return { when, place };
}

const isStart = (act: ReplicaAct) =>
  act.kind === 'commit' && act.accepted && /^(start|finish)/.test(act.place);

test('R3: a peer begins the next step of a killed owner within a second', async (context) => {
  const kills = Array.from({ length: sized(50, 3) }, (_, index) => index);
  // One after another: the start of a process beside it would be measured, too.
  const gaps = await inParallel(kills, 1, async (index, track) => {
    const { fleet, databaseUrl } = databaseOf(harness, track);
    const [released, pair] = await Promise.all([fleet.release(['Deployment']), pairOf(track, 2_000)]);
    const service = released.service.name;
    const interrupted = interruptAt(pair, { service, ...placeOf(index), signal: 'SIGKILL' }, harness);
    const run = await fleet.queue(released);
    const next = await until('the next step', () => {
      const at = interrupted.at();
      const survivor = pair.find((replica) => replica.endedAt() === null);
      const acts = at !== null && pair.some((replica) => replica.endedAt() !== null) ? survivor?.acts : [];
      return acts?.find((act) => act.runId === run.id && isStart(act));
    });
    await untilEnded(databaseUrl, [run.id]);
    expect(faults([await outcomeOf(databaseUrl, harness.cluster, [run.id])])).toEqual([]);
    return next.at - (interrupted.at() ?? 0);
  });
  await killAll();
  const p95 = Math.round(percentile(gaps, 0.95));
  const what = `ms at p95 to the next step after SIGKILL, of ${gaps.length}; p50 ${Math.round(percentile(gaps, 0.5))}`;
  report(context, [{ goal: 'R3', what, value: p95, bound: 1_000, shareBound: 10_000 }]);
});

test('R3: an owner that was frozen for four leases begins no step and writes no row', async (context) => {
  const leaseMs = 1_000;
  const freezes = Array.from({ length: sized(50, 2) }, (_, index) => index);
  const acts = await inParallel(freezes, tracks, async (index, track) => {
    const { fleet, databaseUrl } = databaseOf(harness, track);
    const [released, pair] = await Promise.all([fleet.release(['Deployment']), pairOf(track, leaseMs)]);
    const service = released.service.name;
    const interrupted = interruptAt(pair, { service, ...placeOf(index), signal: 'SIGSTOP' }, harness);
    const run = await fleet.queue(released);
    const frozenAt = await until('the freeze', () => interrupted.at());
    await new Promise((resolve) => setTimeout(resolve, 4 * leaseMs));
    const about = (replica: ReplicaProcess) => replica.acts.filter(({ runId }) => runId === run.id);
    const claims = () =>
      pair.flatMap((replica) =>
        about(replica).flatMap((act) => (act.kind === 'claim' ? [{ replica, ...act }] : [])),
      );
    const [lastBefore] = claims()
      .filter(({ at }) => at <= frozenAt)
      .toSorted((a, b) => b.epoch - a.epoch);
    if (!lastBefore) throw new Error('nobody held the run when it froze');
    // On a busy machine the peer may need longer than the freeze to see that the lease is over.
    await until('the claim of a peer', () => claims().find(({ epoch }) => epoch > lastBefore.epoch));
    const thawedAt = Date.now();
    lastBefore.replica.signal('SIGCONT');
    await untilEnded(databaseUrl, [run.id]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(faults([await outcomeOf(databaseUrl, harness.cluster, [run.id])])).toEqual([]);
    const stale = about(lastBefore.replica).filter(
      ({ at, epoch }) => at >= thawedAt && epoch === lastBefore.epoch,
    );
    return {
      begun: stale.filter(({ kind }) => kind === 'effect').length,
      written: stale.filter((act) => act.kind === 'commit' && act.accepted).length,
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
  const { fleet, databaseUrl } = databaseOf(harness, 0);
  const [released, pair] = await Promise.all([fleet.release(['Deployment']), pairOf(0, leaseMs)]);
  await harness.cluster.addFault({
    match: { method: 'PATCH', path: released.service.name, userAgent: 'lastgood' },
    effect: { kind: 'slow', forMs: 10 * leaseMs },
  });
  const run = await fleet.queue(released);
  await untilEnded(databaseUrl, [run.id]);
  await harness.cluster.clearFaults();
  await killAll();
  expect(faults([await outcomeOf(databaseUrl, harness.cluster, [run.id])])).toEqual([]);
  const calls = pair.flatMap(({ acts }) =>
    acts.filter(
      ({ runId, kind, ...act }) =>
        runId === run.id &&
        kind === 'effect' &&
        'act' in act &&
        act.act === 'write' &&
        act.place === 'effect/1',
    ),
  );
  const [first, second] = [calls[0]?.at ?? 0, await endOfStep(pair, run.id)];
  expect(second - first).toBeGreaterThanOrEqual(10 * leaseMs);
  const takeovers = pair.flatMap(({ acts }) =>
    acts.filter((act) => act.runId === run.id && act.kind === 'claim' && act.takenOverFrom !== null),
  ).length;
  const what = `writes of a step of ten leases, ${takeovers} takeovers`;
  // On a starving machine even a living owner may lose its lease; each loss is worth one more call.
  report(context, [{ goal: 'R3', what, value: calls.length, bound: 1, shareBound: 1 + takeovers }]);
});

async function endOfStep(pair: readonly ReplicaProcess[], runId: string): Promise<number> {
  const recorded = pair
    .flatMap(({ acts }) => acts)
    .find((act) => act.runId === runId && act.kind === 'commit' && act.place === 'record/1');
  return recorded?.at ?? 0;
}
