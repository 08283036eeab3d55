import { type ComponentType, lazy } from 'react';
import { fetchCode } from './fetch-code.ts';
import { PartMissing } from './part-note.tsx';

/**
 * A part beside the page whose code is loaded when it is first wanted, or before by `load`. While the server does not answer it is
 * asked for again, and the page stands without it; what cannot be had without a new page says so, by its `name`.
 */
export function lazyPart<P extends object>(
  name: string,
  fetchIt: () => Promise<{ default: ComponentType<P> }>,
) {
  const missing = { default: () => <PartMissing name={name} /> };
  const Part = lazy<ComponentType<P>>(async () => (await fetchCode(fetchIt)) ?? missing);
  return { Part, load: fetchIt };
}
