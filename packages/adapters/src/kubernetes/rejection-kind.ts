/**
 * Whose fault a rejection is.
 * - `lost-fence`: a precondition of the write no longer holds; only reading again tells which.
 * - `missing-right`: the role lacks a right. `not-authenticated`: the token or certificate is not accepted.
 * - `policy`, `webhook`, `quota`, `pod-security`, `namespace-ending`: the rules of the cluster refuse, and would again.
 * - `webhook-fails`: a webhook that has to be asked did not answer. `busy`: too many requests. Both pass.
 * - `other`: what the code and the text say.
 */
export type RejectionKind =
  | 'lost-fence'
  | 'missing-right'
  | 'not-authenticated'
  | 'policy'
  | 'webhook'
  | 'quota'
  | 'pod-security'
  | 'namespace-ending'
  | 'webhook-fails'
  | 'busy'
  | 'other';

export interface RejectionFacts {
  code: number;
  /** The message of the Status, or the text of an answer that has none. */
  text: string;
  causes: readonly { reason?: string; field?: string; message?: string }[];
}

/**
 * Told by the text first: a webhook chooses its own code, 409 included, and a policy answers 422 as validation does. The texts
 * are those of Kubernetes 1.36.
 */
export function rejectionKind({ code, text, causes }: RejectionFacts): RejectionKind {
  if (code === 401) return 'not-authenticated';
  if (code === 429) return 'busy';
  if (text.includes('failed calling webhook "')) return 'webhook-fails';
  if (text.startsWith('admission webhook "')) return 'webhook';
  if (/ValidatingAdmissionPolicy '.*' denied request/.test(text)) return 'policy';
  if (code === 403) return kindOfForbidden(text, causes);
  if (code === 409 || (code === 422 && causes.length === 0)) return 'lost-fence';
  return 'other';
}

function kindOfForbidden(text: string, causes: RejectionFacts['causes']): RejectionKind {
  if (/ cannot \S+ resource "/.test(text)) return 'missing-right';
  if (causes.some(({ reason }) => reason === 'NamespaceTerminating')) return 'namespace-ending';
  if (text.includes('because it is being terminated')) return 'namespace-ending';
  if (text.includes('exceeded quota: ')) return 'quota';
  if (text.includes('violates PodSecurity ')) return 'pod-security';
  return 'other';
}
