import type { Refusal } from '../../refusal.ts';
import type { OwnedWorkload } from '../way.ts';
import { controllers } from './needs.ts';
import type { Declared } from './undone-changes.ts';

/** Why an owned workload is not the declared application's; null when it is, or nothing tells which one's it is. */
export function otherOwner({ by, refusal }: OwnedWorkload, { application }: Declared): Refusal | null {
  const declared = `${application.kind} ${application.namespace}/${application.name}`;
  const advice = `Revert the commit in Git by hand, or declare the application that ${by.name} takes it from (rollback.gitops of the service).`;
  if (by.name !== controllers[application.kind])
    return { ...refusal, reason: `${refusal.reason} The service declares ${declared}.`, advice };
  const owners = applicationsIn(by.evidence);
  if (owners.length === 0 || owners.some((owner) => isOwner(owner, application))) return null;
  return {
    ...refusal,
    reason: `${refusal.reason} It is not ${declared}, which the service declares.`,
    advice,
  };
}

interface NamedOwner {
  namespace: string | null;
  name: string;
}

function isOwner(owner: NamedOwner, { namespace, name }: Declared['application']): boolean {
  return owner.name === name && (owner.namespace === null || owner.namespace === namespace);
}

/**
 * What the evidence names. Argo CD's tracking id is `APP:GROUP/KIND:NAMESPACE/NAME`, with `NAMESPACE_APP` for one outside of
 * its own namespace; Flux labels with name and namespace.
 * https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/
 * https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
function applicationsIn(evidence: string): NamedOwner[] {
  const tracked = /argocd\.argoproj\.io\/tracking-id: ([^:\s]+):/.exec(evidence)?.[1];
  const instance = /\/instance: ([^\s,]+)/.exec(evidence)?.[1];
  const argo = tracked ?? instance;
  if (argo) {
    const [namespace, name] = argo.split('_');
    return name ? [{ namespace: namespace ?? null, name }] : [{ namespace: null, name: argo }];
  }
  const flux = /kustomize\.toolkit\.fluxcd\.io\/name: (?:([^/\s]+)\/)?(\S+)/.exec(evidence);
  if (flux?.[2]) return [{ namespace: flux[1] ?? null, name: flux[2] }];
  // A HelmRelease is no Kustomization, and its release is rolled back by its own values.
  return evidence.includes('helm.toolkit.fluxcd.io') ? [{ namespace: null, name: '' }] : [];
}
