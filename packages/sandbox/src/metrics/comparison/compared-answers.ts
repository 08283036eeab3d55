import { request } from 'undici';

/** What an API answered, with everything that may legitimately differ removed. */
export interface ComparableAnswer {
  status: number;
  errorType: string | null;
  resultType: string | null;
  /** Label sets to their points, sorted. */
  rows: { metric: string; points: [number, string][] }[];
}

interface Row {
  metric: Record<string, string>;
  value?: [number, string];
  values?: [number, string][];
}

export async function ask(
  url: string,
  path: string,
  parameters: Record<string, string>,
): Promise<ComparableAnswer> {
  const { statusCode, body } = await request(`${url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(parameters).toString(),
  });
  const answer = readAnswer(await body.json());
  return { status: statusCode, ...answer };
}

function readAnswer(json: unknown): Omit<ComparableAnswer, 'status'> {
  const answer = json as {
    status: string;
    errorType?: string;
    data?: { resultType: string; result: Row[] | [number, string] };
  };
  if (answer.data === undefined)
    return { errorType: answer.errorType ?? 'missing', resultType: null, rows: [] };
  const { resultType, result } = answer.data;
  const rows =
    resultType === 'scalar' ? [{ metric: {}, value: result as [number, string] }] : (result as Row[]);
  return {
    errorType: null,
    resultType,
    rows: rows
      .map((row) => ({
        metric: JSON.stringify(Object.entries(row.metric).sort(([a], [b]) => (a < b ? -1 : 1))),
        points: row.values ?? (row.value === undefined ? [] : [row.value]),
      }))
      .sort((a, b) => (a.metric < b.metric ? -1 : 1)),
  };
}

const tolerance = 1e-9;

/** Every way in which two answers differ, in words; numbers may differ by one part in a billion. */
export function differences(ours: ComparableAnswer, theirs: ComparableAnswer): string[] {
  if (
    ours.status !== theirs.status ||
    ours.errorType !== theirs.errorType ||
    ours.resultType !== theirs.resultType
  ) {
    return [`${JSON.stringify({ ...ours, rows: [] })} instead of ${JSON.stringify({ ...theirs, rows: [] })}`];
  }
  const names = (answer: ComparableAnswer) => answer.rows.map((row) => row.metric).join('\n');
  if (names(ours) !== names(theirs)) return [`series\n${names(ours)}\ninstead of\n${names(theirs)}`];
  return ours.rows.flatMap((row, index) => rowDifferences(row, theirs.rows[index]));
}

function rowDifferences(
  ours: ComparableAnswer['rows'][number],
  theirs: ComparableAnswer['rows'][number] | undefined,
): string[] {
  if (theirs === undefined || ours.points.length !== theirs.points.length) {
    return [`${ours.metric}: ${ours.points.length} points instead of ${theirs?.points.length ?? 0}`];
  }
  return ours.points.flatMap(([at, value], index) => {
    const [theirAt, theirValue] = theirs.points[index] ?? [Number.NaN, ''];
    const same = at === theirAt && (value === theirValue || close(Number(value), Number(theirValue)));
    return same ? [] : [`${ours.metric} at ${at}: ${value} instead of ${theirValue} at ${theirAt}`];
  });
}

function close(ours: number, theirs: number): boolean {
  return Math.abs(ours - theirs) <= tolerance * Math.max(Math.abs(ours), Math.abs(theirs));
}
