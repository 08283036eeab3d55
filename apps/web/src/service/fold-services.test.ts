import type { ServiceSummary } from '@lastgood/api-client';
import { describe, expect, test } from 'vitest';
import { standingIn } from '../standing/standing-harness.ts';
import { drawable, drawingOf } from './fold-services.ts';
import { layeredGraph } from './layered-graph.ts';

type Given = Partial<ServiceSummary> & { name: string };

const service = ({ name, namespace = 'shop', ...over }: Given): ServiceSummary =>
  ({
    ...{
      key: `prod/${namespace}/${name}`,
      name,
      cluster: 'prod',
      namespace,
      team: null,
      standing: standingIn('quiet'),
    },
    ...{ dependencies: [], dependentCount: 1, current: null, ...over },
  }) as unknown as ServiceSummary;

const chain = (count: number, of: (n: number) => Partial<ServiceSummary>): ServiceSummary[] =>
  Array.from({ length: count }, (_, n) => service({ name: `s${n}`, ...of(n) }));

describe('a drawing', () => {
  test('of a few shows each, and leaves out those that need nobody', () => {
    const alone = service({ name: 'alone', dependentCount: 0 });
    const drawing = drawingOf([service({ name: 'web', dependencies: ['prod/shop/db'] }), alone]);
    expect(drawing).toMatchObject({
      kind: 'services',
      nodes: [{ name: 'web', to: '/services/prod/shop/web' }],
    });
    expect(drawingOf([alone])).toEqual({ kind: 'nothing' });
  });

  test('of two thousand folds them by namespace, each as its worst, with the lines between', () => {
    const services = chain(2_000, (n) => ({
      namespace: `ns${n % 40}`,
      dependencies: n === 0 ? [] : [`prod/ns${(n - 1) % 40}/s${n - 1}`],
      standing: standingIn(n === 41 ? 'firing' : 'quiet'),
    }));
    const drawing = drawingOf(services);
    if (drawing.kind !== 'folded') throw new Error(drawing.kind);
    expect(drawing).toMatchObject({ by: 'namespace', services: 2_000 });
    expect(drawing.nodes).toHaveLength(40);
    expect(drawing.nodes[1]).toMatchObject({
      ...{ name: 'ns1', standing: { state: 'firing' }, note: '50', dependencies: ['prod/ns0'] },
      to: '/services?view=graph&q=prod%2Fns1%2F',
    });
    expect(layeredGraph(drawing.nodes).nodes).toHaveLength(40);
  });

  test('of one namespace folds by team, and without teams says what to do', () => {
    const teamed = chain(drawable + 1, (n) => ({ team: n % 2 ? 'a' : 'b' }));
    expect(drawingOf(teamed)).toMatchObject({ kind: 'folded', by: 'team' });
    expect(drawingOf(chain(drawable + 1, () => ({})))).toEqual({ kind: 'too-many', services: drawable + 1 });
  });
});
