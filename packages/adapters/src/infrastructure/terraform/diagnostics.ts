import { scrub } from './scrub.ts';

/** One line of what the program says with `-json`: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
export interface Message {
  type: string;
  /** Of a summary: `plan` or `apply`. */
  operation?: string;
  diagnostic?: Diagnostic;
}

export interface Diagnostic {
  severity: string;
  summary: string;
  detail: string;
  address: string;
}

/** Lines that are no messages are left out: providers and provisioners write where they like. */
export function messagesOf(output: string): Message[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return toMessage(JSON.parse(line));
    } catch {
      return [];
    }
  });
}

function toMessage(read: unknown): Message[] {
  const { type, changes, diagnostic } = membersOf(read);
  if (typeof type !== 'string') return [];
  const { operation } = membersOf(changes);
  return [
    {
      type,
      ...(typeof operation === 'string' ? { operation } : {}),
      ...(diagnostic === undefined ? {} : { diagnostic: toDiagnostic(diagnostic) }),
    },
  ];
}

function toDiagnostic(read: unknown): Diagnostic {
  const { severity, summary, detail, address } = membersOf(read);
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return { severity: text(severity), summary: text(summary), detail: text(detail), address: text(address) };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function errorsOf(messages: readonly Message[]): Diagnostic[] {
  return messages.flatMap(({ diagnostic }) => (diagnostic?.severity === 'error' ? [diagnostic] : []));
}

/** The first error in a sentence, and how many there are besides. */
export function errorInWords(errors: readonly Diagnostic[], secrets: Iterable<string>): string {
  const [first] = errors;
  if (!first) return 'it gave no reason.';
  const { summary, detail, address } = first;
  const where = address === '' ? '' : ` (${address})`;
  const said = detail === '' ? `${summary}${where}.` : `${summary}${where}: ${detail}`;
  const more = errors.length > 1 ? ` And ${errors.length - 1} more.` : '';
  return `${scrub(said, secrets)}${more}`;
}
