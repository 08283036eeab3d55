/** A right on a resource, as roles grant it and as SelfSubjectAccessReview asks for it. */
export interface AccessRight {
  verb: string;
  /** Empty for the core group. */
  group: string;
  /** In the plural: `deployments`. */
  resource: string;
  /** `scale`, `eviction`. */
  subresource?: string | undefined;
  /** Null: in the whole cluster. */
  namespace: string | null;
  /** Of one object. Without, a rule that names objects answers no. */
  name?: string | undefined;
}

/** The right that a message of the API server says is missing; null for any other message. */
export function rightIn(text: string, name?: string): AccessRight | null {
  const found =
    / cannot (\S+) resource "([^"/]+)(?:\/([^"]+))?" in API group "([^"]*)" (?:in the namespace "([^"]*)"|at the cluster scope)/.exec(
      text,
    );
  if (!found) return null;
  const [, verb = '', resource = '', subresource, group = '', namespace = null] = found;
  return { verb, group, resource, subresource, namespace, name: name || undefined };
}

/** "patch deployments in namespace shop" */
export function rightInWords(right: AccessRight): string {
  const where = right.namespace === null ? 'in the whole cluster' : `in namespace ${right.namespace}`;
  return `${right.verb} ${resourceOf(right)} ${where}`;
}

/** What a Role must say, on one line of YAML. */
export function ruleOf(right: AccessRight): string {
  return `{ apiGroups: ["${right.group}"], resources: ["${resourceOf(right)}"], verbs: ["${right.verb}"] }`;
}

function resourceOf({ resource, subresource }: AccessRight): string {
  return subresource ? `${resource}/${subresource}` : resource;
}
