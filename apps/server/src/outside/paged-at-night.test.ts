import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPagerDuty } from '@lastgood/adapters/notifiers/pagerduty/pagerduty';
import {
  type LocalPagerDuty,
  startPagerDuty,
} from '@lastgood/adapters/notifiers/pagerduty/pagerduty-harness';
import { judgeCommand, type NotifyRoute, type Run, routeBy } from '@lastgood/domain';
import { createNotificationDelivery } from '@lastgood/engine';
import { createInMemoryNotifier } from '@lastgood/testkit/fakes/in-memory-notifier';
import { aNotifier, aRun, aTrigger, dayZero, minute, second } from '@lastgood/testkit/scenario/builders';
import { createTestEngine, type TestEngine } from '@lastgood/testkit/scenario/test-engine';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';

/*
 * A page at three o'clock in the morning, by the routes that this package's README shows as they stand there: from the breach, judged by the
 * engine in memory, to PagerDuty's wire format.
 */

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const [, block = ''] = /```yaml\n(notifications:\n[\s\S]*?)```/.exec(readme) ?? [];
const { routes }: { routes: NotifyRoute[] } = parse(block).notifications;
const names = ['pager', 'mail', 'chat'];
/** Tuesday in Berlin. */
const night = dayZero + 14 * 60 * minute;
const routingKey = 'a'.repeat(32);

let engine: TestEngine;
let pagerDuty: LocalPagerDuty;
let deliver: () => Promise<void>;
let [mail, chat] = [createInMemoryNotifier('mail'), createInMemoryNotifier('chat')];
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  const notifiers = names.map((name) => aNotifier(name));
  engine = createTestEngine({ notifiers: names, route: routeBy({ notifiers, routes }) });
  await engine.time.runUntil(night);
  await engine.begin({
    service: {
      ...{ environment: 'production', team: 'checkout' },
      triggers: [aTrigger({ severity: 'page_and_suggest' })],
    },
    deployment: { startedAt: night, completedAt: night, watchEndsAt: night + 30 * minute },
  });
  pagerDuty = await startPagerDuty([routingKey]);
  const settings = { routingKey, routingKeys: { payments: routingKey }, url: pagerDuty.url };
  const pager = createPagerDuty({ name: 'pager', ...settings });
  closing.push(pager.close, pagerDuty.close);
  [mail, chat] = [createInMemoryNotifier('mail'), createInMemoryNotifier('chat')];
  const delivery = createNotificationDelivery({
    ...{ outbox: engine.store.outbox, notifiers: [pager, mail, chat], clock: engine.time.clock },
    ...{ replica: 'one', publicUrl: null, batch: 10, leaseMs: 30 * second, deliverWithinMs: 10 * second },
  });
  deliver = async () => {
    for (const name of names) while ((await delivery.deliverDue(name, engine.forever)) > 0);
  };
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function breach(): Promise<void> {
  engine.answers(0.2);
  await engine.tick(12);
  await deliver();
}

async function rollBack(): Promise<void> {
  engine.answers(0);
  await engine.commit({ newRuns: [aRun({ createdAt: engine.time.now(), startsAt: engine.time.now() })] });
  await engine.work();
  await deliver();
}

const actions = () => pagerDuty.accepted.map(({ body }) => body.event_action);
const kinds = (notifier: typeof mail) => notifier.delivered.map(({ kind }) => kind);

it('is acknowledged as the rollback begins, and resolved when it is verified, whatever the events of the route', async () => {
  await breach();
  expect(actions()).toEqual(['trigger']);
  await rollBack();
  expect(actions()).toEqual(['trigger', 'acknowledge', 'resolve']);
  expect(pagerDuty.alerts).toMatchObject([{ state: 'resolved' }]);
  expect(pagerDuty.calls).toHaveLength(1);
  // Nobody was woken there, so that the morning is soon enough.
  expect(kinds(chat)).toEqual([]);
});

it('is resolved when what fired recovers by itself, and calls anew when it fires again', async () => {
  await breach();
  engine.answers(0);
  await engine.tick(8);
  await deliver();
  expect(actions()).toEqual(['trigger', 'resolve']);
  await breach();
  expect(pagerDuty.calls).toHaveLength(2);
  expect(pagerDuty.alerts).toMatchObject([{ state: 'resolved' }, { state: 'triggered' }]);
});

