import { aDeployment, aTrigger, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { initialTriggerState } from '../trigger/advance-trigger.ts';
import type { TriggerState } from '../trigger/trigger-state.ts';
import { fleetStanding } from './fleet-standing.ts';
import type { KnownService } from './known-service.ts';
import { standingOf } from './service-standing.ts';

const now = dayZero + minute;
const firing: TriggerState = {
  ...initialTriggerState,
  ...{ phase: 'firing', since: now - 20 * second, heldMs: 2 * minute, lastSlot: now, lastJudgedSlot: now },
  reading: { kind: 'value', value: 0.3 },
};
const healthy: TriggerState = { ...firing, phase: 'inactive', reading: { kind: 'value', value: 0 } };

function known(
  name: string,
  dependencies: string[],
  over: Partial<KnownService>,
  state = firing,
): KnownService {
  const key = `main/shop/${name}`;
  return {
    service: { key, name, dependencies: dependencies.map((one) => `main/shop/${one}`) },
    release: {
      ...aDeployment({ id: name, service: key, version: 'v2', startedAt: dayZero - 5 * minute }),
      doubt: null,
    },
    triggers: [{ trigger: aTrigger(), state }],
    declaredAt: null,
    target: { release: 1, version: 'v1' },
    activeRun: null,
    stoppedRunId: null,
    followed: { kind: 'seen' },
    outages: [],
    acknowledgement: null,
    foresight: null,
    ...over,
  };
}

function fleet(...services: KnownService[]) {
  const moment = { now, intervalMs: 5 * second, standingMs: minute, readingSince: null };
  return fleetStanding(services.map((one) => ({ known: one, standing: standingOf(one, moment) })));
}

test('a dependency that is taken back already is no way back, and is not called by what it goes back to', () => {
  const rollback = { ...aDeployment({ id: 'back', origin: 'rollback', version: 'v1' }), doubt: null };
  const activeRun = { id: 'r1', expectedAt: null };
  const said = fleet(
    known('catalog', [], { release: rollback, activeRun }),
    known('checkout', ['catalog'], {}),
  );
  expect(said.groups).toMatchObject([
    {
      cause: { name: 'catalog' },
      deploymentId: null,
      sentence: '2 services fail together; all depend on catalog, which is being rolled back to v1',
    },
  ]);
});

test('a rollback that is over is not what the failing of others is put down to', () => {
  const release = {
    ...aDeployment({
      id: 'back',
      origin: 'rollback',
      version: 'v1',
      startedAt: dayZero - 5 * minute,
      completedAt: dayZero - 4 * minute,
    }),
    ...{ status: 'completed' as const, doubt: null },
  };
  const others = [known('checkout', ['catalog'], {}), known('edge', ['catalog'], {})];
  expect(fleet(known('catalog', [], { release }, healthy), ...others).groups).toEqual([]);
  const deployed = { ...release, origin: 'pipeline' as const };
  expect(fleet(known('catalog', [], { release: deployed }), ...others).groups).toMatchObject([
    { deploymentId: 'back', sentence: expect.stringContaining('catalog v1 was deployed') },
  ]);
});

test('what is taken back counts as the cause of others, never as one that fails for another', () => {
  const activeRun = { id: 'r1', expectedAt: null };
  const edge = known('edge', ['checkout'], { activeRun });
  const said = fleet(known('catalog', [], {}), known('checkout', ['catalog'], {}), edge);
  expect(said.groups).toMatchObject([{ services: ['main/shop/catalog', 'main/shop/checkout'] }]);
});

test('what was brought out just before is a likelier cause than what only fails too', () => {
  const old = {
    ...aDeployment({ id: 'old', version: 'v9', startedAt: dayZero - 600 * minute }),
    doubt: null,
  };
  const checkout = known('checkout', ['catalog', 'payments'], { release: old });
  const payments = known('payments', [], { release: old });
  const catalog = known('catalog', ['search'], {});
  const search = known('search', [], { release: old }, healthy);
  expect(fleet(checkout, payments, catalog, search).groups).toMatchObject([
    { cause: { name: 'catalog v2' }, deploymentId: 'catalog' },
  ]);
});
