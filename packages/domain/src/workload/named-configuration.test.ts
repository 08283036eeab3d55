import { expect, it } from 'vitest';
import { namedConfiguration } from './named-configuration.ts';

it('finds what env, envFrom, volumes and projected volumes of all containers name', () => {
  const spec = {
    imagePullSecrets: [{ name: 'registry' }],
    initContainers: [{ env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'init', key: 'a' } } }] }],
    containers: [
      {
        env: [
          { name: 'PLAIN', value: 'x' },
          { name: 'B', valueFrom: { configMapKeyRef: { name: 'env', key: 'b', optional: true } } },
          { name: 'C', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        ],
        envFrom: [{ configMapRef: { name: 'both', optional: true } }, { secretRef: { name: 'from' } }],
      },
    ],
    volumes: [
      { name: 'a', configMap: { name: 'both' } },
      { name: 'b', secret: { secretName: 'files', optional: true } },
      { name: 'c', projected: { sources: [{ configMap: { name: 'p' } }, { secret: { name: 'q' } }] } },
      { name: 'd', emptyDir: {} },
    ],
  };
  const found = namedConfiguration({ spec }).map(
    ({ kind, name, optional }) => `${kind} ${name}${optional ? '?' : ''}`,
  );
  expect(found).toEqual([
    ...['Secret init', 'ConfigMap env?', 'ConfigMap both', 'Secret from'],
    ...['Secret files?', 'ConfigMap p', 'Secret q'],
  ]);
});

it.each([{}, { spec: null }, { spec: { containers: 'x', volumes: [null, 3] } }])(
  'a template without any, or that is none, names none: %j',
  (template) => expect(namedConfiguration(template)).toEqual([]),
);
