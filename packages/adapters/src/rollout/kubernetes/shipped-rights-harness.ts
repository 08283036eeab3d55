import { readFileSync } from 'node:fs';
import type { Manifest } from '@lastgood/sandbox/kubernetes/index';
import { parseAllDocuments } from 'yaml';

const folder = new URL('../../../../../deploy/kubernetes/', import.meta.url);

/** What `deploy/kubernetes/rbac.yaml` gives to Lastgood's service account: in the namespace `shop`. */
export function shippedManifests(): Manifest[] {
  return manifestsIn('rbac.yaml');
}

/** The same with what `deploy/kubernetes/rbac-traffic.yaml` gives where traffic is led. */
export function shippedTraffic(): Manifest[] {
  return [...manifestsIn('rbac.yaml'), ...manifestsIn('rbac-traffic.yaml')];
}

/** The same with what `deploy/kubernetes/rbac-owners.yaml` gives where autoscalers are to be told. */
export function shippedOwners(): Manifest[] {
  return [...manifestsIn('rbac.yaml'), ...manifestsIn('rbac-owners.yaml')];
}

/** What is given besides where a delivery controller is installed. */
export function deliveryManifests(): Manifest[] {
  return manifestsIn('rbac-delivery.yaml');
}

/** What is given besides so that ConfigMaps, or Secrets, too, can go back. */
export function configurationManifests({ secrets }: { secrets: boolean }): Manifest[] {
  const files = ['rbac.yaml', 'rbac-configuration.yaml', ...(secrets ? ['rbac-secrets.yaml'] : [])];
  return files.flatMap(manifestsIn);
}

/** The same with what is given so that what only a release created is told and can be removed. */
export function createdObjectManifests(): Manifest[] {
  return [...manifestsIn('rbac.yaml'), ...manifestsIn('rbac-created-objects.yaml')];
}

function manifestsIn(file: string): Manifest[] {
  const text = readFileSync(new URL(file, folder), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** The same rights, in all namespaces. */
export function clusterWide(manifests: readonly Manifest[]): Manifest[] {
  return manifests.map((one) =>
    one.kind === 'RoleBinding'
      ? { ...one, kind: 'ClusterRoleBinding', metadata: { name: one.metadata.name } }
      : one,
  );
}

/** One right each: `patch apps/deployments`. */
export function grantedIn(manifests: readonly Manifest[]): string[] {
  return manifests
    .flatMap(({ rules = [] }) => rules)
    .flatMap(({ apiGroups = [], resources = [], verbs }) =>
      apiGroups.flatMap((group) =>
        resources.flatMap((resource) => verbs.map((verb) => `${verb} ${group}/${resource}`)),
      ),
    );
}

/** The manifests with one rule for each right but this one. */
export function without(right: string, manifests: readonly Manifest[]): Manifest[] {
  const kept = grantedIn(manifests).filter((one) => one !== right);
  const rules = kept.map((one) => {
    const [, verb = '', group = '', resource = ''] = /^(\S+) ([^/]*)\/(.+)$/.exec(one) ?? [];
    return { apiGroups: [group], resources: [resource], verbs: [verb] };
  });
  return manifests.map((one) => (one.rules ? { ...one, rules } : one));
}
