import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { endsTransaction, withoutComments } from '../../postgres/sql-text.ts';

/** What a migration file says of its way back. */
export interface DownMigration {
  file: string;
  /** The statements of its down block. */
  down: string;
  /** Why they cannot be run, after its version; null when they can. */
  irreversible: string | null;
  /** Relation to the query that counts the rows it loses there. */
  lossQueries: Record<string, string>;
}

/** Of one file; a migration of more is data, and belongs elsewhere. */
const mostCharacters = 1_000_000;

/** The file of a version; null when the folder has none. Throws when the folder cannot be read. */
export async function readMigration(folder: string, version: string): Promise<DownMigration | null> {
  const names = await readdir(folder);
  const file = names.find((name) => name.endsWith('.sql') && /^\d+/.exec(name)?.[0] === version);
  if (file === undefined) return null;
  const handle = await open(join(folder, file));
  try {
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(mostCharacters + 1),
      0,
      mostCharacters + 1,
      0,
    );
    const text = buffer.toString('utf8', 0, bytesRead);
    if (bytesRead > mostCharacters)
      return { ...parseMigration(file, ''), irreversible: 'has a file of more than 1 MB' };
    return parseMigration(file, text);
  } finally {
    await handle.close();
  }
}

/** As dbmate divides it: https://github.com/amacneil/dbmate/blob/main/pkg/dbmate/migration.go */
function parseMigration(file: string, text: string): DownMigration {
  const at = /^--\s*migrate:down(\s*$|\s+\S+.*$)/m.exec(text);
  const down = at ? text.slice(at.index + at[0].length).trim() : '';
  return {
    file,
    down,
    irreversible: whyNot(text, down, at?.[1] ?? ''),
    lossQueries: Object.fromEntries(
      [...text.matchAll(/^--\s*lastgood:loss\s+(\S+?):\s*(\S.*)$/gm)].map(([, relation = '', query = '']) => [
        relation,
        query.trim(),
      ]),
    ),
  };
}

function whyNot(text: string, down: string, options: string): string | null {
  const said = /^--\s*lastgood:irreversible\b[ \t]*(.*)$/m.exec(text);
  if (said) return `is declared irreversible${said[1] ? `: ${said[1].trim()}` : ''}`;
  if (withoutComments(down).replaceAll(';', '').trim() === '') return 'has no down block';
  if (/transaction:\s*false/.test(options))
    return 'runs its down block outside a transaction: cut off, it would leave the schema half way';
  if (endsTransaction(down))
    return 'begins or ends transactions in its down block: cut off, it would leave the schema half way';
  return null;
}
