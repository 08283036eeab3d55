import type { Receipt } from '@lastgood/domain/notification/delivery';
import type { NotificationFacts } from '@lastgood/domain/notification/facts';
import { type Message, messageOf } from '@lastgood/domain/notification/message';
import { type Notification, type PeopleKind, peopleKinds } from '@lastgood/domain/notification/notification';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notifiers } from './index.ts';
import { peopleVendors, type TellingVendor } from './people-harness.ts';

/*
 * What every message carries, held against what arrives at each vendor that people read: the same notification through each, for each kind.
 * The table says what a kind has no fact for, as those who write it have none (`lost-readiness.ts`, `end-rollout.ts`, `held-version.ts`).
 */

const at = Date.parse('2026-11-30T03:04:05Z');
const signal = () => new AbortController().signal;

/** Parts that a message must have, as they are found in it. */
const parts = {
  service: 'cart',
  environment: 'production',
  team: 'shop-team',
  fromVersion: 'v42.7',
  toVersion: 'v41.3',
  trigger: 'high_error_rate',
  value: '8.2 %',
  threshold: '> 5 %',
  since: '2026-11-30 03:02:05 UTC',
  held: '2 min',
  person: 'ada@example.com',
  next: 'If it still fires then and nothing else speaks against it, it rolls back by itself after the cooldown',
  when: '2026-11-30 03:09:05 UTC',
  took: '1 min 34 s',
  plan: 'Undo the rollout of cart',
  title: 'cart: what a tired person reads first',
  text: 'Why it is so, and what to do.',
  link: 'https://lastgood.example/',
} as const;
type Part = keyof typeof parts;

const whole: NotificationFacts = {
  service: { name: 'cart', environment: 'production', team: 'shop-team' },
  from: { release: 42, version: 'v42.7', commit: '1f0c2a7' },
  to: { release: 41, version: 'v41.3', commit: '9b8d3e2' },
  versions: 'v42.7 → v41.3 (release 42 → 41)',
  trigger: {
    ...{ name: 'high_error_rate', value: 0.082, threshold: 0.05, comparison: 'greater_than', unit: 'ratio' },
    ...{ words: null, since: at - 120_000 },
  },
  by: null,
  next: {
    text: 'If it still fires then and nothing else speaks against it, it rolls back by itself after the cooldown.',
    at: at + 300_000,
  },
  plan: ['Undo the rollout of cart', 'Verify'],
  durationMs: null,
};

/** What a kind is without, and why; in place of a fact: what says so. */
const noRun: Part[] = ['took', 'plan'];
const table: Record<
  PeopleKind,
  { urgency: 'page' | 'info'; facts: Partial<NotificationFacts>; without: Part[] }
