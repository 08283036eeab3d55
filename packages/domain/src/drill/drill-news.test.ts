import { describe, expect, test } from 'vitest';
import { isFollowing } from '../notification/following.ts';
import { messageOf } from '../notification/message.ts';
import { deliveryLane, incidentOf } from '../notification/notification.ts';
import { type DrillSubject, drillNews, type ToldOverdue } from './drill-news.ts';

const day = 86_400_000;
const now = Date.parse('2026-11-30T12:00:00Z');
const release = { id: 'd-2', release: 2, version: 'v2', commit: null, origin: 'pipeline' } as const;
const told: ToldOverdue = { at: now - day, deploymentId: 'd-2', practisedAt: null };
const drill = (at: number) => ({ kind: 'recorded', at, tookMs: null, by: 'ada', note: 'game day' }) as const;

const subject = (over: Partial<DrillSubject> = {}): DrillSubject => ({
  key: 'main/shop/web',
  service: { name: 'web', environment: 'production', team: 'shop', notify: [] },
  ...{ isDeleted: false, isBusy: false, release, told: null },
  facts: { declared: { everyDays: 90 }, since: now - 95 * day, last: null, canGoBack: true },
  ...over,
});
const known = (over: Partial<DrillSubject['facts']>) => ({ ...subject().facts, ...over });

describe('that it is overdue', () => {
  test('is told quietly, with what is known, what to do and where', () => {
    const news = drillNews(subject(), now);
    expect(news?.told).toEqual({ at: now, deploymentId: 'd-2', practisedAt: null });
    expect(news?.event).toMatchObject({
      type: 'drill.overdue',
      service: 'main/shop/web',
      deploymentId: null,
    });
    expect(news?.notification).toMatchObject({
      ...{ kind: 'drill_overdue', urgency: 'info', deploymentId: 'd-2', runId: null },
      title: 'web: its way back has not been practised for too long',
      text: 'It was never practised: no rollback was verified and no drill is recorded. It is to be practised every 90 days, so it is overdue since 2026-11-25 12:00:00 UTC (for 5 d).',
      facts: {
        versions: 'v2 (release 2)',
        trigger: null,
        next: { text: expect.stringMatching(/^Practise it: /) },
      },
    });
    const message = news && messageOf(news.notification, 'https://lastgood.example');
    expect(message).toMatchObject({
      ...{ stage: 'Drill overdue', tone: 'act' },
      subject: 'web (production): way back not practised',
    });
    expect(message?.link).toBe('https://lastgood.example/services/main/shop/web');
  });

  test.each<[string, Partial<DrillSubject>]>([
    ['in time', { facts: known({ since: now }) }],
    ['where nobody says how often', { facts: known({ declared: null, since: null }) }],
    ['where nothing can go back', { facts: known({ canGoBack: false }) }],
    ['in the midst of an incident', { isBusy: true }],
    ['of a service that is deleted', { isDeleted: true }],
    ['twice', { told }],
    ['twice in the midst of an incident', { told, isBusy: true }],
  ])('is not told %s', (_name, over) => expect(drillNews(subject(over), now)).toBeNull());
});

describe('that it is over', () => {
  test.each<[string, Partial<DrillSubject>, string]>([
    ['by practice', { facts: known({ last: drill(now - 1) }) }, 'web: its way back was practised'],
    [
      'by a drill held before it was told',
      { facts: known({ last: drill(now - 3 * day) }) },
      'web: its way back was practised',
    ],
    [
      'where it is not asked for any more',
      { facts: known({ declared: null }) },
      'web: its way back need not be practised any more',
    ],
    [
      'where there is more time',
      { facts: known({ declared: { everyDays: 180 } }) },
      'web: its way back is not overdue for practice any more',
    ],
    ['of a service that is deleted', { isDeleted: true }, 'web was deleted'],
    [
      'also in the midst of an incident',
      { isBusy: true, facts: known({ last: drill(now) }) },
      'web: its way back was practised',
    ],
  ])('is told once, %s', (_name, over, title) => {
    const news = drillNews(subject({ told, ...over }), now);
    expect(news).toMatchObject({ told: null, event: { type: 'drill.over' } });
    expect(news?.notification).toMatchObject({ kind: 'incident_over', urgency: 'info', title });
    expect(drillNews(subject({ ...over, told: null }), now)).toBeNull();
  });

  test('a recorded drill is said to be what somebody recorded', () => {
    const news = drillNews(subject({ told, facts: known({ last: drill(now - 1) }) }), now);
    expect(news?.notification.text).toMatch(/^Recorded by ada: game day\. Held on /);
  });
});

test('it is an incident of its own: it closes nothing of its release, and nothing of that closes it', () => {
  const overdue = drillNews(subject(), now);
  const over = drillNews(
    subject({ told: overdue?.told ?? null, facts: known({ last: drill(now) }) }),
    now + 1,
  );
  if (!overdue || !over) throw new Error('nothing is told');
  expect(incidentOf(overdue.notification)).toBe(incidentOf(over.notification));
  expect(deliveryLane(overdue.notification)).not.toBe(
    deliveryLane({ deploymentId: 'd-2', kind: 'rollback_suggested' }),
  );
  expect(isFollowing([overdue.notification], over.notification)).toBe(true);
  const again = drillNews(subject(), now + 200 * day);
  expect(again && incidentOf(again.notification)).not.toBe(incidentOf(overdue.notification));
});
