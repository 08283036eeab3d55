import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.ts';

describe('a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'run command '));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const frame = { cwd: folder, env: { PATH: '/usr/bin:/bin' }, graceMs: 300, longestMs: 20_000 };
  const sh = (script: string, over = {}) => runCommand({ ...frame, argv: ['sh', '-c', script], ...over });
  const isAlive = (file: string) => {
    try {
      return process.kill(Number(readFileSync(join(folder, file), 'utf8')), 0);
    } catch {
      return false;
    }
  };

  it('that takes too long is ended with what it has started, were it deaf', async () => {
    const began = Date.now();
    const deaf = `sh -c 'trap "" TERM; echo $$ > deaf; sleep 60; sleep 60' & sleep 60; true`;
    expect(await sh(deaf, { longestMs: 300 })).toMatchObject({
      kind: 'broken',
      reason: 'it was ended after 0.3 s',
    });
    expect(Date.now() - began).toBeLessThan(5_000);
    for (let looks = 0; looks < 40 && isAlive('deaf'); looks += 1) await sleep(50);
    expect(isAlive('deaf')).toBe(false);
  });

  it('is over when it has ended, whatever of its own still holds its output', async () => {
    const began = Date.now();
    expect(await sh('sleep 5 & echo done; exit 3')).toEqual({ kind: 'exited', status: 3, said: 'done\n' });
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  it('goes on when whoever started it is killed', async () => {
    const script = `import { runCommand } from ${JSON.stringify(join(import.meta.dirname, 'run-command.ts'))};
      void runCommand({ argv: ['sh', '-c', 'sleep 0.5; echo one; echo two; touch went-on'],
        cwd: ${JSON.stringify(folder)}, env: { PATH: '/usr/bin:/bin' }, longestMs: 9000 });
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 100);`;
    expect(() => execFileSync(process.execPath, ['--input-type=module', '-e', script])).toThrow();
    for (let looks = 0; looks < 60 && !existsSync(join(folder, 'went-on')); looks += 1) await sleep(50);
    expect(existsSync(join(folder, 'went-on'))).toBe(true);
  });

  it('is told without secrets, also where the cut goes through one', async () => {
    const secret = `begin-${'s'.repeat(3_000)}-end`;
    const file = join(folder, 'loud.mjs');
    const ask = (after: number) =>
      runCommand({
        ...frame,
        argv: [
          process.execPath,
          '-e',
          `process.stdout.write('x'.repeat(60000) + process.env.SECRET + 'y'.repeat(${after}))`,
          file,
        ],
        env: { ...frame.env, SECRET: secret },
        secrets: [secret, ''],
      });
    for (const after of [10, 3_990, 4_100, 16_000, 20_000, 21_000]) {
      const { said } = await ask(after);
      expect(said.length).toBeLessThanOrEqual(4_000);
      expect(said).not.toMatch(/s{2}/);
    }
    expect((await ask(10)).said).toMatch(/x\*\*\*y{10}$/);
  });
});
