import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isIPv6, type Socket } from 'node:net';
import { createHttpProbe } from '@lastgood/adapters/probe/http/http-probe';
import type { HttpProbe } from '@lastgood/domain';
import { closedPort, type LocalServer, startLocalServer } from '@lastgood/testkit/servers/local-server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { declareService } from '../declaration/declare-service.ts';
import { forgedTargets, hostileNames } from './forged-targets.ts';
import { reportGoal } from './report-goal.ts';

/*
 * Somebody who may declare checks, and nothing else, sends the server to every address it should not go to: as declared, by a name
 * that resolves there, by a name that resolves elsewhere the second time, and by the redirect of a server that may be asked. Every
 * attempt to connect is counted where Node makes it, whatever became of it.
 */

/** May be asked: the only server of this test that is permitted. */
let permitted: LocalServer;
/** May not: it listens where the forged addresses lead. */
let forbidden: LocalServer;
let port = 0;
let reached = 0;
let redirectTo = '';
const attempts: string[] = [];

function onSocket(message: unknown): void {
  const { socket } = message as { socket: Socket };
  socket.on('connectionAttempt', (ip: string, to: number) => attempts.push(`${ip} ${to}`));
}

beforeAll(async () => {
  permitted = await startLocalServer(
    (_, response) => void response.writeHead(302, { location: redirectTo }).end(),
  );
  forbidden = await startLocalServer((_, response) => {
    reached += 1;
    response.end();
  }, '::');
  ({ port } = forbidden);
});
afterAll(async () => {
  await permitted.close();
  await forbidden.close();
});
beforeEach(() => {
  attempts.length = 0;
  reached = 0;
  subscribe('net.client.socket', onSocket);
});
afterEach(() => unsubscribe('net.client.socket', onSocket));

/** A probe that resolves the hostile names, and each anew for every attempt. */
function probeOf(allowedAddresses: string[], names = hostileNames) {
  const asked = new Map<string, number>();
  return createHttpProbe({ allowedAddresses, timeoutMs: 2_000 }, (host, done) => {
    const answers = names[host.replace(/\.$/, '')] ?? [];
    const nth = asked.get(host) ?? 0;
    asked.set(host, nth + 1);
    const addresses = answers[Math.min(nth, answers.length - 1)] ?? [];
    done(
      null,
      addresses.map((address) => ({ address, family: isIPv6(address.replace(/%.*/, '')) ? 6 : 4 })),
    );
  });
}

/** Declares the check as the API does, and asks it though the API has refused it. */
async function attack(probe: HttpProbe, url: string): Promise<string> {
  let said = 'declared';
  try {
    await declareService(
      { cluster: 'main', namespace: 'shop', name: 'web' },
      { triggerSets: [], checks: [{ name: 'forged', type: 'http', url }] },
      {
        clusters: ['main'],
        sets: [],
        notifiers: [],
        queries: { lint: () => [], review: () => [], emptyWhenHealthy: () => null },
        probe,
      },
    );
  } catch {
    said = 'refused';
  }
  const result = await probe.get(url, new AbortController().signal);
  if (result.kind === 'answered') return `${said}, answered ${result.status}`;
  return `${said}, ${result.kind}: ${result.reason}`;
}

test('no check connects to an address that is not permitted', { timeout: 120_000 }, async () => {
  const targets = forgedTargets(port);
  const probe = probeOf(['public', `127.0.0.1:${permitted.port}`]);
  const answered: string[] = [];
  for (const url of targets) {
    const before = attempts.length;
    const said = await attack(probe, url);
    if (attempts.length > before || said.includes('answered'))
      answered.push(`${url}: ${said}, ${attempts.slice(before)}`);
  }
  await probe.close();
  reportGoal({
    goal: 'S5',
    what: 'connections of http checks to addresses that are not permitted',
    count: Math.max(answered.length, reached),
    of: targets.length,
    bound: 0,
  });
  expect(targets.length).toBeGreaterThanOrEqual(116);
  expect(answered).toEqual([]);
  expect(reached).toBe(0);
});

test('no redirect of a permitted server leads there either', { timeout: 120_000 }, async () => {
  const targets = forgedTargets(port);
  const probe = probeOf(['public', `127.0.0.1:${permitted.port}`]);
  const strayed: string[] = [];
  for (const url of targets) {
    redirectTo = encodeURI(url);
    attempts.length = 0;
    await probe.get(`${permitted.url}/`, new AbortController().signal);
    const elsewhere = attempts.filter((one) => one !== `127.0.0.1 ${permitted.port}`);
    if (elsewhere.length > 0) strayed.push(`${url}: ${elsewhere.join()}`);
  }
  await probe.close();
  reportGoal({
    goal: 'S5',
    what: 'connections by the redirect of a permitted server',
    count: Math.max(strayed.length, reached),
    of: targets.length,
    bound: 0,
  });
  expect(strayed).toEqual([]);
  expect(reached).toBe(0);
});

test('no name that changes its mind leads there', async () => {
  const flips = {
    'flip.test': [['127.0.0.1'], ['127.0.0.2']],
    'flop.test': [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1'], ['10.0.0.1']],
  };
  const probe = probeOf(['127.0.0.1'], flips);
  redirectTo = '/again';
  for (const name of Object.keys(flips))
    for (let n = 0; n < 6; n += 1)
      await probe.get(`http://${name}:${permitted.port}/`, new AbortController().signal);
  await probe.close();
  const elsewhere = attempts.filter((one) => one !== `127.0.0.1 ${permitted.port}`);
  reportGoal({
    goal: 'S5',
    what: 'connections by a name that resolves anew',
    count: elsewhere.length,
    of: attempts.length,
    bound: 0,
  });
  expect(attempts.length).toBeGreaterThan(0);
  expect(elsewhere).toEqual([]);
});

test('what is permitted is asked, so the counting counts', async () => {
  const probe = probeOf([`127.0.0.1:${permitted.port}`, '127.0.0.0/8']);
  redirectTo = 'https://elsewhere.test/';
  expect(await attack(probe, `${permitted.url}/`)).toMatch(/^declared, refused: .*redirects to another host/);
  expect(attempts).toEqual([`127.0.0.1 ${permitted.port}`]);
  expect(await attack(probe, `http://here.test:${port}/`)).toBe('declared, answered 200');
  expect(reached).toBe(1);
  await probe.close();
});

test('what is found behind a name is told in one sentence', async () => {
  const closed = await closedPort();
  const probe = probeOf(['public', '127.0.0.1']);
  const said = new Set<string>();
  for (const target of [
    `http://127.0.0.1:${closed}/`,
    'http://meta.test/',
    'http://private.test/',
    'http://none.test/',
    `http://here6.test:${port}/`,
  ])
    said.add((await attack(probe, target)).replace(/: \S+ could/, ': X could'));
  await probe.close();
  expect([...said]).toEqual(['declared, unreachable: X could not be reached.']);
});
