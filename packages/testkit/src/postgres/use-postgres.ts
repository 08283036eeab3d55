import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import './global-setup.ts';

export interface TestPostgres {
  /** A database of this test file alone, migrated. Known once `beforeAll` ran. */
  readonly url: string;
  /** One more, for tests of a database's own life; dropped with the others. */
  createDatabase(): Promise<string>;
  /** A bare database without a single table. */
  createEmptyDatabase(): Promise<string>;
}

/** Call at the top of a test file: gives it a copy of the migrated template, made in some 50 ms, dropped afterwards. */
export function usePostgres(): TestPostgres {
  const made: string[] = [];
  let template: URL | undefined;
  let url: string | undefined;

  const create = async (from: string): Promise<string> => {
    if (!template)
      throw new Error('usePostgres() must be called at the top of the file, before its tests run');
    const name = `test_${randomBytes(8).toString('hex')}`;
    await administer(template, `create database ${name} template ${from} strategy file_copy`);
    made.push(name);
    return Object.assign(new URL(template), { pathname: `/${name}` }).toString();
  };

  beforeAll(async () => {
    const answer = await fetch(inject('postgresDoor'));
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the test PostgreSQL did not start: ${text}`);
    template = new URL(text);
    url = await create(template.pathname.slice(1));
  });
  afterAll(async () => {
    if (!template) return;
    for (const name of made) await administer(template, `drop database if exists ${name} with (force)`);
  });

  return {
    get url() {
      if (!url) throw new Error('the test database is there once beforeAll ran');
      return url;
    },
    createDatabase: () => create(template?.pathname.slice(1) ?? ''),
    createEmptyDatabase: () => create('template0'),
  };
}

async function administer(template: URL, statement: string): Promise<void> {
  const client = new pg.Client({
    connectionString: Object.assign(new URL(template), { pathname: '/postgres' }).toString(),
  });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
