import { mostConfigurations, type WorkloadSnapshot } from '@lastgood/domain';
import { createInMemoryStepWorld } from '@lastgood/testkit/fakes/in-memory-step-world';
import { anObserved, aSnapshot } from '@lastgood/testkit/scenario/builders';
import { expect, it } from 'vitest';
import { withConfiguration } from './record-configuration.ts';

const place = { cluster: 'main', namespace: 'shop' };
const never = new AbortController().signal;
const naming = (names: readonly string[]): WorkloadSnapshot =>
  aSnapshot('v1', {
    template: { spec: { containers: [{ envFrom: names.map((name) => ({ configMapRef: { name } })) }] } },
  });

async function recorded(held: Record<string, Record<string, string>>, names = Object.keys(held)) {
  const { state, ports, receivers } = createInMemoryStepWorld();
  for (const [name, one] of Object.entries(held))
    state.configurations[`ConfigMap/${name}`] = { uid: name, version: 1, held: one };
  const look = () => withConfiguration(ports, place, [anObserved(naming(names))], never);
  return { look, receivers, kept: () => Object.keys(state.keptContents).length };
}

it('records what is there and what is not, and keeps equal contents once', async () => {
  const { look, kept } = await recorded({ a: { X: '1' }, b: { X: '1' } }, ['a', 'b', 'gone']);
  const [one] = await look();
  expect(one?.snapshot.configuration?.map(({ state }) => state.kind)).toEqual(['there', 'there', 'absent']);
  expect(one?.serving[0]?.snapshot.configuration).toEqual(one?.snapshot.configuration);
  expect(kept()).toBe(1);
});

it('keeps no more than there is room for, and says of which', async () => {
  const large = (of: string) => ({ X: of.repeat(3_500_000) });
  const { look, kept } = await recorded({ a: large('a'), b: large('b'), c: { X: '1' } });
  const [one] = await look();
  const notKept = one?.snapshot.configuration?.map(({ state }) => state.kind === 'there' && state.notKept);
  expect(notKept).toEqual([undefined, expect.stringContaining('too large'), undefined]);
  expect(kept()).toBe(2);
});

it('asks for so many objects, and says of the others that they are not kept', async () => {
  const names = Array.from({ length: mostConfigurations + 1 }, (_, n) => `map-${n}`);
  const [one] = await (await recorded({}, names)).look();
  const last = one?.snapshot.configuration?.at(-1)?.state;
  expect(last).toMatchObject({ kind: 'unread', reason: expect.stringContaining('not kept') });
});

it('a cluster that does not answer delays nothing: it is recorded that nothing could be read', async () => {
  const { look, receivers } = await recorded({ a: { X: '1' } });
  receivers.unreachableFor = 1;
  const [one] = await look();
  expect(one?.snapshot.configuration?.[0]?.state).toEqual({ kind: 'unread', reason: 'connection refused' });
});
