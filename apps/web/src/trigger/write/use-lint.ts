import { given, lintTriggers } from '@lastgood/api-client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Draft } from './draft.ts';

/** What is found of a draft, with the names of a service, or of those that are declared. */
export function useLint(draft: Draft, service: string | undefined) {
  return useQuery({
    queryKey: ['lint', draft, service],
    queryFn: ({ signal }) =>
      lintTriggers({ ...given({ service }), triggers: [draft] }, undefined, { signal }),
    // What is not written yet is nothing to be found fault with.
    enabled: draft.query.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
  });
}
