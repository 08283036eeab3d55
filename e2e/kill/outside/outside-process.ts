import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from '@lastgood/domain';
import { planFor } from '@lastgood/engine/rollback/prepare';
import { createInMemoryStore } from '@lastgood/testkit/fakes/in-memory-store';
import { createRandom } from '@lastgood/testkit/random';
import { createSimulatedWorld, type TakenEffect } from '@lastgood/testkit/simulation/simulated-world';
import { bringOut, eachWay } from '@lastgood/testkit/simulation/ways/bring-out';
import type { Asked, BringOut, Call } from './outside.ts';

/*
 * The outside of all families in a process of its own, so that killing a worker kills nothing else: the simulated world, in real
 * time. It keeps a record of every effect that it took, whoever sent it.
 */
const random = createRandom(1);
const taken: Pick<TakenEffect, 'kind' | 'operation'>[] = [];
const after = (ms: number, act: () => void) => {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
};
const world = createSimulatedWorld({
  time: { now: Date.now, after },
  random,
  say: () => {},
  taken: ({ kind, operation }) => void taken.push({ kind, operation }),
  lastsMs: [20, 150],
});
const ways = eachWay();

type Act = (...args: unknown[]) => Promise<unknown>;
type Member = Act & Record<'observe' | 'apply', Act>;

async function call({ family, member, part, args }: Call): Promise<unknown> {
  const families = world.served as unknown as Record<string, Record<string, Member>>;
  const found = families[family]?.[member];
  const act: Act | undefined = part === null ? found : found?.[part];
  if (!act) throw new Error(`the outside has no ${family}.${member}`);
  return act(...args, new AbortController().signal);
}

async function release({ way, name, seed }: BringOut) {
  const found = ways.find((one) => one.name === way);
  if (!found) throw new Error(`there is no way ${way}`);
  const { good, bad, site, ...brought } = bringOut(world, createRandom(seed), { name, ways: found.ways });
  const service = unmeasured(brought.service);
  const { deployments } = createInMemoryStore({ now: Date.now, notifiers: [] });
  const clock = { now: Date.now, sleep: async () => {} };
  const { accepting, removing } = site;
  const signal = new AbortController().signal;
  const planned = await planFor(
    { deployments, ports: world.served, clock },
    { service, deployment: bad, target: good, triggers: [], accepting, removing, signal },
  );
  if (planned.kind === 'refused') throw new Error(planned.refusals.map(({ reason }) => reason).join(' '));
  return {
    ...{ service, good, bad, accepting, removing },
    steps: planned.plan.steps.map(({ step }) => step.kind),
    kept: Object.entries(world.state.keptContents).map(([digest, sealed]) => ({ digest, sealed })),
  };
}

/** No metric source tells copies apart here: a gate that asked would never open. Time and ready endpoints are left. */
function unmeasured(service: Service): Service {
  const { progressive, ...others } = service.rollback;
  if (!progressive) return service;
  const { errors: _unasked, ...gates } = progressive as Record<string, unknown>;
  return { ...service, rollback: { ...others, progressive: gates } };
}

const answers: { [A in keyof Asked]: (given: Asked[A]['given']) => unknown } = {
  call,
  'bring-out': release,
  taken: () => taken,
  'serves-bad': ({ name }) => ({ servesBad: world.servesBad.get(name)?.() ?? true }),
};

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = request.url?.slice(1) ?? '';
  if (name === 'health') return void response.end('well');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const act = answers[name as keyof Asked] as (given: unknown) => unknown;
  try {
    response.end(JSON.stringify(await act(JSON.parse(Buffer.concat(chunks).toString()))));
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
}

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
