import { Address, Name, Secret } from '@lastgood/domain/bounds';
import Type from 'typebox';

/** What every vendor must know of a PostgreSQL whose schema it moves. */
export const databaseSettings = {
  url: Secret({
    pattern: '^postgres(ql)?://',
    description:
      'URL of the database with the role that migrates it. Straight to the server: session locks do not survive a transaction pooler',
  }),
  applicationRoles: Type.Array(Name(), {
    minItems: 1,
    maxItems: 20,
    description: 'Roles that the application connects with: while one has a session open, no schema moves',
  }),
  fixUps: Type.Optional(
    Address({
      description:
        'Folder of the fix-ups, a file NAME.sql for each; each runs in one transaction, once for each rollback',
    }),
  ),
  timeoutMs: Type.Optional(
    Type.Integer({
      minimum: 100,
      maximum: 60_000,
      default: 5_000,
      description: 'Longest wait for a connection, and for one answer to a question',
    }),
  ),
  longestMs: Type.Optional(
    Type.Integer({
      minimum: 1_000,
      maximum: 86_400_000,
      default: 3_000_000,
      description:
        'A migration or a fix-up that takes longer is ended; what it did is undone with its transaction',
    }),
  ),
};

const defaultTimeoutMs = 5_000;
const defaultLongestMs = 3_000_000;

/** A PostgreSQL as the vendors use it. */
export interface Database {
  /** Entry of the configuration. */
  name: string;
  url: URL;
  roles: readonly string[];
  timeoutMs: number;
  longestMs: number;
  /** Null where none are configured. */
  fixUps: string | null;
}

const settingsObject = Type.Object(databaseSettings);

/** Throws with a sentence that names the setting and not its value: a wrong one stops the start, not the first incident. */
export function databaseOf(name: string, settings: Type.Static<typeof settingsObject>): Database {
  if (!URL.canParse(settings.url)) throw new Error(`database ${name} url: this is not a URL.`);
  return {
    name,
    url: new URL(settings.url),
    roles: settings.applicationRoles,
    timeoutMs: settings.timeoutMs ?? defaultTimeoutMs,
    longestMs: settings.longestMs ?? defaultLongestMs,
    fixUps: settings.fixUps ?? null,
  };
}
