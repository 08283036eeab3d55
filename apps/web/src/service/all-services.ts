import { given, type ListServicesParams, listServices, type ServiceSummary } from '@lastgood/api-client';
import { getListServicesQueryKey } from '@lastgood/api-client/queries';
import { queryOptions } from '@tanstack/react-query';
import { restBeforeAsking } from './rest-before-asking.ts';

const pageSize = 200;

/**
 * Every declared service that the filter lets through, page after page: two thousand are searched and drawn here. Of a fleet of
 * more than a page, a change shows within seconds instead of at once: each is a megabyte to ask for.
 */
export const allServices = (filter: Omit<ListServicesParams, 'cursor' | 'limit'> = {}) =>
  queryOptions({
    queryKey: [...getListServicesQueryKey(), 'all', filter],
    queryFn: async ({ signal, client, queryKey }): Promise<ServiceSummary[]> => {
      const before = client.getQueryState<ServiceSummary[]>(queryKey);
      if ((before?.data?.length ?? 0) > pageSize) await restBeforeAsking(before?.dataUpdatedAt ?? 0, signal);
      const services: ServiceSummary[] = [];
      let cursor: string | undefined;
      do {
        const page = await listServices({ limit: pageSize, ...filter, ...given({ cursor }) }, { signal });
        services.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor);
      return services;
    },
  });
