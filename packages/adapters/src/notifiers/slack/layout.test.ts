import type { Notification } from '@lastgood/domain/notification/notification';
import { exampleNotification, outgoing } from '@lastgood/testkit/contracts/notifier';
import { blocksFault } from '@lastgood/testkit/servers/slack-blocks';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { headOf, stageOf, wholeOf } from './layout.ts';
import { escapedWithin } from './text.ts';

const { facts } = exampleNotification;
if (!facts) throw new Error('the example has facts');

const hostile = '<@U1> <!channel> <https://evil.example|Click> & *bold* `code`\n# line\u0007';

function withWords(words: string): Partial<Notification> {
  return {
    ...{ title: words, text: words },
    facts: {
      ...facts,
      ...{ service: { name: words, environment: words, team: words }, versions: words },
      ...{ trigger: facts?.trigger ? { ...facts.trigger, name: words, words } : null },
      ...{ next: { text: words, at: null }, plan: Array.from({ length: 30 }, () => words) },
      ...{ from: null, to: null, durationMs: 1 },
    },
  };
}

function markdownIn(blocks: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(blocks, (_key, value) => {
    if (value?.type === 'mrkdwn') found.push(value.text);
    return value;
  });
  return found;
}

it('lets nothing of what it tells become a mention or a link', () => {
  for (const content of [
    headOf(outgoing(withWords(hostile)), {}),
    stageOf(outgoing(withWords(hostile)), { isBroadcast: true }),
    wholeOf(outgoing(withWords(hostile)), {}),
  ]) {
    expect(blocksFault(content.blocks)).toBeNull();
    for (const words of [content.text, ...markdownIn(content.blocks)]) expect(words).not.toMatch(/[<>]/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    expect(JSON.stringify(content)).not.toMatch(/\u0007|\\u0007/);
    const headers = content.blocks.filter(({ type }) => type === 'header');
    expect(JSON.stringify(headers)).not.toContain('\\n');
  }
});

it('fits what Slack takes, whatever it tells', () => {
  const words = fc.oneof(
    fc.string({ maxLength: 300, unit: 'grapheme' }),
    fc
      .tuple(fc.constantFrom('&', '<', 'x', '\n', '😀', '&amp;'), fc.integer({ min: 0, max: 9_000 }))
      .map(([one, times]) => one.repeat(times)),
  );
  fc.assert(
    fc.property(words, (given) => {
      for (const { text, blocks } of [
        headOf(outgoing(withWords(given)), {}),
        stageOf(outgoing(withWords(given)), { isBroadcast: true }),
        wholeOf(outgoing(withWords(given)), {}),
      ]) {
        expect(blocksFault(blocks)).toBeNull();
        expect(text.length).toBeLessThanOrEqual(3_000);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/[<>]/);
      }
    }),
    { numRuns: 60 },
  );
});

it.each([
  ['a&b', 7, 'a&amp;b'],
  ['a&bc', 7, 'a&amp;…'],
  ['a&bc', 6, 'a…'],
  ['<<<<', 10, '&lt;&lt;…'],
])('escapes %s within %i and never cuts an entity', (text, longest, expected) =>
  expect(escapedWithin(text, longest)).toBe(expected),
);

it('leaves out the button where the server has no public address', () => {
  const given = outgoing();
  const { blocks } = headOf({ ...given, message: { ...given.message, link: null } }, {});
  expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
});

it.each(['rollback_suggested', 'rollout_failed'] as const)(
  'offers no rollback where there is nothing to go back to: %s',
  (kind) => {
    const buttonsOf = (over: Partial<Notification>) =>
      JSON.stringify(headOf(outgoing({ kind, ...over }), { signingSecret: 's'.repeat(32) }));
    expect(buttonsOf({})).toContain('lastgood_rollback');
    expect(buttonsOf({ facts: { ...facts, nothingToGoBackTo: true } })).toMatch(
      /^(?=.*lastgood_open)(?!.*lastgood_rollback)/,
    );
  },
);

it('offers nothing to press or open of a test', () => {
  const buttonsOf = (over: Partial<Notification>) =>
    JSON.stringify(
      headOf(outgoing({ kind: 'rollback_suggested', ...over }), { signingSecret: 's'.repeat(32) }),
    );
  expect(buttonsOf({})).toMatch(/lastgood_open.*lastgood_rollback/);
  expect(buttonsOf({ test: true })).not.toMatch(/lastgood_open|lastgood_rollback/);
});
