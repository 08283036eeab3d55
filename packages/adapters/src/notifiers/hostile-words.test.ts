import type { NotificationFacts } from '@lastgood/domain/notification/facts';
import type { Notification } from '@lastgood/domain/notification/notification';
import { outgoing } from '@lastgood/testkit/contracts/notifier';
import { describe, expect, it } from 'vitest';
import { commitStatus as gitHubStatus } from './github/statuses.ts';
import { commitStatus as gitLabStatus } from './gitlab/status.ts';
import { peopleVendors } from './people-harness.ts';
import { commitRecordOf } from './recorded-commit.ts';

/* Names and words that somebody outside chose: whoever may deploy a version may call it what he likes. */

const signal = () => new AbortController().signal;
const mention = '<@U0SOMEBODY> <!channel> <https://evil.example|Click> @everyone @channel';
const markup =
  '**b** [a](https://evil.example) `c` {{DATE(2026-01-01)}} <b onclick="x">d</b> <img src=//evil.example>';
const header = 'e\r\nBcc: evil@example.com\r\nSubject: f\r\n\r\ng';
const unseen = '\u202e24v\u202c\u2066h\u2069\u200b\u200d\u2060\ufeff\u00ad\u0007\u001b[31m\u0085\u2028';
const hostile = `${mention} ${markup} ${header} ${unseen}`;

const words: NotificationFacts = {
  service: { name: hostile, environment: hostile, team: hostile },
  ...{ from: null, to: null, versions: hostile, by: hostile },
  trigger: {
    ...{ name: hostile, value: 1, threshold: 2, comparison: 'less_than', unit: hostile },
    ...{ words: hostile, since: 0 },
  },
  ...{ next: { text: hostile, at: null }, plan: [hostile, hostile], durationMs: 1 },
};
const told: Partial<Notification> = {
  ...{ kind: 'rollback_suggested', urgency: 'page', title: hostile, text: hostile, facts: words },
};

/** What a reader cannot see, and what would turn what they read. A line break alone may be. */
const hidden = /(?!\n)[\p{Cc}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff]/u;

describe.each(Object.entries(peopleVendors))('%s', (kind, start) => {
  it('shows what somebody outside wrote as it is read, and does nothing that it says', async () => {
    const vendor = await start();
    const delivery = await vendor.notifier.deliver(outgoing(told), signal());
    const [shown, raw] = [vendor.shown().flat(), vendor.raw().join('\n')];
    await vendor.close();
    expect(delivery).toMatchObject({ kind: 'delivered' });
    expect(shown.length).toBeGreaterThan(0);
    for (const text of shown) expect(text.replaceAll('\r\n', '\n')).not.toMatch(hidden);
    expect(shown.join('\n')).toContain('24vh');
    for (const [read, doing] of doings[kind] ?? []) {
      expect(read(raw)).not.toBe('');
      expect(read(raw)).not.toMatch(doing);
    }
  });
});

/** Of what was taken, the part in which its receiver does something, and at what. */
const doings: Record<string, [(raw: string) => string, RegExp][]> = {
  slack: [[marked, /<[@!#h]/]],
  'slack-webhook': [[marked, /<[@!#h]/]],
  // A block of text, which a fact is, is Markdown; runs of text are not. Both have functions in braces.
  teams: [
    [
      (raw) => (raw.match(/"type":"TextBlock","text":"(?:[^"\\]|\\.)*"/g) ?? []).join('\n'),
      /(?<!\\)(\*\*|\[a|`c)/,
    ],
    [(raw) => raw, /"type":"Image"|"entities"|\{\{/],
  ],
  email: [
    [(raw) => raw.slice(0, raw.search(/\r?\n\r?\n/)), /^(Bcc|Subject: f)/im],
    [
      (raw) => raw.slice(raw.lastIndexOf('<!doctype html>')),
      /<b |<img|href="(?!https:\/\/lastgood\.example\/)/,
    ],
  ],
};

/** Texts in which Slack looks for mentions and links: a message's own, and those with marks. */
function marked(raw: string): string {
  const found: string[] = [];
  for (const message of raw.split('\n'))
    JSON.parse(message, function (this: { type?: string; blocks?: unknown }, name, value) {
      if (name === 'text' && typeof value === 'string' && (this.type === 'mrkdwn' || this.blocks))
        found.push(value);
      return value;
    });
  return found.join('\n');
}

it('nothing of it is in a line that GitHub and GitLab show beside a commit', () => {
  const commit = '1f0c2a7b'.repeat(5);
  const given = outgoing({
    ...{ kind: 'deployment_verified', title: hostile },
    facts: { ...words, from: { release: 1, version: hostile, commit } },
  });
  const record = commitRecordOf(given.notification);
  if (record === null) throw new Error('it has a commit');
  const written = [gitHubStatus(record, given), gitLabStatus(record, given)];
  for (const text of written.flatMap((status) => Object.values(status))) {
    expect(text).not.toMatch(hidden);
    expect(text).not.toContain('\n');
  }
});
