import type { Cause, KindDefinition } from './kind-definition.ts';

/** How kinds behave that a CustomResourceDefinition brings: status by a path of its own, generations of the spec alone. */
export const customKind = {
  isCustom: true,
  subresources: ['status'],
  generation: 'spec',
} satisfies Partial<KindDefinition>;

/** An integer inside its bounds, as the schema of such a kind is checked; nothing where it is absent. */
export function integerCauses(value: unknown, field: string, limits: [number, number]): Cause[] {
  if (value === undefined) return [];
  if (!Number.isInteger(value)) return wrongType(value, field);
  const [least, most] = limits;
  const found = Number(value);
  if (found > most) return [outside(found, field, `less than or equal to ${most}`)];
  return found < least ? [outside(found, field, `greater than or equal to ${least}`)] : [];
}

function outside(found: number, field: string, what: string): Cause {
  const message = `Invalid value: ${found}: ${field} in body should be ${what}`;
  return { reason: 'FieldValueInvalid', message, field };
}

/** A type that does not fit keeps the rest of the rules from being asked. */
function wrongType(value: unknown, field: string): Cause[] {
  const found = `"${typeof value === 'string' ? 'string' : typeof value}"`;
  const message = `Invalid value: ${found}: ${field} in body must be of type integer: ${found}`;
  const rest =
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  return [
    { reason: 'FieldValueTypeInvalid', message, field },
    { reason: 'FieldValueInvalid', message: rest, field: '<nil>' },
  ];
}
