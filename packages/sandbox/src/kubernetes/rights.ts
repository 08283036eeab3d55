import { type Account, type Attributes, accountOf, type Manifest } from './accounts.ts';
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

/** A service account of the cluster, with the token it shows. */
export interface AccountSpec {
  token: string;
  namespace: string;
  name: string;
  /** Roles and bindings; what else stands among them gives no rights. */
  manifests: readonly Manifest[];
}

/** Who may do what: an account what its manifests give, everybody else everything; less what is withheld. */
export interface Rights {
  deny(denial: Denial): () => void;
  /** From now on requests with this token may do what the manifests give, and nothing else. */
  bind(account: AccountSpec): void;
  /** Whether a token is that of an account. */
  knows(token: string): boolean;
  /** Throws what an API server answers who lacks the right; rights come before everything but the token. */
  check(request: ApiRequest): void;
  /** The answer to a SelfSubjectAccessReview; undefined for any other request. */
  review(request: ApiRequest): ApiAnswer | undefined;
}

const reviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** Whoever shows no token of an account is told apart by the user agent. Texts as recorded from Kubernetes 1.36. */
export function createRights(): Rights {
  const denials = new Set<Denial>();
  const accounts = new Map<string, Account>();
  const isDenied = (attributes: Attributes, { userAgent, token }: ApiRequest) =>
    accounts.get(token)?.allows(attributes) === false ||
    [...denials].some((denial) => fits(denial, attributes, userAgent));
  return {
    bind: ({ token, namespace, name, manifests }) =>
      void accounts.set(token, accountOf(namespace, name, manifests)),
    knows: (token) => accounts.has(token),
    deny(denial) {
      denials.add(denial);
      return () => denials.delete(denial);
    },
    check(request) {
      const attributes = attributesOf(request);
      if (!attributes || !isDenied(attributes, request)) return;
      throw missingRight(attributes, accounts.get(request.token)?.user);
    },
    review(request) {
      const { path, method, body } = request;
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
        body: { ...review, metadata: {}, status: { allowed: !isDenied(attributes, request) } },
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
export function attributesOf({
  method,
  path,
  query,
}: Pick<ApiRequest, 'method' | 'path' | 'query'>): Attributes | undefined {
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
  const removing = name ? 'delete' : 'deletecollection';
  const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: removing };
  return {
    ...{ group, namespace, name },
    verb: verbs[method] ?? reading,
    resource: subresource ? `${resource}/${subresource}` : resource,
  };
}

function missingRight(
  { verb, group, resource, namespace, name }: Attributes,
  user = 'system:serviceaccount:lastgood:lastgood',
) {
  const plural = resource.split('/')[0] ?? resource;
  const what = `${group ? `${plural}.${group}` : plural}${name ? ` "${name}"` : ''}`;
  const where = namespace ? `in the namespace "${namespace}"` : 'at the cluster scope';
  const message = `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  const details = { name: name || undefined, group: group || undefined, kind: plural };
  return apiError(403, 'Forbidden', message, details);
}
