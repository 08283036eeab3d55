import { expect, test } from 'vitest';
import { openFamily } from '../family.ts';
import { metrics as family } from './index.ts';

const never = new AbortController().signal;

test('a cluster that no source measures is answered as unreachable, with what is missing', async () => {
  const main = {
    kind: 'prometheus',
    name: 'main',
    clusters: ['prod'],
    settings: { url: 'http://127.0.0.1:1' },
  };
  const { product, close } = openFamily(family, [main]);
  const question = { template: 'up', variables: { CLUSTER: 'stage' } };
  const [answer] = await product.metrics.read([question], 0, never);
  expect(answer?.reading).toEqual({
    kind: 'unreachable',
    reason: 'no metric source is configured for cluster stage',
  });
  await close();
});

test('a template is judged before any source is configured', () => {
  const { metrics } = openFamily(family, []).product;
  expect(metrics.lint('up', [])).toEqual([]);
  expect(metrics.lint('up{', [])).not.toEqual([]);
});

test('an entry of an unknown kind, or whose settings do not fit, is refused', () => {
  const entry = { kind: 'abacus', name: 'main', clusters: null, settings: {} };
  expect(() => openFamily(family, [entry])).toThrow(
    /no metric source of kind abacus; known are .*prometheus/,
  );
  expect(() => openFamily(family, [{ ...entry, kind: 'prometheus' }])).toThrow('Prometheus main');
});
