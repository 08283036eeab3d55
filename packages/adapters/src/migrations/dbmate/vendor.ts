import { databaseOf } from '../../postgres/database-settings.ts';
import { defineVendor } from '../../vendor.ts';
import { createDbmate } from './dbmate.ts';
import { dbmateSettings } from './settings.ts';

export const dbmate = defineVendor(
  { kind: 'dbmate', title: 'dbmate', settings: dbmateSettings, files: ['migrations', 'fixUps'] },
  ({ name, settings }) =>
    createDbmate({
      database: databaseOf(name, settings),
      migrations: settings.migrations,
      table: settings.migrationsTable ?? 'schema_migrations',
    }),
);
