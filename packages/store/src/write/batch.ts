import { onlyRow, parameters, type Sql } from '../connection/pool.ts';

/**
 * Writes that need nothing of each other, sent as one statement: each becomes a common table expression. One round trip, one
 * snapshot, and all of it or nothing even without a transaction around it. They see the rows as they were before, so no two
 * of them may touch the same row: https://www.postgresql.org/docs/18/queries-with.html#QUERIES-WITH-MODIFYING
 */
export interface Batch {
  /** A value as a parameter of the statement; returns its placeholder. */
  add(value: unknown): string;
  /** What every write carries in its `where`: that the fence holds, or nothing to ask for. */
  readonly when: string;
  /**
   * One `insert`, `update` or `delete`; returns the name under which `answer` finds the rows it returns. `must`: what it means
   * when it finds no row, which is a fault that undoes all.
   */
  write(text: string, must?: string): string;
  /** A column of the answer. */
  answer(column: string, expression: string): void;
  /** The row that the fence returned, in json, and what else was asked for; null when it did not hold, and nothing was written. */
  send<Row extends object = object>(sql: Sql): Promise<Row | null>;
}

/**
 * @param fence a statement that locks the row on which everything depends and returns it where it is as it has to be. It is
 *   the first thing that happens: the other writes wait for what it returns.
 */
export function createBatch(fence?: (add: Batch['add']) => string): Batch {
  const { values, add } = parameters();
  const held = fence && `held as (${fence(add)})`;
  const writes: { text: string; must: string | undefined }[] = [];
  const answers: string[] = [];
  return {
    add,
    when: held ? 'exists (select from held)' : 'true',
    write(text, must) {
      return `w${writes.push({ text: must ? `${text} returning 1` : text, must }) - 1}`;
    },
    answer: (column, expression) => void answers.push(`${expression} as ${column}`),
    async send<Row extends object>(sql: Sql): Promise<Row | null> {
      if (!held && writes.length === 0) return {} as Row;
      const parts = writes.map(({ text }, index) => `w${index} as (${text})`);
      const expected = writes.flatMap(({ must }, index) => (must ? [{ name: `w${index}`, must }] : []));
      // One that finds no row divides by zero, which undoes the statement.
      const found = expected.map(({ name }) => `1 / (select count(*) from ${name})`);
      const sound = held
        ? `case when exists (select from held) then ${[1, ...found].join(' + ')} end`
        : [1, ...found].join(' + ');
      const fenced = held ? '(select to_json(held) from held)' : "'{}'::json";
      const columns = [`${fenced} as held`, `${sound} as sound`, ...answers];
      const text = `with ${[...(held ? [held] : []), ...parts].join(',\n')}\nselect ${columns.join(', ')}`;
      try {
        const sent = await sql<{ held: object | null; sound: unknown }>(text, values, 'prepared');
        const { held: row, sound: _sound, ...more } = onlyRow(sent);
        return row && ({ ...row, ...more } as Row);
      } catch (error) {
        const missed = error instanceof Error && 'code' in error && error.code === divisionByZero;
        throw missed ? new Error(expected.map(({ must }) => must).join(', or ')) : error;
      }
    },
  };
}

/** https://www.postgresql.org/docs/18/errcodes-appendix.html */
const divisionByZero = '22012';
