import type { EffectResult } from '@lastgood/domain/rollback/effect';
import type { RuntimeApi } from './runtime-api.ts';

export type NotWritten = Exclude<EffectResult, { kind: 'applied' | 'already' }>;

export const retryAfterMs = 1_000;

/** Null when every command was taken: HAProxy says nothing then, and a sentence when it was not. */
export async function sendCommands(
  api: RuntimeApi,
  commands: readonly string[],
  signal: AbortSignal,
): Promise<NotWritten | null> {
  let anySent = false;
  for (const command of commands) {
    const answer = await api.ask([command], signal);
    if (answer.kind === 'failed') {
      return anySent || answer.sent
        ? { kind: 'unknown', reason: answer.reason }
        : { kind: 'retry', reason: answer.reason, afterMs: retryAfterMs };
    }
    anySent = true;
    const said = answer.sections.join(' ').trim();
    if (said !== '') return refusedByHaproxy(api, said);
  }
  return null;
}

function refusedByHaproxy({ where }: RuntimeApi, said: string): NotWritten {
  const reason = `HAProxy at ${where} refused: ${said.slice(0, 200)}`;
  if (said.startsWith('Permission denied')) {
    const advice = 'Give the socket `level admin` in `stats socket`, reload, then resume.';
    return { kind: 'refused', reason, advice };
  }
  if (said.includes('static LB algorithm')) {
    const advice =
      'Give the backend a dynamic algorithm such as `balance roundrobin`, reload, then resume: a static one knows only weight 0 and the configured one.';
    return { kind: 'refused', reason, advice };
  }
  return { kind: 'refused', reason };
}
