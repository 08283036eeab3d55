import { Address } from '@lastgood/domain/bounds';
import Type from 'typebox';
import { databaseSettings } from '../../postgres/database-settings.ts';

export const dbmateSettings = Type.Object(
  {
    ...databaseSettings,
    migrations: Address({
      description:
        'Folder of the migration files, with those of the newest release: what is reversed stands there',
    }),
    migrationsTable: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)?$',
        maxLength: 128,
        default: 'schema_migrations',
        description: 'As dbmate is told with --migrations-table',
      }),
    ),
  },
  { additionalProperties: false },
);
