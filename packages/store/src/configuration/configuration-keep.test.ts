import { randomBytes } from 'node:crypto';
import { usePostgres } from '@lastgood/testkit/postgres/use-postgres';
import { expect, it } from 'vitest';
import { useStores } from '../store-harness.ts';

const open = useStores(usePostgres());

it('keeps sealed contents once, as they came first, and gives them back to the byte', async () => {
  const { configurations } = open();
  const sealed = randomBytes(100_000).toString('base64');
  expect(await configurations.load('hmac-sha256:k:1')).toBeNull();
  await configurations.keep([]);
  await configurations.keep([
    { digest: 'hmac-sha256:k:1', sealed },
    { digest: 'hmac-sha256:k:2', sealed: 'AAE=' },
  ]);
  await configurations.keep([{ digest: 'hmac-sha256:k:1', sealed: 'AAE=' }]);
  expect(await configurations.load('hmac-sha256:k:1')).toBe(sealed);
  expect(await configurations.load('hmac-sha256:k:2')).toBe('AAE=');
});
