import { allWays, type Way, type WayResult } from '@lastgood/domain';
import Fastify from 'fastify';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { problems } from '../plugins/problems.ts';
import { validation } from '../plugins/validation.ts';
import { strict } from '../wire/named.ts';
import { changeInput, declaredInput } from './way-schemas.ts';

const frame = {
  takesBack: () => null,
  needs: () => [],
  plan: (): WayResult => ({ kind: 'refused', refusals: [] }),
} as const;
const ways: Way[] = [
  {
    ...frame,
    name: 'flags',
    change: {
      kind: 'flag',
      target: strict({ flag: Type.String() }),
      before: Type.Boolean(),
      after: Type.Boolean(),
    },
    declares: strict({ provider: Type.String(), project: Type.Optional(Type.String({ minLength: 1 })) }),
  },
  { ...frame, name: 'plain' },
];

/** What the API says to a body that is described by the ways. */
async function answerTo(body: object, described: readonly Way[] = ways) {
  const app = Fastify();
  validation(app);
  problems(
    app,
    () => false,
    () => null,
  );
  const schema = strict({
    rollback: Type.Optional(declaredInput(described)),
    changes: Type.Optional(Type.Array(changeInput(described))),
  });
  app.post('/', { schema: { body: schema } }, async () => ({ errors: [] }));
  const answer = await app.inject({ method: 'POST', url: '/', payload: body });
  await app.close();
  return { status: answer.statusCode, errors: answer.json().errors };
}

const taken = { status: 200, errors: [] };

test('what a way needs declared is taken as its schema says', async () => {
  expect(await answerTo({ rollback: { flags: { provider: 'unleash' } } })).toEqual(taken);
  expect(await answerTo({ rollback: {} })).toEqual(taken);
});

test.each<[string, object, object[]]>([
  ['a member is missing', { flags: {} }, [{ path: '/rollback/flags/provider', message: 'is required' }]],
  [
    'a member has another type',
    { flags: { provider: 7 } },
    [{ path: '/rollback/flags/provider', message: 'must be string' }],
  ],
  [
    'a way needs nothing declared or is not known',
    { plain: {}, flag: {} },
    [
      { path: '/rollback/plain', message: expect.stringMatching(/^is not a known member/) },
      { path: '/rollback/flag', message: expect.stringMatching(/^is not a known member/) },
    ],
  ],
])('a declaration in which %s is refused by its path', async (_words, rollback, errors) =>
  expect(await answerTo({ rollback })).toEqual({ status: 422, errors }),
);

const flag = { kind: 'flag', target: { flag: 'checkout' }, before: true, after: null };

test('a change is taken as the way of its kind describes it, and freely where there is none', async () => {
  const unknown = { kind: 'config', target: { anything: [1] }, after: 'x' };
  expect(await answerTo({ changes: [flag, { kind: 'flag', target: flag.target }, unknown] })).toEqual(taken);
});

test.each<[string, object, object]>([
  [
    'target lacks a member',
    { ...flag, target: {} },
    { path: '/changes/0/target/flag', message: 'is required' },
  ],
  [
    'target has one too many',
    { ...flag, target: { ...flag.target, colour: 'red' } },
    { path: '/changes/0/target/colour', message: expect.stringMatching(/^is not a known member/) },
  ],
  ['side does not fit', { ...flag, after: 'off' }, { path: '/changes/0/after', message: 'must be boolean' }],
  [
    'kind is none',
    { ...flag, kind: 'flags' },
    {
      path: '/changes/0/kind',
      message: 'must be one of workload, config, flag, traffic, migration, infrastructure, gitops',
    },
  ],
])('a change whose %s is refused by its path', async (_words, change, error) =>
  expect(await answerTo({ changes: [change] })).toEqual({ status: 422, errors: [error] }),
);

const newCart = {
  kind: 'flag',
  target: { provider: 'unleash', project: 'shop', environment: 'production', flag: 'new-cart' },
};

test.each<[unknown, unknown]>([
  [false, true],
  [10, 100],
  ['old', 'new'],
  [null, { on: true, percentage: 25, variants: { blue: 30, green: 70 } }],
  [{ on: true, variant: 'blue' }, undefined],
])('a flag that was %j and is %j is taken', async (before, after) =>
  expect(await answerTo({ changes: [{ ...newCart, before, after }] }, allWays)).toEqual(taken),
);

test.each<[object, string, string]>([
  [{ before: 120 }, '/changes/0/before', 'must be <= 100'],
  [{ before: '' }, '/changes/0/before', 'must NOT have fewer than 1 characters'],
  [{ before: [] }, '/changes/0/before', 'must be boolean,number,string,object'],
  [{ after: { colour: 'blue' } }, '/changes/0/after/colour', 'is not a known member'],
  [{ after: { variants: { blue: 'all' } } }, '/changes/0/after/variants/blue', 'must be number'],
  [{ target: { provider: 'unleash' } }, '/changes/0/target/flag', 'is required'],
])('a flag with %j is refused by its path', async (over, path, message) => {
  const { status, errors } = await answerTo({ changes: [{ ...newCart, ...over }] }, allWays);
  expect(status).toBe(422);
  expect(errors[0]).toEqual({ path, message: expect.stringContaining(message) });
});
