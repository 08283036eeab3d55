import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** Where a program without a path is looked for when its environment names no PATH, as execvp(3) does. */
const usualPath = '/bin:/usr/bin';

/** Why a program could not be begun here; null when it could. `env` and `cwd` are those it would be given. */
export async function programMissing(
  program: string,
  { env, cwd }: { env: Record<string, string>; cwd: string },
): Promise<string | null> {
  const isPath = program.includes('/') || isAbsolute(program);
  const folders = (env.PATH ?? usualPath).split(delimiter);
  const places = isPath
    ? [resolve(cwd, program)]
    : folders.map((folder) => resolve(cwd, join(folder, program)));
  for (const place of places)
    if (
      await access(place, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return null;
  return `the program ${program} is not installed where Lastgood runs, or may not be run`;
}