> = {
  rollback_suggested: { urgency: 'page', facts: { plan: [] }, without: ['person', ...noRun] },
  rollback_waits: { urgency: 'page', facts: { plan: [] }, without: ['person', ...noRun] },
  rolling_back: { urgency: 'info', facts: {}, without: ['person', 'took'] },
  // From its first step on nobody says whether the breach goes on, so not for how long either.
  rolled_back: { urgency: 'info', facts: { durationMs: 94_000 }, without: ['person', 'held'] },
  rollback_failed: { urgency: 'page', facts: { durationMs: 94_000 }, without: ['person', 'held'] },
  rollback_notice: { urgency: 'info', facts: {}, without: ['person', 'held', 'took'] },
  // Nothing is waited for any more, and nothing of its plan is to come.
  rollback_cancelled: {
    urgency: 'info',
    facts: {
      ...{ to: null, versions: 'v42.7 (release 42)', plan: [] },
      next: { text: `${parts.next}.`, at: null },
    },
    without: ['toVersion', 'person', 'when', 'held', ...noRun],
  },
  // What serves is what served before.
  still_wrong: {
    urgency: 'info',
    facts: { to: null, versions: 'v42.7 (release 42)', plan: [] },
    without: ['toVersion', 'person', ...noRun],
  },
  // Of the release to go back to the message before tells.
  taken_on: {
    urgency: 'info',
    facts: { to: null, versions: 'v42.7 (release 42)', plan: [] },
    without: ['toVersion', 'person', ...noRun],
  },
  // Something else of it waits for a person.
  partly_over: {
    urgency: 'info',
    facts: { trigger: null, to: null, versions: 'v42.7 (release 42)', plan: [], next: null },
    without: [
      'toVersion',
      'trigger',
      'value',
      'threshold',
      'since',
      'held',
      'person',
      'next',
      'when',
      ...noRun,
    ],
  },
  incident_over: {
    urgency: 'info',
    facts: {
      ...{ trigger: null, to: null, versions: 'v42.7 (release 42)', plan: [] },
      next: { text: `${parts.next}.`, at: null },
    },
    without: ['toVersion', 'trigger', 'value', 'threshold', 'since', 'held', 'person', 'when', ...noRun],
  },
  // Nothing was measured: its rollout failed, or its way back is gone. The release to go back to is not judged then.
  rollout_failed: {
    urgency: 'page',
    facts: { trigger: null, to: null, versions: 'v42.7 (release 42)', plan: [] },
    without: ['toVersion', 'trigger', 'value', 'threshold', 'since', 'held', 'person', ...noRun],
  },
  readiness_lost: {
    urgency: 'info',
    facts: { trigger: null, to: null, versions: 'v42.7 (release 42)', plan: [] },
    without: ['toVersion', 'trigger', 'value', 'threshold', 'since', 'held', 'person', ...noRun],
  },
  drill_overdue: {
    urgency: 'info',
    facts: {
      ...{ trigger: null, to: null, versions: 'v42.7 (release 42)', plan: [] },
      next: { text: `${parts.next}.`, at: null },
    },
    without: ['toVersion', 'trigger', 'value', 'threshold', 'since', 'held', 'person', 'when', ...noRun],
  },
  // Who put it back stands in its text, as the cluster remembers it. It waits for a person: nothing follows by itself.
  held_version_back: {
    urgency: 'page',
    facts: { trigger: null, plan: [], next: null },
    without: ['trigger', 'value', 'threshold', 'since', 'held', 'person', 'next', 'when', ...noRun],
  },
};

/** What a vendor keeps to itself by its nature: an alert that is acknowledged or silent has no remarks. */
const silent: Record<string, readonly PeopleKind[]> = {
  pagerduty: ['rollback_notice', 'readiness_lost', 'drill_overdue', 'partly_over'],
  alertmanager: ['taken_on'],
};

/** What must stay in the house, in every place where a careless vendor would take it along. */
const kept = ['sum(rate(http_errors', 'xoxb-do-not-tell', 'hunter2'];
const house = {
  query: 'sum(rate(http_errors{password="hunter2"}[5m]))',
  token: 'xoxb-do-not-tell',
};

function notificationOf(kind: PeopleKind, over: Partial<NotificationFacts> = {}): Partial<Notification> {
  const { urgency, facts } = table[kind];
  const all = { ...whole, ...facts, ...over };
  const { trigger } = all;
  const withHouse = {
    ...{ ...all, ...house, service: { ...all.service, ...house } },
    trigger: trigger && { ...trigger, ...house },
    from: all.from && { ...all.from, ...house },
  };
  return {
    ...{ key: `run/7f3a/${kind}`, kind, urgency, at, service: 'eu/shop/cart', ...house },
    ...{ title: parts.title, text: parts.text, facts: withHouse },
    routes: [{ to: [{ notifier: 'hunter2' }] }],
  };
}

/** An incident that is open already and about which nothing is known, so that what is found is found in what follows. */
async function openIncident({ notifier }: TellingVendor): Promise<Receipt | null> {
  const page = outgoing({
    key: 'first',
    at: 1,
    kind: 'rollback_suggested',
    urgency: 'page',
    title: 'first',
    text: '',
  });
  const { facts: _, ...notification } = page.notification;
  const { name: service, environment, team } = whole.service;
  const message = { ...messageOf(notification, null), service, environment, team };
  const delivery = await notifier.deliver({ ...page, notification, message }, signal());
  if (delivery.kind !== 'delivered') throw new Error(delivery.reason);
  return delivery.receipt ?? null;
}

async function told(vendor: TellingVendor, notification: Partial<Notification>, over: Message | null = null) {
  // In an incident of its own where the words are another's.
  const earlier = over ? null : await openIncident(vendor);
  const [shownBefore, rawBefore] = [vendor.shown().length, vendor.raw().length];
  const given = outgoing(notification, { earlier });
  const delivery = await vendor.notifier.deliver({ ...given, message: over ?? given.message }, signal());
  expect(delivery).toMatchObject({ kind: 'delivered' });
  return {
    shown: vendor.shown().slice(shownBefore).flat(),
    raw: vendor.raw().slice(rawBefore).join('\n'),
    message: given.message,
  };
}

