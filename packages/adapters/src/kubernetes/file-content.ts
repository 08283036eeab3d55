import { readFileSync, statSync } from 'node:fs';

/** Which content a file has: another stamp is another content. Null when it is not there. */
export function fileStamp(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats ? `${stats.ino}/${stats.mtimeMs}/${stats.size}` : null;
}

/** A file that somebody else renews, such as a mounted token. */
export interface RenewedFile {
  /** The newest content that could be read, without the space around it. Throws when there never was one. */
  content(): string;
}

/** While it is being replaced it may be gone or empty for a moment: what was read before stands until there is more. */
export function createRenewedFile(path: string): RenewedFile {
  let stamp: string | null = null;
  let text = '';
  return {
    content() {
      const found = fileStamp(path);
      if (found !== null && found !== stamp) {
        const read = readFileSync(path, 'utf8').trim();
        if (read) [stamp, text] = [found, read];
      }
      if (text) return text;
      throw new Error(`the token file ${path} is ${found === null ? 'not there' : 'empty'}`);
    },
  };
}
