import type { TrialFault } from '@lastgood/domain/trial/fault';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { UsageError } from '../command-line/usage-error.ts';

/** One document of a file, with the way back to its lines. */
export interface TestDocument {
  kind: 'TriggerSet' | 'TriggerTest';
  content: Record<string, unknown>;
  /** `file:12`, of what a JSON Pointer leads to, or of the nearest thing around it. */
  placeOf(pointer: string): string;
}

/** Hundreds of tests; what is larger is none. */
const longestFile = 1_048_576;

/**
 * The trigger sets and tests of one file, YAML or JSON. A service stands beside them in what is applied, and is passed over. Throws
 * `UsageError` that names file and line.
 */
export function readTestDocuments(file: string, text: string): TestDocument[] {
  if (text.length > longestFile)
    throw new UsageError(`${file} has ${text.length} characters, more than ${longestFile}: split it`);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { merge: true, lineCounter: lines });
  if ('empty' in documents) return [];
  return documents.flatMap((document) => {
    const placeOf = (pointer: string) => `${file}:${lineOf(document, pointer, lines)}`;
    const content = readDocument(document, file, placeOf);
    if (content === null) return [];
    if (typeof content !== 'object' || Array.isArray(content))
      throw new UsageError(`${placeOf('')}: a document has members, kind among them`);
    const { kind, ...members } = content as Record<string, unknown>;
    if (kind === 'Service') return [];
    if (kind !== 'TriggerSet' && kind !== 'TriggerTest')
      throw new UsageError(
        `${placeOf('/kind')}: kind is ${kind === undefined ? 'missing' : JSON.stringify(kind)}; write TriggerTest or TriggerSet`,
      );
    return [{ kind, content: members, placeOf }];
  });
}

function readDocument(
  document: Document.Parsed,
  file: string,
  placeOf: (pointer: string) => string,
): unknown {
  const [error] = document.errors;
  if (error) throw new UsageError(`${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`);
  try {
    return document.toJS();
  } catch (error) {
    // Aliases are resolved only here: one without its anchor, or too many of them.
    if (error instanceof ReferenceError) throw new UsageError(`${placeOf('')}: ${error.message}`);
    throw error;
  }
}

function lineOf(document: Document.Parsed, pointer: string, lines: LineCounter): number {
  const path = pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return lines.linePos(document.range[0]).line;
}

/** What is wrong with a document, a line each. */
export function faultLines(
  { placeOf }: Pick<TestDocument, 'placeOf'>,
  faults: readonly TrialFault[],
): string[] {
  return faults.map(({ path, message }) => {
    const member = path.split('/').slice(1).join('.');
    return `${placeOf(path)}: ${member === '' ? '' : `${member}: `}${message}`;
  });
}
