import { aDeployment, minute, webWorkload } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { expect, test } from 'vitest';

/* A release comes out and breaches while the cooldown of the last rollback lasts: people are told that it goes back by itself after it. */

const suggestions = (engine: TestEngine) =>
  engine.notifications().filter(({ kind }) => kind === 'rollback_suggested');

/** @param before whether what served before it breached too */
async function breachInCooldown(before: boolean): Promise<TestEngine> {
  const engine = createTestEngine();
  await engine.begin();
  engine.answers(0.2);
  await engine.tick(9);
  engine.rollout.cluster.at(webWorkload).paused = true;
  await engine.work();
  engine.rollout.cluster.at(webWorkload).paused = false;
  const startedAt = engine.time.now();
  const third = { id: 'd3', release: 3, version: 'v3', previousDeploymentId: 'd2', startedAt };
  await engine.commit({ newDeployments: [aDeployment(third)] });
  if (!before)
    engine.metrics.answer((_question, at) => ({ kind: 'value', value: at < startedAt - 10_000 ? 0 : 0.2 }));
  await engine.tick(10);
  expect(suggestions(engine)).toMatchObject([
    { urgency: 'page', facts: { next: { text: expect.stringContaining('by itself after the cooldown') } } },
  ]);
  return engine;
}

test('what speaks against that only then is told, once', async () => {
  const engine = await breachInCooldown(true);
  const { at: cooledAt } = suggestions(engine)[0]?.facts?.next ?? {};
  await engine.tick(60);
  expect(engine.runs()).toHaveLength(1);
  const [, second, ...others] = suggestions(engine);
  expect(others).toEqual([]);
  expect(second).toMatchObject({ urgency: 'page', deploymentId: 'd3', facts: { next: null } });
  expect(second?.text).toContain('Not by itself: it breached before this deployment started');
  expect(second?.at).toBeLessThan((cooledAt ?? 0) + minute);
});

test('where nothing does it goes back as announced, and says since when it breaches', async () => {
  const engine = await breachInCooldown(false);
  const since = suggestions(engine)[0]?.facts?.trigger?.since;
  await engine.tick(20);
  await engine.work(minute);
  expect(suggestions(engine)).toHaveLength(1);
  const began = engine
    .notifications()
    .filter(({ kind, deploymentId }) => kind === 'rolling_back' && deploymentId === 'd3');
  expect(began).toMatchObject([{ facts: { trigger: { since } } }]);
});
