import type { Question } from '../../question.ts';
import type { RollbackTrigger } from '../../trigger.ts';
import { filled } from './fill.ts';

/** Whoever tells of the alerts that these triggers ask for, each once. @param variables what placeholders stand for */
export function alertSources(
  triggers: readonly RollbackTrigger[],
  variables: Question['variables'],
): string[] {
  const named = triggers.flatMap((one) => (one.kind === 'alert' ? [filled(one.source, variables)] : []));
  return [...new Set(named)];
}
