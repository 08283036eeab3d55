import type { Flags } from '@lastgood/domain/ports/flags';
import { type FlagState, flagStateOf } from '@lastgood/domain/rollback/contracts/flag-state';
import type { Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf } from '@lastgood/domain/rollback/need';
import { Type } from 'typebox';
import { fitting } from '../../http/fitting.ts';
import { lowerCased } from '../../http/lower-cased.ts';
import { settingsUrl } from '../../http/settings-url.ts';
import type { Closable } from '../../vendor.ts';
import { notRead, writeResult } from '../flag-answers.ts';
import { createFlagClient } from '../flag-client.ts';
import { type FlagReading, type FlagWrite, flagsOf } from '../flags-of.ts';
import type { HttpFlagSettings } from './settings.ts';

const Share = Type.Number({ minimum: 0, maximum: 100 });

const Document = Type.Object({
  on: Type.Optional(Type.Boolean()),
  percentage: Type.Optional(Share),
  variant: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000 })),
  variants: Type.Optional(Type.Record(Type.String(), Share)),
  archived: Type.Optional(Type.Boolean()),
});

interface Held {
  document: Type.Static<typeof Document>;
  etag: string;
}

/** Sets flags at a service that speaks the protocol of the README beside this file. Throws when the settings cannot work. */
export function createHttpFlags(settings: HttpFlagSettings, now: () => number = Date.now): Closable<Flags> {
  const { name, token, tlsCa, timeoutMs = 5_000 } = settings;
  const url = settingsUrl(settings.url, `flag provider ${name} url`, 'token');
  const bearer = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { ...lowerCased(settings.headers), ...bearer };
  const client = createFlagClient({ title: 'the flag service', url, headers, tlsCa, timeoutMs });

  async function read(flag: AskOf<'flag'>, signal: AbortSignal): Promise<Observed<FlagReading<Held>>> {
    const path = pathFor(flag, settings.url);
    if (path === null) return { kind: 'not-found', reason: 'no flag of the flag service is called so' };
    const answer = await client.send({ method: 'GET', path }, signal);
    const isRead = answer.kind === 'answered' && answer.status === 200;
    const document = isRead ? fitting(Document, answer.json) : null;
    if (!isRead || document === null) return notRead(client, answer);
    const { etag } = answer.headers;
    if (typeof etag !== 'string' || !/^"[\x21\x23-\x7e]*"$/.test(etag))
      return { kind: 'unreachable', reason: 'the flag service answered without a strong ETag' };
    const seen = { value: stateIn(document), version: etag, archived: document.archived === true };
    return { kind: 'seen', seen: { seen, held: { document, etag } } };
  }

  async function write({ step, reading, operation }: FlagWrite<Held>, signal: AbortSignal) {
    const { document, etag } = reading.held;
    const { variant: _, ...rest } = document;
    const body = { ...rest, ...flagStateOf(stateIn(document)), ...flagStateOf(step.to) };
    const path = pathFor(step, settings.url) ?? '';
    const fence = { 'if-match': etag, 'idempotency-key': operation.key };
    return writeResult(
      client,
      await client.send({ method: 'PUT', path, headers: fence, body }, signal),
      now(),
    );
  }

  return { ...flagsOf({ read, write }), close: () => client.close() };
}

function stateIn({ archived: _, ...document }: Type.Static<typeof Document>): FlagState {
  const { on, percentage, variant, variants } = document;
  return flagStateOf({
    ...(on === undefined ? {} : { on }),
    ...(percentage === undefined ? {} : { percentage }),
    ...(variants === undefined ? (variant === undefined ? {} : { variant }) : { variants }),
  });
}

/** Null where a name would lead to another address. */
function pathFor(flag: AskOf<'flag'>, template: string): string | null {
  const names = { project: flag.project, environment: flag.environment, flag: flag.flag };
  if (Object.values(names).some((word) => /^\.{0,2}$/.test(word))) return null;
  const address = template.replace(/\{(project|environment|flag)\}/g, (_found, word: keyof typeof names) =>
    encodeURIComponent(names[word]),
  );
  const { pathname, search } = new URL(address);
  return pathname + search;
}
