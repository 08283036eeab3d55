import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { endOf } from './apply-log.ts';
import { runProgram } from './run-program.ts';
import { scrub } from './scrub.ts';

const sh = (script: string, limitMs = 5_000, signal?: AbortSignal) =>
  runProgram({
    graceMs: 300,
    ...{ file: 'sh', args: ['-c', script], cwd: tmpdir(), env: { PATH: '/usr/bin:/bin' }, limitMs },
    ...(signal ? { signal } : {}),
  });

describe('a program', () => {
  it('is heard to its end, with no more of the environment than it is given', async () => {
    expect(await sh('echo out; echo err >&2; exit 3')).toEqual({
      kind: 'ended',
      code: 3,
      out: 'out\n',
      err: 'err\n',
    });
    expect(await sh('env | grep -c . ; echo $HOME')).toMatchObject({
      out: expect.not.stringContaining('/root'),
    });
  });

  it('that hangs is ended with all it has started', async () => {
    const began = Date.now();
    expect(await sh('sleep 60 & sleep 60', 200)).toEqual({
      kind: 'failed',
      reason: 'it did not end within 0.2 s',
    });
    expect(await sh('sleep 60', 60_000, AbortSignal.timeout(100))).toMatchObject({
      reason: 'it was called off',
    });
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  it('that never stops talking is cut off', async () =>
    expect(await sh('yes', 20_000)).toEqual({ kind: 'failed', reason: 'it said more than is read' }));

  it('that is not there is told as such, and one that cannot start too', async () => {
    const none = { args: [], cwd: tmpdir(), env: { PATH: '/usr/bin:/bin' }, limitMs: 1_000 };
    expect(await runProgram({ file: 'no-such-program', ...none })).toMatchObject({ kind: 'missing' });
    expect(await runProgram({ file: '/etc/passwd', ...none })).toMatchObject({ kind: 'failed' });
  });
});

describe('what a program says', () => {
  it('is one bounded line without colours and without secrets', () => {
    expect(scrub('\u001b[31m╷\n│ Error:\u001b[0m pass-phrase-1 is\n wrong', ['pass-phrase-1'])).toBe(
      'Error: ••• is wrong',
    );
    expect(scrub('token ghp_abcdefghijklmnopqrstuvwxyz0123456789', [])).toBe('token •••');
    expect(scrub('x '.repeat(900), [])).toHaveLength(400);
  });
  it('is left out where a secret is too short to be told from a word', () =>
    expect(scrub('the pin is 123 now', ['123'])).toBe('(left out: it names a secret value)'));
});

describe('an apply that is over', () => {
  const line = (members: object) => `${JSON.stringify(members)}\n`;
  const error = (summary: string, detail = '') =>
    line({ type: 'diagnostic', diagnostic: { severity: 'error', summary, detail } });
  const done = line({ type: 'change_summary', changes: { operation: 'apply' } });

  it('says how it ended, in its last words', () => {
    expect(endOf(`noise\n${done}`, [])).toEqual({ kind: 'done' });
    expect(endOf(line({ type: 'change_summary', changes: { operation: 'plan' } }), [])).toEqual({
      kind: 'cut-off',
    });
    expect(endOf('', [])).toEqual({ kind: 'cut-off' });
    expect(endOf(error('Saved plan is stale', 'The given plan file'), [])).toEqual({ kind: 'cut-off' });
    expect(endOf(error('Quota', 'of s3cr3t-bucket') + error('And another'), ['s3cr3t-bucket'])).toEqual({
      ...{ kind: 'failed', told: false },
      reason: 'Quota: of ••• And 1 more.',
    });
  });
});
