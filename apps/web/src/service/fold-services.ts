import type { ServiceSummary } from '@lastgood/api-client';
import { releaseName } from '../run/release-names.ts';
import { worstFirst } from './matching-services.ts';

/** What is drawn as one box. */
export interface GraphNode extends Pick<ServiceSummary, 'key' | 'name' | 'dependencies'> {
  standing: Pick<ServiceSummary['standing'], 'state' | 'meaning' | 'word' | 'lead'>;
  /** What stands at its right edge: a release, or how many services are in it. */
  note: string;
  /** Where it leads. */
  to: string;
}

type Foldable = Pick<
  ServiceSummary,
  | 'key'
  | 'name'
  | 'cluster'
  | 'namespace'
  | 'team'
  | 'standing'
  | 'dependencies'
  | 'dependentCount'
  | 'current'
>;

const nothingKnown = { state: 'unseen', meaning: 'unknown', word: 'Cannot be seen', lead: '' } as const;

/** A drawing of more boxes than this is a tangle. */
export const drawable = 80;

export type Drawing =
  | { kind: 'services'; nodes: GraphNode[] }
  | { kind: 'folded'; by: 'namespace' | 'team'; nodes: GraphNode[]; services: number }
  | { kind: 'too-many'; services: number }
  | { kind: 'nothing' };

/**
 * Services that need each other, as boxes: each its own while they are few; else a box for each namespace, or for each team, that
 * stands for all in it and is as its worst.
 */
export function drawingOf(services: readonly Foldable[]): Drawing {
  const linked = services.filter(
    ({ dependencies, dependentCount }) => dependencies.length + dependentCount > 0,
  );
  if (linked.length === 0) return { kind: 'nothing' };
  if (linked.length <= drawable) return { kind: 'services', nodes: linked.map(toNode) };
  for (const by of ['namespace', 'team'] as const) {
    const nodes = fold(linked, by);
    if (nodes.length > 1 && nodes.length <= drawable)
      return { kind: 'folded', by, nodes, services: linked.length };
  }
  return { kind: 'too-many', services: linked.length };
}

/** A service as a box of its own. */
export function toNode(
  service: Pick<Foldable, 'key' | 'name' | 'standing' | 'dependencies' | 'current'>,
): GraphNode {
  const { key, name, standing, dependencies, current } = service;
  return {
    key,
    name,
    standing,
    dependencies,
    note: current ? releaseName(current) : '',
    to: `/services/${key}`,
  };
}

function fold(services: readonly Foldable[], by: 'namespace' | 'team'): GraphNode[] {
  const groupOf = (one: Foldable): string =>
    by === 'namespace' ? `${one.cluster}/${one.namespace}` : (one.team ?? 'no team');
  const groups = new Map(services.map((one) => [one.key, groupOf(one)]));
  return [...Map.groupBy(services, groupOf)].map(([key, members]) => {
    const needed = members.flatMap(({ dependencies }) => dependencies.map((one) => groups.get(one)));
    const others = needed.filter((one) => one !== undefined).filter((one) => one !== key);
    const [worst] = members.map(({ standing }) => standing).toSorted(worstFirst);
    const narrowed =
      by === 'namespace' ? `q=${encodeURIComponent(`${key}/`)}` : `team=${encodeURIComponent(key)}`;
    return {
      key,
      name: by === 'namespace' ? (key.split('/').at(-1) ?? key) : key,
      standing: worst ?? nothingKnown,
      dependencies: [...new Set(others)],
      note: `${members.length}`,
      to: `/services?view=graph&${narrowed}`,
    };
  });
}
