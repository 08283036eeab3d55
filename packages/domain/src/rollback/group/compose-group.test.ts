import { aDeployment, aPlan, aService } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { plannedStep } from '../planned-step.ts';
import type { Step } from '../step.ts';
import { composeGroup, type PlannedMember } from './compose-group.ts';

const [commit, since] = ['a'.repeat(40), 'b'.repeat(40)];
const migrate = (database: string): Step => ({
  ...{ kind: 'migrate-to', database, from: '2', to: '1', acceptedLoss: [] },
});
const flag = (to: boolean): Step => ({
  ...{ kind: 'set-flag', provider: 'p', project: 'shop', environment: 'production', flag: 'new' },
  ...{ from: !to, to },
});
const weight = (namespace: string): Step => ({
  ...{ kind: 'set-weight', uid: 'u', rule: null, from: { b: 1 }, weights: { a: 1 } },
  route: { cluster: 'main', namespace, kind: 'HTTPRoute', name: 'shop' },
});
const stack = (name: string): Step => ({
  ...{ kind: 'apply-infrastructure', stack: name, lineage: 'l', from: '2', to: '1' },
  ...{ changes: [], acceptedDestroys: [] },
});
const revert = (path?: string): Step => ({
  ...{ kind: 'ensure-commit-reverted', repository: 'shop', branch: 'main', commit, since, why: '' },
  ...(path === undefined ? {} : { path }),
});

function member(name: string, step: Step): PlannedMember {
  const service = aService({ name });
  const steps = [plannedStep(step, { title: step.kind, target: 'release 1', expectedMs: null })];
  const plan = { ...aPlan({ steps }), service: service.key };
  return { member: { service, deployment: aDeployment() }, result: { kind: 'plan', plan } };
}

const composed = (one: Step, other: Step) => {
  const result = composeGroup([member('web', one), member('cart', other)], 0, 'any-failure');
  return result.kind === 'refused' ? result.refusals.map(({ code }) => code) : result.kind;
};

test.each<[string, Step, Step]>([
  ['a database', migrate('orders'), migrate('orders')],
  ['a stack', stack('edge'), stack('edge')],
  ['a rule', weight('shop'), weight('shop')],
  ['a repository', revert(), revert()],
  ['a repository of which one goes back as a whole', revert('apps/web'), revert()],
  ['a flag that each sets to something else', flag(true), flag(false)],
])('%s that two members share is refused', (_what, one, other) => {
  expect(composed(one, other)).toEqual(['shared-by-members']);
  expect(composed(other, one)).toEqual(['shared-by-members']);
});

test.each<[string, Step, Step]>([
  ['databases', migrate('orders'), migrate('carts')],
  ['stacks', stack('edge'), stack('core')],
  ['routes of two namespaces', weight('shop'), weight('other')],
  ['paths of one repository', revert('apps/web'), revert('apps/cart')],
])('%s that are each its own go back together', (_what, one, other) =>
  expect(composed(one, other)).toBe('plan'),
);

test('a flag that both turn off is no conflict', () =>
  expect(composed(flag(false), flag(false))).toBe('plan'));

test('says who shares what, and what to do', () => {
  const result = composeGroup(
    [member('web', migrate('orders')), member('cart', migrate('orders'))],
    ...([0, 'any-failure'] as const),
  );
  expect(result).toMatchObject({
    refusals: [
      { reason: expect.stringContaining('web and cart would both take back a database schema (orders)') },
    ],
  });
});
