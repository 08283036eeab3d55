import { resolveBinary } from 'dbmate';
import { runProgram } from '../../../programs/run-program.ts';

/** Why the program dbmate cannot be run here, in words; null when it can. npm leaves it out without optional packages. */
export function dbmateMissing(): string | null {
  return dbmateProgram() === null ? 'needs dbmate, which npm has not installed for this machine' : null;
}

function dbmateProgram(): string | null {
  try {
    return resolveBinary();
  } catch {
    return null;
  }
}

/** Brings the schema to the newest version of the folder, as the pipeline of the shop does before its new code starts. */
export async function migrateOrders(ownerUrl: string, folder: string, signal?: AbortSignal): Promise<void> {
  const program = dbmateProgram();
  if (program === null) throw new Error('dbmate is not installed');
  const args = ['--migrations-dir', folder, '--no-dump-schema', 'migrate'];
  // Not on the command line, where everybody on this machine could read it.
  await runProgram({ file: program, args, cwd: folder, signal, env: { DATABASE_URL: ownerUrl } });
}
