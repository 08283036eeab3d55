import { type AddressInfo, createServer } from 'node:net';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { attemptStep, attemptUntilOver } from '@lastgood/testkit/contracts/attempt-step';
import { realHaproxyMissing } from '@lastgood/testkit/servers/real-haproxy';
import { afterEach, describe, expect, it } from 'vitest';
import { backendCommands } from './backend-state.ts';
import { type HaproxyOptions, type HaproxyWorld, openHaproxyWorld, shop } from './haproxy-harness.ts';

const missing = await realHaproxyMissing();
const never = () => new AbortController().signal;

describe.skipIf(missing !== null)(`the real HAProxy${missing === null ? '' : `: ${missing}`}`, () => {
  let world: HaproxyWorld;
  afterEach(() => world.close());

  async function open(options: HaproxyOptions = {}): Promise<StepOf<'set-weight'>> {
    world = await openHaproxyWorld(options);
    const read = await world.adapter({ trustUnchecked: true }).readRoute(shop, never());
    if (read.kind !== 'seen') throw new Error(read.reason);
    const { uid, weights: from } = read.seen;
    return { kind: 'set-weight', ...shop, uid, from, weights: { old: 100, new: 0 } };
  }
  const attempt = async (step: StepOf<'set-weight'>, traffic = world.traffic) =>
    (await attemptStep(traffic.setWeight, step, 'r1/0')).outcome;

  it('goes on with a step that was cut off between raising and lowering', async () => {
    const step = await open();
    await world.split({ old: 100, new: 100 });
    expect(await attempt(step)).toMatchObject({ kind: 'applied' });
    expect(await world.weights()).toEqual(step.weights);
  });

  it('raises before it lowers, a line on a connection of its own each', async () => {
    const step = await open();
    world.relay.lines.splice(0);
    await attempt(step);
    const set = world.relay.lines.filter((line) => line.startsWith('set '));
    expect(set).toEqual(['set server shop/old weight 100', 'set server shop/new weight 0']);
  });

  it('takes a drained server back into rotation, and leaves one in maintenance alone', async () => {
    const step = await open();
    await world.haproxy.ask('set server shop/old state drain');
    expect(await attempt(step)).toMatchObject({ kind: 'applied' });
    expect(await world.haproxy.ask('show stat shop 4 -1')).toMatch(/^shop,old,.*,UP,100,/m);

    await world.haproxy.ask('set server shop/new state maint');
    const forth = { ...step, from: step.weights, weights: step.from };
    expect(await attempt(forth)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('new has no ready endpoint'),
    });
    expect(await world.weights()).toEqual(step.weights);
  });

  it('says that a reload undoes it, and it does; where the server state is kept, it does not', async () => {
    const step = await open({ backend: 'load-server-state-from-file local\n  server-state-file-name state' });
    expect(await attempt(step)).toMatchObject({
      note: expect.stringContaining('returns backend shop to its file, old 0, new 100'),
    });
    const state = await world.haproxy.ask('show servers state shop');
    await world.haproxy.restart();
    expect(await world.weights()).toEqual(step.from);
    await world.haproxy.writeFile('state', `${state}\n`);
    await world.haproxy.restart();
    expect(await world.weights()).toEqual(step.weights);
  });

  it('refuses a server whose health nobody checks, unless it may be trusted', async () => {
    const step = await open({ server: '' });
    expect(await attempt(step)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/has no health check.*trustUnchecked/),
    });
    expect(await attempt(step, world.adapter({ trustUnchecked: true }))).toMatchObject({ kind: 'applied' });
  });

  it('does not take a server for ready that fails and has not failed often enough to be down', async () => {
    const step = await open({ server: 'check inter 50 rise 1 fall 500' });
    await world.loseOld();
    expect(await world.haproxy.ask('show stat shop 4 -1')).toMatch(/^shop,old,.*,UP \d+\/500,/m);
    expect(await attempt(step)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no ready'),
    });
  });

  it('passes on why HAProxy refuses, with nobody out of rotation', async () => {
    const step = await open({ backend: 'balance static-rr' });
    expect(await attempt(step)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('static LB algorithm'),
      advice: expect.stringContaining('balance roundrobin'),
    });
    expect(await world.weights()).toEqual(step.from);
  });

  it('says which right the socket lacks', async () => {
    const step = await open();
    const traffic = world.adapter({ sockets: [`unix:${world.haproxy.operatorSocket}`] });
    expect(await attempt(step, traffic)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Permission denied'),
      advice: expect.stringContaining('level admin'),
    });
    expect(await world.weights()).toEqual(step.from);
  });

  it('has two processes split alike: none may differ in a plan, and both get what a step says', async () => {
    const step = await open();
    const other = await world.twin();
    const traffic = world.adapter({ sockets: [world.relay.address, `unix:${other.socket}`] });
    expect(await attempt(step, traffic)).toMatchObject({ kind: 'applied' });
    expect(await other.ask('get weight shop/old')).toMatch(/^100 /);

    await other.ask('set server shop/old weight 0;set server shop/new weight 100');
    expect(await traffic.readRoute(shop, never())).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('must split traffic alike'),
    });
    const attempts = await attemptUntilOver(traffic.setWeight, step, 'r1/0');
    expect(attempts.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
    expect(await other.ask('get weight shop/old')).toMatch(/^100 /);

    await other.ask('set server shop/new weight 7');
    expect(await attempt(step, traffic)).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('Somebody else'),
    });
    await other.close();
    expect(await attempt(step, traffic)).toMatchObject({
      kind: 'waiting',
      note: expect.stringContaining(other.socket),
    });
  });

  it('reads nothing out of an answer that was cut off, wherever that was', async () => {
    const step = await open();
    const answer = await world.haproxy.ask(backendCommands('shop').join(';'));
    const whole = `${answer}\n\n`;
    let sendUntil = whole.length;
    const server = createServer((client) => {
      client.on('error', () => {}).once('data', () => client.end(whole.slice(0, sendUntil)));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = server.address() as AddressInfo;
    const traffic = world.adapter({ sockets: [`tcp://127.0.0.1:${port}`] });
    expect(await traffic.readRoute(shop, never())).toMatchObject({ seen: { weights: step.from } });
    for (sendUntil = 0; sendUntil < whole.length; sendUntil += 97)
      expect((await traffic.readRoute(shop, never())).kind).toBe('unreachable');
    sendUntil = whole.length - 1;
    expect((await traffic.readRoute(shop, never())).kind).toBe('unreachable');
    server.close();
  });

  it('asks nothing under a name that is no name, and knows neither other kinds nor rules', async () => {
    await open();
    world.relay.lines.splice(0);
    const read = (name: string, kind = 'backend', rule: string | null = null) =>
      world.traffic.readRoute({ route: { ...shop.route, kind, name }, rule }, never());
    for (const name of ['shop;shutdown sessions server shop/new', 'shop\nquit', 'a b', ''])
      expect(await read(name)).toMatchObject({ kind: 'not-found' });
    expect(await read('shop', 'VirtualService')).toMatchObject({ kind: 'not-found' });
    expect(await read('shop', 'backend', 'primary')).toMatchObject({ kind: 'not-found' });
    expect(world.relay.lines).toEqual([]);
  });
});
