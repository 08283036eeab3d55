import type { Run } from '@lastgood/api-client';
import { useRunView } from '@lastgood/api-client/queries';
import type { Press } from './press.ts';

/** The run of a press as it stands; absent until the server has it. */
export function usePressedRun(press: Press | undefined): Run | undefined {
  const answered = press?.phase.kind === 'arrived' ? press.phase.run : undefined;
  const view = useRunView(answered?.id ?? '', { query: { enabled: answered !== undefined } });
  return answered && (view.data?.run ?? answered);
}
