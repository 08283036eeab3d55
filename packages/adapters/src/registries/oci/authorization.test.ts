import { describe, expect, it } from 'vitest';
import { createAuthorization } from './authorization.ts';
import { endpointOf, isAllowed } from './endpoint.ts';
import type { OciSettings } from './settings.ts';

const who = { username: 'ada', password: 'open sesame' };

/** What a registry of these settings asks where it names this realm, and what comes of it. */
async function answered(settings: Pick<OciSettings, 'host'> & Partial<OciSettings>, realm: string) {
  const asked: [host: string, authorization: string | undefined][] = [];
  const authorization = createAuthorization(
    endpointOf(settings),
    async ({ host }, headers) => {
      asked.push([host, headers.authorization]);
      return { status: 200, body: Buffer.from('{"token":"t"}') };
    },
    () => 0,
  );
  const never = new AbortController().signal;
  const answer = await authorization.answer(`Bearer realm="${realm}"`, 'repository:web:pull', never);
  return { answer, asked };
}

describe('the password', () => {
  it.each([
    [{ host: 'registry.example:5000' }, 'https://registry.example/token'],
    [{ host: 'docker.io' }, 'https://auth.docker.io/token'],
    [{ host: 'registry.example', tokenService: 'login.example' }, 'https://login.example:8443/token'],
    [{ host: 'localhost:5000' }, 'http://localhost:5001/token'],
  ])('of %j goes to %s', async (settings, realm) => {
    const { asked } = await answered({ ...settings, ...who }, realm);
    const basic = `Basic ${Buffer.from('ada:open sesame').toString('base64')}`;
    expect(asked).toEqual([[new URL(realm).host, basic]]);
  });

  it.each([
    [{ host: 'registry.example' }, 'https://collector.example/token'],
    [{ host: 'docker.io' }, 'https://registry.example/token'],
    [{ host: 'docker.io', tokenService: 'login.example' }, 'https://auth.docker.io/token'],
    [{ host: 'registry.example' }, 'https://registry.example.collector.example/token'],
  ])('of %j does not go to %s', async (settings, realm) => {
    const { answer, asked } = await answered({ ...settings, ...who }, realm);
    expect(asked).toEqual([]);
    expect(answer).toEqual({
      kind: 'failed',
      reason: expect.stringContaining('set tokenService if that host'),
    });
  });

  it('is not needed where nobody is named: any token service may be asked without one', async () => {
    const { asked } = await answered({ host: 'registry.example' }, 'https://elsewhere.example/token');
    expect(asked).toEqual([['elsewhere.example', undefined]]);
  });
});

it.each([
  ['http://127.0.0.1:2375/x', false],
  ['https://localhost/x', false],
  ['http://[::1]/x', false],
  ['https://blobs.example/x', true],
  ['http://blobs.example/x', false],
])('a registry elsewhere may lead to %s: %s', (url, allowed) => {
  expect(isAllowed(new URL(url), endpointOf({ host: 'registry.example' }))).toBe(allowed);
  expect(isAllowed(new URL('http://127.0.0.1:1/x'), endpointOf({ host: '127.0.0.1:5000' }))).toBe(true);
});
