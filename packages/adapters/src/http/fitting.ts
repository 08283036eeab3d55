import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';

/** What came from outside, where it is as the schema says; else null. */
export function fitting<T extends TSchema>(schema: T, value: unknown): Static<T> | null {
  return Check(schema, value) ? value : null;
}
