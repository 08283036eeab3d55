import { describe, expect, it } from 'vitest';
import { databaseOf } from './database-settings.ts';
import { faultInWords, inSession, withoutSecret } from './session.ts';

describe('a password of a database', () => {
  const databaseAt = (url: string) => databaseOf('shop', { url, applicationRoles: ['app'], timeoutMs: 500 });
  const faultOf = (url: string, said: string) => faultInWords(databaseAt(url), new Error(said));

  it('with a sign that is no escape is a fault in words like any other, and is told nowhere', async () => {
    const url = 'postgres://lastgood:100%x@127.0.0.1:1/shop';
    const read = await inSession(databaseAt(url), { signal: new AbortController().signal }, async () => 1);
    expect(read).toMatchObject({ kind: 'unreachable', reason: expect.stringContaining('ECONNREFUSED') });
    expect(faultOf(url, 'no 100%x')).toBe('PostgreSQL at 127.0.0.1:1 no ***');
    expect(faultOf('postgres://lastgood:a%20b%x@h/shop', 'no "a b%x", a%20b%x')).toBe(
      'PostgreSQL at h no "***", ***',
    );
  });

  it('in the query of its URL is told nowhere either', () => {
    const url = 'postgres://h/shop?user=lastgood&password=p%40ss&sslpassword=key%20word';
    expect(faultOf(url, `${url} p@ss key word`)).not.toMatch(/p%40ss|p@ss|key%20word|key word/);
  });

  it('that is part of another one hides the whole of that', () =>
    expect(withoutSecret(new URL('postgres://u:abc@h/x?password=abcdef'), 'no abcdef')).toBe('no ***'));
});
