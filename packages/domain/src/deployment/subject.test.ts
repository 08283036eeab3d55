import {
  aDeployment,
  aService,
  aSnapshot,
  aTrigger,
  dayZero,
  imageOf,
  minute,
} from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import { triggerKind } from '../trigger/kinds/index.ts';
import { partAsked } from '../trigger/part.ts';
import { shippedTriggers } from '../trigger/shipped-triggers.ts';
import { expectedSlots } from './close-watch.ts';
import { subjectOf } from './subject.ts';
import { dueFrom } from './version-age.ts';

it('tells of the version before what its placeholders stood for', () => {
  const deployment = aDeployment();
  const [old, now] = [aSnapshot(imageOf('v1')), aSnapshot(imageOf('v2'))];
  const subject = subjectOf(aService(), deployment, deployment.startedAt + minute);
  expect(subject).toMatchObject({
    ageMs: minute,
    toldApartBy: ['POD_TEMPLATE_HASH'],
    variables: { SERVICE: 'web', POD_TEMPLATE_HASH: now.podTemplateHash },
    before: { SERVICE: 'web', POD_TEMPLATE_HASH: old.podTemplateHash },
  });
  expect(subjectOf(aService(), aDeployment({ changes: [] }), deployment.startedAt).before).toBeUndefined();
});

describe('a rollback whose run took two minutes, in which half of all requests failed', () => {
  const startedAt = dayZero;
  const completedAt = startedAt + 2 * minute;
  const watchEndsAt = completedAt + 30 * minute;
  const rollback = aDeployment({
    ...{ origin: 'rollback', status: 'completed', startedAt, completedAt, watchEndsAt },
  });
  // The last ones are scraped, and asked for, a little later.
  const seenUntil = completedAt + 45_000;
  const burn = shippedTriggers().filter(({ name }) => name === 'slo_burn_rate');

  it.each(burn)('does not burn the budget of what it restored', (trigger) => {
    const kind = triggerKind(trigger);
    let asked = 0;
    for (let slot = completedAt; slot < completedAt + 8 * 60 * minute; slot += 15_000) {
      if (slot < dueFrom(rollback, trigger)) continue;
      const parts = kind
        .ask(trigger, subjectOf(aService(), rollback, slot))
        .map(partAsked)
        .map(({ name, overMs = 0 }) => {
          const failedMs = Math.max(0, seenUntil - Math.max(startedAt, slot - overMs));
          return { name, overMs, reading: { kind: 'value', value: (0.5 * failedMs) / overMs } as const };
        });
      asked += 1;
      expect(kind.judge(trigger, parts)).toEqual({ kind: 'value', value: 0 });
    }
    expect(asked).toBe((8 * 60 - 6) * 4);
  });

  it('counts its warm-up from there, for what is expected of it too', () => {
    const state = initialTriggerState;
    for (const trigger of burn) {
      expect(dueFrom(rollback, trigger)).toBe(completedAt + 6 * minute);
      expect(expectedSlots(rollback, { trigger, state }, 15_000)).toBe(24 * 4);
    }
    const atOnce = aTrigger({ initialDelayMs: 0 });
    expect(dueFrom(rollback, atOnce)).toBe(completedAt);
    expect(expectedSlots(rollback, { trigger: atOnce, state }, 15_000)).toBe(120);
  });
});
