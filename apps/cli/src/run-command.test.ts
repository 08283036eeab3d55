import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { play, serve, serveApi } from './cli-harness.ts';
import { releaseWords } from './command-line/release-words.ts';
import { answerJson, withoutControls } from './command-line/terminal.ts';
import { commands } from './commands/index.ts';
import { deployment } from './wire-samples.ts';

const nowhere = 'http://127.0.0.1:1';

describe('the command line', () => {
  test.each(commands.map(({ name }) => name))('%s has a help that is an answer', async (name) => {
    for (const argv of [
      [name, '--help'],
      [name, '-h'],
      ['help', name],
    ]) {
      const { code, answers, said } = await play(nowhere, argv);
      expect({ code, said }).toEqual({ code: 0, said: [] });
      expect(answers[0]).toMatch(new RegExp(`^lastgood ${name} `));
      expect(answers[0]).toContain('Exit codes');
    }
  });

  test('the overview names every command', async () => {
    const { code, answers } = await play(nowhere, ['--help']);
    expect(code).toBe(0);
    for (const { name } of commands) expect(answers[0]).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  test.each([
    [[], /^lastgood COMMAND/],
    [['deploy'], /^There is no command deploy\.$/],
    [['help', 'deploy'], /^There is no command help deploy\.$/],
    [['watch', '--for', '3'], /^Unknown option '--for'/],
    [['watch'], /^ID is missing$/],
  ])('%j is wrong', async (argv, sentence) => {
    const { code, answers, said } = await play(nowhere, argv);
    expect({ code, answers }).toEqual({ code: 2, answers: [] });
    expect(said[0]).toMatch(sentence);
  });

  test.each(['127.0.0.1:4600', 'ftp://lastgood', 'lastgood'])('LASTGOOD_URL=%s is wrong', async (url) => {
    const { code, said } = await play(url, ['status']);
    expect(code).toBe(2);
    expect(said[0]).toContain('must be an http or https address');
  });

  test.each([
    [{ LASTGOOD_NAME: 'Ada Lovelace', USER: 'ada' }, 'Ada Lovelace'],
    [{ LASTGOOD_NAME: ' ', USER: 'ada' }, 'ada'],
    [{}, null],
  ])('an act from a terminal bears the name of who sits there: %j', async (person, name) => {
    const signed: unknown[] = [];
    const url = await serve((request, response) => {
      signed.push(request.headers['lastgood-name'] ?? null);
      response.end('{}');
    });
    await play(url, ['acknowledge', 'd-2', '--for', '30m'], { person });
    expect(signed).toEqual([name === null ? null : encodeURIComponent(name)]);
  });

  test('a page instead of the API is nobody', async () => {
    const url = await serve((_request, response) => response.end('<html></html>'));
    const { code, said } = await play(url, ['status']);
    expect(code).toBe(3);
    expect(said).toEqual(['What answers at LASTGOOD_URL is not Lastgood: it does not speak JSON.']);
  });

  test('other people’s words cannot move the cursor', () => {
    expect(withoutControls('v2\u001b[2J\u0007\u009b1m\r\nnext')).toBe(
      'v2\ufffd[2J\ufffd\ufffd1m\ufffd\nnext',
    );
    expect(withoutControls('v2\u202e3v \u2067x\u2028y')).toBe('v2\ufffd3v \ufffdx\ufffdy');
    const answer = vi.fn();
    answerJson({ answer } as never, { version: 'v2\u202e\u0007' });
    expect(answer).toHaveBeenCalledWith('{\n  "version": "v2\\u202e\\u0007"\n}');
    expect(releaseWords({ release: 2, version: 'v2\r\n\tv3', origin: 'detected' })).toBe('v2 v3 (release 2)');
  });
});

describe('the program', () => {
  const launcher = join(import.meta.dirname, '..', 'bin', 'lastgood.mjs');

  async function launch(url: string, argv: string[]) {
    const env = { ...process.env, LASTGOOD_URL: url };
    const child = spawn(process.execPath, [launcher, ...argv], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise((resolve) => child.on('exit', resolve));
    const [answered, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await code, answered, said };
  }

  test('answers on standard output, speaks on standard error, and ends with the exit code', async () => {
    const url = await serveApi({
      registerDeployment: async () => ({ ...deployment, version: 'v\u001b[2J' }),
    });
    const words = ['--service', 'prod/shop/web', '--version', 'v2'];
    expect(await launch(url, ['register', ...words])).toEqual({
      code: 0,
      answered: 'd-2\n',
      said: 'prod/shop/web v\ufffd[2J (release 2) is registered.\n',
    });
    expect(await launch(url, ['register'])).toMatchObject({ code: 2, answered: '' });
  });

  test('ends without a word where nobody reads it any more', async () => {
    const env = { ...process.env, LASTGOOD_URL: 'http://127.0.0.1:1' };
    const child = spawn(process.execPath, [launcher, '--help'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const code = new Promise((resolve) => child.on('exit', resolve));
    child.stdout.destroy();
    const [said, ended] = await Promise.all([text(child.stderr), code]);
    expect(said).toBe('');
    expect([0, 141]).toContain(ended);
  });
});
