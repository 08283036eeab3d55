import { newRun } from '@lastgood/domain';
import { dayZero } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { beforeEach } from 'vitest';

/* Release 2 of a service is watched over its good release 1, and what its tests look at. */

export let engine: TestEngine;

/** Anew, with what a test says otherwise of the service or the release. */
export async function begin(over?: Parameters<TestEngine['begin']>[0]): Promise<void> {
  engine = createTestEngine();
  await engine.begin(over);
}

/** Call at the top of a test file. */
export function beginEach(): void {
  beforeEach(() => begin());
}

export const types = () => engine.events().map((event) => event.type);
export const state = (trigger = 'high_error_rate') => engine.store.world.states.get(`d2/${trigger}`);

/** A click that takes release 2 back. */
export const manual = newRun({
  id: 'click',
  service: 'main/shop/web',
  deploymentId: 'd2',
  targetDeploymentId: 'd1',
  requester: { kind: 'person', name: 'ada' },
  reason: '',
  evidence: null,
  createdAt: dayZero,
  startsAt: dayZero,
});
