import { describe, expect, it } from 'vitest';
import { templateChanges } from './template-changes.ts';

const sent = {
  metadata: { labels: { app: 'web' } },
  spec: {
    containers: [{ name: 'app', image: 'web:v1', env: [{ name: 'A', value: '1' }] }],
    securityContext: {},
  },
};

describe('templateChanges', () => {
  it('tells what is added, removed and changed by paths, and never a value', () => {
    const stored = {
      metadata: { labels: { app: 'web', 'pod-template-hash': 'abc' }, annotations: { stamp: 'secret' } },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'web:v1',
            env: [
              { name: 'A', value: '2' },
              { name: 'B', value: 'secret' },
            ],
          },
          { name: 'proxy', image: 'proxy:1' },
        ],
        securityContext: { fsGroup: 2000 },
      },
    };
    expect(templateChanges(sent, stored)).toEqual([
      'adds metadata.annotations',
      'changes containers[app].env[A].value',
      'adds containers[app].env[B]',
      'adds containers[proxy]',
      'adds securityContext.fsGroup',
    ]);
    expect(templateChanges(stored, sent)).toContain('removes containers[proxy]');
  });

  it('is nothing for the same template, and short for a long list', () => {
    expect(templateChanges(sent, structuredClone(sent))).toEqual([]);
    const labels = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`l${n}`, 'x']));
    const stored = { ...sent, metadata: { labels: { ...labels, app: 'web' } } };
    expect(templateChanges(sent, stored)).toHaveLength(9);
    expect(templateChanges(sent, stored).at(-1)).toBe('and 4 more');
  });
});
