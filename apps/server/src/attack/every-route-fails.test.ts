import { aboutService, type Notification, routeBy } from '@lastgood/domain';
import { createStore, type Store } from '@lastgood/store';
import { twoReleases } from '@lastgood/store/store-harness';
import { type HeldTime, holdTime } from '@lastgood/testkit/postgres/held-time';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toConfig } from '../config/to-config.ts';
import type { StatusDetails } from '../endpoints/status/status-details-schema.ts';
import { useStoredApp } from '../endpoints/stored-app-harness.ts';
import { createFigures } from '../figures/figures.ts';
import type { Loop } from '../loops/loop.ts';
import { openOutside } from '../outside/outside.ts';
import { createReceivers } from '../outside/receivers.ts';
import { startNotifications } from '../start/start-notifications.ts';
import { allBroken, brokenPlaces, healthy, startReceivers } from './broken-receivers-harness.ts';

/*
 * Fourteen services are in an incident at once; the place where each team listens is broken in another way, and every place of one team is. The
 * server's own loop sends through the vendors as a configuration opens them, over PostgreSQL. What arrived is asked of the
 * receivers, never of Lastgood. Time is held, and passes where it says so.
 */

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const stages = ['rollback_suggested', 'rolling_back', 'rollback_failed', 'rolled_back'] as const;
const pages: readonly string[] = ['rollback_suggested', 'rollback_failed'];
const teams = [...Object.keys(brokenPlaces), allBroken, healthy];
const mended = ['limited', 'cut'];
const lost = Object.entries(brokenPlaces).filter(([team]) => !mended.includes(team));

const receivers = await startReceivers();
const config = toConfig(receivers.file, { folder: '/', bare: false, replica: 'one' });
const outside = openOutside(config);
const postgres = usePostgres();
const figures = createFigures();
let time: HeldTime;
beforeAll(async () => {
  time = await holdTime(postgres.url);
});
const app = useStoredApp(postgres, {
  now: () => time.now(),
  configured: config,
  receivers: createReceivers({ notifiers: outside.notifiers, routes: config.notifications.routes }),
});

let store: Store;
let loops: Loop;
let began: number;
const services = new Map<string, Awaited<ReturnType<typeof twoReleases>>>();
beforeAll(async () => {
  store = createStore({
    databaseUrl: postgres.url,
    notifiers: outside.notifiers,
    route: routeBy({ notifiers: outside.notifiers, routes: config.notifications.routes }),
    now: time.now,
  });
  for (const team of teams)
    services.set(team, await twoReleases(store, { name: team, key: `main/shop/${team}`, team }));
  began = time.now();
  const log = pino({ level: 'silent' });
  loops = startNotifications({ config, store, outside, clock: time, figures, log });
  await settled();
});
afterAll(async () => {
  await loops.stop();
  await Promise.all([store.close(), outside.close(), receivers.close(), time.close()]);
});

/** When something arrived first, in milliseconds since the beginning, in the order in which it did. */
const heard = new Map<string, Map<string, number>>();
const heardAt = (place: string) => heard.get(place) ?? new Map<string, number>();
/** Of one incident. */
const heardOf = (place: string, team: string) =>
  [...heardAt(place).keys()].filter((key) => key.startsWith(`${team}/`));

/** Every loop but the one that hangs has gone round and rests. */
async function settled(): Promise<void> {
  let seen = 0;
  await vi.waitUntil(
    () => {
      const resting = time.sleeping(second) + (receivers.hanging() > 0 ? 1 : 0);
      seen = resting >= outside.notifiers.length ? seen + 1 : 0;
      return seen > 1;
    },
    { timeout: 30_000, interval: 5 },
  );
  for (const { place, key } of receivers.arrivals()) {
    const known = heard.get(place) ?? new Map<string, number>();
    if (!known.has(key)) heard.set(place, known.set(key, time.now() - began));
  }
}

async function passUntil(at: number, step: number): Promise<void> {
  while (time.now() - began < at) {
    await time.pass(step);
    await settled();
  }
}

