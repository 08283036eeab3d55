import { endsIncident, judgeCommand, type RunStep } from '@lastgood/domain';
import { describe, expect, it } from 'vitest';
import { concludeHeldRun } from './conclude-held-run.ts';
import { holdRun } from './held-run.ts';
import { openRun, type QueuedRun } from './run-harness.ts';

const wild = [1e13, 1e300, -1e300, Number.POSITIVE_INFINITY, Number.NaN];
const hour = 60 * 60_000;

function ask(engine: QueuedRun, command: 'stop') {
  const given = judgeCommand({ command, reason: 'enough' }, { by: 'ada', at: engine.time.now() });
  return engine.store.commands.command('r1', given);
}

describe('a person ends a run', () => {
  it.each(wild)('whose step has %d milliseconds and may be on its way', async (startToCloseMs) => {
    const engine = await openRun({ settles: 'by-hand' });
    await engine.work(1_000);
    const steps = engine.run('r1').steps as RunStep[];
    for (const step of steps)
      step.planned = { ...step.planned, limits: { ...step.planned.limits, startToCloseMs } };
    engine.rollout.read = async () => ({ kind: 'unreachable', reason: 'refused' });
    expect(await ask(engine, 'stop')).toMatchObject({ kind: 'done' });
    await engine.work(27 * hour);
    expect(engine.run('r1').run.status).toMatch(/stopped|cancelled/);
  });

  it.each(wild)('whose verification has %d milliseconds', async (timeoutMs) => {
    const check = {
      ...{ name: 'errors', type: 'prometheus' as const, query: 'up', comparator: '<=' as const, expected: 0 },
      ...{ passes: 1, timeoutMs, everyMs: timeoutMs },
    };
    const engine = await openRun({ begun: { service: { checks: [check] } } });
    engine.answers(1);
    await engine.work(5_000);
    await ask(engine, 'stop');
    await engine.work(hour);
    expect(engine.run('r1').run.status).toMatch(/done|stopped/);
  });

  /** Whoever concludes it then fails at what is recorded. */
  async function stopWithFault(engine: QueuedRun) {
    await ask(engine, 'stop');
    await engine.time.pass(60_000);
    const claimed = await engine.store.runs.claim('two', 2_000, []);
    if (!claimed) throw new Error('the run is not due');
    const lease = { signal: engine.forever, expired: () => false, stop: () => undefined };
    const held = holdRun(engine.store.runs, claimed, lease, () => undefined);
    const { deployments } = engine.store;
    const deps = { deployments, ports: { rollout: engine.rollout }, clock: engine.time.clock } as unknown;
    await concludeHeldRun(deps as Parameters<typeof concludeHeldRun>[0], held, 0, () => {
      throw new RangeError('Invalid time value');
    });
    return engine.notifications().filter(({ at }) => at === engine.time.now());
  }

  it('that nobody can conclude, which is told with who did it', async () => {
    const engine = await openRun({ settles: 'by-hand' });
    await engine.work(1_000);
    const told = await stopWithFault(engine);
    expect(engine.run('r1').run).toMatchObject({
      status: 'stopped',
      stop: { reason: expect.stringContaining('It could not be concluded: RangeError: Invalid time value') },
    });
    // Somebody has to look at what is in place: no alert is closed by it.
    expect(told).toMatchObject([
      {
        ...{ kind: 'rollback_failed', urgency: 'info', runId: 'r1', deploymentId: 'd2' },
        title: 'Rollback of web to v1 (release 1) stopped: ada stopped it: enough.',
        text: expect.stringContaining('What is in place is as its steps left it.'),
        facts: { next: null },
      },
    ]);
    expect(told.map(({ text }) => text).join()).not.toContain('RangeError');
  });

  it('that nobody can conclude and that has changed nothing, which ends what was told of it', async () => {
    const engine = await openRun({ settles: 'by-hand' });
    await engine.work(1_000);
    for (const step of engine.run('r1').steps as RunStep[])
      Object.assign(step, { status: 'pending', attempts: 0 });
    const told = await stopWithFault(engine);
    expect(engine.run('r1').run).toMatchObject({ status: 'cancelled' });
    const title = 'Rollback of web to v1 (release 1) was cancelled: ada stopped it: enough.';
    expect(told).toMatchObject([{ kind: 'rollback_cancelled', urgency: 'info', title }]);
    expect(told.every(endsIncident)).toBe(true);
  });
});
