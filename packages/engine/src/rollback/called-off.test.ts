import { judgeCommand } from '@lastgood/domain';
import { aService, aTrigger } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, monitorSettings, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach, expect, it } from 'vitest';

/* A rollback that nobody asked for is called off as the cluster does not answer its rehearsal, and nothing is changed yet. */

let engine: TestEngine;
const told = (kind: string) => engine.notifications().filter((one) => one.kind === kind);

beforeEach(async () => {
  engine = createTestEngine();
  await engine.begin({ service: { triggers: [aTrigger({ severity: 'auto_rollback' })] } });
  for (let n = 0; n < 100; n += 1)
    engine.rollout.failNext('rehearseTemplate', { kind: 'unreachable', reason: 'timeout' });
  engine.answers(0.2);
  await engine.tick(12);
  await engine.work(5_000);
});

async function callOff(): Promise<void> {
  const [row] = engine.runs();
  const stop = judgeCommand({ command: 'stop', reason: null }, { by: 'ada', at: engine.time.now() });
  await engine.store.commands.command(row?.run.id ?? '', stop);
  await engine.work(60_000);
  expect(engine.runs()).toMatchObject([{ run: { status: 'cancelled' } }]);
}

it('says when it may begin again by itself, which it does then and not before', async () => {
  await callOff();
  const [said] = told('still_wrong');
  const at = said?.facts?.next?.at ?? 0;
  expect(said).toMatchObject({ urgency: 'info', text: expect.stringContaining('high_error_rate fires on.') });
  const { cooldownMs } = aService().policy;
  expect(Math.abs(at - engine.time.now() - cooldownMs)).toBeLessThan(60_000);
  while (engine.runs().length < 2 && engine.time.now() < at + cooldownMs) await engine.tick();
  const again = engine.runs()[1]?.run.createdAt ?? 0;
  expect(again).toBeGreaterThanOrEqual(at);
  expect(again - at).toBeLessThan(2 * monitorSettings.intervalMs);
});

it('is over once what fires has recovered, and is told as that', async () => {
  await callOff();
  engine.answers(0);
  await engine.tick(8);
  expect(told('rollback_cancelled')).toEqual([]);
  expect(told('incident_over')).toMatchObject([{ facts: { next: { text: expect.any(String) } } }]);
});

it('is over in the next slot where it recovers in the very slot that was being read as it was called off, told once', async () => {
  const { commit } = engine.store.slots;
  let isCalledOff = false;
  engine.store.slots.commit = async (...slot) => {
    if (!isCalledOff) {
      isCalledOff = true;
      await callOff();
      expect(told('still_wrong')).toHaveLength(1);
    }
    return commit(...slot);
  };
  engine.answers(0);
  await engine.tick();
  expect(isCalledOff).toBe(true);
  expect(engine.store.world.states.get('d2/high_error_rate')).toMatchObject({ phase: 'inactive' });
  await engine.tick();
  expect(told('incident_over')).toMatchObject([{ title: expect.stringContaining('is over') }]);
  await engine.tick(4);
  expect(told('incident_over')).toHaveLength(1);
});
