import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectAccessible } from './axe.ts';
import { openBrowser } from './browser.ts';
import type { Arrived } from './messages/arrived.ts';
import { drawCards } from './messages/draw-card.ts';
import { slackChannel, slackThread } from './messages/draw-slack.ts';
import { takesPictures } from './messages/pictures.ts';
import {
  cancelledStory,
  drillStory,
  longStory,
  odd,
  partlyOverStory,
  stillWrongStory,
  stoppedStory,
  suggestedStory,
  takenOnStory,
} from './messages/stories.ts';
import { cardsIn, takeCourse, takeStage } from './messages/take-pictures.ts';

/*
 * What arrives at every kind of receiver in the course of an incident, as people see it: the engine's own words through the real notifiers
 * to servers that behave as the vendors' do, shown in a browser. `npm run pictures` takes the pictures of docs/messages.md, and
 * `LASTGOOD_PICTURES=all` every one.
 */
let browser: Browser;
let page: Page;
/** What a page of a message asked the network for. */
const asked: string[] = [];
let suggested: Awaited<ReturnType<typeof suggestedStory>>;
let stopped: Awaited<ReturnType<typeof stoppedStory>>;
let taken: Awaited<ReturnType<typeof takenOnStory>>;
let cancelled: Awaited<ReturnType<typeof cancelledStory>>;
let wrong: Awaited<ReturnType<typeof stillWrongStory>>;
let partly: Awaited<ReturnType<typeof partlyOverStory>>;
let drill: Awaited<ReturnType<typeof drillStory>>;
let long: Awaited<ReturnType<typeof longStory>>;

beforeAll(async () => {
  [browser, suggested, stopped, taken, cancelled, wrong, partly, drill, long] = await Promise.all([
    openBrowser(),
    suggestedStory(),
    stoppedStory(),
    takenOnStory(),
    cancelledStory(),
    stillWrongStory(),
    partlyOverStory(),
    drillStory(),
    longStory(),
  ]);
  page = await browser.newPage({ reducedMotion: 'reduce' });
  page.on('request', (request) => asked.push(request.url()));
  await page.route('**/*', (route) => route.abort());
});
afterAll(() => browser?.close());

const stages = (): [string, Arrived][] => [
  ['suggested', suggested.suggested],
  ['rolling-back', suggested.began],
  ['verified', suggested.done],
  ['by-itself', stopped.began],
  ['stopped', stopped.stopped],
  ['taken-on', taken.taken],
  ['over', taken.over],
  ['cancelled', cancelled.cancelled],
  ['still-wrong', wrong.off],
  ['partly-over', partly.partly],
  ['drill-overdue', drill.overdue],
];
const everyStage = (): [string, Arrived][] => [...stages(), ['long', long.suggested]];

describe('a page about a breach', () => {
  const receivers = ['slack', 'email', 'teams', 'pagerDuty', 'opsgenie', 'alertmanager', 'webhook'] as const;

  test.each(receivers)('says all of it at %s', (receiver) => {
    for (const [arrived, next] of [
      [suggested.suggested, /waits for a person/],
      [stopped.stopped, /waits for a person/],
      [stopped.began, /goes on by itself/],
    ] as const) {
      const said = saidAt(receiver, arrived);
      for (const part of [
        'checkout',
        'production',
        'payments',
        'v42',
        'v41',
        'high_error_rate',
        '8.2 %',
        '5 %',
      ])
        expect(said).toContain(part);
      expect(said).toMatch(/12:02:00 UTC/);
      expect(said).toMatch(next);
      expect(said).toMatch(/https:\/\/lastgood\.example\.com\/(deployments\/d42|runs\/)/);
    }
  });

  test.each(receivers)('names who asked, and how long it took, at %s', (receiver) => {
    const said = saidAt(receiver, suggested.done);
    expect(said).toContain('Ada');
    expect(said).toMatch(/Took|took/);
  });
});

describe('what ends a page, or says who is at it', () => {
  const receivers = ['slack', 'email', 'teams', 'webhook'] as const;

  test.each(receivers)('says what is so and what may follow at %s', (receiver) => {
    const at = saidAt(receiver, taken.taken);
    for (const part of ['Ada is at it until', '12:35:15 UTC', 'It fires on', '8.2 %', 'it calls again'])
      expect(at).toContain(part);
    const over = saidAt(receiver, taken.over);
    for (const part of ['fires any more', 'what fires again calls again']) expect(over).toContain(part);
    const off = saidAt(receiver, cancelled.cancelled);
    for (const part of ['was cancelled', 'Ada stopped it', 'Nothing was changed', 'It stays as it is'])
      expect(off).toContain(part);
    // Nothing of its plan is to come, and what serves is what served before.
    for (const part of ['Set Deployment checkout', '→ v41', 'Took']) expect(off).not.toContain(part);
    const on = saidAt(receiver, wrong.off);
    for (const part of [
      'was cancelled',
      'high_error_rate fires on',
      'or acknowledge',
      '8.2 %',
      'waits for a person',
    ])
      expect(on).toContain(part);
    for (const part of ['Set Deployment checkout', '→ v41', 'Took']) expect(on).not.toContain(part);
  });

  test.each(receivers)(
    'says what stands where only a part is over, and of a drill what to do, at %s',
    (receiver) => {
      const over = saidAt(receiver, partly.partly);
      for (const part of ['fires any more', 'all the same: its rollout failed', 'waits for a person'])
        expect(over).toContain(part);
      const overdue = saidAt(receiver, drill.overdue);
      for (const part of ['checkout', 'production', 'game day', 'every 90 days', 'lastgood drill record'])
        expect(overdue).toContain(part);
    },
  );

  test('acknowledges and ends the alert that called, and no other', () => {
    const events = (of: Arrived[]) =>
      of.flatMap(({ requests }) =>
        requests.pagerDuty.map(({ body }) => [body.event_action, body.dedup_key] as const),
      );
    for (const [of, actions] of [
      [
        [taken.suggested, taken.taken, taken.over],
        ['trigger', 'acknowledge', 'resolve'],
      ],
      [Object.values(cancelled), ['trigger', 'acknowledge', 'resolve']],
      [Object.values(wrong), ['trigger', 'acknowledge', 'acknowledge', 'resolve']],
    ] as const) {
      const told = events([...of]);
      expect(told.map(([action]) => action)).toEqual(actions);
      expect(new Set(told.map(([, key]) => key)).size).toBe(1);
    }
  });

  test('leaves the buttons in Slack to who is at it, and none where nothing is left to press', () => {
    const pressable = ({ slack }: Arrived) =>
      JSON.stringify(slack.filter(({ thread_ts }) => thread_ts === null));
    for (const one of [taken.taken, wrong.off]) expect(pressable(one)).toContain('Roll back');
    for (const one of [taken.over, cancelled.cancelled, wrong.over])
      expect(pressable(one)).not.toMatch(/"text":"Roll back"/);
  });
});

