import { withoutComments } from '../../postgres/sql-text.ts';

/** A statement that takes rows away. */
export interface Destruction {
  /** "DROP TABLE coupons" */
  statement: string;
  relation: string;
  /** Of which only the values go. */
  column: string | null;
  /** What it takes away cannot be counted. */
  uncountable: boolean;
}

const part = '(?:"(?:[^"]|"")+"|[\\w$]+)';
const named = `${part}(?:\\s*\\.\\s*${part})*`;
const list = `${named}(?:\\s*,\\s*${named})*`;
const ifExists = '(?:if\\s+exists\\s+)?';

type Found = Pick<Destruction, 'relation'> & Partial<Destruction>;

/** By their beginnings, in the order of their reading. What is only run by name, as a function, nobody can read. */
const shapes: { pattern: RegExp; of(matched: RegExpMatchArray): Found[]; says: string }[] = [
  { says: 'DROP TABLE', pattern: global(`\\bdrop\\s+table\\s+${ifExists}(${list})`), of: each },
  {
    says: 'DROP MATERIALIZED VIEW',
    pattern: global(`\\bdrop\\s+materialized\\s+view\\s+${ifExists}(${list})`),
    of: each,
  },
  { says: 'TRUNCATE', pattern: global(`\\btruncate\\s+(?:table\\s+)?(?:only\\s+)?(${list})`), of: each },
  { says: 'DELETE FROM', pattern: global(`\\bdelete\\s+from\\s+(?:only\\s+)?(${named})`), of: each },
  {
    says: 'ALTER TABLE',
    pattern: global(`\\balter\\s+table\\s+${ifExists}(?:only\\s+)?(${named})([^;]*)`),
    of: ([, relation = '', actions = '']) =>
      [
        ...actions.matchAll(
          global(
            `\\bdrop\\s+(?:column\\s+)?${ifExists}(?!(?:constraint|default|not|identity|expression|column|if)\\b)(${part})`,
          ),
        ),
      ].map(([, column = '']) => ({
        relation: tight(relation),
        column,
        statement: `ALTER TABLE ${tight(relation)} DROP ${column}`,
      })),
  },
  {
    says: 'DROP',
    pattern: global(`\\bdrop\\s+(schema|type|domain|extension)\\s+${ifExists}(${named})[^;]*?\\bcascade\\b`),
    of: ([, kind = '', name = '']) => [
      {
        relation: tight(name),
        uncountable: true,
        statement: `DROP ${kind.toUpperCase()} ${tight(name)} CASCADE`,
      },
    ],
  },
  {
    says: 'EXECUTE',
    pattern: global('\\bexecute\\s+(?!function\\b|procedure\\b)'),
    of: () => [
      { relation: 'execute', uncountable: true, statement: 'EXECUTE, which cannot be read beforehand' },
    ],
  },
];

/** The statements of a down block by which rows are lost. */
export function destructionsIn(down: string): Destruction[] {
  const sql = withoutComments(down);
  return shapes.flatMap(({ pattern, of, says }) =>
    [...sql.matchAll(pattern)].flatMap((matched) =>
      of(matched).map((found) => ({
        statement: `${says} ${found.relation}`,
        column: null,
        uncountable: false,
        ...found,
      })),
    ),
  );
}

/** Whether a declared loss speaks of it: of its column, of its table, in the schema that it names or in any. */
export function isDeclared({ relation, column }: Destruction, declared: readonly string[]): boolean {
  const names = [relation, relation.split('.').at(-1) ?? relation];
  const all = column === null ? names : [...names, ...names.map((name) => `${name}.${column}`)];
  return declared.some((one) => all.some((name) => folded(name) === folded(one)));
}

function each([, names = '']: RegExpMatchArray): Found[] {
  return names.split(',').map((name) => ({ relation: tight(name) }));
}

function folded(name: string): string {
  return name.replaceAll('"', '').toLowerCase();
}

function tight(name: string): string {
  return name.replace(/\s*\.\s*/g, '.').trim();
}

function global(pattern: string): RegExp {
  return new RegExp(pattern, 'gi');
}
