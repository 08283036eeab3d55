/** SQL without its comments. What stands in quotes is kept: a `--` in there begins none. */
export function withoutComments(sql: string): string {
  return sql.replace(
    /('(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|\/\*[\s\S]*?\*\//g,
    (_all, kept: string | undefined) => kept ?? ' ',
  );
}

/** Whether it says itself where a transaction begins or ends: then nothing around it holds it together. */
export function endsTransaction(sql: string): boolean {
  const statement =
    /(?:^|;)\s*(commit|rollback|abort|start\s+transaction|begin\s*(?:;|$|work|transaction))\b/i;
  return statement.test(withoutComments(sql).trim());
}
