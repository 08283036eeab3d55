import { given, listServices, type ServiceSummary } from '@lastgood/api-client';
import { getListServicesQueryKey } from '@lastgood/api-client/queries';
import { queryOptions } from '@tanstack/react-query';

const pageSize = 200;

/** Every declared service, page after page: the list is searched and drawn here, two thousand are no trouble. */
export const allServices = () =>
  queryOptions({
    queryKey: [...getListServicesQueryKey(), 'all'],
    queryFn: async ({ signal }): Promise<ServiceSummary[]> => {
      const services: ServiceSummary[] = [];
      let cursor: string | undefined;
      do {
        const page = await listServices({ limit: pageSize, ...given({ cursor }) }, { signal });
        services.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor);
      return services;
    },
  });
