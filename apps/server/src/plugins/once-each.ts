/**
 * Makes of each schema what `compile` makes of it, once: what stands in a schema is all that this hangs on, and compiling all that
 * the API has takes most of the time in which an application is built.
 */
export function onceEach<Compiled>(compile: (schema: unknown) => Compiled): (schema: unknown) => Compiled {
  const made = new Map<string, Compiled>();
  return (schema) => {
    const text = JSON.stringify(schema);
    const known = made.get(text) ?? compile(schema);
    made.set(text, known);
    return known;
  };
}
