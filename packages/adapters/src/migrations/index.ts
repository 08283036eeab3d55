import type { Migrations } from '@lastgood/domain/ports/migrations';
import { byName, dispatch } from '../dispatch.ts';
import { definePortFamily } from '../family.ts';
import { command } from './command/vendor.ts';
import { dbmate } from './dbmate/vendor.ts';
import { kubernetesJob } from './kubernetes-job/vendor.ts';

const title = 'database';
const databaseOf = ({ database }: { database: string }) => database;

/** What moves schemas. An entry is one database, by its name. */
export const migrations = definePortFamily<Migrations>(
  { title, vendors: [dbmate, command, kubernetesJob] },
  (entries) => {
    const { read, effect } = dispatch(byName(title, entries));
    return {
      readDatabase: read('database', databaseOf, (made) => made.readDatabase),
      readFixUp: read('fix-up', databaseOf, (made) => made.readFixUp),
      readSessions: read('sessions', databaseOf, (made) => made.readSessions),
      migrateTo: effect('migrate-to', databaseOf, (made) => made.migrateTo),
      runFixUp: effect('run-fix-up', databaseOf, (made) => made.runFixUp),
    };
  },
);
