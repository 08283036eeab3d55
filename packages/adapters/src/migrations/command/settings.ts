import { Address, Query, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { databaseSettings } from '../../postgres/database-settings.ts';
import { declaredVersions } from '../declared-versions-schema.ts';

export const commandSettings = Type.Object(
  {
    ...databaseSettings,
    down: Type.Array(Type.String({ maxLength: 2_000 }), {
      minItems: 1,
      maxItems: 50,
      description:
        'Program and arguments that reverse one version; {from} and {to} stand for it and the one before. No shell reads them. Name {to} where the tool can: then a second command does nothing',
    }),
    head: Query({
      description: 'Query that answers with the version that the schema is at, in one row of one column',
    }),
    versions: declaredVersions,
    urlVariable: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
        maxLength: 100,
        default: 'DATABASE_URL',
        description: 'Variable in which the program finds the URL',
      }),
    ),
    environment: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', maxLength: 100 }), Secret(), {
        additionalProperties: false,
        maxProperties: 50,
        description:
          'All else that it is given, besides a usual PATH and PGAPPNAME; of what Lastgood itself was given it sees nothing',
      }),
    ),
    folder: Address({ description: 'Folder in which it is run' }),
  },
  { additionalProperties: false },
);

export type CommandSettings = Type.Static<typeof commandSettings>;