/** Told of every incident at once, as the engine does: in the commit that made it true. */
async function say(kind: (typeof stages)[number]): Promise<void> {
  const notifications = teams.map((team): Notification => {
    const { svc, bad } = services.get(team) ?? {};
    if (!svc || !bad) throw new Error(`there is no service of ${team}`);
    const key = `${team}/${kind}`;
    return {
      ...{ key, kind, urgency: pages.includes(kind) ? 'page' : 'info', at: time.now() },
      ...{ service: svc.key, deploymentId: bad.id, runId: null, title: key, text: 'Look at it.' },
      ...aboutService(svc),
    };
  });
  await store.deployments.commit({ notifications });
  loops.wake();
  await settled();
}

interface TimelineEvent {
  type: string;
  text: string;
  deploymentId: string | null;
}

async function eventsOf(type: string): Promise<TimelineEvent[]> {
  const found: TimelineEvent[] = [];
  for (let at = ''; ; ) {
    const { body } = await app.get<{ items: TimelineEvent[]; next: string | null }>(
      `/events?kind=notification&limit=100${at}`,
    );
    found.push(...body.items.filter((one) => one.type === type));
    if (body.next === null) return found;
    at = `&cursor=${body.next}`;
  }
}

const outsideNow = async () => (await app.get<StatusDetails>('/status/details')).body.outside;

test('a place that is well has a page at once, whatever befalls the others meanwhile', async () => {
  await say('rollback_suggested');
  expect(receivers.hanging()).toBeGreaterThan(0);
  for (const place of ['oncall', 'pager', 'chat C0INCIDENTS', 'post ops@example.com'])
    expect(heardOf(place, healthy), place).toEqual([`${healthy}/rollback_suggested`]);
});

test('every page of an incident is heard by somebody within minutes, and in order with what is told beside it', {
  timeout: 120_000,
}, async () => {
  await passUntil(30 * second, 15 * second);
  await say('rolling_back');
  await passUntil(3 * minute, 15 * second);
  await say('rollback_failed');
  await passUntil(6 * minute, 15 * second);
  await passUntil(12 * minute, minute);
  await say('rolled_back');
  await passUntil(13 * minute, 15 * second);
  for (const [team, { refuses, hearsInstead }] of Object.entries(brokenPlaces)) {
    const all = stages.map((stage) => `${team}/${stage}`);
    expect(heardOf(hearsInstead, team), team).toEqual(all);
    // Refused for two minutes or away for five; looked at every ten seconds, and time passes by fifteen.
    const latest = (refuses ? 2 : 5) * minute + 30 * second;
    const at = (kind: string) => heardAt(hearsInstead).get(`${team}/${kind}`) ?? Number.NaN;
    expect(at('rollback_suggested'), team).toBeLessThanOrEqual(latest);
    expect(at('rollback_failed'), team).toBeLessThanOrEqual(Math.max(latest, 3 * minute + 30 * second));
  }
  for (const place of ['oncall', 'pager', 'chat C0INCIDENTS', 'post ops@example.com'])
    expect(heardOf(place, healthy), place).toEqual(stages.map((stage) => `${healthy}/${stage}`));
});

test('that a page goes elsewhere is said where it is read, and in the timeline of its deployment', async () => {
  const events = await eventsOf('notification.fell-back');
  for (const [team, { place, refuses }] of Object.entries(brokenPlaces)) {
    const own = events.filter(({ deploymentId }) => deploymentId === services.get(team)?.bad.id);
    expect(own, team).toHaveLength(pages.length);
    const { notifier, to } = place;
    const name = to === undefined ? notifier : `${notifier} (${to})`;
    // The place is in trouble since before the later page.
    const how = refuses ? /^(it|nothing is taken there, it) is refused/ : /^(it is tried|nothing is taken)/;
    for (const { text } of own) expect(text.split(`does not reach ${name}: `)[1]).toMatch(how);
  }
  const words = receivers.pagerWords('hung/rollback_suggested');
  expect(words['Told here']).toMatch(/^hung has not taken this since .* \(for 5 min( \d+ s)?\)\.$/);
  const status = await outsideNow();
  const hung = status.find(({ name }) => name === 'hung');
  expect(hung).toMatchObject({ state: 'down', reason: expect.stringMatching(/\w/) });
  // Those whose routes lead there, and no other.
  expect(hung?.affected.toSorted()).toEqual([allBroken, 'hung'].map((team) => `main/shop/${team}`));
  expect(hung?.notes.join()).toContain('messages that wait were told to the fallback meanwhile');
  expect((await figures.latePages.get()).values.map(({ labels }) => labels.told)).toContain('fallback');
});

