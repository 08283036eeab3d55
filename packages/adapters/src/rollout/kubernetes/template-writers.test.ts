import { lastWriter } from '@lastgood/domain/workload/template-writer';
import { expect, test } from 'vitest';
import type { ServedManagedFields } from '../../kubernetes/served-meta.ts';
import { readTrace } from './replay/recorded-trace.ts';
import type { ServedWorkload } from './served-objects.ts';
import { templateWriters } from './template-writers.ts';

const trace = readTrace('16a-server-side-apply-ownership');

const entry = (
  manager: string,
  over: Partial<ServedManagedFields> = {},
  image = true,
): ServedManagedFields => ({
  ...{ manager, operation: 'Update', time: '2026-01-01T03:12:00Z' },
  fieldsV1: {
    'f:spec': {
      'f:template': {
        'f:spec': {
          'f:containers': { 'k:{"name":"app"}': { '.': {}, ...(image ? { 'f:image': {} } : {}) } },
        },
      },
    },
  },
  ...over,
});
const of = (...managedFields: ServedManagedFields[]) =>
  templateWriters({ name: 'web', uid: 'u', managedFields });

test('whoever owns the image of a container has written it', () => {
  expect(of(entry('kube-controller-manager', { subresource: 'status' }), entry('helm', {}, false))).toEqual(
    [],
  );
  const at = Date.parse('2026-01-01T03:12:00Z');
  expect(of(entry('kubectl-set'), entry('env-setter', {}, false))).toEqual([
    { containers: ['app'], manager: 'kubectl-set', operation: 'Update', at },
  ]);
});

test('what is no list of fields, or has no time, says so and breaks nothing', () => {
  const odd = [
    entry('odd', { fieldsV1: { 'f:spec': 'x' } }),
    { fieldsV1: {} },
    entry('a', { time: 'never' }),
  ];
  expect(of(...odd)).toEqual([{ containers: ['app'], manager: 'a', operation: 'Update', at: null }]);
  const broken = entry('b');
  const containers = { 'k:{not json': { 'f:image': {} } };
  broken.fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } };
  expect(of(broken)).toEqual([]);
});

test('the last of them is known unless two came in the same second', () => {
  const [first, second] = of(entry('ci', { operation: 'Apply' }), entry('argocd-controller'));
  if (!first || !second) throw new Error('two writers are expected');
  expect(lastWriter([first, second])).toBeNull();
  expect(lastWriter([{ ...first, at: 1 }, second])?.manager).toBe('argocd-controller');
  expect(
    lastWriter([
      { ...first, at: null },
      { ...second, at: null },
    ]),
  ).toBeNull();
  expect(lastWriter([{ ...first, at: null }])?.manager).toBe('ci');
  expect(lastWriter([])).toBeNull();
});

/** The recording has no times: they are told by their order alone. */
test.each([
  ['v2', ['ci Apply']],
  ['rolledback', ['lastgood Update']],
  ['a2-restored', ['ci Apply']],
  ['c-rolledback', ['ci Update']],
  ['d-rollback', ['lastgood Apply']],
])('of the recorded Deployment %s they are those that a real API server named', (id, writers) => {
  const { metadata } = trace.body<ServedWorkload>(id);
  expect(templateWriters(metadata).map(({ manager, operation }) => `${manager} ${operation}`)).toEqual(
    writers,
  );
});
