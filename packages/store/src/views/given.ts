type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined | ''> };

/** The conditions that were given: Prisma's types know no condition that is undefined, and an empty one asks for everything. */
export function given<T extends object>(conditions: T): Given<T> {
  const asked = Object.entries(conditions).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(asked) as Given<T>;
}
