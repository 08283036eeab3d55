import { type ComponentType, lazy } from 'react';

/** Between two looks whether a part of the app can be loaded by now. */
const retryMs = 2_000;

/**
 * A part beside the page whose code is loaded when it is first wanted, or before by `load`. While the server does not answer it is
 * asked for again, and the page stands without it.
 */
export function lazyPart<P extends object>(fetchIt: () => Promise<{ default: ComponentType<P> }>) {
  const Part = lazy(async () => {
    for (;;) {
      try {
        return await fetchIt();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    }
  });
  return { Part, load: fetchIt };
}
