import type { Owner } from '@lastgood/domain/workload/observation';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';
import { ownerOf } from '../owner.ts';

/**
 * Who writes a ConfigMap or a Secret: whoever writes a workload, and those that make configuration and do not say so by an owner
 * reference.
 */
export function configurationOwner(meta: ServedMeta): Owner {
  return certManager(meta) ?? externalSecrets(meta) ?? ownerOf(meta);
}

/** Without owner references by default: https://cert-manager.io/docs/usage/certificate/#cleaning-up-secrets-when-certificates-are-deleted */
function certManager({ annotations }: ServedMeta): Owner | null {
  const name = annotations?.['cert-manager.io/certificate-name'];
  if (!name) return null;
  const evidence = `annotation cert-manager.io/certificate-name: ${name}`;
  return { kind: 'unknown-controller', name: 'cert-manager', evidence };
}

/** With `creationPolicy: Merge` or `Orphan`: https://external-secrets.io/latest/guides/ownership-deletion-policy/ */
function externalSecrets({ labels }: ServedMeta): Owner | null {
  const label = 'reconcile.external-secrets.io/managed';
  if (labels?.[label] !== 'true') return null;
  return { kind: 'unknown-controller', name: 'External Secrets', evidence: `label ${label}: true` };
}
