import type { LiveChanged } from '@lastgood/api-client';

/** Beginnings of the query keys a change makes stale. A key begins with its operation's name. */
function staleKeys(change: Pick<LiveChanged, 'resource' | 'id'>): (readonly string[])[] {
  switch (change.resource) {
    case 'deployment':
      return [
        ['nowView'],
        ['deploymentView', change.id],
        ['planPreview', change.id],
        ['listServices'],
        ['serviceView'],
        ['listDeployments'],
      ];
    case 'run':
      return [
        ['nowView'],
        ['runView', change.id],
        ['listRuns'],
        ['deploymentView'],
        ['planPreview'],
        ['listServices'],
        ['serviceView'],
      ];
    case 'service':
      return [['nowView'], ['listServices'], ['serviceView']];
    case 'status':
      return [['systemStatus'], ['nowView'], ['deploymentView']];
    case 'hold':
      return [['serviceView'], ['deploymentView'], ['planPreview']];
    case 'trigger-set':
      return [['serviceView'], ['deploymentView'], ['listTriggerSets']];
  }
}

/** Unites what several changes make stale, each key once. */
export function uniteKeys(changes: readonly LiveChanged[]): (readonly string[])[] {
  const seen = new Map<string, readonly string[]>();
  for (const change of changes) for (const key of staleKeys(change)) seen.set(key.join('\n'), key);
  return [...seen.values()];
}
