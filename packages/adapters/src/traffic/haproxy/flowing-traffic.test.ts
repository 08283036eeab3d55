import { setTimeout as sleep } from 'node:timers/promises';
import { attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { closedPort } from '@lastgood/testkit/servers/local-server';
import { realHaproxyMissing } from '@lastgood/testkit/servers/real-haproxy';
import { afterEach, describe, expect, it } from 'vitest';
import { type FlowingTraffic, startTraffic } from './flowing-traffic-harness.ts';
import { type HaproxyOptions, type HaproxyWorld, openHaproxyWorld, shop } from './haproxy-harness.ts';
import type { HaproxySettings } from './settings.ts';

interface Switch {
  since: number;
  done: number;
  until: number;
}

const missing = await realHaproxyMissing();

describe.skipIf(missing !== null)(`a switch under traffic${missing === null ? '' : `: ${missing}`}`, () => {
  let world: HaproxyWorld;
  let traffic: FlowingTraffic;
  afterEach(async () => {
    await traffic.stop();
    await world.close();
  });

  async function flow(options: HaproxyOptions = {}, cookie?: string) {
    const port = await closedPort();
    world = await openHaproxyWorld({ ...options, port });
    traffic = startTraffic(`http://127.0.0.1:${port}/`, { kept: 6, fresh: 4, ...(cookie ? { cookie } : {}) });
    await sleep(300);
  }

  /** Everything to one server; when that began and when it was done, by the clock of the requests. */
  async function switchTo(name: 'old' | 'new', settings: Partial<HaproxySettings> = {}): Promise<Switch> {
    const other = name === 'old' ? 'new' : 'old';
    const adapter = world.adapter({ timeoutMs: 2_000, ...settings });
    const read = await adapter.readRoute(shop, new AbortController().signal);
    if (read.kind !== 'seen') throw new Error(read.reason);
    const { uid, weights: from } = read.seen;
    const weights = { [name]: 100, [other]: 0 };
    const since = performance.now();
    const step = { kind: 'set-weight', ...shop, uid, from, weights } as const;
    const attempts = await attemptUntilOver(adapter.setWeight, step, `to-${name}/0`);
    expect(attempts.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
    const done = performance.now();
    await sleep(300);
    return { since, done, until: performance.now() };
  }

  /** By whom the requests were served that began between the switch and the next thing. */
  const servedAfter = ({ done, until }: Switch) =>
    new Set(
      traffic.served
        .filter(({ startedAt }) => startedAt > done && startedAt < until)
        .map(({ version }) => version),
    );

  function tell(way: string, to: string, from: string, { since }: Switch): void {
    const [first, last] = [traffic.firstBy(to, since), traffic.lastBy(from, since)].map((ms) =>
      ms.toFixed(0),
    );
    const counted = `${traffic.served.length} requests so far, ${traffic.failed().length} failed`;
    process.stdout.write(
      `HAProxy, ${way}: first request by ${to} after ${first} ms, last by ${from} after ${last} ms; ${counted}\n`,
    );
  }

  it('loses no request, back and forth, on kept connections and on new ones', async () => {
    await flow();
    expect(new Set(traffic.served.map(({ version }) => version))).toEqual(new Set(['new']));
    const back = await switchTo('old');
    tell('by weight, back', 'old', 'new', back);
    const forth = await switchTo('new');
    tell('by weight, forth', 'new', 'old', forth);
    expect(traffic.failed()).toEqual([]);
    expect(traffic.served.length).toBeGreaterThan(100);
    expect(servedAfter(forth)).toEqual(new Set(['new']));
    expect(servedAfter(back)).toEqual(new Set(['old']));
  });

  const sticky: HaproxyOptions = {
    backend: 'balance roundrobin\n  cookie SRV insert indirect nocache',
    server: 'check inter 50 rise 1 fall 2 cookie the-name-of-%',
  };

  it('takes clients with the cookie of the bad version along, and loses none', async () => {
    await flow(sticky, 'SRV=the-name-of-new');
    const back = await switchTo('old');
    tell('by maintenance', 'old', 'new', back);
    expect(traffic.failed()).toEqual([]);
    expect(servedAfter(back)).toEqual(new Set(['old']));
    expect(await world.haproxy.ask('show stat shop 4 -1')).toMatch(/^shop,new,.*,MAINT,/m);
  });

  it('leaves them with the bad version at weight 0, which is why that is not what is done by default', async () => {
    await flow(sticky, 'SRV=the-name-of-new');
    const back = await switchTo('old', { emptyBy: 'weight' });
    expect(servedAfter(back)).toEqual(new Set(['new']));
    expect(traffic.failed()).toEqual([]);
  });
});
