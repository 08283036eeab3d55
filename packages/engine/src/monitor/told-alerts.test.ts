import {
  type AlertsSeen,
  type JudgedReading,
  replay,
  replayDecision,
  type ToldAlert,
  triggerKind,
} from '@lastgood/domain';
import { acceptDeclared, type DeclaredTrigger } from '@lastgood/domain/trigger/declared-trigger';
import { aService, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, describe, expect, it } from 'vitest';

/* Release 2 is watched by an alert that an Alertmanager tells of, which also tells of one that always fires, each minute. */

const declared: DeclaredTrigger = {
  ...{ kind: 'alert', name: 'told', labels: { alertname: 'HighErrorRate', service: '$SERVICE' } },
  ...{ severity: 'auto_rollback', forDuration: 30 },
};
const aToldAlert = (over: Partial<ToldAlert> = {}): ToldAlert => ({
  ...{ fingerprint: 'f', labels: { alertname: 'HighErrorRate', service: 'web' }, status: 'firing' },
  ...{ startsAt: dayZero + minute, endsAt: null },
  ...over,
});
const watchdog = aToldAlert({ fingerprint: 'w', labels: { alertname: 'Watchdog' }, startsAt: 0 });
const none: AlertsSeen = {
  ...{ source: 'main', at: 0, heardAt: 0, firing: 0, unsure: 0, unheard: null, alerts: [] },
};
const slots = (ms: number) => ms / monitorSettings.intervalMs;

let engine: TestEngine;
const hear = (...alerts: ToldAlert[]) => engine.store.alerts.hear('main', { alerts, leavesOut: null });
const state = () => engine.store.world.states.get('d2/told');

/** Judges for minutes; at the begin of each the Alertmanager tells of what fires. */
async function judge(minutes: number, ...alerts: ToldAlert[]): Promise<void> {
  for (let n = 0; n < minutes; n += 1) {
    await hear(watchdog, ...alerts);
    await engine.tick(slots(minute));
  }
}

/** The Alertmanager was heard from before the release, too. */
async function begin(over: Partial<DeclaredTrigger> = {}): Promise<void> {
  engine = createTestEngine();
  await hear(watchdog);
  for (let n = 0; n < 5; n += 1) {
    await engine.time.pass(minute);
    await hear(watchdog);
  }
  const startedAt = engine.time.now();
  const triggers = [acceptDeclared({ ...declared, ...over } as DeclaredTrigger)];
  await engine.begin({ service: aService({ triggers }), deployment: { startedAt } });
}

beforeEach(() => begin());

const startedAt = () => engine.deployment('d2').startedAt;
const released = () => aToldAlert({ startsAt: startedAt() + minute });

describe('an alert that fires', () => {
  it('is held, rolls back, and is said to be what did', async () => {
    await judge(1);
    expect(state()).toMatchObject({ phase: 'inactive', reading: { kind: 'value', value: 0 } });
    await hear(watchdog, released());
    await engine.tick(2);
    expect(state()).toMatchObject({ phase: 'pending', reading: { kind: 'value', value: 1 } });
    await engine.tick(2);
    const [row] = engine.runs();
    expect(row?.run).toMatchObject({ requester: { kind: 'automatic', trigger: 'told' } });
    expect(engine.store.world.decisions[0]?.sentence).toMatch(
      /^told 1 alert fires \(HighErrorRate since \d\d:\d\d:00 UTC\), > 0 alerts for 30 s \(needed 30 s\): rolling back/,
    );
    expect(state()?.parts).toMatchObject([
      { name: 'alerts', alerts: { source: 'main', firing: 1, alerts: [{ labels: released().labels }] } },
    ]);
  });

  it('is judged again from what was kept, as JSON, and shown with what it was made of', async () => {
    await judge(1);
    await judge(1, released());
    const [decision] = engine.store.world.decisions;
    if (!decision) throw new Error('nothing was decided');
    const kept: JudgedReading[] = JSON.parse(JSON.stringify(engine.store.world.readings));
    expect(replayDecision(decision, kept)).toMatchObject({ kind: 'replayed', differences: [] });
    const rows = kept.filter(({ parts = [] }) => parts.length > 0);
    expect(rows.length).toBeGreaterThanOrEqual(kept.length);
    const last = kept.findLast(({ slot }) => slot === decision.slot);
    if (!last) throw new Error('nothing was kept');
    const { trigger } = last.definition;
    expect(triggerKind(trigger).words(trigger, last.parts ?? [])).toMatchObject([
      { title: 'HighErrorRate {service="web"}', text: expect.stringMatching(/^fires since .*, told at /) },
      { title: 'Source main', text: expect.stringMatching(/^last word at /) },
    ]);
    // Without what was told then, it is another reading.
    const forgotten = kept.map((row) => ({
      ...row,
      parts: row.parts?.map((part) => ({ ...part, alerts: none })) ?? [],
    }));
    expect(replay(forgotten).at(-1)?.judged[0]?.state.reading).toMatchObject({ value: 0 });
  });

  it('is verified to be over once it is told as resolved, and not before its source is heard from again', async () => {
    await judge(1);
    await judge(1, released());
    const working = engine.work(20 * minute);
    await engine.time.pass(2 * minute);
    expect(engine.runs()[0]?.run.status).toBe('running');
    // As if whoever evaluates were gone; that nobody says so it is over.
    await hear({ ...released(), status: 'resolved', endsAt: engine.time.now() });
    await engine.time.pass(minute);
    expect(engine.runs()[0]?.run.status).toBe('running');
    await hear(watchdog);
    await working;
    expect(engine.runs()[0]?.run).toMatchObject({ status: 'done', verdict: 'passed' });
  });

  it('suggests where it fired before the release, also where that was told of later', async () => {
    await judge(1, aToldAlert({ startsAt: startedAt() - 30_000 }));
    expect(engine.runs()).toEqual([]);
    const [decision] = engine.store.world.decisions;
    expect(decision).toMatchObject({ verdict: 'suggest' });
    expect(decision?.sentence).toContain('it breached before this deployment started');
  });
});

