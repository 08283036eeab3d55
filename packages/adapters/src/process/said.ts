import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Of what a program says the end is kept: that is where it tells why it gave up. */
const keptCharacters = 4_000;
/** How much may be on the disk, in bytes, before what is old is dropped. */
const mostBytes = 64 * 1024 * 1024;
const lookEveryMs = 1_000;

export interface Said {
  /** What a program is given to write to. */
  fd: number;
  /** The last that was said, without the secrets. */
  close(): string;
}

/**
 * What a program says, in a file without a name: a pipe would break with Lastgood, and kill whoever writes to it in the midst
 * of its work.
 */
export function openSaid(secrets: readonly string[]): Said {
  const path = join(tmpdir(), `lastgood-said-${randomBytes(12).toString('hex')}`);
  const fd = openSync(path, 'ax+', 0o600);
  unlinkSync(path);
  const longest = Math.max(0, ...secrets.map((secret) => Buffer.byteLength(secret)));
  // A secret that the cut goes through is in what is dropped afterwards.
  const window = 4 * keptCharacters + 2 * longest;
  let before = Buffer.alloc(0);
  const tail = () => {
    const { size } = fstatSync(fd);
    const read = Buffer.alloc(Math.min(size, window));
    readSync(fd, read, 0, read.length, size - read.length);
    return Buffer.concat([before, read]).subarray(-window);
  };
  const trim = () => {
    if (fstatSync(fd).size > mostBytes) {
      before = tail();
      ftruncateSync(fd);
    }
    timer = setTimeout(trim, lookEveryMs).unref();
  };
  let timer = setTimeout(trim, lookEveryMs).unref();
  return {
    fd,
    close() {
      clearTimeout(timer);
      const read = tail();
      closeSync(fd);
      const clean = withoutSecrets(read.toString('utf8'), secrets);
      return clean.slice(read.length < window ? 0 : longest).slice(-keptCharacters);
    },
  };
}

/** The longest first: one may be part of another. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return [...secrets]
    .filter((secret) => secret !== '')
    .sort((one, other) => other.length - one.length)
    .reduce((kept, secret) => kept.replaceAll(secret, '***'), text);
}
