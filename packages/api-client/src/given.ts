type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined | ''> };

/** The members that have a value: options left out and empty fields are not sent. */
export function given<T extends object>(members: T): Given<T> {
  const filled = Object.entries(members).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(filled) as Given<T>;
}
