import { expect, test } from 'vitest';
import { type Attributes, accountOf, type Manifest, type PolicyRule } from './accounts.ts';

const role = (rules: PolicyRule[]): Manifest => ({ kind: 'ClusterRole', metadata: { name: 'r' }, rules });
const binding = (over: Partial<Manifest> = {}): Manifest => ({
  kind: 'RoleBinding',
  metadata: { name: 'b', namespace: 'shop' },
  roleRef: { kind: 'ClusterRole', name: 'r' },
  subjects: [{ kind: 'ServiceAccount', name: 'lastgood', namespace: 'ops' }],
  ...over,
});
const get: Attributes = {
  verb: 'get',
  group: 'apps',
  resource: 'deployments',
  namespace: 'shop',
  name: 'web',
};
const rule: PolicyRule = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] };
const may = (asked: Partial<Attributes>, ...manifests: Manifest[]) =>
  accountOf('ops', 'lastgood', manifests).allows({ ...get, ...asked });

test('a rule gives its verbs on its resources of its groups, and nothing else', () => {
  const [one, bound] = [role([rule]), binding()];
  expect(may({}, one, bound)).toBe(true);
  for (const other of [
    { verb: 'patch' },
    { group: '' },
    { resource: 'deployments/scale' },
    { resource: 'pods' },
  ])
    expect(may(other, one, bound)).toBe(false);
});

test('a RoleBinding gives a ClusterRole in its own namespace, a ClusterRoleBinding in all of them', () => {
  const everywhere = binding({ kind: 'ClusterRoleBinding', metadata: { name: 'b' } });
  for (const namespace of ['other', '']) {
    expect(may({ namespace }, role([rule]), binding())).toBe(false);
    expect(may({ namespace }, role([rule]), everywhere)).toBe(true);
  }
});

test('a binding of another account, or to a role that is not there, gives nothing', () => {
  const another = binding({ subjects: [{ kind: 'ServiceAccount', name: 'lastgood', namespace: 'default' }] });
  expect(may({}, role([rule]), another)).toBe(false);
  expect(may({}, binding())).toBe(false);
  const elsewhere: Manifest = { kind: 'Role', metadata: { name: 'r', namespace: 'ops' }, rules: [rule] };
  expect(may({}, elsewhere, binding({ roleRef: { kind: 'Role', name: 'r' } }))).toBe(false);
});

test('names and stars mean what they mean in Kubernetes', () => {
  const named = role([{ ...rule, verbs: ['*'], resourceNames: ['web'] }]);
  expect(may({ verb: 'patch' }, named, binding())).toBe(true);
  expect(may({ name: 'cart' }, named, binding())).toBe(false);
  expect(may({ verb: 'list', name: '' }, named, binding())).toBe(false);
  const scales = role([{ apiGroups: ['*'], resources: ['*/scale'], verbs: ['get'] }]);
  expect(may({ resource: 'deployments/scale' }, scales, binding())).toBe(true);
  expect(may({}, scales, binding())).toBe(false);
});
