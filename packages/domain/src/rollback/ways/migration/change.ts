import { type Static, Type } from 'typebox';
import { Name } from '../../../bounds.ts';
import type { Change } from '../../../deployment/deployment.ts';
import { type ChangeOf, changesOf } from '../change-schemas.ts';
import type { WayContext } from '../way.ts';

/** A schema version, as the migration tool calls it; `none` before the first. */
const Version = Name({
  description: 'Schema version, as the migration tool calls it; `none` before the first',
});

export const migrationSchemas = {
  kind: 'migration',
  target: Type.Object({ database: Name() }, { additionalProperties: false }),
  before: Version,
  after: Version,
} as const;

export type MigrationChange = ChangeOf<typeof migrationSchemas>;

export function migrationChanges(changes: readonly Change[]): MigrationChange[] {
  return changesOf(migrationSchemas, changes);
}

/** What a service declares to have its schema taken back. What writes its data, it declares as its `writers`. */
export const migrationDeclaration = Type.Object(
  {
    database: Name({ description: 'Its database, by the name under which the configuration has it' }),
    fixUps: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Name({ description: 'As the configured database has it' }),
            version: Type.Optional(
              Name({ description: 'Only where the migration to this version is reversed; default: always' }),
            ),
          },
          { additionalProperties: false },
        ),
        {
          maxItems: 20,
          description: 'What repairs data between the reversed schema and the old code, in order',
        },
      ),
    ),
  },
  { additionalProperties: false },
);

export type MigrationDeclaration = Static<typeof migrationDeclaration>;

export type MigrationContext = WayContext<MigrationDeclaration, MigrationChange>;
