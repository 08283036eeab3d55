import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AwsFailure } from '../../aws/ask-aws.ts';

export type NotRead = Exclude<Observed<never>, { kind: 'seen' }>;

/** What AWS refuses as it is, no waiting cures. */
export function notRead({ kind, reason }: AwsFailure): NotRead {
  return kind === 'missing' || kind === 'denied' || kind === 'refused'
    ? { kind: 'not-found', reason }
    : { kind: 'unreachable', reason };
}