it('suggests where Lastgood was told of it before the release, though the clock of its teller is ahead', async () => {
  const ahead = aToldAlert({ startsAt: engine.time.now() + 90_000 });
  engine = createTestEngine();
  for (let n = 0; n < 4; n += 1) {
    await hear(watchdog, ...(n === 3 ? [ahead] : []));
    await engine.time.pass(minute);
  }
  await engine.begin({
    service: aService({ triggers: [acceptDeclared(declared)] }),
    deployment: { startedAt: engine.time.now() },
  });
  await judge(2, ahead);
  expect(engine.runs()).toEqual([]);
  expect(engine.store.world.decisions[0]?.sentence).toContain('it breached before this deployment started');
});

describe('nothing known is nothing concluded', () => {
  const over = (one: ToldAlert): ToldAlert => ({ ...one, status: 'resolved', endsAt: engine.time.now() });

  it('a Prometheus that is gone ends no rollback, though Alertmanager tells that all is over', async () => {
    await judge(1);
    await judge(1, released());
    const working = engine.work(30 * minute);
    await engine.time.pass(2 * minute);
    await hear(over(watchdog), over(released()));
    await working;
    expect(engine.runs()[0]?.run.verdict).not.toBe('passed');
  });

  it('nor verifies it a release, nor rolls it back for a heartbeat that stops', async () => {
    const beat = aToldAlert({ fingerprint: 'b', labels: { alertname: 'Beat', service: 'web' }, startsAt: 0 });
    await begin({
      ...{ labels: { alertname: 'Beat', service: '$SERVICE' }, comparison: 'less_than', threshold: 1 },
    } as Partial<DeclaredTrigger>);
    await judge(4, beat);
    expect(state()).toMatchObject({ reading: { kind: 'value', value: 1 } });
    await hear(over(watchdog), over(beat));
    await engine.tick(slots(10 * minute));
    expect(state()).toMatchObject({ phase: 'inactive', reading: { kind: 'unreachable' } });
    expect(engine.runs()).toEqual([]);
  });

  it('who falls silent keeps a hold where it was, and is trouble', async () => {
    await judge(2);
    await engine.tick(slots(6 * minute));
    expect(state()).toMatchObject({ phase: 'inactive', reading: { kind: 'unreachable' } });
    expect(state()?.troubleReason).toMatch(/^Source main was last heard from at .*Watchdog/);
    // Whatever it is told to make of missing data.
    await begin({ onNoData: 'breach', onNotANumber: 'breach' });
    await engine.tick(slots(10 * minute));
    expect(state()).toMatchObject({ phase: 'inactive', reading: { kind: 'unreachable' } });
    expect(engine.runs()).toEqual([]);
  });

  it('who is silent for less long than what was told counts has not said that none fires', async () => {
    await judge(2);
    await engine.tick(slots(3 * minute));
    expect(state()).toMatchObject({ reading: { kind: 'unreachable' } });
    await hear(watchdog);
    await engine.tick(2);
    expect(state()?.reading).toMatchObject({ reason: expect.stringContaining('may have more to tell') });
  });

  it('one that was told as firing and never again fires no longer than that counts', async () => {
    await begin({ forDuration: 600 });
    await judge(1, released());
    await judge(9);
    expect(state()?.troubleReason).toMatch(/^HighErrorRate was last told as firing at/);
    expect(state()).toMatchObject({ phase: 'pending' });
    expect(engine.runs()).toEqual([]);
  });

  it('one that is not told any more though its source is heard is forgotten after a quarter of an hour', async () => {
    await begin({ forDuration: 3600 });
    await judge(2, released());
    await judge(13);
    expect(state()).toMatchObject({ reading: { kind: 'unreachable' } });
    await judge(4);
    expect(state()).toMatchObject({ reading: { kind: 'value', value: 0 } });
    // Told once it may be of a route that repeats seldom.
    await begin({ forDuration: 3600 });
    await judge(1, released());
    await judge(30);
    expect(state()).toMatchObject({ reading: { kind: 'unreachable' } });
    // Who is silent in between has not been heard for so long.
    await begin({ forDuration: 3600 });
    await judge(2, released());
    await judge(8);
    await engine.tick(slots(4 * minute));
    await judge(10);
    expect(state()).toMatchObject({ reading: { kind: 'unreachable' } });
  });

  it('without a memory of alerts it cannot be asked', async () => {
    engine.metrics.readAlerts = async () => Promise.reject(new Error('down'));
    await judge(1, released());
    expect(state()?.reading).toEqual({
      kind: 'unreachable',
      reason: 'what was told of alerts could not be read',
    });
  });
});
