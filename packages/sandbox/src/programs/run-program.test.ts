import { expect, it } from 'vitest';
import { ProgramError, runProgram } from './run-program.ts';

const call = { cwd: '/', env: { PATH: '/usr/bin:/bin' } };

it('ends a program that takes too long, or that nobody waits for any more', async () => {
  const hanging = { ...call, file: 'sleep', args: ['600'] };
  await expect(runProgram({ ...hanging, longestMs: 50 })).rejects.toMatchObject({ status: null });
  const calledOff = new AbortController();
  const running = runProgram({ ...hanging, signal: calledOff.signal });
  calledOff.abort();
  await expect(running).rejects.toBeInstanceOf(ProgramError);
});

it('says with which status a program ended', async () => {
  const failing = runProgram({ ...call, file: 'sh', args: ['-c', 'echo wrong >&2; exit 3'] });
  await expect(failing).rejects.toMatchObject({ status: 3, message: 'sh -c: wrong' });
});
