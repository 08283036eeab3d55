import { incidentOver, type Notification, type RollbackTrigger, toEveryHearer } from '@lastgood/domain';
import { aNotifier, aService, aTrigger, dayZero, minute } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { describe, expect, it } from 'vitest';

/* What was told as over, and is not: a trigger or its service was gone for a while. */

const errors = aTrigger({ severity: 'page_and_suggest' });
const other = aTrigger({ name: 'latency', query: 'latency', severity: 'page_and_suggest' });

let engine: TestEngine;
let isRouted: boolean;
const everyHearer = toEveryHearer([aNotifier('hook')]);

const apply = (...triggers: RollbackTrigger[]) =>
  engine.store.services.apply(aService({ triggers }), 'ada', engine.time.now());
const told = () => engine.notifications().map(({ kind }) => kind);
const decided = () => engine.store.world.decisions.map(({ verdict }) => verdict);
const beginFiring = async (...triggers: RollbackTrigger[]) => {
  isRouted = true;
  engine = createTestEngine({ route: (one: Notification) => (isRouted ? everyHearer(one) : []) });
  await engine.begin({ service: { triggers } });
  engine.metrics.answer(({ template }) => ({ kind: 'value', value: template === 'latency' ? 0 : 0.2 }));
  await engine.tick(10);
  expect(told()).toEqual(['rollback_suggested']);
};

describe('where a trigger that fired is not declared any more', () => {
  const over = () => engine.notifications().findLast(({ kind }) => kind === 'incident_over');

  it('says so, and not that nothing fires', async () => {
    await beginFiring(errors);
    await apply(other);
    await engine.tick(4);
    expect(told()).toEqual(['rollback_suggested', 'incident_over']);
    expect(over()).toMatchObject({
      title: 'web: high_error_rate fired for v2 (release 2) and is not declared any more',
      text: expect.stringContaining('whether what fired is over is not known. Nothing else'),
    });
  });

  it('says that nothing watches it where no trigger is left', async () => {
    await beginFiring(errors);
    await apply();
    await engine.tick(4);
    expect(over()?.text).toContain('nothing watches v2 (release 2).');
  });

  it('says so, too, of one that is only logged now', async () => {
    await beginFiring(errors);
    await apply(aTrigger({ ...errors, shadow: true }), aTrigger({ ...other, query: 'more' }));
    await engine.tick(1);
    expect(over()?.title).toContain('high_error_rate fired for v2 (release 2) and is only logged now');
  });
});

describe('what fires on and was told as over', () => {
  it('calls again as its trigger is declared again: by a decision, an event and a page of its own, once', async () => {
    await beginFiring(errors);
    await apply(aTrigger({ ...errors, name: 'errors_renamed' }));
    await engine.tick(2);
    expect(told()).toEqual(['rollback_suggested', 'incident_over']);
    await apply(errors);
    await engine.tick(40);
    expect(engine.store.world.states.get(`d2/${errors.name}`)).toMatchObject({ phase: 'firing' });
    expect(told()).toEqual(['rollback_suggested', 'incident_over', 'rollback_suggested']);
    expect(decided()).toEqual(['suggest', 'suggest']);
    expect(engine.events('decision.made')).toHaveLength(2);
    const [first, , again] = engine.notifications();
    expect(again).toMatchObject({ urgency: 'page', facts: { trigger: { name: errors.name, value: 0.2 } } });
    expect(again?.key).not.toBe(first?.key);
  });

  it('calls again whoever judges: what was told stands in the store', async () => {
    await beginFiring(errors);
    await apply(other);
    await engine.tick(2);
    await apply(errors);
    const at = Math.floor(engine.time.now() / 15_000) * 15_000;
    await engine.createTicker('two').tick(at, engine.forever);
    expect(told()).toEqual(['rollback_suggested', 'incident_over', 'rollback_suggested']);
  });

  it('calls again as its service is declared again', async () => {
    await beginFiring(errors);
    const release = engine.deployment('d2');
    const over = incidentOver(release, aService(), { kind: 'deleted', by: 'ada' }, engine.time.now() - 1);
    await engine.commit({ notifications: [over] });
    await engine.tick(40);
    expect(told()).toEqual(['rollback_suggested', 'incident_over', 'rollback_suggested']);
  });

  it('is decided once more where nobody is told any more, and not in every slot', async () => {
    await beginFiring(errors);
    await apply(other);
    await engine.tick(2);
    isRouted = false;
    await apply(errors);
    await engine.tick(40);
    expect(told()).toEqual(['rollback_suggested', 'incident_over']);
    expect(decided()).toEqual(['suggest', 'suggest']);
  });

  it('calls nobody anew where nobody was told that it is over', async () => {
    await beginFiring(errors);
    await apply(aTrigger({ ...errors, threshold: 0.01 }));
    await engine.tick(4);
    await apply(errors);
    await engine.tick(40);
    expect(told()).toEqual(['rollback_suggested']);
  });
});

it('is told once where the watch ends in the slot in which nothing fires any more', async () => {
  isRouted = true;
  engine = createTestEngine({ route: everyHearer });
  const watch = { status: 'completed', completedAt: dayZero, watchEndsAt: dayZero + 5 * minute } as const;
  await engine.begin({
    service: { triggers: [aTrigger({ ...errors, forMs: 0 }), aTrigger({ name: 'slow', query: 'slow' })] },
    deployment: watch,
  });
  const bad = (value: number) =>
    engine.metrics.answer(({ template }) => ({ kind: 'value', value: template === 'slow' ? 0 : value }));
  bad(0.2);
  await engine.watch(24);
  expect(told()).toEqual(['rollback_suggested']);
  bad(0);
  await engine.watch(8);
  expect(engine.deployment('d2')).toMatchObject({ proof: 'verified' });
  const over = engine.notifications().filter(({ kind }) => kind === 'incident_over');
  expect(over.map(({ title }) => title)).toEqual(['web: v2 (release 2) is verified after all']);
});
