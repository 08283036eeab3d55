/**
 * What happens to a resource. `replace` destroys it and creates another one in its place, in whichever order.
 */
export const infrastructureActions = ['destroy', 'replace', 'update', 'create'] as const;
export type InfrastructureAction = (typeof infrastructureActions)[number];

/** A property of a resource that an apply changes; null on a side where there is nothing, or nothing that may be told. */
export interface ChangedProperty {
  name: string;
  before: string | null;
  after: string | null;
  /** Its values may be secret, or are known only once it is applied: that they differ is told. */
  hidden: boolean;
}

/** One line of the table of changes that an apply would make. */
export interface InfrastructureChange {
  /** As the tool names the resource: `module.shop.aws_sqs_queue.retries`. */
  address: string;
  /** As its provider names the kind: `aws_sqs_queue`. */
  type: string;
  action: InfrastructureAction;
  /** The resource keeps data that nothing brings back once it is destroyed: a database, a bucket, a volume. */
  keepsData: boolean;
  /** What changes of it, some of the properties; absent where the tool was not asked. */
  properties?: ChangedProperty[];
}

/** Whether what was there is gone afterwards, whatever it kept. */
export function mayLose(action: InfrastructureAction): boolean {
  return action === 'destroy' || action === 'replace';
}

/** Whether rows in it may be gone afterwards: a shorter retention loses some of what keeps data, too. */
export function mayLoseRows({ action, keepsData }: InfrastructureChange): boolean {
  return mayLose(action) || (keepsData && action === 'update');
}

/** Changes that destroy what keeps data. */
export function losesData({ action, keepsData }: InfrastructureChange): boolean {
  return keepsData && mayLose(action);
}

/** What may be left of a change after an apply that ended half way. */
const leftOf: Record<InfrastructureAction, readonly InfrastructureAction[]> = {
  create: ['create'],
  update: ['update'],
  destroy: ['destroy'],
  // Destroyed already, it is only to be created; created already, only what was there before is to be destroyed.
  replace: ['replace', 'create', 'destroy'],
};

/** Those that are no part of what was shown: nobody has agreed to them. */
export function notShown(
  changes: readonly InfrastructureChange[],
  shown: readonly InfrastructureChange[],
): InfrastructureChange[] {
  const shownOf = Map.groupBy(shown, ({ address }) => address);
  return changes.filter(
    ({ address, action }) => !shownOf.get(address)?.some((one) => leftOf[one.action].includes(action)),
  );
}

const verbs: Record<InfrastructureAction, string> = {
  destroy: 'destroys',
  replace: 'replaces',
  update: 'updates',
  create: 'creates',
};

/** How many resources are named of each action before the rest is only counted. */
const named = 10;

/** "destroys aws_a.x, replaces aws_b.y and aws_b.z": what cannot be undone first. */
export function changesInWords(changes: readonly InfrastructureChange[]): string {
  if (changes.length === 0) return 'changes nothing';
  return infrastructureActions
    .flatMap((action) => {
      const all = changes.filter((change) => change.action === action).map(({ address }) => address);
      return all.length === 0 ? [] : [`${verbs[action]} ${listed(all)}`];
    })
    .join('; ');
}

function listed(addresses: readonly string[]): string {
  const more = addresses.length - named;
  const shown = addresses.slice(0, named).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** "1 to destroy, 2 to update" */
export function changesCounted(changes: readonly InfrastructureChange[]): string {
  const counted = infrastructureActions.flatMap((action) => {
    const { length } = changes.filter((change) => change.action === action);
    return length === 0 ? [] : [`${length} to ${action}`];
  });
  return counted.length === 0 ? 'nothing to change' : counted.join(', ');
}
