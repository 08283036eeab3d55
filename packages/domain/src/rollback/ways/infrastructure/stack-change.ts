import { Type } from 'typebox';
import { Name } from '../../../bounds.ts';
import type { ChangeOf } from '../change-schemas.ts';

/** A commit, or whatever names a version of the configuration where it is kept. */
const Version = (description: string) =>
  Type.String({ minLength: 1, maxLength: 200, pattern: '^[A-Za-z0-9][A-Za-z0-9._:/+-]*$', description });

/** How a deployment says that it applied another configuration to a stack. */
export const stackChange = {
  kind: 'infrastructure',
  target: Type.Object(
    { stack: Name({ description: 'As the configuration of Lastgood names it.' }) },
    { additionalProperties: false },
  ),
  before: Version('Commit of the configuration that was in place.'),
  after: Version('Commit of the configuration that was applied.'),
} as const;

export type StackChange = ChangeOf<typeof stackChange>;

/** What a service may declare for it. */
export const stackDeclaration = Type.Object(
  {
    stateful: Type.Array(Type.String({ minLength: 1, maxLength: 500 }), {
      maxItems: 200,
      description:
        'Resources, or types of them, that keep data besides those that are known to: they are destroyed or replaced only where the command names them.',
    }),
  },
  { additionalProperties: false },
);