test('where every place of a route is broken, all of it is heard at the fallback of the route', () => {
  expect(heardOf('pager', allBroken)).toEqual(stages.map((stage) => `${allBroken}/${stage}`));
});

test('nobody who was woken is left with an alert of what is over', () => {
  expect(receivers.pagerCalls.length).toBeGreaterThan(0);
  expect(receivers.openPagerAlerts()).toEqual([]);
});

test('a place that works again is told how things stand ten minutes later at the most, and nothing older behind it; doubles have one key', {
  timeout: 120_000,
}, async () => {
  await passUntil(20 * minute, 30 * second);
  // Asked to wait for a day, it is asked again after ten minutes, and once by each page that comes later and what that passes: of two incidents.
  expect(receivers.callsOfLimited()).toBeGreaterThanOrEqual(4);
  expect(receivers.callsOfLimited()).toBeLessThanOrEqual(12);
  const doubles = receivers.arrivals().filter(({ place }) => place === 'cut');
  expect(doubles.length).toBeGreaterThan(heardAt('cut').size);
  receivers.recover();
  await passUntil(31 * minute, 30 * second);
  const overtaken = await eventsOf('notification.overtaken');
  for (const team of mended) {
    // What was cut had arrived; where nothing had, nobody is woken any more for what is over.
    const told = team === 'cut' ? stages : stages.slice(3);
    for (const incident of [team, allBroken])
      expect(heardOf(team, incident), team).toEqual(told.map((stage) => `${incident}/${stage}`));
    const own = overtaken.filter(({ deploymentId }) => deploymentId === services.get(team)?.bad.id);
    expect(own, team).toHaveLength(3);
  }
});

test('what never arrived where it was sent is an event, counted, and on the Status page', {
  timeout: 120_000,
}, async () => {
  await passUntil(75 * minute, 4 * minute);
  const refusing = lost.filter(([, { refuses }]) => refuses);
  // The hour is the place's: what waits behind the first is given up with it.
  expect(await eventsOf('notification.failed')).toHaveLength(2 * stages.length * refusing.length);
  await passUntil(25 * hour, hour);
  // One that hangs takes its time to fail, for each.
  while ((await store.outbox.undelivered()).waiting > 0 && time.now() - began < 26 * hour)
    await passUntil(time.now() - began + 1, 30 * second);
  const failed = await eventsOf('notification.failed');
  expect(failed).toHaveLength(2 * stages.length * lost.length);
  const counted = (await figures.notificationsGivenUp.get()).values;
  expect(counted.reduce((sum, { value }) => sum + value, 0)).toBe(failed.length);
  const status = await outsideNow();
  for (const [team, { place }] of lost) {
    const { notifier, to } = place;
    const of = services.get(team)?.bad.id;
    const name = to === undefined ? notifier : `${notifier} (${to})`;
    const told = failed.filter(({ deploymentId }) => deploymentId === of).map(({ text }) => text);
    expect(told, team).toHaveLength(stages.length);
    for (const text of told) expect(text).toContain(`did not reach ${name} and is given up`);
    expect(counted.find(({ labels }) => labels.notifier === notifier)?.value, notifier).toBeGreaterThan(0);
    const shown = status.find((one) => one.name === notifier);
    expect(shown?.notes.join(), notifier).toMatch(/\d+ messages were given up in the last 24 hours/);
  }
});

test('where nothing arrived any more, the receiver is not said to be well', async () => {
  const states = new Map((await outsideNow()).map(({ name, state }) => [name, state]));
  for (const notifier of ['opsgenie', 'hung', 'mail', 'alerts', 'down', 'gone'])
    expect(states.get(notifier), notifier).toBe('down');
  for (const notifier of ['oncall', 'alerts-b', 'limited', 'cut'])
    expect(states.get(notifier), notifier).toBe('up');
});

test('nothing went where it must not: in the clear, behind a redirect, or to somebody who is not who they say', () => {
  expect(heardAt('nowhere').size).toBe(0);
});
