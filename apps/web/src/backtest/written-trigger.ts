import type { TriggerInput } from '@lastgood/api-client';
import { parseDocument, stringify } from 'yaml';
import { type Place, placeAt } from '../add-service/places.ts';

export type WrittenTrigger = { trigger: TriggerInput } | { fault: string; place: Place | null };

/** A trigger as it stands in the list of a declaration. */
export const writeTrigger = (trigger: TriggerInput): string =>
  stringify({ triggers: [trigger] }, { lineWidth: 0 });

/** The one trigger that is written. What its members must be, the server says. */
export function readTrigger(text: string): WrittenTrigger {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) {
    const [from, to] = error.pos;
    // Its first line says what; the others draw the place, which is marked.
    const why = error.message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '';
    return { fault: `It is no YAML: ${why}.`, place: placeAt(text, Math.min(from, text.length), to - from) };
  }
  const value: unknown = document.toJS();
  const list = typeof value === 'object' && value !== null && 'triggers' in value ? value.triggers : null;
  if (!Array.isArray(list) || list.length !== 1)
    return { fault: 'It must read "triggers:" with one trigger below it.', place: null };
  return { trigger: list[0] as TriggerInput };
}
