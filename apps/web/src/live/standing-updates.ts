import type {
  DeploymentView,
  FleetStanding,
  LiveFrame,
  NowView,
  ServicePage,
  ServiceSummary,
  ServiceView,
  Standing,
  StatusView,
} from '@lastgood/api-client';
import {
  getDeploymentViewQueryKey,
  getListServicesQueryKey,
  getNowViewQueryKey,
  getServiceViewQueryKey,
  getSystemStatusQueryKey,
} from '@lastgood/api-client/queries';
import type { QueryClient } from '@tanstack/react-query';
import type { Announcements } from './announcements.ts';
import {
  needsRows,
  standingInDeployment,
  standingInService,
  standingsInNow,
  standingsInServices,
} from './apply-standing.ts';
import type { LargeViews } from './large-views.ts';
import { standingNews } from './standing-news.ts';

/** Brings what the server says of services and of the fleet to every view that shows it, and has it spoken. */
export function createStandingUpdates(
  queries: QueryClient,
  announcements: Announcements,
  views: Pick<LargeViews, 'wishRows'>,
) {
  const last = new Map<string, Standing>();
  const nowKey = getNowViewQueryKey();

  return {
    apply(messages: LiveFrame['messages']): void {
      const standings = new Map<string, Standing>();
      let fleet: FleetStanding | null = null;
      for (const message of messages) {
        if (message.type === 'standing') standings.set(message.standing.service, message.standing);
        else if (message.type === 'fleet') fleet = message.fleet;
      }
      if (standings.size === 0 && fleet === null) return;
      const before = queries.getQueryData<NowView>(nowKey);
      if (before) {
        for (const { service, standing } of [...before.attention, ...before.watched])
          if (!last.has(service)) last.set(service, standing);
        if (needsRows(before, standings)) views.wishRows();
      }
      for (const standing of standings.values()) {
        const news = standingNews(last.get(standing.service), standing);
        last.set(standing.service, standing);
        if (news) announcements.say(news);
      }
      patch(standings, fleet);
    },
  };

  function patch(standings: ReadonlyMap<string, Standing>, fleet: FleetStanding | null): void {
    queries.setQueryData<NowView>(nowKey, (view) => view && standingsInNow(view, standings, fleet));
    if (fleet)
      queries.setQueryData<StatusView>(getSystemStatusQueryKey(), (status) => status && { ...status, fleet });
    // However they are narrowed: all of them in one list, or a page.
    queries.setQueriesData<ServiceSummary[] | ServicePage>(
      { queryKey: getListServicesQueryKey() },
      (known) => {
        if (!known) return known;
        if (Array.isArray(known)) return standingsInServices(known, standings);
        return { ...known, items: standingsInServices(known.items, standings) };
      },
    );
    queries.setQueriesData<DeploymentView>(
      { queryKey: getDeploymentViewQueryKey('') },
      (view) => view && standingInDeployment(view, standings),
    );
    queries.setQueriesData<ServiceView>(
      { queryKey: getServiceViewQueryKey('', '', '') },
      (view) => view && standingInService(view, standings),
    );
  }
}
