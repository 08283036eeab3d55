import { resolveBinary } from 'dbmate';

/** Where the program is; null where npm was told to leave optional packages out, or there is none for this platform. */
export function dbmateProgram(): string | null {
  try {
    return resolveBinary();
  } catch {
    return null;
  }
}

export const dbmateMissing =
  'the program dbmate is not installed where Lastgood runs (npm package @dbmate/..., which is optional)';
