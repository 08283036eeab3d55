import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The state of one flag, as its service answers it. */
export type FlagDocument = Record<string, unknown> & { on: boolean };

interface Kept {
  document: FlagDocument;
  version: number;
  /** The keys of the writes that were done, newest last. */
  done: string[];
}

export type PutResult = 'done' | 'unknown' | 'changed';

const mostKeys = 100;

/** Flags by `environment/flag`, kept in a file. */
export class FlagStore {
  #file: string;
  #flags: Record<string, Kept>;
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(file: string, flags: Record<string, Kept>) {
    this.#file = file;
    this.#flags = flags;
  }

  /** @param first what there is when nothing was kept yet */
  static async open(file: string, first: Record<string, FlagDocument>): Promise<FlagStore> {
    const kept = await readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as Record<string, Kept>,
      () => ({}),
    );
    const made = Object.entries(first).map(([key, document]) => [key, { document, version: 1, done: [] }]);
    return new FlagStore(file, { ...Object.fromEntries(made), ...kept });
  }

  get(key: string): { document: FlagDocument; etag: string } | null {
    const kept = Object.hasOwn(this.#flags, key) ? this.#flags[key] : undefined;
    return kept ? { document: kept.document, etag: `"${kept.version}"` } : null;
  }

  /**
   * One after the other; what could not be kept was not done.
   * @param etag at which the flag must still be
   * @param operation a write with the key of one that was done does nothing
   */
  put(key: string, document: FlagDocument, etag: string, operation: string): Promise<PutResult> {
    const put = this.#writing.then(() => this.#put(key, document, etag, operation));
    this.#writing = put.catch(() => undefined);
    return put;
  }

  async #put(key: string, document: FlagDocument, etag: string, operation: string): Promise<PutResult> {
    const kept = Object.hasOwn(this.#flags, key) ? this.#flags[key] : undefined;
    if (!kept) return 'unknown';
    if (kept.done.includes(operation)) return 'done';
    if (etag !== `"${kept.version}"`) return 'changed';
    const done = [...kept.done, operation].slice(-mostKeys);
    const flags = { ...this.#flags, [key]: { document, version: kept.version + 1, done } };
    await mkdir(dirname(this.#file), { recursive: true });
    await writeFile(`${this.#file}.new`, JSON.stringify(flags));
    await rename(`${this.#file}.new`, this.#file);
    this.#flags = flags;
    return 'done';
  }
}
