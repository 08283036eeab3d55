import type { Reversal } from '@lastgood/domain/rollback/contracts/migrate-to';
import { countBy } from '../postgres/relation.ts';
import type { Session } from '../postgres/session.ts';

/** What the configuration says of the versions of a schema, oldest first. */
export type DeclaredVersions = readonly {
  version: string;
  irreversible?: string;
  loss?: Record<string, string>;
}[];

/** Those up to the head, newest first; of a head that nobody declared, nothing before it is known. */
export async function declaredUpTo(
  session: Session,
  query: string,
  declared: DeclaredVersions,
): Promise<readonly string[]> {
  const { rows } = await session.query<unknown[]>({ text: query, rowMode: 'array' });
  const head = rows.length === 1 ? String(rows[0]?.[0] ?? '') : '';
  if (rows.length === 0) return [];
  if (head === '' || head.length > 253) throw new Error('the query for its version did not answer with one');
  const index = declared.findIndex(({ version }) => version === head);
  return index < 0
    ? [head]
    : declared
        .slice(0, index + 1)
        .map(({ version }) => version)
        .reverse();
}

/** Nobody can read beforehand what a program will do: what it loses has to be declared, were it nothing. */
export async function declaredReversal(
  session: Session,
  declared: DeclaredVersions,
  version: string,
): Promise<Reversal> {
  const found = declared.find((one) => one.version === version);
  if (!found) return { irreversible: 'is not declared', undeclared: [], loss: {} };
  const { irreversible, loss: queries } = found;
  const loss: Reversal['loss'] = {};
  for (const [relation, query] of Object.entries(queries ?? {}))
    loss[relation] = await countBy(session, query);
  return {
    irreversible: irreversible === undefined ? null : `is declared irreversible: ${irreversible}`,
    undeclared: queries ? [] : ['a program that may delete rows'],
    loss,
  };
}
