import { expect, test } from 'vitest';
import { canonicalRevision } from './canonical-revision.ts';

const labelled = (labels?: Record<string, unknown>) =>
  canonicalRevision(labels ? { metadata: { labels } } : {});

test('the label that a mesh would take first names the revision', () => {
  const version = { version: 'v1' };
  const recommended = { ...version, 'app.kubernetes.io/version': '1.2.3' };
  expect(labelled(version)).toBe('v1');
  expect(labelled(recommended)).toBe('1.2.3');
  expect(labelled({ ...recommended, 'service.istio.io/canonical-revision': 'r7' })).toBe('r7');
});

test('a template without such a label, or with an empty one, names none', () => {
  expect(labelled()).toBeUndefined();
  expect(labelled({ app: 'web' })).toBeUndefined();
  expect(labelled({ version: '' })).toBeUndefined();
  expect(labelled({ 'app.kubernetes.io/version': '', version: 'v1' })).toBe('v1');
});
