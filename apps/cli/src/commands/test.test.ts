import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { play } from '../cli-harness.ts';

const nowhere = 'http://127.0.0.1:1';
const folder = mkdtempSync(join(tmpdir(), 'lastgood-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function run(text: string, ...more: string[]) {
  const file = join(folder, `${++files}.yaml`);
  writeFileSync(file, text);
  const { code, answers, said } = await play(nowhere, ['test', file, ...more]);
  const short = (lines: string[]) => lines.map((line) => line.replaceAll(file, 'F')).join('\n');
  return { code, answered: short(answers), said: short(said) };
}

const failing = `kind: TriggerTest
name: it goes back
trigger: high_error_rate
readings: 0.01x1 0.2x4 0.01
expect:
  - { at: 1m, phase: firing, held: 120s }
  - at: 1m
    decision: roll_back
events:
  - { at: 30s, event: pending }
  - { at: 2m, event: fired }
decisions: []
`;

describe('a test that fails', () => {
  test('says which slot, what was expected, what came, and how it stood', async () => {
    const { code, answered, said } = await run(failing);
    expect({ code, said }).toEqual({ code: 1, said: '1 test of 1 failed.' });
    expect(answered).toBe(
      [
        'FAIL  it goes back (F:1)',
        '      at 1m, phase of high_error_rate (F:6)',
        '        expected  firing',
        '        got       pending',
        '        high_error_rate 20 % > 5 %, lasting 30 s of 2 min, fires in 1 min 30 s',
        '      at 1m, held of high_error_rate (F:6)',
        '        expected  2m',
        '        got       30s',
        '        high_error_rate 20 % > 5 %, lasting 30 s of 2 min, fires in 1 min 30 s',
        '      at 1m, decision (F:7)',
        '        expected  roll_back',
        '        got       none',
        '        No trigger fires.',
        '      at 1m45s, events (F:11)',
        '        expected  2m high_error_rate fired',
        '        got       1m45s high_error_rate resolved',
        '        high_error_rate 1 %, fires at > 5 %',
      ].join('\n'),
    );
  });

  test('is a failure in the report for CI, too', async () => {
    const report = join(folder, 'report.xml');
    const passing =
      'kind: TriggerTest\nname: a <good> one\ntrigger: high_error_rate\nreadings: 0\nevents: []\n';
    expect((await run(`${passing}---\n${failing}`, '--junit', report)).code).toBe(1);
    const xml = readFileSync(report, 'utf8');
    expect(xml).toContain('<testsuites tests="2" failures="1" errors="0">');
    expect(xml).toMatch(/<testcase name="a &lt;good&gt; one" [^>]*line="1"\/>/);
    expect(xml).toContain(
      '<failure message="at 1m, phase of high_error_rate: expected firing, got pending">',
    );
  });
});

test('of a comparison is refused: one reading for each slot never makes it fire', async () => {
  const slower =
    '{ name: slower, kind: comparison, query: "spent{v=\\"$REVISION\\"}[$WINDOW]", against: old_version, minEffect: 1.5, floor: 0.1, severity: auto_rollback }';
  const { code, answered, said } = await run(
    `kind: TriggerTest\nname: t\ntrigger: ${slower}\nreadings: 9x40\nevents: []\n`,
  );
  expect({ code, answered }).toEqual({ code: 2, answered: '' });
  expect(said).toMatch(
    /^F:3: trigger: slower cannot be tested: a trigger of kind comparison compares many samples/,
  );
});

test('of told alerts is told what decides nothing in it, where it is declared, and runs all the same', async () => {
  const told = (more: string) =>
    `{ kind: alert, name: told, labels: { alertname: A }, severity: auto_rollback${more} }`;
  const ofSet = `kind: TriggerSet\nname: own\ntriggers:\n  - ${told(', onNoData: breach')}\n---\n`;
  const rest = 'readings: 0 unreachable 1\ndecisions: [{ at: 30s, decision: roll_back }]\n';
  const { code, said } = await run(`${ofSet}kind: TriggerTest\nname: t\ntrigger: told\n${rest}`);
  expect(code).toBe(0);
  expect(said).toMatch(
    /^warning: F:4: triggers\.0\.onNoData: onNoData: breach decides nothing here: .*never reads no data/,
  );
  const inTest = `kind: TriggerTest\nname: t\ntrigger: ${told(', onNotANumber: healthy')}\n${rest}`;
  expect((await run(inTest)).said).toMatch(/^warning: F:3: trigger\.onNotANumber: onNotANumber: healthy/);
  const without = `kind: TriggerTest\nname: t\ntrigger: ${told(', onNoData: hold')}\n${rest}`;
  expect((await run(without)).said).toBe('1 test passed.');
});

describe('a test of a trigger of its own', () => {
  const own = `{ name: errors, query: q, threshold: 0.5, comparison: greater_than, forDuration: 30, severity: SEVERITY, OWN }`;
  const tested = (severity: string, more: string, own_ = '') =>
    `kind: TriggerTest\nname: t\ntrigger: ${own.replace('SEVERITY', severity).replace(', OWN', own_)}\nreadings: 1x9\n${more}`;

  test.each([
    ['rolls back', 'auto_rollback', 'decisions: [{ at: 30s, decision: roll_back }]', ''],
    ['suggests', 'page_and_suggest', 'decisions: [{ at: 30s, decision: suggest }]', ''],
    [
      'is recorded as a shadow',
      'auto_rollback',
      'decisions: [{ at: 30s, decision: record }]',
      ', shadow: true',
    ],
    [
      'is braked',
      'auto_rollback',
      'fleet: { automaticInLastHour: 5 }\nexpect: [{ at: 1m, decision: suggest, because: limit of 5 automatic }]',
      '',
    ],
    [
      'is one of many that trip',
      'auto_rollback',
      'fleet: { trippedInSlot: 3 }\nexpect: [{ at: 30s, decision: suggest, because: something they share }]',
      '',
    ],
    [
      'waits for evidence, and acts without it',
      'auto_rollback',
      'before: unreachable\npolicy: { withoutEvidence: act }\ndecisions: [{ at: 30s, decision: wait }, { at: 1m, decision: roll_back }]',
      '',
    ],
    [
      'is vetoed by a dependency',
      'auto_rollback',
      'dependencies: [{ name: db, trigger: slow, stands: breaches }]\nexpect: [{ at: 30s, decision: suggest, because: breaches slow too }]',
      '',
    ],
    [
      'has nothing to return to',
      'auto_rollback',
      'target: false\nexpect: [{ at: 30s, decision: suggest, because: no last known good }]',
      '',
    ],
    [
      'is a rollback, which settles first',
      'auto_rollback',
      'deployment: { origin: rollback }\npolicy: { cooldown: 1m }\ndecisions: [{ at: 1m30s, decision: suggest }]',
      '',
    ],
    [
      'comes after the watch',
      'auto_rollback',
      'deployment: { watched: false }\nexpect: [{ at: 30s, decision: suggest, because: its watch is over }]',
      '',
    ],
    [
      'has too few samples',
      'auto_rollback',
      'samples: 3\ndecisions: []',
      ', minSamples: { query: n, atLeast: 9 }',
    ],
  ])('%s', async (_words, severity, more, extra) => {
    const { code, answered, said } = await run(tested(severity, more, extra));
    expect({ code, answered, said }).toEqual({ code: 0, answered: 'ok    t', said: '1 test passed.' });
  });
});

describe('a bad file', () => {
  const head = 'kind: TriggerTest\nname: t\n';
  const good = `${head}trigger: high_error_rate\nreadings: 0\n`;
  test.each([
    ['kind: [', 'F:1: '],
    ['kind: Trigger\nname: t\n', 'F:1: kind is "Trigger"; write TriggerTest or TriggerSet'],
    [`${good}expct: []\n`, 'F:5: expct: there is no member expct; there is name,'],
    [good, 'F:1: it expects nothing: write expect, events or decisions'],
    [
      `${good}expect:\n  - { at: 20s, phase: firing }\n`,
      'F:6: expect.0.at: 20s is no slot: they are 15s apart, so write 15s or 30s',
    ],
    [
      `${good}expect:\n  - { at: 1m, phase: fired }\n`,
      'F:6: expect.0.phase: it must be one of unknown, inactive, pending, firing',
    ],
    [
      `${good}expect: [{ at: soon, phase: firing }]\n`,
      'F:5: expect.0.at: soon is no duration: write 90s, 2m or 1m30s',
    ],
    [
      `${head}trigger: high_error_rate\nreadings: 0.2 bad\nevents: []\n`,
      'F:4: readings: bad: this is no reading: write a number',
    ],
    [
      `${head}trigger: errors\nreadings: 0\nevents: []\n`,
      'F:3: trigger: there is no trigger errors; there is default: high_error_rate,',
    ],
    [
      `${head}trigger: high_error_rate\nreadings:\n  high_error_rate: { other: 1 }\nevents: []\n`,
      'high_error_rate asks no part other; it asks ',
    ],
    [
      `${head}triggers: [high_error_rate, high_latency]\nreadings:\n  high_latency: 1\nevents: []\n`,
      'F:5: readings: high_error_rate has no readings',
    ],
    [
      `${head}trigger: { name: e, query: q, threshold: x, comparison: greater_than, forDuration: 0, severity: log_only }\nreadings: 0\nevents: []\n`,
      'F:3: trigger.threshold: it must be number',
    ],
    [
      `kind: TriggerSet\nname: s\ntriggers:\n  - { name: e, kind: magic }\n---\n${good}events: []\n`,
      'F:4: triggers.0.kind: it must be one of threshold',
    ],
    ['kind: Service\nname: a/b/c\n', 'F: no TriggerTest is written there'],
  ])('%j', async (text, sentence) => {
    const { code, answered, said } = await run(text);
    expect({ code, answered }).toEqual({ code: 2, answered: '' });
    expect(said).toContain(sentence);
  });
});
