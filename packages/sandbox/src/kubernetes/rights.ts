import { apiError } from './api-error.ts';
import type { ApiAnswer, ApiRequest } from './routes/request.ts';

/** A right that is withheld. What is left out fits everything. */
export interface Denial {
  verb?: string;
  /** With its subresource: `deployments/scale`. */
  resource?: string;
  namespace?: string;
  name?: string;
  /** Whom it is withheld from: a part of what they call themselves. */
  userAgent?: string;
}

/** Who may do what: everybody everything, but what is withheld. */
export interface Rights {
  deny(denial: Denial): () => void;
  /** Throws what an API server answers who lacks the right; rights come before everything but the token. */
  check(request: ApiRequest): void;
  /** The answer to a SelfSubjectAccessReview; undefined for any other request. */
  review(request: ApiRequest): ApiAnswer | undefined;
}

interface Attributes {
  verb: string;
  group: string;
  resource: string;
  namespace: string;
  name: string;
}

const reviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Nobody is told apart by a token here, so a denial names its user agent. Texts as recorded from Kubernetes 1.36. */
export function createRights(): Rights {
  const denials = new Set<Denial>();
  const isDenied = (attributes: Attributes, userAgent: string) =>
    [...denials].some((denial) => fits(denial, attributes, userAgent));
  return {
    deny(denial) {
      denials.add(denial);
      return () => denials.delete(denial);
    },
    check(request) {
      const attributes = attributesOf(request);
      if (attributes && isDenied(attributes, request.userAgent)) throw missingRight(attributes);
    },
    review({ path, method, body, userAgent }) {
      if (path !== reviewPath || method !== 'POST') return undefined;
      const review = JSON.parse(body) as { spec?: { resourceAttributes?: Record<string, string> } };
      const asked = review.spec?.resourceAttributes ?? {};
      const { verb = '', group = '', resource = '', subresource, namespace = '', name = '' } = asked;
      const attributes = {
        ...{ verb, group, namespace, name },
        resource: subresource ? `${resource}/${subresource}` : resource,
      };
      return {
        status: 201,
        body: { ...review, metadata: {}, status: { allowed: !isDenied(attributes, userAgent) } },
      };
    },
  };
}

function fits(denial: Denial, attributes: Attributes, userAgent: string): boolean {
  const { userAgent: whom, ...wanted } = denial;
  if (whom !== undefined && !userAgent.includes(whom)) return false;
  return Object.entries(wanted).every(([key, value]) => attributes[key as keyof Attributes] === value);
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authorization/#request-verb-resource */
function attributesOf({ method, path, query }: ApiRequest): Attributes | undefined {
  const [, root, ...rest] = path.split('/').map(decodeURIComponent);
  if (root !== 'api' && root !== 'apis') return undefined;
  const group = root === 'api' ? '' : (rest.shift() ?? '');
  rest.shift();
  const isNamespaced = rest[0] === 'namespaces' && rest.length > 2;
  const namespace = isNamespaced ? (rest[1] ?? '') : '';
  const [resource, name = '', subresource] = isNamespaced ? rest.slice(2) : rest;
  if (!resource) return undefined;
  const isWatch = /^(true|1)$/.test(query.get('watch') ?? '');
  const reading = name ? 'get' : isWatch ? 'watch' : 'list';
  const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
  return {
    ...{ group, namespace, name },
    verb: verbs[method] ?? reading,
    resource: subresource ? `${resource}/${subresource}` : resource,
  };
}

function missingRight({ verb, group, resource, namespace, name }: Attributes) {
  const plural = resource.split('/')[0] ?? resource;
  const what = `${group ? `${plural}.${group}` : plural}${name ? ` "${name}"` : ''}`;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const message = `${what} is forbidden: User "system:serviceaccount:lastgood:lastgood" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  const details = { name: name || undefined, group: group || undefined, kind: plural };
  return apiError(403, 'Forbidden', message, details);
}
