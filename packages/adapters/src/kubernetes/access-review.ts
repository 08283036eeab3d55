import type { AccessRight } from './access-right.ts';
import type { ApiAnswer } from './api-answer.ts';
import type { ApiClient } from './api-client.ts';

/** Whether the API server grants a right; an answer that is none when it could not be asked. */
export type ReviewAnswer = { kind: 'granted' } | { kind: 'denied' } | Exclude<ApiAnswer, { kind: 'ok' }>;

/**
 * Asks for one right of our own; everybody may. https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
 */
export async function reviewAccess(
  api: ApiClient,
  { namespace, verb, group, resource, subresource, name }: AccessRight,
  signal: AbortSignal,
): Promise<ReviewAnswer> {
  const resourceAttributes = { namespace: namespace ?? '', verb, group, resource, subresource, name };
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const answer = await api({ method: 'POST', path, body }, signal);
  if (answer.kind !== 'ok') return answer;
  const { status } = answer.body as { status?: { allowed?: boolean } };
  return status?.allowed === true ? { kind: 'granted' } : { kind: 'denied' };
}
