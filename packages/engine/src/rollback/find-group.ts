import {
  type AskedRollback,
  type Cascade,
  cascadeOf,
  type DeploymentStore,
  drawnIn,
  type Following,
  type Neighbour,
} from '@lastgood/domain';

/** Who goes back with a rollback: nobody, or whoever depends on it and would not work with what it returns to. */
export const groupChoices = ['alone', 'with-dependents'] as const;

export type GroupChoice = (typeof groupChoices)[number];

type Neighbours = Pick<DeploymentStore, 'neighbours'>;

export async function findGroup(deployments: Neighbours, asked: AskedRollback): Promise<Cascade> {
  return cascadeOf(asked, await findNeighbours(deployments, asked, 'any-reason'));
}

/** Fetch and judge in turns: the neighbours of whoever is known to go back, until they draw in nobody new. */
export async function findNeighbours(
  deployments: Neighbours,
  asked: AskedRollback,
  following: Following,
): Promise<Neighbour[]> {
  const known = new Map<string, Neighbour>();
  const looked = new Set<string>();
  for (let next = [asked.service.key]; ; ) {
    for (const one of await deployments.neighbours(next)) known.set(one.service.key, one);
    for (const key of next) looked.add(key);
    const { members, isTooMany } = drawnIn(asked, [...known.values()], following);
    next = members.map(({ service }) => service.key).filter((key) => !looked.has(key));
    if (isTooMany || next.length === 0) return [...known.values()];
  }
}
