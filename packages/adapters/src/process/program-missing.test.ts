import { expect, it } from 'vitest';
import { programMissing } from './program-missing.ts';

it.each([
  ['sh', {}, '/', true],
  ['/bin/sh', {}, '/', true],
  ['./sh', {}, '/bin', true],
  ['sh', { PATH: '/nowhere:/bin' }, '/', true],
  ['sh', { PATH: '/nowhere' }, '/', false],
  ['no-such-program', {}, '/', false],
  ['/etc/passwd', {}, '/', false],
  ['./sh', {}, '/etc', false],
])('looks for %s with %j in %s as starting it would', async (program, env, cwd, isThere) => {
  const missing = await programMissing(program, { env, cwd });
  expect(missing === null).toBe(isThere);
  if (!isThere) expect(missing).toContain(`the program ${program} is not installed where Lastgood runs`);
});
