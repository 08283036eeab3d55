import { type RollbackTrigger, replay } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { begin, engine, state } from './tick-harness.ts';

const slower = acceptDeclared({
  ...{ name: 'slower', kind: 'comparison', severity: 'page_and_suggest', forDuration: 0 },
  ...{ query: 'spent[$WINDOW]', against: 'before_deployment', minEffect: 1.5, floor: 0.01 },
});

// A day later nothing is compared any more: 5 minutes after the first slot.
const startedAt = dayZero - 24 * 60 * minute + 5 * minute;
const beginFiring = async (...beside: RollbackTrigger[]) => {
  await begin({
    service: { triggers: [aTrigger(), slower, ...beside], triggerSets: [] },
    deployment: {
      ...{ startedAt, status: 'completed' },
      ...{ completedAt: dayZero, watchEndsAt: dayZero + 30 * minute },
    },
  });
  let isSick = true;
  engine.metrics.answer(({ template }, at) => {
    if (template === 'beside') return { kind: 'value', value: isSick ? 1 : 0 };
    if (!template.startsWith('spent')) return { kind: 'value', value: 0 };
    const noise = 1 + ((at / minute) % 7) / 1000;
    return { kind: 'value', value: (at < startedAt ? 0.1 : 0.2) * noise };
  });
  await engine.watch(10);
  expect(state('slower')?.phase).toBe('firing');
  return {
    mendBeside: () => {
      isSick = false;
    },
  };
};
const told = () => engine.notifications().filter(({ kind }) => kind === 'incident_over');

it('what a comparison fired ends with it, is said once, and leaves the release unproven', async () => {
  await beginFiring();
  await engine.watch(112);
  expect(state('slower')).toMatchObject({ phase: 'unknown', everFired: true });
  expect(engine.events('trigger.ended').map(({ text }) => text)).toEqual([
    'slower cannot be told any more: there is nothing left to compare it with; what it said before has ended, and that is no recovery',
  ]);
  expect(engine.events('trigger.resolved')).toEqual([]);
  expect(engine.events('deployment.unproven').map(({ text }) => text)).toEqual([
    expect.stringContaining('slower fired, and ended before it could tell whether that is over'),
  ]);

  const rows = engine.store.world.readings;
  const again = replay(rows).flatMap(({ slot, judged }) =>
    judged.map((one) => `${slot} ${one.trigger.name} ${one.state.phase}`),
  );
  expect(again.sort()).toEqual(rows.map((row) => `${row.slot} ${row.trigger} ${row.phase}`).sort());
});

it('is told to whoever was called for it as ended, and not as recovered', async () => {
  await beginFiring();
  await engine.watch(112);
  expect(told()).toMatchObject([
    {
      title: 'web: slower fired for v2 (release 2) and has ended',
      text: 'slower fired and has ended: it can tell nothing of v2 (release 2) any more, and whether what fired is over is not known. Nothing else of v2 (release 2) fires that calls for a rollback.',
    },
  ]);
});

it('is told so, too, where something else fired on and recovers later', async () => {
  const beside = aTrigger({ name: 'beside', query: 'beside', forMs: 0, severity: 'page_and_suggest' });
  const { mendBeside } = await beginFiring(beside);
  await engine.watch(112);
  expect(state('slower')?.phase).toBe('unknown');
  expect(told()).toEqual([]);
  mendBeside();
  await engine.watch(2);
  expect(told()[0]?.title).toBe('web: slower fired for v2 (release 2) and has ended');
});

it('is no more told as ended by what fires anew and recovers after that', async () => {
  const beside = aTrigger({ name: 'beside', query: 'beside', forMs: 0, severity: 'page_and_suggest' });
  const { mendBeside } = await beginFiring(beside);
  mendBeside();
  await engine.watch(112);
  const [ended, ...more] = told();
  expect([ended?.key.split('/')[3], ...more]).toEqual(['ended']);
  engine.metrics.answer(({ template }) => ({ kind: 'value', value: template === 'beside' ? 1 : 0 }));
  await engine.watch(8);
  mendBeside();
  engine.metrics.answer(() => ({ kind: 'value', value: 0 }));
  await engine.watch(8);
  expect(told().map(({ key }) => key.split('/')[3])).toEqual(['ended', 'recovered']);
});
