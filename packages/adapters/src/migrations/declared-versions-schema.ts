import { MapOf, Name, Query } from '@lastgood/domain/bounds';
import Type from 'typebox';
import type { Contradiction } from '../vendor.ts';

/** What is said of the versions of a schema that no file tells. */
export const declaredVersions = Type.Array(
  Type.Object(
    {
      version: Name(),
      irreversible: Type.Optional(
        Type.String({ minLength: 1, maxLength: 500, description: 'Why it cannot be reversed' }),
      ),
      loss: Type.Optional(
        MapOf(Query(), 50, {
          description:
            'Relation to the query that counts the rows which reversing it loses there; {} where it loses none. Without, it is refused',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 1_000, description: 'The versions of the schema, oldest first' },
);

export function repeatedVersion(versions: Type.Static<typeof declaredVersions>): Contradiction | null {
  const names = versions.map(({ version }) => version);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? null : { found: `version ${twice} twice`, expected: 'each version once' };
}
