import { replay } from '@lastgood/domain';
import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import { aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { begin, engine, state } from './tick-harness.ts';

const slower = acceptDeclared({
  ...{ name: 'slower', kind: 'comparison', severity: 'page_and_suggest', forDuration: 0 },
  ...{ query: 'spent[$WINDOW]', against: 'before_deployment', minEffect: 1.5, floor: 0.01 },
});

it('what a comparison fired ends with it, is said once, and leaves the release unproven', async () => {
  // A day later nothing is compared any more: 5 minutes after the first slot.
  const startedAt = dayZero - 24 * 60 * minute + 5 * minute;
  await begin({
    service: { triggers: [aTrigger(), slower], triggerSets: [] },
    deployment: {
      ...{ startedAt, status: 'completed' },
      ...{ completedAt: dayZero, watchEndsAt: dayZero + 30 * minute },
    },
  });
  engine.metrics.answer(({ template }, at) => {
    if (!template.startsWith('spent')) return { kind: 'value', value: 0 };
    const noise = 1 + ((at / minute) % 7) / 1000;
    return { kind: 'value', value: (at < startedAt ? 0.1 : 0.2) * noise };
  });
  await engine.watch(10);
  expect(state('slower')?.phase).toBe('firing');
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
