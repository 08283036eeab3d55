import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where programs of others are looked for, whatever shell Lastgood was started from; Lastgood's own ways back look there, too. */
export const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';

/** The first of these programs that is installed, as a path; null where none is. */
export function findProgram(...names: readonly string[]): string | null {
  const folders = usualPath.split(':');
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}

/** "needs git in /usr/local/bin, /usr/bin, /bin or /opt/homebrew/bin": where it is found by those who only read. */
export function needsProgram(name: string): string {
  return `needs ${name} in /usr/local/bin, /usr/bin, /bin or /opt/homebrew/bin`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
