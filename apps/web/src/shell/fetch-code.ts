import { ApiError, systemStatus } from '@lastgood/api-client';

/** Milliseconds between two looks whether a part of the app can be loaded by now. */
export const retryMs = 2_000;

/**
 * Code of the app, asked for until it comes. Null where it does not although the server answers: a browser may remember that a
 * module failed, and a new server has other ones, so that only a new page asks anew.
 */
export async function fetchCode<T>(fetchIt: () => Promise<T>): Promise<T | null> {
  for (let again = false; ; again = true) {
    try {
      return await fetchIt();
    } catch {
      if (again && (await isServed())) return null;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** Any answer will do, a refusal for want of a token too. */
export async function isServed(): Promise<boolean> {
  try {
    await systemStatus();
    return true;
  } catch (error) {
    return error instanceof ApiError && error.status !== 503;
  }
}
