import { asksInWords, firesInWords, plainKind, type RollbackTrigger } from '@lastgood/domain';
import type { DeclaredTriggerView } from './declared-trigger-schema.ts';

export function toDeclaredTriggerView(trigger: RollbackTrigger): DeclaredTriggerView {
  const { name, kind = plainKind, description, severity, shadow } = trigger;
  const queries = asksInWords(trigger).map(({ title, declared }) => ({ title, query: declared }));
  return { name, kind, description, severity, shadow, fires: firesInWords(trigger), queries };
}
