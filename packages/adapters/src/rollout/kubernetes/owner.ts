import type { Owner } from '@lastgood/domain/workload/observation';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';
import { lastApplied } from './field-ownership.ts';

/**
 * Who else writes the template of this object, the most insistent first: a reconciler puts its own version back within
 * minutes, a manual apply only when somebody runs it again.
 */
export function ownerOf(meta: ServedMeta): Owner {
  return (
    controllerOwner(meta) ??
    argoCd(meta) ??
    flux(meta) ??
    helm(meta) ??
    kubectlApply(meta) ?? { kind: 'nobody' }
  );
}

function controllerOwner(meta: ServedMeta): Owner | null {
  for (const owner of meta.ownerReferences ?? []) {
    const evidence = `owned by ${owner.kind} ${owner.name} (${owner.apiVersion})`;
    if (owner.apiVersion.startsWith('flagger.app/'))
      return { kind: 'delivery-controller', name: 'Flagger', evidence };
    if (owner.apiVersion.startsWith('argoproj.io/') && owner.kind === 'Rollout')
      return { kind: 'delivery-controller', name: 'Argo Rollouts', evidence };
  }
  return null;
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
function argoCd(meta: ServedMeta): Owner | null {
  const owner = { kind: 'git-controller', name: 'Argo CD' } as const;
  const tracking = meta.annotations?.['argocd.argoproj.io/tracking-id'];
  if (tracking) return { ...owner, evidence: `annotation argocd.argoproj.io/tracking-id: ${tracking}` };
  const label = meta.labels?.['argocd.argoproj.io/instance'];
  if (label) return { ...owner, evidence: `label argocd.argoproj.io/instance: ${label}` };
  // Label tracking uses a label that charts set, too; only together with another trace of Argo CD is it proof.
  const instance = meta.labels?.['app.kubernetes.io/instance'];
  const trace = Object.keys(meta.annotations ?? {}).find((key) => key.startsWith('argocd.argoproj.io/'));
  if (instance && trace) {
    return { ...owner, evidence: `label app.kubernetes.io/instance: ${instance}, annotation ${trace}` };
  }
  return null;
}

/** https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources */
function flux(meta: ServedMeta): Owner | null {
  for (const prefix of ['kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io']) {
    const name = meta.labels?.[`${prefix}/name`];
    const namespace = meta.labels?.[`${prefix}/namespace`];
    if (!name) continue;
    const evidence = `label ${prefix}/name: ${namespace ? `${namespace}/` : ''}${name}`;
    return { kind: 'git-controller', name: 'Flux', evidence };
  }
  return null;
}

function helm(meta: ServedMeta): Owner | null {
  const owner = { kind: 'package-manager', name: 'Helm' } as const;
  const release = meta.annotations?.['meta.helm.sh/release-name'];
  if (release) return { ...owner, evidence: `annotation meta.helm.sh/release-name: ${release}` };
  if (meta.labels?.['app.kubernetes.io/managed-by'] === 'Helm') {
    return { ...owner, evidence: 'label app.kubernetes.io/managed-by: Helm' };
  }
  return null;
}

function kubectlApply(meta: ServedMeta): Owner | null {
  return meta.annotations?.[lastApplied] === undefined
    ? null
    : { kind: 'manual-apply', name: 'kubectl apply', evidence: `annotation ${lastApplied}` };
}