describe('a mail', () => {
  test('is read on a phone, in the dark, and asks nobody for anything', async () => {
    asked.splice(0);
    for (const [stage, { mails }] of everyStage()) {
      const [{ read } = expect.fail(`no mail of ${stage}`)] = mails;
      const html = read.html ?? '';
      // Gmail cuts what is longer than 102 KB, and the rest of it is not read.
      expect(Buffer.byteLength(html)).toBeLessThan(30_000);
      await page.setViewportSize({ width: 320, height: 700 });
      await page.setContent(html);
      expect(await page.evaluate('document.documentElement.scrollWidth'), stage).toBe(320);
      expect(await page.locator('img, script, link, iframe, form, svg, object').count()).toBe(0);
    }
    expect(asked).toEqual([]);
  });

  test('has contrast in both schemes', async () => {
    await page.setContent(stopped.stopped.mails[0]?.read.html ?? '');
    // A mail is a part of its reader's page, which has the landmarks.
    await expectAccessible(page, 'a mail', ['landmark-one-main', 'region']);
  });

  test('shows what a name would do as it is written', async () => {
    await page.setContent(long.suggested.mails[0]?.read.html ?? '');
    expect(await page.locator('h1').textContent()).toContain(odd);
  });
});

describe('a card of Teams', () => {
  test('has no fault for the renderer of Microsoft, and nothing of it is cut off', async () => {
    for (const [stage, arrived] of everyStage()) {
      const { faults, cut } = await drawCards(page, cardsIn(arrived), { width: 400 });
      expect({ stage, faults, cut }).toEqual({ stage, faults: [], cut: [] });
    }
  });

  test('that were wrong would have one', async () => {
    const wrong = { type: 'AdaptiveCard', version: '1.4', body: [{ type: 'RichTextBox', inlines: [] }] };
    const { faults } = await drawCards(page, [wrong]);
    expect(faults).toEqual([expect.stringContaining('RichTextBox')]);
  });

  test('shows what a name would do as it is written', async () => {
    const { text } = await drawCards(page, cardsIn(long.suggested));
    // Two braces are parted, for they begin a function of a card.
    expect(text.split(odd.replace('{{', '{ {')).length - 1).toBeGreaterThanOrEqual(4);
  });
});

test('a message in Slack mentions nobody, and leads nowhere but to its button', async () => {
  for (const [, { slack }] of everyStage())
    for (const html of [slackChannel(slack), slackThread(slack)]) {
      await page.setContent(html);
      expect(await page.locator('.mention, .link').count()).toBe(0);
    }
  expect(await page.locator('.message').first().textContent()).toContain('<script>');
});

describe.runIf(takesPictures)('pictures (needs LASTGOOD_PICTURES)', () => {
  test('of every stage', async () => {
    for (const [stage, arrived] of stages()) await takeStage(page, stage, arrived, stage !== 'by-itself');
    await takeStage(page, 'long', long.suggested, false);
  });

  test('of every course', async () => {
    await takeCourse(page, 'verified', Object.values(suggested));
    await takeCourse(page, 'stopped', [stopped.stopped]);
    await takeCourse(page, 'over', [taken.suggested, taken.taken, taken.over]);
    await takeCourse(page, 'cancelled', [cancelled.suggested, cancelled.began, cancelled.cancelled]);
    await takeCourse(page, 'long', [long.suggested], false);
  });
});

test('docs show every picture that is there, and each is small', () => {
  const docs = join(import.meta.dirname, '../docs');
  const page = readFileSync(join(docs, 'messages.md'), 'utf8');
  const shown = [...page.matchAll(/\(images\/messages\/([\w-]+\.png)\)/g)].map(([, name = '']) => name);
  expect(shown.toSorted()).toEqual(readdirSync(join(docs, 'images/messages')).toSorted());
  for (const name of shown)
    expect(statSync(join(docs, 'images/messages', name)).size, name).toBeLessThan(150_000);
});

function saidAt(
  receiver: 'slack' | 'email' | 'teams' | 'pagerDuty' | 'opsgenie' | 'alertmanager' | 'webhook',
  { slack, mails, requests }: Arrived,
): string {
  if (receiver === 'slack') return JSON.stringify(slack.filter(({ thread_ts }) => thread_ts === null));
  if (receiver === 'email') return mails.map(({ read }) => `${read.text}\n${read.html}`).join('\n');
  return JSON.stringify(requests[receiver].map(({ body }) => body));
}
