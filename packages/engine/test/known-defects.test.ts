import { createPrometheus, type Prometheus } from '@lastgood/adapters/metrics/prometheus/prometheus';
import {
  judgeCommand,
  type Reading,
  type RollbackTrigger,
  shippedTriggers,
  triggerKind,
  triggerVariables,
} from '@lastgood/domain';
import { isExpected } from '@lastgood/domain/verification/checks/prometheus';
import { aRun, aTrigger, dayZero, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import {
  type PrometheusServer,
  startPrometheusServer,
  type WireReply,
} from '@lastgood/testkit/servers/prometheus-server';
import { afterEach, describe, expect, it } from 'vitest';
import { createMonitor } from '../src/monitor/tick.ts';

/* Fourteen defects that a product like this one is born with, each at the level where it hurts. */

async function testEngine(trigger: Partial<RollbackTrigger> | RollbackTrigger[] = {}): Promise<TestEngine> {
  const opened = createTestEngine();
  const triggers = Array.isArray(trigger) ? trigger : [aTrigger({ forMs: 0, ...trigger })];
  await opened.begin({ service: { triggers } });
  return opened;
}

const firing = (of: TestEngine) =>
  [...of.store.world.states.values()].filter((state) => state.phase === 'firing');

/** How much of the window that a query asks for lies between two instants. */
function badShare(template: string, [from, until]: [number, number], at: number): number {
  const [, count = '', unit = ''] = /\[(\d+)([smh])\]/.exec(template) ?? [];
  const windowMs = Number(count) * { s: 1_000, m: minute, h: 60 * minute }[unit as 's' | 'm' | 'h'];
  return Math.max(0, until - Math.max(from, at - windowMs)) / windowMs;
}

describe('over the wire of Prometheus', () => {
  let server: PrometheusServer;
  let source: Prometheus;
  const answering = async (reply: WireReply) => {
    server = await startPrometheusServer(() => reply);
    source = createPrometheus({ url: server.url });
  };
  afterEach(async () => {
    await source.close();
    await server.close();
  });
  const ask = async (template: string, variables: Record<string, string> = { SERVICE: 'web' }) =>
    (await source.read([{ template, variables }], dayZero, new AbortController().signal))[0]?.reading;
  const series = (...values: string[]): WireReply => ({
    kind: 'vector',
    // A sum has no labels; several series are told apart by one.
    series: values.map((value, n) => ({ metric: values.length === 1 ? {} : { n: String(n) }, value })),
  });

  it('defect 1: every occurrence of a placeholder is filled, and an unknown one is refused when the trigger is saved', async () => {
    await answering(series('0.2'));
    const known = Object.keys(triggerVariables);
    const queries = shippedTriggers().flatMap((trigger) => triggerKind(trigger).queries(trigger));
    for (const { template: query } of queries) {
      expect(source.lint(query, known)).toEqual([]);
      const variables = { SERVICE: 'web', NAMESPACE: 'shop', WORKLOAD: 'web', POD_TEMPLATE_HASH: 'abc123' };
      expect(await ask(query, variables)).toEqual({ kind: 'value', value: 0.2 });
    }
    expect(server.queries).toHaveLength(queries.length);
    for (const { query } of server.queries) expect(query).not.toContain('$');
    expect(server.queries[0]?.query.match(/service="web"/g)).toHaveLength(3);
    expect(source.lint('up{service="$SERVIC"}', known).join()).toContain('$SERVIC');
  });

  it.each([
    ['+Inf', { kind: 'value', value: Number.POSITIVE_INFINITY }],
    ['-Inf', { kind: 'value', value: Number.NEGATIVE_INFINITY }],
    ['NaN', { kind: 'not-a-number' }],
  ] as const)('defect 3: %s is read as Prometheus means it', async (text, reading) => {
    await answering(series(text));
    expect(await ask('up{service="$SERVICE"}')).toEqual(reading);
  });

  it('defect 10: no series is picked out of many', async () => {
    await answering(series('0', '99'));
    expect(await ask('up{service="$SERVICE"}')).toEqual({ kind: 'ambiguous', count: 2 });
  });
});

describe('known defects', () => {
  it.each(['greater_than', 'less_than'] as const)(
    'defect 2: an empty answer is not 0 (%s)',
    async (comparison) => {
      const of = await testEngine({ comparison, threshold: 0.5 });
      of.answers({ kind: 'no-data' });
      await of.tick(20);
      expect([...of.store.world.states.values()]).toMatchObject([{ phase: 'unknown', slotsHealthy: 0 }]);
      expect(of.runs()).toEqual([]);
    },
  );

  it('defect 3: an infinite value breaches, NaN does not', async () => {
    const of = await testEngine();
    of.answers({ kind: 'not-a-number' });
    await of.tick(5);
    expect(of.runs()).toEqual([]);
    of.answers(Number.POSITIVE_INFINITY);
    await of.tick();
    expect(of.runs()).toHaveLength(1);
  });

  it('defect 4: a failed query is not healthy: what fires keeps firing, and the trouble shows', async () => {
    const of = await testEngine({ severity: 'page_and_suggest' });
    of.answers(1);
    await of.tick();
    of.metrics.setDown('connection refused');
    await of.tick(3);
    expect(firing(of)).toMatchObject([{ troubleReason: 'connection refused' }]);
    expect(of.events('trigger.resolved')).toEqual([]);
    expect(of.events('trigger.trouble')).toHaveLength(1);
  });

  it('defect 5: forMs is waited for, the timeout ends a step, and the previous template is what is returned to', async () => {
    const of = await testEngine({ forMs: 2 * minute });
    of.answers(1);
    await of.tick(8);
    expect(of.runs()).toEqual([]);
    await of.tick();
    expect(of.runs()).toHaveLength(1);
    of.rollout.cluster.at(webWorkload).progress = { complete: false, sentence: '1 of 3 replicas available' };
    await of.work();
    const [row] = of.runs();
    expect(row?.run.stop?.reason).toBe('Not finished within 10 min; last seen: 1 of 3 replicas available');
    expect(of.rollout.effects()).toMatchObject([
      {
        templateDigest:
          row?.steps[1]?.planned.step.kind === 'set-template' && row.steps[1].planned.step.templateDigest,
      },
    ]);
  });

  it('defect 6: a suggestion listed first does not hide an automatic rollback listed second, and is said once', async () => {
    const suggests = aTrigger({ name: 'first', severity: 'page_and_suggest', forMs: 0 });
    const rollsBack = aTrigger({ name: 'second', forMs: minute });
    const of = await testEngine([suggests, rollsBack]);
    of.answers(1);
    await of.tick(4);
    expect(of.notifications().map(({ kind }) => kind)).toEqual(['rollback_suggested']);
    await of.tick();
    expect(of.runs().map(({ run }) => run.requester)).toMatchObject([
      { kind: 'automatic', trigger: 'second' },
    ]);
    expect(of.notifications()).toHaveLength(1);
  });

  it('defect 7: passes do not overlap, and a rollback that fails is not tried again before its cooldown', async () => {
    const of = await testEngine();
    of.answers(1);
    const at = of.time.now();
    await Promise.all([of.monitor.tick(at, of.forever), of.monitor.tick(at, of.forever)]);
    expect(of.metrics.asked.filter((one) => one.at === at - monitorSettings.offsetMs)).toHaveLength(1);
    expect(of.runs()).toHaveLength(1);
    of.rollout.cluster.at(webWorkload).paused = true;
    await of.work();
    await of.time.pass(15_000 - (of.time.now() - at));
    await of.tick(19);
    expect(of.time.now() - at).toBe(5 * minute);
    expect(of.runs()).toHaveLength(1);
    expect(of.notifications().map(({ kind }) => kind)).toEqual(['rollback_failed']);
    await of.tick();
    expect(of.runs()).toHaveLength(2);
  });

  it('defect 7: the cooldown counts from the end of an attempt, however long that took', async () => {
    const of = await testEngine();
    of.answers(1);
    await of.tick();
    of.rollout.read = async () => ({ kind: 'unreachable', reason: 'refused' });
    await of.work(20 * minute);
    const [first] = of.runs();
    expect(first?.run).toMatchObject({ status: 'stopped' });
    const { createdAt = 0, finishedAt } = first?.run ?? {};
    expect((finishedAt ?? 0) - createdAt).toBeGreaterThanOrEqual(5 * minute);
    await of.time.pass(15_000 - (of.time.now() % 15_000));
    while (of.time.now() < (finishedAt ?? 0) + 5 * minute) {
      expect(of.runs()).toHaveLength(1);
      await of.tick();
    }
    await of.tick();
    expect(of.runs()).toHaveLength(2);
  });

  it('defect 8: a deployment is watched while in progress, and for the window after its completion', async () => {
    const inProgress = await testEngine();
    inProgress.answers(1);
    await inProgress.tick();
    expect(inProgress.runs()).toHaveLength(1);

    const slow = await testEngine();
    await slow.time.pass(25 * minute);
    const completedAt = slow.time.now();
    await slow.commit({
      deployments: [{ id: 'd2', status: 'completed', completedAt, watchEndsAt: completedAt + 30 * minute }],
    });
    await slow.time.pass(29 * minute);
    slow.answers(1);
    await slow.tick();
    expect(slow.runs()).toHaveLength(1);
  });

  it('defect 9: a restart forgets neither deployments, holds nor cooldowns', async () => {
    const of = await testEngine({ forMs: 2 * minute });
    of.answers(1);
    await of.tick(5);
    const restarted = () =>
      createMonitor({
        slots: of.store.slots,
        deployments: of.store.deployments,
        metrics: of.metrics,
        clock: of.time.clock,
        newId: of.newId,
        replica: 'restarted',
        settings: {
          intervalMs: 15_000,
          standingMs: minute,
          outageToleranceMs: 5 * minute,
          offsetMs: 0,
          deadlineMs: 10_000,
          brakes: { maxAutomaticPerHour: 10, maxTrippedPerSlot: 5 },
        },
      });
    for (let slots = 0; slots < 4; slots += 1) {
      expect(of.runs()).toEqual([]);
      await restarted().tick(of.time.now(), of.forever);
      await of.time.pass(15_000);
    }
    expect(of.runs()).toHaveLength(1);
    of.rollout.cluster.at(webWorkload).paused = true;
    await of.work(10 * minute, of.createWorker('restarted'));
    await of.time.pass(15_000 - (of.time.now() % 15_000));
    await restarted().tick(of.time.now(), of.forever);
    expect(of.runs()).toHaveLength(1);
  });

  it('defect 10: many series hold the trigger, and are its health', async () => {
    const of = await testEngine();
    of.answers({ kind: 'ambiguous', count: 3 });
    await of.tick(10);
    expect(of.runs()).toEqual([]);
    expect([...of.store.world.states.values()]).toMatchObject([
      { phase: 'unknown', troubleReason: 'the query answered 3 series where one was expected' },
    ]);
  });

  it('defect 11: restarts are an increase over the new version’s own pods', () => {
    const crashLoop = shippedTriggers().find((trigger) => trigger.name === 'crash_loop');
    const query = crashLoop && triggerKind(crashLoop).queries(crashLoop)[0]?.template;
    expect(query).toContain('sum(increase(');
    expect(query).toContain('pod=~"$WORKLOAD-$POD_TEMPLATE_HASH-.*"');
    expect(query).not.toContain(' - ');
  });

  it('defect 12: a burst that one window of five minutes would fire on does not fire two, a lasting burn does', async () => {
    const burn = shippedTriggers().find((trigger) => trigger.name === 'slo_burn_rate');
    if (!burn) throw new Error('it ships');
    expect(burn).toMatchObject({ kind: 'burn-rate', forMs: 0, initialDelayMs: 5 * minute });
    const of = await testEngine([burn]);
    const began = of.time.now();
    const burning = (after: number, until: number) =>
      of.metrics.answer(({ template }, at) => ({
        kind: 'value',
        value:
          template === burn.minSamples?.query
            ? 500
            : 0.1 * badShare(template, [began + after, Math.min(at, began + until)], at),
      }));
    // One bad minute: a tenth of all fails. Over five minutes that burns 20 times too fast, over the quarter of an hour since 6.7 times.
    burning(14 * minute, 15 * minute);
    await of.tick(80);
    expect(of.runs()).toEqual([]);
    burning(20 * minute, 60 * minute);
    await of.tick(40);
    expect(of.runs()).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof isExpected>[0], number, boolean]>([
    ['204 is not 200', { comparator: '==', expected: 200 }, 204, false],
    ['an error rate better than expected passes', { comparator: '<=', expected: 0.05 }, 0.001, true],
    ['expected 0 is no division', { comparator: '<=', expected: 0 }, 0, true],
    [
      'expected 0 is no division, with a tolerance',
      { comparator: 'within', expected: 0, tolerance: 0.1 },
      0,
      true,
    ],
    ['and more than nothing fails', { comparator: '<=', expected: 0 }, 0.01, false],
  ])('defect 13: %s', (_words, check, actual, pass) => expect(isExpected(check, actual)).toBe(pass));

  it('defect 14: rolled back is said after verification only, and a failed run keeps its steps', async () => {
    const of = await testEngine();
    await of.commit({ newRuns: [aRun()] });
    const seen: string[] = [];
    const { read } = of.rollout;
    of.rollout.read = (...args) => {
      seen.push(of.deployment('d2').status);
      return read(...args);
    };
    of.rollout.cluster.at(webWorkload).progress = { readyDigests: { app: ['sha256:other'] } };
    await of.work();
    const row = of.run('r1');
    expect(row.run).toMatchObject({ status: 'stopped', stop: { ordinal: 2 } });
    expect(row.steps.map(({ status, note }) => [status, note !== null])).toEqual([
      ['applied', true],
      ['applied', true],
      ['failed', true],
      ['pending', false],
    ]);
    expect(of.deployment('d2').status).toBe('in_progress');
    of.rollout.cluster.at(webWorkload).progress = {};
    await of.store.commands.command(
      'r1',
      judgeCommand({ command: 'resume' }, { by: 'ada', at: of.time.now() }),
    );
    await of.work();
    expect(of.deployment('d2').status).toBe('rolled_back');
    expect(new Set(seen)).toEqual(new Set(['in_progress']));
  });
});

describe('a source with any fault', () => {
  const faults: Reading[] = [
    { kind: 'no-data' },
    { kind: 'not-a-number' },
    { kind: 'unreachable', reason: 'timeout' },
    { kind: 'ambiguous', count: 2 },
  ];
  it.each(faults)(
    'rolls nothing back, with any trigger that ships, either way round: $kind',
    async (fault) => {
      const both = shippedTriggers().flatMap((trigger): RollbackTrigger[] => [
        trigger,
        { ...trigger, name: `${trigger.name}_below`, comparison: 'less_than' },
      ]);
      const of = await testEngine(both);
      of.answers(fault);
      await of.tick(40);
      expect(of.runs()).toEqual([]);
      for (const state of of.store.world.states.values()) expect(state.heldMs).toBe(0);
    },
  );
});
