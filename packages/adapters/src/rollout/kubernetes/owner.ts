import type { Owner } from '@lastgood/domain/workload/observation';
import type { WorkloadKind } from '@lastgood/domain/workload/workload';
import type { ServedMeta } from '../../kubernetes/served-meta.ts';
import { lastApplied } from './field-ownership.ts';
import { possibleController } from './possible-controller.ts';

/**
 * Who else writes the template of this object, the most insistent first: a controller puts its own version back within
 * minutes, a manual apply only when somebody runs it again.
 *
 * A rollback is refused on evidence that only a controller leaves on what it keeps in its state: an owner reference with
 * `controller: true` of whatever kind, since whoever wrote the template is behind it, or a mark that only one tool
 * sets and that corrects every change by default. It is warned of where the mark has other uses, or where the tool corrects
 * changes only if it is told to: refusing then would forbid rollbacks that stick. An owner reference without
 * `controller` only says what is deleted together.
 */
export function ownerOf(meta: ServedMeta): Owner {
  return (
    controllerOwner(meta) ??
    argoCd(meta) ??
    flux(meta) ??
    configSync(meta) ??
    lifecycleManager(meta) ??
    addonManager(meta) ??
    possibleController(meta) ??
    helm(meta) ??
    kubectlApply(meta) ?? { kind: 'nobody' }
  );
}

/** A Rollout is in the hands of its controller, unless somebody more insistent writes its template. */
export function ownerOfKind(kind: WorkloadKind, meta: ServedMeta): Owner {
  const owner = ownerOf(meta);
  const isInsistent = ['git-controller', 'delivery-controller', 'unknown-controller'].includes(owner.kind);
  if (kind !== 'Rollout' || isInsistent) return owner;
  return { kind: 'delivery-controller', name: 'Argo Rollouts', evidence: 'it is a Rollout' };
}

/** Flagger and Argo Rollouts are known by name, also where their reference does not say that they control it. */
function controllerOwner(meta: ServedMeta): Owner | null {
  for (const { kind, name, apiVersion, controller } of meta.ownerReferences ?? []) {
    const evidence = `owned by ${kind} ${name} (${apiVersion})`;
    if (apiVersion.startsWith('flagger.app/'))
      return { kind: 'delivery-controller', name: 'Flagger', evidence };
    if (apiVersion.startsWith('argoproj.io/') && kind === 'Rollout')
      return { kind: 'delivery-controller', name: 'Argo Rollouts', evidence };
    if (controller === true) return { kind: 'unknown-controller', name: `${kind} ${name}`, evidence };
  }
  return null;
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/resource_tracking/ */
function argoCd(meta: ServedMeta): Owner | null {
  const owner = { kind: 'git-controller', name: 'Argo CD' } as const;
  const tracking = meta.annotations?.['argocd.argoproj.io/tracking-id'];
  if (tracking)
    return {
      ...{ ...owner, subject: applicationIn(tracking.split(':')[0] ?? '') },
      evidence: `annotation argocd.argoproj.io/tracking-id: ${tracking}`,
    };
  const label = meta.labels?.['argocd.argoproj.io/instance'];
  if (label)
    return {
      ...{ ...owner, subject: applicationIn(label) },
      evidence: `label argocd.argoproj.io/instance: ${label}`,
    };
  // Label tracking uses a label that charts set, too; only together with another trace of Argo CD is it proof.
  const instance = meta.labels?.['app.kubernetes.io/instance'];
  const trace = traceOfArgoCd(meta);
  return instance && trace
    ? {
        ...{ ...owner, subject: applicationIn(instance) },
        evidence: `label app.kubernetes.io/instance: ${instance}, ${trace}`,
      }
    : null;
}

/** One outside of Argo CD's own namespace is `NAMESPACE_NAME`; no name has an underscore. */
function applicationIn(instance: string): string {
  return `application ${instance.replace('_', '/')}`;
}

function traceOfArgoCd({ annotations, managedFields }: ServedMeta): string | null {
  const annotation = Object.keys(annotations ?? {}).find((key) => key.startsWith('argocd.argoproj.io/'));
  if (annotation) return `annotation ${annotation}`;
  const manager = (managedFields ?? []).find((entry) => entry.manager === 'argocd-controller')?.manager;
  return manager ? `fields written by ${manager}` : null;
}

/** https://fluxcd.io/flux/components/kustomize/kustomizations/#controlling-the-apply-behavior-of-resources */
function flux(meta: ServedMeta): Owner | null {
  for (const prefix of ['kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io']) {
    const name = meta.labels?.[`${prefix}/name`];
    const namespace = meta.labels?.[`${prefix}/namespace`];
    if (!name) continue;
    const called = `${namespace ? `${namespace}/` : ''}${name}`;
    const subject = `${prefix.startsWith('helm') ? 'HelmRelease' : 'Kustomization'} ${called}`;
    return { kind: 'git-controller', name: 'Flux', subject, evidence: `label ${prefix}/name: ${called}` };
  }
  return null;
}

/** Corrects every change, always. https://cloud.google.com/kubernetes-engine/enterprise/config-sync/docs/how-to/managing-objects */
function configSync(meta: ServedMeta): Owner | null {
  const annotation = 'configmanagement.gke.io/managed';
  if (meta.annotations?.[annotation] !== 'enabled') return null;
  return { kind: 'git-controller', name: 'Config Sync', evidence: `annotation ${annotation}: enabled` };
}

/** Its owner references do not say that they control. https://olm.operatorframework.io/docs/ */
function lifecycleManager(meta: ServedMeta): Owner | null {
  for (const [kindLabel, nameLabel] of [
    ['olm.owner.kind', 'olm.owner'],
    ['olm.operatorframework.io/owner-kind', 'olm.operatorframework.io/owner-name'],
  ] as const) {
    const [kind, name] = [meta.labels?.[kindLabel], meta.labels?.[nameLabel]];
    if (!kind || !name) continue;
    const evidence = `label ${nameLabel}: ${name}`;
    return { kind: 'unknown-controller', name: `${kind} ${name}`, evidence };
  }
  return null;
}

/** https://github.com/kubernetes/kubernetes/blob/master/cluster/addons/addon-manager/README.md */
function addonManager(meta: ServedMeta): Owner | null {
  const label = 'addonmanager.kubernetes.io/mode';
  if (meta.labels?.[label] !== 'Reconcile') return null;
  return { kind: 'delivery-controller', name: 'the addon manager', evidence: `label ${label}: Reconcile` };
}

function helm(meta: ServedMeta): Owner | null {
  const owner = { kind: 'package-manager', name: 'Helm' } as const;
  const release = meta.annotations?.['meta.helm.sh/release-name'];
  if (release)
    return {
      ...{ ...owner, subject: `release ${release}` },
      evidence: `annotation meta.helm.sh/release-name: ${release}`,
    };
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
