import { templateDifferences } from '@lastgood/domain/workload/difference/template-differences';
import { describe, expect, it } from 'vitest';
import { readTrace } from './recorded-trace.ts';

/** In what each template that a real API server served differs from the one before it. */
function changesIn(name: string, watch: string): string[] {
  let before: Record<string, unknown> | null = null;
  return readTrace(name)
    .events(watch)
    .flatMap(({ object }) => {
      const template = object.spec.template as unknown as Record<string, unknown>;
      const found = before ? templateDifferences(before, template) : [];
      before = template;
      return found.map(({ kind, path, before: old, after }) => `${kind} ${path}: ${old} → ${after}`);
    });
}

describe('what a person reads of templates with all defaults of an API server', () => {
  it('is what was changed, and nothing else', () => {
    const image = (from: string, to: string) =>
      `changed container app: registry.example/web:${from} → registry.example/web:${to}`;
    expect(changesIn('20a-serving-replica-set', 'w-deployments')).toEqual([
      ...[image('v1', 'bad'), image('bad', 'v3'), image('v3', 'v4')],
    ]);
    expect(changesIn('20b-zero-and-recreated', 'w-deployments')).toEqual([
      ...[image('v1', 'v5'), image('v5', 'v1')],
    ]);
  });
});
