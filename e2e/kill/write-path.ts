import type { Message } from './postgres-messages.ts';

/** What a commit wrote, by the tables its statements name: `events+run_steps+runs`. */
export type WritePath = string;

/** `update set`, `update skip locked` and `for no key update)` name no table. */
const written = /(?:insert into|update|delete from)\s+(?!set\b|skip\b)([a-z_]+)[\s(]/g;

function tablesOf(text: string): string[] {
  return [...text.matchAll(written)].flatMap(([, table]) => table ?? []);
}

/**
 * Follows what one client sends. Returns the path of each commit, explicit or implied by the end of a lone statement; empty
 * for one that wrote nothing.
 */
export function createWritePath() {
  const prepared = new Map<string, string[]>();
  const tables = new Set<string>();
  let inTransaction = false;
  const commit = (): WritePath => {
    const path = [...tables].toSorted().join('+');
    tables.clear();
    return path;
  };
  return {
    follow({ type, texts: [first = '', second = ''] }: Message): WritePath | null {
      switch (type) {
        case 'Q':
          if (first.startsWith('begin')) inTransaction = true;
          if (first === 'rollback') tables.clear();
          for (const table of tablesOf(first)) tables.add(table);
          if (inTransaction && first !== 'commit' && first !== 'rollback') return null;
          inTransaction = false;
          return commit();
        case 'P':
          prepared.set(first, tablesOf(second));
          return null;
        case 'B':
          // The portal's name comes first, then that of the statement.
          for (const table of prepared.get(second) ?? []) tables.add(table);
          return null;
        case 'S':
          return inTransaction ? null : commit();
        default:
          return null;
      }
    },
  };
}
