import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { ApiDocument, Operation } from './operations.ts';

export interface Answer {
  kind: 'answer';
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** When it was asked and answered, as `performance.now()` counts. */
  from: number;
  to: number;
}

export interface NoAnswer {
  kind: 'none';
  why: string;
}

/** Why an answer is none that a client can rely on. */
export type FaultKind =
  | 'server-error'
  | 'off-schema'
  | 'not-a-problem'
  | 'tells-of-the-inside'
  | 'late'
  | 'unanswered'
  | 'readable-as-a-page';

export interface Fault {
  kind: FaultKind;
  why: string;
}

/** Stack frames, files of this program, SQL and names of its libraries. */
const inside =
  /\n\s+at |\/apps\/|\/packages\/|node_modules|\.ts:\d|\bselect .+ from\b|insert into|\bprisma\b|\bpg_|SQLSTATE|ECONN|Unexpected token|\bajv\b/i;

export type Judge = (operation: Operation, method: string, answer: Answer) => Fault[];

/** Judges answers by what the document promises of them: an undeclared status is as wrong as a wrong body. */
export function createJudge(document: ApiDocument): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'document', ...document });
  const compiled = new Map<string, ValidateFunction>();
  const schemaOf = (pointer: string): ValidateFunction => {
    const known = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
    compiled.set(pointer, known);
    return known;
  };
  return (operation, method, answer) => {
    const offered = method === operation.method;
    return [
      ...judgeAlways(answer),
      ...(answer.status < 400 || method === 'HEAD' ? [] : judgeProblem(answer, schemaOf)),
      ...(offered ? judgeDeclared(operation, answer, schemaOf) : []),
    ];
  };
}

function judgeAlways({ status, headers, body }: Answer): Fault[] {
  const type = String(headers['content-type'] ?? '');
  const page =
    body !== '' &&
    (!/^application\/((problem\+)?json|x-ndjson)/.test(type) ||
      headers['x-content-type-options'] !== 'nosniff');
  return [
    ...(status >= 500 ? [{ kind: 'server-error', why: `${status}: ${body.slice(0, 200)}` } as const] : []),
    ...(page ? [{ kind: 'readable-as-a-page', why: `${status} of type ${type}` } as const] : []),
  ];
}

function judgeProblem(
  { status, headers, body }: Answer,
  schemaOf: (pointer: string) => ValidateFunction,
): Fault[] {
  const problem = parsed(body);
  const schema = schemaOf('/components/schemas/Problem');
  const isProblem =
    headers['content-type'] === 'application/problem+json' &&
    schema(problem) &&
    (problem as { status: number }).status === status &&
    (problem as { detail: string }).detail.length > 15;
  const told = inside.exec(body)?.[0];
  return [
    ...(isProblem ? [] : [{ kind: 'not-a-problem', why: `${status}: ${body.slice(0, 200)}` } as const]),
    ...(told ? [{ kind: 'tells-of-the-inside', why: `${told}: ${body.slice(0, 300)}` } as const] : []),
  ];
}

function judgeDeclared(
  { id, path, method, statuses }: Operation,
  { status, body, headers }: Answer,
  schemaOf: (pointer: string) => ValidateFunction,
): Fault[] {
  if (!statuses.includes(String(status)))
    return [{ kind: 'off-schema', why: `${id} does not declare the status ${status}` }];
  const place = path
    .replaceAll('~', '~0')
    .replaceAll('/', '~1')
    .replaceAll('{', '%7B')
    .replaceAll('}', '%7D');
  const inLines = headers['content-type'] === 'application/x-ndjson';
  const success = inLines ? 'application~1x-ndjson' : 'application~1json';
  const media = status < 400 ? success : 'application~1problem+json';
  const schema = schemaOf(
    `/paths/${place}/${method.toLowerCase()}/responses/${status}/content/${media}/schema`,
  );
  const said = inLines ? body.trimEnd().split('\n') : [body];
  if (said.every((one) => schema(parsed(one)))) return [];
  const [first] = schema.errors ?? [];
  return [
    {
      kind: 'off-schema',
      why: `${id} ${status}${first?.instancePath}: ${first?.message} in ${body.slice(0, 200)}`,
    },
  ];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