it('is asked of every vendor that people read', () => {
  const people = notifiers.vendors.map(({ kind }) => kind).filter((kind) => !/^git/.test(kind));
  expect(Object.keys(peopleVendors).toSorted()).toEqual(people.toSorted());
});

describe.each(Object.entries(peopleVendors))('%s', (kind, start) => {
  let vendor: TellingVendor;
  beforeAll(async () => {
    vendor = await start();
  });
  afterAll(() => vendor.close());

  const heard = peopleKinds.filter((one) => !silent[kind]?.includes(one));

  it.each(heard)('carries everything of %s, and nothing else', async (about) => {
    const { shown, raw } = await told(vendor, notificationOf(about));
    const all = shown.join('\n');
    const { without } = table[about];
    const names = Object.keys(parts) as Part[];
    expect(names.filter((part) => !without.includes(part) && !all.includes(parts[part]))).toEqual([]);
    expect(names.filter((part) => without.includes(part) && all.includes(parts[part]))).toEqual([]);
    if (without.includes('next')) expect(all).toContain('Nothing happens by itself: it waits for a person.');
    expect(kept.filter((secret) => raw.includes(secret) || all.includes(secret))).toEqual([]);
    for (const text of shown) {
      expect(text).not.toMatch(/\b(undefined|null|NaN|Infinity|\[object)\b/);
      expect(text).not.toMatch(/[^\S\n]{2}|\b1 [a-z]+s\b/);
    }
  });

  it('names the person who asked where no trigger did', async () => {
    const { shown } = await told(vendor, notificationOf('rolling_back', { trigger: null, by: parts.person }));
    const all = shown.join('\n');
    expect(all).toContain(parts.person);
    expect(all).not.toMatch(/high_error_rate|Measured|Since/);
  });

  it('has no words of its own: all that is read is of the message', async () => {
    const given = outgoing(notificationOf('rollback_failed'));
    const { shown } = await told(vendor, given.notification, foreign(given.message));
    // What is no word: addresses, keys, the names of pictures, of a product and of what a machine reads.
    const words = shown
      .map((text) =>
        text.replace(/https?:\S+|eu\/shop\/cart|run\/7f3a\/\w+|deployment\/[\w-]+|:[a-z_]+:/g, ''),
      )
      .filter((text) => /[A-Za-z]{3}/.test(text));
    expect(words.filter((text) => !isForMachines(kind, text, given.notification))).toEqual([]);
  });
});

it.each(Object.entries(silent))(
  '%s says nothing of what wakes nobody and changes nothing of its alert',
  async (kind, kinds) => {
    const vendor = await peopleVendors[kind]?.();
    if (!vendor) throw new Error(kind);
    for (const about of kinds) expect((await told(vendor, notificationOf(about))).shown).toEqual([]);
    await vendor.close();
  },
);

/** The same message in letters that no source of ours has. */
function foreign(message: Message): Message {
  const turn = (value: unknown, name = ''): unknown => {
    if (['link', 'tone', 'urgency'].includes(name)) return value;
    if (typeof value === 'string')
      return value.replace(/[a-z]/gi, (letter) =>
        String.fromCharCode(0x0430 + (letter.toLowerCase().charCodeAt(0) - 97)),
      );
    if (Array.isArray(value)) return value.map((one) => turn(one));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([member, one]) => [member, turn(one, member)]));
  };
  return turn(message) as Message;
}

/** Values of labels and members that are there to be compared, and are the same in every language. */
function isForMachines(kind: string, text: string, { facts }: Notification): boolean {
  // The document of a webhook has each fact as it is beside the words for it.
  if (kind === 'webhook') {
    const data = [
      ...['rollback_failed', 'page', 'eu', 'shop', 'cart', 'production', 'greater_than', 'ratio', 'd-42'],
      ...[...(facts?.plan ?? []), facts?.trigger?.name, facts?.next?.text, '8.2 % (fires at > 5 %)'],
    ];
    return data.includes(text) || /^\d{4}-\d\d-\d\dT/.test(text);
  }
  return kind === 'alertmanager' && ['LastgoodRollbackFailed', 'critical'].includes(text);
}
