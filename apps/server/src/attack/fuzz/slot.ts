/** A place in an address, and what of the fleet fits there. */
export interface Slot {
  name: string;
  holds: Known;
}

/** Kinds of names that the fleet really has. */
export type Known =
  | 'deployment'
  | 'run'
  | 'hold'
  | 'cluster'
  | 'namespace'
  | 'service'
  | 'trigger-set'
  | 'service-key'
  | 'cursor';

const byList: Record<string, Known> = {
  deployments: 'deployment',
  runs: 'run',
  holds: 'hold',
  'trigger-sets': 'trigger-set',
};

export function operationSlots(path: string): Slot[] {
  const list = path.split('/')[3] ?? '';
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    holds: byList[list] ?? (name === 'cluster' || name === 'namespace' ? name : 'service'),
  }));
}

/** What of the fleet a query parameter or a member of a body would name; null for what names nothing of it. */
export function knownOf(name: string): Known | null {
  switch (name) {
    case 'cursor':
    case 'run':
      return name;
    case 'service':
    case 'dependencies':
      return 'service-key';
    case 'deployment':
    case 'target':
      return 'deployment';
    case 'triggerSets':
      return 'trigger-set';
    default:
      return null;
  }
}
