import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bareTemplate, templateDigest } from './template-digest.ts';

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'app', image: 'registry.example/web:v1', env: [] }], restartPolicy: 'Always' },
};

describe('templateDigest', () => {
  it('is the same for a Deployment and for the ReplicaSet made from it', () => {
    const kept = {
      spec: {
        restartPolicy: 'Always',
        containers: [{ image: 'registry.example/web:v1', env: [], name: 'app' }],
      },
      metadata: { labels: { 'pod-template-hash': '5d4f8c7b9d', app: 'web' }, creationTimestamp: null },
    };
    expect(templateDigest(kept)).toBe(templateDigest(template));
    expect(templateDigest({ $patch: 'replace', ...kept })).toBe(templateDigest(template));
  });

  it('tells apart what would restart pods', () => {
    const changes = [
      { ...template, metadata: { labels: { app: 'web', tier: 'front' } } },
      { ...template, metadata: { ...template.metadata, annotations: { restartedAt: '2026-01-01' } } },
      {
        ...template,
        spec: { ...template.spec, containers: [...template.spec.containers, { name: 'b', image: 'b' }] },
      },
      { ...template, spec: { ...template.spec, restartPolicy: 'Never' } },
    ];
    const digests = [template, ...changes].map(templateDigest);
    expect(new Set(digests).size).toBe(digests.length);
  });

  it('keeps the order of lists and forgets that of keys', () => {
    const containers = [{ name: 'a' }, { name: 'b' }];
    const swapped = templateDigest({ spec: { containers: containers.toReversed() } });
    expect(swapped).not.toBe(templateDigest({ spec: { containers } }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (spec) => {
        const reversed = Object.fromEntries(Object.entries(spec).toReversed());
        return templateDigest({ spec: reversed }) === templateDigest({ spec });
      }),
    );
  });

  it('changes nothing of a template that has nothing to take off', () => {
    expect(bareTemplate(template)).toEqual(template);
    expect(bareTemplate({ spec: {} })).toEqual({ spec: {} });
  });
});
