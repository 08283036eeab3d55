import type { Delivery } from '@lastgood/domain/notification/delivery';
import { explainFailure } from '../http/explain-failure.ts';
import { isUntrustedCertificate } from '../http/untrusted-certificate.ts';

/**
 * What a receiver answers within its time, or why it is not known whether it has what it was sent. Never rejects for an outside fault: later
 * it may answer, unless its certificate is not trusted.
 * @param where host and port, without a credential
 */
export async function inTime<Answer>(
  { where, timeoutMs }: { where: string; timeoutMs: number },
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer | Exclude<Delivery, { kind: 'delivered' }>> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    signal.throwIfAborted();
    return await ask(AbortSignal.any([signal, deadline]));
  } catch (error) {
    if (signal.aborted) return later('The delivery was called off.');
    if (deadline.aborted) return later(`${where} did not answer within ${timeoutMs / 1000} s.`);
    const reason = explainFailure(error, where);
    return isUntrustedCertificate(error) ? { kind: 'refused', reason } : later(reason);
  }
}

function later(reason: string) {
  return { kind: 'retry', reason, afterMs: null } as const;
}
