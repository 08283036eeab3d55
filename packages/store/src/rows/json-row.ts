/** The names of a row's instants. */
type InstantOf<T> = { [K in keyof T]: T[K] extends Date | null ? K : never }[keyof T];

/** All of them, so that the compiler asks for a column that is added. */
export type Instants<T> = { [K in InstantOf<T>]: true };

/**
 * A row as `to_json` writes it, made what Prisma would have loaded: names in camel case, instants as dates. For statements
 * that bring rows of many tables in one answer.
 */
export function fromJsonRow<T extends object>(json: unknown, instants: Instants<T>): T {
  const entries = Object.entries(json as Record<string, unknown>).map(([column, value]) => {
    const name = column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    return [name, name in instants && typeof value === 'string' ? new Date(value) : value];
  });
  return Object.fromEntries(entries) as T;
}
