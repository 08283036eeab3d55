import { given, lintTriggers, tryService } from '@lastgood/api-client';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { readDeclaration } from './read-declaration.ts';

/** What a declaration asks and is answered; asked anew when the text changes, and every 15 s: metrics come while one reads. */
export function useTrial(text: string) {
  const read = readDeclaration(text);
  return useQuery({
    queryKey: ['service-trial', text],
    queryFn: ({ signal }) => {
      if ('fault' in read) throw new Error(read.fault);
      return tryService(read.cluster, read.namespace, read.name, read.input, undefined, { signal });
    },
    enabled: !('fault' in read),
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
    retry: false,
  });
}

/** What is found of the queries that it declares itself; those of its sets are whose sets they are. */
export function useDeclarationLint(text: string) {
  const read = readDeclaration(text);
  return useQuery({
    queryKey: ['declaration-lint', text],
    queryFn: ({ signal }) => {
      if ('fault' in read) throw new Error(read.fault);
      const { cluster, namespace, name, input } = read;
      const { environment, workloads, triggers = [], checks } = input;
      const service = `${cluster}/${namespace}/${name}`;
      const body = { service, triggers, ...given({ environment, workloads, checks }) };
      return lintTriggers(body, undefined, { signal });
    },
    enabled: !('fault' in read),
    retry: false,
  });
}
