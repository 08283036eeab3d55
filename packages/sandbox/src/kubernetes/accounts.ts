/** What a request asks to do, as rules speak of it. A resource bears its subresource: `pods/eviction`. */
export interface Attributes {
  verb: string;
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

/** One rule of a Role or a ClusterRole. */
export interface PolicyRule {
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  verbs: string[];
}

/** An object of a manifest, as far as rights are read from it: roles, bindings, and whatever else stands beside them. */
export interface Manifest {
  kind: string;
  metadata: { name: string; namespace?: string };
  rules?: PolicyRule[];
  roleRef?: { kind: string; name: string };
  subjects?: { kind: string; name: string; namespace?: string }[];
}

/** A service account, known by its token, that may do what is bound to it and nothing else. */
export interface Account {
  /** `system:serviceaccount:NAMESPACE:NAME` */
  user: string;
  allows(asked: Attributes): boolean;
}

interface Grant {
  rules: PolicyRule[];
  /** Where it holds; undefined for the whole cluster. */
  namespace: string | undefined;
}

/**
 * The rights that manifests give to a service account. A RoleBinding gives those of a ClusterRole in its own namespace only.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/
 */
export function accountOf(namespace: string, name: string, manifests: readonly Manifest[]): Account {
  const grants = manifests
    .filter(({ kind, subjects }) => /^(Cluster)?RoleBinding$/.test(kind) && names(subjects, namespace, name))
    .map((binding) => grantOf(binding, manifests));
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    allows: (asked) =>
      grants.some(
        (grant) =>
          (grant.namespace === undefined || grant.namespace === asked.namespace) &&
          grant.rules.some((rule) => fits(rule, asked)),
      ),
  };
}

function names(subjects: Manifest['subjects'], namespace: string, name: string): boolean {
  return (subjects ?? []).some(
    (one) => one.kind === 'ServiceAccount' && one.name === name && one.namespace === namespace,
  );
}

/** A binding to a role that does not exist gives nothing. */
function grantOf({ kind, metadata, roleRef }: Manifest, manifests: readonly Manifest[]): Grant {
  const namespace = kind === 'RoleBinding' ? metadata.namespace : undefined;
  const role = manifests.find(
    (one) =>
      one.kind === roleRef?.kind &&
      one.metadata.name === roleRef.name &&
      (one.kind === 'ClusterRole' || one.metadata.namespace === namespace),
  );
  return { rules: role?.rules ?? [], namespace };
}

/** Rules that name objects do not fit what has no name in its path: lists, watches and creations. */
function fits(
  { apiGroups = [], resources = [], resourceNames = [], verbs }: PolicyRule,
  asked: Attributes,
): boolean {
  const [, subresource] = asked.resource.split('/');
  const has = (words: readonly string[], word: string) => words.includes('*') || words.includes(word);
  return (
    has(verbs, asked.verb) &&
    has(apiGroups, asked.group) &&
    (has(resources, asked.resource) ||
      (subresource !== undefined && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(asked.name))
  );
}
