import { setTimeout as sleep } from 'node:timers/promises';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep } from '@lastgood/testkit/contracts/attempt-step';
import { closedPort, type LocalServer } from '@lastgood/testkit/servers/local-server';
import {
  type RealHaproxy,
  realHaproxyMissing,
  startRealHaproxy,
} from '@lastgood/testkit/servers/real-haproxy';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTraffic } from './flowing-traffic-harness.ts';
import { createHaproxy } from './haproxy.ts';
import { becomes, startVersion } from './haproxy-harness.ts';
import { type RuntimeRelay, startRuntimeRelay } from './runtime-relay-harness.ts';

const missing = await realHaproxyMissing();
const never = () => new AbortController().signal;

describe.skipIf(missing !== null)(
  `a map of the real HAProxy${missing === null ? '' : `: ${missing}`}`,
  () => {
    let servers: LocalServer[];
    let haproxy: RealHaproxy;
    let relay: RuntimeRelay;
    let url: string;
    beforeEach(async () => {
      servers = await Promise.all([startVersion('blue'), startVersion('green')]);
      const port = await closedPort();
      url = `http://127.0.0.1:${port}/`;
      const backends = ['blue', 'green'].map(
        (name, at) =>
          `backend ${name}\n  server one 127.0.0.1:${servers[at]?.port} check inter 50 rise 1 fall 2`,
      );
      haproxy = await startRealHaproxy(
        `defaults
  mode http
  timeout connect 2s
  timeout client 10s
  timeout server 10s
frontend web
  bind 127.0.0.1:${port}
  use_backend %[str(shop),map(FOLDER/slots.map)]
${backends.join('\n')}
backend bare
  server one 127.0.0.1:9`,
        { 'slots.map': 'shop green\nother blue\n' },
      );
      relay = await startRuntimeRelay(haproxy.socket);
      await Promise.all(['blue', 'green'].map((backend) => becomes(haproxy, 'one', /^UP$/, backend)));
    });
    afterEach(async () => {
      await relay.close();
      await haproxy.close();
      await Promise.allSettled(servers.map((server) => server.close()));
    });

    const map = () => `${haproxy.folder}/slots.map`;
    const adapter = () => createHaproxy({ name: 'edge', sockets: [relay.address], timeoutMs: 1_000 });
    const selector = (over: object = {}) => ({
      service: { cluster: 'main', namespace: 'shop', kind: 'map', name: map(), ...over },
      key: 'shop',
    });
    const step = (over: Partial<StepOf<'switch-selector'>> = {}): StepOf<'switch-selector'> => ({
      kind: 'switch-selector',
      ...selector(),
      ...{ uid: `map ${map()}`, from: 'green', to: 'blue', minReady: 1 },
      ...over,
    });
    const attempt = async (over: Parameters<typeof step>[0] = {}) =>
      (await attemptStep(adapter().switchSelector, step(over), 'r1/0')).outcome;
    const entry = async () => / shop (\S+)/.exec(await haproxy.ask(`show map ${map()}`))?.[1];

    it('switches between backends in one command, and loses no request', async () => {
      const traffic = startTraffic(url, { kept: 4, fresh: 3 });
      await sleep(200);
      expect(await adapter().readSelector(selector(), never())).toMatchObject({
        kind: 'seen',
        seen: { value: 'green', readyPods: { blue: 1, green: 1, bare: 0 }, endpoints: { green: 1 } },
      });
      const since = performance.now();
      expect(await attempt()).toMatchObject({
        kind: 'applied',
        note: expect.stringContaining('change the file too'),
      });
      const done = performance.now();
      await sleep(200);
      await traffic.stop();
      const [first, last] = [traffic.firstBy('blue', since), traffic.lastBy('green', since)];
      process.stdout.write(
        `HAProxy, by map: first request by blue after ${first.toFixed(0)} ms, last by green after ${last.toFixed(0)} ms; ${traffic.served.length} requests, ${traffic.failed().length} failed\n`,
      );
      expect(traffic.failed()).toEqual([]);
      const after = traffic.served.filter(({ startedAt }) => startedAt > done).map(({ version }) => version);
      expect(new Set(after)).toEqual(new Set(['blue']));
      expect(relay.lines.filter((line) => line.startsWith('set '))).toEqual([`set map ${map()} shop blue`]);
      expect(await attempt()).toMatchObject({ kind: 'applied' });
      expect(await haproxy.ask(`show map ${map()}`)).toContain(' other blue');
    });

    it('refuses what somebody else has set, before the look and after it', async () => {
      const { switchSelector } = adapter();
      const { outcome } = await attemptStep(
        {
          observe: switchSelector.observe,
          async apply(...given) {
            await haproxy.ask(`set map ${map()} shop bare`);
            return switchSelector.apply(...given);
          },
        },
        step(),
        'r1/0',
      );
      expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Somebody else') });
      expect(await attempt()).toMatchObject({ kind: 'failed', reason: expect.stringContaining('is bare') });
      expect(await entry()).toBe('bare');
    });

    it('refuses a backend that is not ready, that nobody checks, or that carries nothing', async () => {
      expect(await attempt({ to: 'bare' })).toMatchObject({
        reason: expect.stringContaining('Only 0 pods of bare'),
      });
      expect(await attempt({ to: 'nowhere' })).toMatchObject({ kind: 'failed' });
      await haproxy.ask('set server blue/one weight 0');
      expect(await attempt()).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('Only 0 pods of blue'),
      });
      await haproxy.ask('set server blue/one weight 1;set server blue/one state drain');
      expect(await attempt()).toMatchObject({ kind: 'failed' });
      await haproxy.ask('set server blue/one state ready');
      await servers[0]?.close();
      await becomes(haproxy, 'one', /^DOWN/, 'blue');
      expect(await attempt()).toMatchObject({ kind: 'failed' });
      expect(await entry()).toBe('green');
    });

    it('is once after a reply that was lost, and waits while nobody answers', async () => {
      for (const fault of ['hangs', 'garbage', 'unreachable'] as const) {
        relay.fault(fault);
        expect(await attempt()).toMatchObject({ kind: 'waiting' });
      }
      relay.fault('none');
      relay.fault('lost-reply');
      expect(await attempt()).toMatchObject({ kind: 'applied' });
      expect(await entry()).toBe('blue');
      expect(relay.lines.filter((line) => line.startsWith('set '))).toHaveLength(1);
    });

    it('knows no other kind, map or key, and asks nothing under what is none', async () => {
      const read = (over: object, key = 'shop') =>
        adapter().readSelector({ ...selector(over), key }, never());
      expect(await read({ name: '/nowhere.map' })).toMatchObject({
        kind: 'not-found',
        reason: expect.stringContaining('has no map'),
      });
      expect(await read({}, 'missing')).toMatchObject({ kind: 'seen', seen: { value: null } });
      relay.lines.splice(0);
      for (const name of ['#0', 'a b', 'x;shutdown frontend web', 'x\nquit'])
        expect(await read({ name })).toMatchObject({ kind: 'not-found' });
      for (const key of ['#0x1', 'a b', 'a;quit', 'a\\', ''])
        expect(await read({}, key)).toMatchObject({ kind: 'not-found' });
      expect(await read({ kind: 'Service' })).toMatchObject({ kind: 'not-found' });
      expect(await attempt({ to: 'x;quit', from: 'green' })).toMatchObject({ kind: 'failed' });
      expect(relay.lines.filter((line) => /quit|shutdown/.test(line))).toEqual([]);
    });
  },
);
