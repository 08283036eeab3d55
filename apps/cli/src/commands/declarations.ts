import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { ServiceInput, TriggerSetInput } from '@lastgood/api-client';
import { type Document, parseAllDocuments } from 'yaml';
import { servicePath } from '../command-line/service-key.ts';
import { UsageError } from '../command-line/usage-error.ts';

/** One document of a file: what to PUT where. Whether its members are right is the server's to judge. */
export type Declaration = { name: string; place: string } & (
  | { kind: 'Service'; input: ServiceInput }
  | { kind: 'TriggerSet'; input: TriggerSetInput }
);

/** Hundreds of services; what is larger is no declaration. */
const longestFile = 1_048_576;

/** What a file holds; `-` is standard input. Throws `UsageError` where it cannot be read. */
export async function readText(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  });
}

/** The declarations of a file; `-` is standard input. Throws `UsageError` that names the place. */
export async function readDeclarationFile(file: string): Promise<Declaration[]> {
  return readDeclarations(file === '-' ? 'standard input' : file, await readText(file));
}

/**
 * The declarations of one file, YAML or JSON (which is YAML too: https://yaml.org/spec/1.2.2/#11-goals). Each document
 * has `kind` and `name`; its other members are the body as the API takes it. Throws `UsageError` that names the place.
 */
function readDeclarations(file: string, text: string): Declaration[] {
  if (text.length > longestFile)
    throw new UsageError(`${file} has ${text.length} characters, more than ${longestFile}: split it`);
  const documents = parseAllDocuments(text, { merge: true });
  if ('empty' in documents) return [];
  return documents.flatMap((document, index) => {
    const place = documents.length === 1 ? file : `${file}, document ${index + 1}`;
    const content = readDocument(document, place);
    return content === null ? [] : [toDeclaration(content, place)];
  });
}

function readDocument(document: Document.Parsed, place: string): unknown {
  const [error] = document.errors;
  if (error) throw new UsageError(`${place}: ${error.message}`);
  try {
    return document.toJS();
  } catch (error) {
    // Aliases are resolved only here: one without its anchor, or too many of them.
    if (error instanceof ReferenceError) throw new UsageError(`${place}: ${error.message}`);
    throw error;
  }
}

function toDeclaration(content: unknown, place: string): Declaration {
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UsageError(`${place}: a declaration has members, kind and name among them`);
  const { kind, name, ...input } = content as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') throw new UsageError(`${place}: name is missing`);
  switch (kind) {
    case 'Service':
      servicePath(name, place);
      return { kind, name, place, input: input as ServiceInput };
    case 'TriggerSet':
      // A missing list is for the server to refuse.
      return { kind, name, place, input: input as unknown as TriggerSetInput };
    default:
      throw new UsageError(
        `${place}: kind is ${kind === undefined ? 'missing' : JSON.stringify(kind)}; it is Service or TriggerSet`,
      );
  }
}