it('hears what ends first of several things, and is resolved by the last', async () => {
  const about = { service: 'main/shop/web', deploymentId: 'd2', runId: null } as const;
  const lost = { key: 'lost', kind: 'readiness_lost', urgency: 'info', at: night } as const;
  await breach();
  await engine.commit({
    notifications: [{ ...about, ...lost, title: 'web: no way back', text: 'It is lost.' }],
  });
  engine.answers(0);
  await engine.tick(8);
  await deliver();
  const partly = engine.notifications().find(({ kind }) => kind === 'partly_over');
  expect(partly).toMatchObject({
    ...{ urgency: 'info', title: 'web: what called for a rollback of v2 (release 2) is over' },
    text: 'Nothing of v2 (release 2) fires any more that calls for a rollback.',
    stands: ['readiness_lost'],
  });
  // What is left there still wants a person.
  expect(pagerDuty.alerts).toMatchObject([{ state: 'triggered' }]);
  const ready = { key: 'ready', kind: 'incident_over', urgency: 'info', at: night } as const;
  const words = { title: 'web: ready again', text: 'It is.' };
  await engine.commit({ notifications: [{ ...about, ...ready, ...words, ends: ['readiness_lost'] }] });
  await deliver();
  expect(pagerDuty.alerts).toMatchObject([{ state: 'resolved' }]);
});

it('ends too where it was told in the stead of a pager that was away', async () => {
  pagerDuty.instead = { status: 503 };
  await breach();
  for (let n = 0; n < 7; n += 1) {
    await engine.time.pass(minute);
    await deliver();
  }
  expect(kinds(mail)).toEqual(['rollback_suggested']);
  pagerDuty.instead = null;
  await engine.time.pass(6 * minute);
  await deliver();
  await rollBack();
  expect(kinds(mail)).toEqual(['rollback_suggested', 'rolling_back', 'rolled_back']);
  expect(actions()).toEqual(['trigger', 'acknowledge', 'resolve']);
});

/** A rollback is asked for whose rehearsal the cluster does not answer: nothing is changed yet. */
async function press(over: Partial<Run> = {}): Promise<void> {
  for (let n = 0; n < 100; n += 1)
    engine.rollout.failNext('rehearseTemplate', { kind: 'unreachable', reason: 'timeout' });
  const at = engine.time.now();
  await engine.commit({ newRuns: [aRun({ createdAt: at, startsAt: at, ...over })] });
  await engine.work(5 * second);
  await deliver();
  expect(engine.run('r1').steps[0]).toMatchObject({ planned: { step: { kind: 'rehearse-template' } } });
}

async function callOff(): Promise<void> {
  const stop = judgeCommand({ command: 'stop', reason: 'not yet' }, { by: 'ada', at: engine.time.now() });
  await engine.store.commands.command('r1', stop);
  await engine.work(minute);
  expect(engine.run('r1').run).toMatchObject({
    status: 'cancelled',
    stop: { endState: 'Nothing was changed.' },
  });
  await deliver();
}

it('stays open where a rollback is called off and what called for it fires on, until that is over', async () => {
  await breach();
  await press();
  await callOff();
  expect(pagerDuty.alerts).toMatchObject([{ state: 'acknowledged' }]);
  const said = engine.notifications().find(({ kind }) => kind === 'still_wrong');
  expect(said).toMatchObject({
    ...{ urgency: 'info', runId: 'r1', deploymentId: 'd2' },
    title:
      'The rollback of web to v1 (release 1) was cancelled: ada stopped it: not yet. Nothing was changed.',
    text: 'high_error_rate fires on. Roll back, or acknowledge that it may stay.',
    // It waits for a person, and what serves is what served before.
    facts: { next: null, to: null, versions: 'v2 (release 2)', durationMs: null, trigger: { value: 0.2 } },
  });
  await engine.tick(80);
  await deliver();
  expect(pagerDuty.alerts).toMatchObject([{ state: 'acknowledged' }]);
  engine.answers(0);
  await engine.tick(8);
  await deliver();
  expect(pagerDuty.alerts).toMatchObject([{ state: 'resolved' }]);
  expect(engine.notifications().at(-1)).toMatchObject({ kind: 'incident_over' });
  expect(pagerDuty.calls).toHaveLength(1);
});

it('is resolved where a rollback is called off once nothing fires any more', async () => {
  await breach();
  await press();
  engine.answers(0);
  await engine.tick(8);
  await deliver();
  expect(pagerDuty.alerts).toMatchObject([{ state: 'acknowledged' }]);
  await callOff();
  expect(engine.notifications().at(-1)).toMatchObject({
    kind: 'rollback_cancelled',
    facts: { to: null, versions: 'v2 (release 2)', durationMs: null },
  });
  expect(pagerDuty.alerts).toMatchObject([{ state: 'resolved' }]);
});
