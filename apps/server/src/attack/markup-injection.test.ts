import type { RunView } from '@lastgood/api-client';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { toString as textOf } from 'mdast-util-to-string';
import { gfm } from 'micromark-extension-gfm';
import { expect, test } from 'vitest';
import { runMarkdown } from '../../../web/src/run/run-markdown.ts';
import { reportGoal } from './report-goal.ts';

interface Node {
  type: string;
  children?: Node[];
}

const parse = (text: string) =>
  fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });

/** Every node but texts, in order and depth; an address that is shown as code is text. */
function structureOf(node: Node): string {
  const inner = (node.children ?? []).map(structureOf).filter((part) => part !== '');
  return /^(text|inlineCode)$/.test(node.type) ? '' : `${node.type}(${inner.join(' ')})`;
}

const onOneLine = (text: string) => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();

/** Texts of neighbouring nodes are joined without their spaces, and a sentence may begin with a capital letter. */
// In capitals: a small sigma is another letter at the end of a word.
const comparable = (text: string) => onOneLine(text).replaceAll(' ', '').toUpperCase();
const isShown = (text: string, record: string) => comparable(record).includes(comparable(text));

const at = '2026-01-01T03:00:00.000Z';
const no = { allowed: false, step: null, whyNot: 'it is over', leavesBehind: null };

/** A run in which every text that somebody else may have written is one of `texts`, in turn. */
function runWith(texts: readonly string[]): { view: RunView; used: string[] } {
  const used: string[] = [];
  const say = (): string => {
    const text = texts[used.length % texts.length] ?? '';
    used.push(text);
    return text;
  };
  const release = (number: number) => ({
    ...{
      deploymentId: `d${number}`,
      release: number,
      version: say(),
      origin: 'pipeline' as const,
      proof: 'verified' as const,
      at,
    },
  });
  const run: RunView['run'] = {
    ...{ id: 'r1', deploymentId: 'd42', targetDeploymentId: 'd41', status: 'stopped', verdict: null },
    ...{
      createdAt: at,
      startsAt: at,
      startedAt: at,
      finishedAt: at,
      durationSeconds: 21,
      workedSeconds: 21,
      accepting: [],
      including: [],
      removing: [],
      pausedSeconds: 0,
      awaySeconds: 0,
      stopAsked: null,
    },
    ...{ service: say(), serviceName: say(), from: release(42), target: release(41) },
    ...{ reason: say(), sentence: say(), requester: { kind: 'person', name: say() }, members: [] },
    stop: { ordinal: null, refusals: [], reason: say(), endState: say(), advice: say() },
  };
  const step = {
    ...{
      ordinal: 0,
      kind: 'set-template',
      title: say(),
      status: 'applied' as const,
      attempts: 1,
      note: say(),
    },
    ...{ startedAt: at, finishedAt: at, elapsedSeconds: 1.5, expectedSeconds: 2 },
    ...{ expected: null, awaySeconds: 0, leavesBehind: 'nothing' },
  };
  const check: RunView['checks'][number] = {
    ...{ name: say(), type: 'http', verdict: 'failed', expected: say(), actual: say(), reason: null },
    ...{ passesInARow: 0, passesNeeded: 3, attempts: 1, lastAttemptAt: at, deadlineAt: at },
  };
  const event = { at, type: 'x', urgency: 'quiet' as const, service: 's', deploymentId: null, runId: 'r1' };
  const view: RunView = {
    ...{
      at,
      run,
      decisionSentence: say(),
      warnings: [say(), say()],
      parts: null,
      steps: [step, { ...step, note: say() }],
    },
    evidence: [{ trigger: say(), phase: 'firing', text: say() }],
    checks: [check, { ...check, actual: say() }],
    earlier: null,
    links: [],
    timeline: [
      { ...event, id: 1, text: say() },
      { ...event, id: 2, text: say() },
    ],
    ...{
      holder: null,
      trouble: [],
      overtaken: null,
      actions: { undo: no, resume: no, retry: no, skip: no, hurry: no, stop: no },
      putBack: null,
    },
  };
  return { view, used };
}

const marks = fc.constantFrom(
  ...[
    '# ',
    '## x',
    '- ',
    '* ',
    '+ ',
    '1. ',
    '2) ',
    '> ',
    '    ',
    '\n\n',
    '\n',
    '\r\n',
    '\t',
    '---',
    '***',
    '___',
    '===',
  ],
  ...[
    '```',
    '~~~',
    '`',
    '``',
    '|',
    '\\|',
    '|---|---|',
    ':-',
    '[x]',
    '[ ] ',
    '[x](http://evil.example)',
    '![x](//e/x.png)',
  ],
  ...[
    '<https://evil.example>',
    'https://evil.example/',
    'www.evil.example',
    'a@evil.example',
    'mailto:a@b.c',
    '[^1]',
    ']: http://e',
  ],
  ...[
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<!-- ',
    ' -->',
    '<b>',
    '</p>',
    '<?x',
    '<![CDATA[',
  ],
  ...[
    '**x**',
    '__x__',
    '*x',
    '_x_',
    '~~x~~',
    '~x~',
    '&lt;',
    '&#60;',
    '&amp',
    '\\',
    '\\\\',
    '  \n',
    '$x$',
    '\u0000',
    '\u2028',
  ],
  ...[
    'a_b',
    '_',
    'x',
    ' ',
    '8.2 % > 5 %',
    '<= 1',
    '#12',
    '@someone',
    ':smile:',
    '(',
    ')',
    'é',
    '\u202e',
    '{',
    '}',
    '"',
    "'",
  ],
);
const hostile = fc.oneof(
  fc
    .array(fc.oneof(marks, fc.string({ maxLength: 6, unit: 'grapheme' })), { maxLength: 8 })
    .map((parts) => parts.join('')),
  fc.string({ maxLength: 40 }),
);
/** What is empty leaves its place out of the record. */
const said = hostile.filter((text) => onOneLine(text) !== '');
const texts = fc.array(said, { minLength: 1, maxLength: 12 });
const runs = 150;

test('S4: no text of a person or a system makes markup in the exported record, and each is shown as it is', () => {
  const url = 'https://lastgood.example/runs/r1';
  const harmless = structureOf(parse(runMarkdown(runWith(['harmless']).view, url)));
  expect(harmless).toContain('tableCell');
  const through = { markup: 0, changed: 0, of: 0 };
  const attack = fc.property(texts, (given) => {
    const { view, used } = runWith(given);
    const tree = parse(runMarkdown(view, url));
    const changed = used.filter((text) => !isShown(text, textOf(tree)));
    through.of += 1;
    if (structureOf(tree) !== harmless) through.markup += 1;
    if (changed.length > 0) through.changed += 1;
    expect(structureOf(tree)).toBe(harmless);
    expect(changed).toEqual([]);
  });
  try {
    fc.assert(attack, { numRuns: runs });
  } finally {
    const { markup, changed, of } = through;
    reportGoal({ goal: 'S4', what: 'records in which a text became markup', count: markup, of, bound: 0 });
    reportGoal({ goal: 'S4', what: 'records that show a text otherwise', count: changed, of, bound: 0 });
  }
});
