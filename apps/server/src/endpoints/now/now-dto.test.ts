import type { NowRows, StandingRow, WatchedRow } from '@lastgood/store/views/view-rows';
import { aDeployment, aService, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { createSourceBoard } from '../../outside/source-board.ts';
import { aJudging } from '../standing/judging-harness.ts';
import { type Standings, toStandings } from '../standing/read-standings.ts';
import type { SystemStatus } from '../status/status-schema.ts';
import { mostRows, shownOf, toNowView } from './now-dto.ts';
import type { NowView } from './now-schema.ts';

const release = {
  id: 'd1',
  release: 1,
  version: 'v1',
  origin: 'pipeline',
  proof: 'verified',
  startedAt: dayZero,
} as const;

function watched(over: Partial<WatchedRow> = {}): WatchedRow {
  const state = {
    phase: 'firing' as const,
    since: dayZero,
    heldMs: 2 * minute,
    reading: { kind: 'value' as const, value: 0.082 },
    lastSlot: dayZero,
    lastJudgedSlot: dayZero,
    lastBreachSlot: dayZero,
    troubleSince: null,
    troubleReason: null,
    companion: null,
    slotsAsked: 1,
    slotsHealthy: 1,
    everFired: true,
  };
  return {
    deployment: aDeployment(),
    service: aService(),
    triggers: [{ trigger: aTrigger(), state }],
    lastKnownGood: release,
    activeRunId: null,
    lastDecision: null,
    acknowledgement: null,
    recent: {},
    ...over,
  };
}

function standingsOf(rows: readonly WatchedRow[]): Standings {
  return toStandings(
    { rows: rows.map(standingRow), pressing: [], automaticAt: [] },
    { board: createSourceBoard(), judging: aJudging },
    dayZero + 10_000,
  );
}

function view(...rows: WatchedRow[]): NowView {
  const nothing: NowRows = {
    evaluator: { lastSlot: dayZero, lateMs: 0, missed: 0, hasWork: true },
    watched: rows,
    ...{ runs: [], moreRuns: 0 },
  };
  return toNowView(nothing, standingsOf(rows), {} as SystemStatus, dayZero + 10_000);
}

function standingRow({ deployment, service, triggers, lastKnownGood, activeRunId }: WatchedRow): StandingRow {
  return {
    service: { key: service.key, name: service.name, dependencies: [] },
    release: { ...deployment, doubt: deployment.looks.doubt },
    ...{
      triggers,
      target: lastKnownGood,
      activeRunId,
      expectedBackAt: null,
      declaredAt: null,
      stoppedRunId: null,
      acknowledgement: null,
      unreadable: false,
    },
  };
}

test('a rollback under way is its run, not one more deployment', () => {
  const rollback = aDeployment({ id: 'r1-rollback', origin: 'rollback' });
  const shown = view(watched({ deployment: rollback, triggers: [] }));
  expect([...shown.attention, ...shown.watched]).toEqual([]);
  expect(shown.more.watched).toBe(0);
  const completed = { ...rollback, status: 'completed' as const, watchEndsAt: dayZero + 9 * minute };
  expect(view(watched({ deployment: completed, triggers: [] })).attention).toMatchObject([
    { standing: { state: 'unseen', lead: 'nothing watches it: it has no triggers' } },
  ]);
});

test('of more than a page holds the worst are shown, then the newest; the others are counted', () => {
  const [judged] = watched().triggers;
  if (!judged?.state) throw new Error('the row has a judged trigger');
  const healthy = {
    ...judged.state,
    phase: 'inactive' as const,
    reading: { kind: 'value' as const, value: 0 },
  };
  const open = { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 30 * minute } as const;
  const row = (id: string, phase: 'inactive' | 'pending' | 'firing', minutesAgo: number) =>
    watched({
      deployment: aDeployment({
        id,
        ...open,
        service: `main/shop/${id}`,
        startedAt: dayZero - minutesAgo * minute,
      }),
      service: aService({ key: `main/shop/${id}` as ReturnType<typeof aService>['key'], name: id }),
      triggers: [
        { ...judged, state: { ...(phase === 'inactive' ? healthy : judged.state), phase } as typeof healthy },
      ],
    });
  const calm = Array.from({ length: 250 }, (_, n) => row(`calm-${n}`, 'inactive', 1 + ((n * 7) % 250)));
  const rollback = aDeployment({ id: 'back', origin: 'rollback', service: 'main/shop/back' });
  const rows = [
    ...calm,
    row('old-pending', 'pending', 900),
    row('old-firing', 'firing', 1_000),
    watched({ deployment: rollback, service: aService({ key: 'main/shop/back' as never, name: 'back' }) }),
  ];
  const order = shownOf(standingsOf(rows));
  expect(order).toHaveLength(252);
  expect(order.slice(0, 2)).toEqual(['old-firing', 'old-pending']);
  const startedAt = new Map(rows.map(({ deployment }) => [deployment.id, deployment.startedAt]));
  const ages = order.slice(2).map((id) => startedAt.get(id) ?? 0);
  expect(ages).toEqual(ages.toSorted((a, b) => b - a));
  const shown = new Set(order.slice(0, mostRows));
  const nothing: NowRows = {
    evaluator: { lastSlot: dayZero, lateMs: 0, missed: 0, hasWork: true },
    watched: rows.filter(({ deployment }) => shown.has(deployment.id)),
    ...{ runs: [], moreRuns: 0 },
  };
  const {
    attention,
    watched: rest,
    more,
  } = toNowView(nothing, standingsOf(rows), {} as SystemStatus, dayZero);
  expect([attention.length, rest.length, more.watched]).toEqual([2, mostRows - 2, 252 - mostRows]);
});

test('a watch that goes on after its window says why, and counts nothing down', () => {
  const over = { status: 'completed', completedAt: dayZero - 30 * minute, watchEndsAt: dayZero } as const;
  const row = watched({ deployment: aDeployment(over) });
  const beyond = 'watched beyond its window: high_error_rate still breaches';
  expect(view(row).attention[0]).toMatchObject({
    beyondWindow: beyond,
    standing: { state: 'firing', next: null },
  });
  expect(view(watched({ ...row, deployment: aDeployment() })).attention[0]?.beyondWindow).toBeNull();
});

test('a companion query in trouble is trouble of its trigger, in words', () => {
  const row = watched();
  const [judged] = row.triggers;
  const companion = {
    reading: { kind: 'no-data' },
    troubleSince: dayZero,
    troubleReason: 'it answers nothing',
  } as const;
  if (!judged?.state) throw new Error('the row has a judged trigger');
  const trigger = aTrigger({ minSamples: { query: 'count', atLeast: 20 } });
  const state = { ...judged.state, phase: 'inactive' as const, companion };
  const [shown] = view({ ...row, triggers: [{ trigger, state }] }).attention;
  expect(shown).toMatchObject({
    standing: {
      state: 'unseen',
      lead: expect.stringContaining(
        'a breach of high_error_rate cannot count: its companion query cannot be used',
      ),
    },
    worst: {
      trouble: null,
      companion: {
        query: 'count',
        atLeast: 20,
        reading: { text: 'no data' },
        trouble: { reason: 'it answers nothing' },
      },
    },
  });
});

test('of a fleet that is all watched as much is told as a slow line takes, the worst first, and the others are counted', () => {
  const spark = Array.from({ length: 30 }, (_, n) => ({
    reading: { kind: 'value' as const, value: 0.08123456789012 + n / 100_000 },
  }));
  const rows = Array.from({ length: mostRows }, (_, n) => {
    const name = `a-service-with-rather-a-long-name-${n}`;
    return watched({
      deployment: aDeployment({ id: name, service: `main/shop/${name}` }),
      service: aService({ key: `main/shop/${name}` as ReturnType<typeof aService>['key'], name }),
      recent: { high_error_rate: spark } as unknown as WatchedRow['recent'],
    });
  });
  const shown = view(...rows);
  expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(250_000);
  expect(shown.attention.length).toBeGreaterThan(50);
  expect(shown.attention.length + shown.more.watched).toBe(rows.length);
  const nothing: NowRows = {
    evaluator: { lastSlot: dayZero, lateMs: 0, missed: 0, hasWork: true },
    watched: rows,
    ...{ runs: [], moreRuns: 0 },
  };
  const wordy = { version: 'x'.repeat(120_000) } as SystemStatus;
  const fewer = toNowView(nothing, standingsOf(rows), wordy, dayZero);
  expect(Buffer.byteLength(JSON.stringify(fewer))).toBeLessThan(250_000);
  expect(fewer.attention.length).toBeLessThan(shown.attention.length);
  expect(shown.attention[0]?.spark.slice(0, 2)).toEqual([0.081235, 0.081245]);
});
