import type { Operation } from '@lastgood/domain/rollback/run';
import type { CloudformationApi } from './cloudformation-api.ts';
import type { NotRead } from './not-read.ts';
import { isSentBy, isSentByLastgood, readLastOperation, type StackState } from './stack-state.ts';

/**
 * Who changes the stack: CloudFormation lets in one at a time. An operation of ours by its key, anybody else in words; null
 * when nobody does.
 */
export async function holderOf(
  api: CloudformationApi,
  stack: StackState,
  operation: Operation | null,
  signal: AbortSignal,
): Promise<{ words: string } | NotRead | null> {
  if (!stack.inProgress) return null;
  const last = await readLastOperation(api, stack, signal);
  if ('kind' in last) return last;
  if (operation !== null && isSentBy(operation, last.token)) return { words: operation.key };
  return { words: `${othersInWords(last.token)} (${stack.status} since ${sinceWords(last.at)})` };
}

/** CloudFormation tells no names: a token is all that whoever sent it has left. */
function othersInWords(token: string | null): string {
  if (token === null) return 'an update from elsewhere';
  const named = token.slice(0, 128);
  return isSentByLastgood(token)
    ? `another rollback by Lastgood, ${named}`
    : `an update from elsewhere, ${named}`;
}

function sinceWords(at: Date | null): string {
  return at === null ? 'an unknown time' : `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
