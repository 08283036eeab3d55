import {
  type AskedRollback,
  type Cascade,
  cascadeOf,
  type DeploymentStore,
  type Neighbour,
} from '@lastgood/domain';

/** Who goes back with a rollback: nobody, or whoever depends on it and would not work with what it returns to. */
export const groupChoices = ['alone', 'with-dependents'] as const;

export type GroupChoice = (typeof groupChoices)[number];

/** Fetch and judge in turns: the neighbours of whoever is known to go back, until they draw in nobody new. */
export async function findGroup(
  deployments: Pick<DeploymentStore, 'neighbours'>,
  asked: AskedRollback,
): Promise<Cascade> {
  const known = new Map<string, Neighbour>();
  const looked = new Set<string>();
  for (let next = [asked.service.key]; ; ) {
    for (const one of await deployments.neighbours(next)) known.set(one.service.key, one);
    for (const key of next) looked.add(key);
    const cascade = cascadeOf(asked, [...known.values()]);
    if (cascade.kind === 'refused') return cascade;
    next = cascade.members.map(({ service }) => service.key).filter((key) => !looked.has(key));
    if (next.length === 0) return cascade;
  }
}
