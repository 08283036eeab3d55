import { given, importRules } from '@lastgood/api-client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';

/** What the rules of a file become; nothing is asked while there is no file. */
export function useImport(file: string, serviceLabel: string) {
  return useQuery({
    queryKey: ['import-rules', file, serviceLabel],
    queryFn: ({ signal }) =>
      importRules({ file, ...given({ serviceLabel: serviceLabel || undefined }) }, undefined, { signal }),
    enabled: file.trim() !== '',
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
