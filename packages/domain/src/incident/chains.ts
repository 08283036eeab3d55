import type { IncidentDeployment } from './incident.ts';

/** A deployment with the rollbacks that took it back, and those that took these back: one story, oldest first. */
export type Chain = readonly [IncidentDeployment, ...IncidentDeployment[]];

/** The deployment that a chain of rollbacks began with. What it points at may be unknown. */
export function rootOf(
  deployment: IncidentDeployment,
  byId: ReadonlyMap<string, IncidentDeployment>,
): IncidentDeployment {
  const seen = new Set([deployment.id]);
  let root = deployment;
  while (root.origin === 'rollback' && root.previousDeploymentId !== null) {
    const before = byId.get(root.previousDeploymentId);
    if (!before || seen.has(before.id)) break;
    seen.add(before.id);
    root = before;
  }
  return root;
}

/** By the id of the deployment each began with. Every deployment is in exactly one. */
export function chainsOf(deployments: readonly IncidentDeployment[]): Map<string, Chain> {
  const byId = new Map(deployments.map((one) => [one.id, one]));
  const chains = new Map<string, [IncidentDeployment, ...IncidentDeployment[]]>();
  for (const one of [...deployments].sort((a, b) => a.release - b.release)) {
    const root = rootOf(one, byId).id;
    const chain = chains.get(root);
    if (chain) chain.push(one);
    else chains.set(root, [one]);
  }
  return chains;
}
