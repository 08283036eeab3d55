import { Type } from 'typebox';
import { longest, Name } from '../../../bounds.ts';
import type { FlagValue } from '../../contracts/flag-state.ts';
import type { ChangeOf } from '../change-schemas.ts';

const closed = { additionalProperties: false } as const;

/** A share of all, in percent. */
const share = { type: 'number', minimum: 0, maximum: 100 } as const;
const variant = { type: 'string', minLength: 1, maxLength: longest.name } as const;

/**
 * One description for all forms of a state: each keyword counts for values of its own type only, so that what does not fit is
 * told of the form that was given.
 */
const FlagStateInput = Type.Unsafe<FlagValue>({
  type: ['boolean', 'number', 'string', 'object'],
  minimum: share.minimum,
  maximum: share.maximum,
  minLength: variant.minLength,
  maxLength: variant.maxLength,
  minProperties: 1,
  ...closed,
  properties: {
    on: { type: 'boolean' },
    percentage: share,
    variant,
    variants: {
      type: 'object',
      minProperties: 1,
      maxProperties: 100,
      propertyNames: variant,
      additionalProperties: share,
    },
  },
  description:
    'What the flag serves: true or false for on or off, a number for a percentage, a text for a variant; or an object with several of them.',
});

/** How a change of a flag is registered with a deployment. */
export const flagChange = {
  kind: 'flag',
  target: Type.Object(
    {
      provider: Name({ description: 'The name under which its provider is configured.' }),
      project: Name({ description: 'As its provider calls it; any word where it has none.' }),
      environment: Name({ description: 'As its provider calls it.' }),
      flag: Name({ description: 'The key of the flag.' }),
    },
    closed,
  ),
  before: FlagStateInput,
  after: FlagStateInput,
} as const;

export type FlagChange = ChangeOf<typeof flagChange>;

/** "Flag new-cart in production" */
export function flagName({ flag, environment }: Pick<FlagChange['target'], 'flag' | 'environment'>): string {
  return `Flag ${flag} in ${environment}`;
}

export function isSameFlag(one: FlagChange['target'], other: FlagChange['target']): boolean {
  return (
    one.provider === other.provider &&
    one.project === other.project &&
    one.environment === other.environment &&
    one.flag === other.flag
  );
}
