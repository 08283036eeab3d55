import type { DeploymentView, LiveChanged, RunView } from '@lastgood/api-client';
import { getDeploymentViewQueryKey, getRunViewQueryKey } from '@lastgood/api-client/queries';
import { Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useAnnouncement } from './live-provider.tsx';

/** Reads out what happens: politely what is to be watched, at once what needs an act. Shows the latter as a note too. */
export function SpokenNews() {
  const announcement = useAnnouncement();
  const change = announcement?.change;
  const text = change ? spoken(change) : '';
  const act = change?.urgency === 'act';
  useActNote();
  return (
    <VisuallyHidden>
      <div aria-live="polite">{!act && text}</div>
      <div aria-live="assertive">{act && text}</div>
    </VisuallyHidden>
  );
}

/** On pages that do not show it anyway, something to act on appears as a note that leads there. */
function useActNote(): void {
  const announcement = useAnnouncement();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const queries = useQueryClient();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per announcement, not again after a navigation
  useEffect(() => {
    const change = announcement?.change;
    if (change?.urgency !== 'act' || shows(pathname, change, queries)) return;
    const page = pageOf(change);
    notifications.show({
      id: `act ${change.service ?? change.id}`,
      // All of it stands on the page that the note leads to.
      message: (
        <Text inherit lineClamp={4}>
          {spoken(change)}
        </Text>
      ),
      color: 'red',
      withBorder: true,
      autoClose: 10_000,
      // The live region has read it out already.
      role: 'presentation',
      ...(page ? { onClick: () => void navigate(page), style: { cursor: 'pointer' } } : {}),
    });
  }, [announcement]);
}

/** What happened, never without the name of the service that it happened to. */
export function spoken({ service, text }: Pick<LiveChanged, 'service' | 'text'>): string {
  const name = service?.split('/').at(-1);
  if (!text || !name || text.includes(name)) return text ?? '';
  return `${name}: ${text}`;
}

function pageOf({ resource, id }: LiveChanged): string | null {
  if (resource === 'run') return `/runs/${id}`;
  if (resource === 'service') return `/services/${id}`;
  return resource === 'deployment' ? `/deployments/${id}` : null;
}

/** Whether the page at `pathname` shows this change by itself: Now shows all, the others what is about their service. */
function shows(pathname: string, change: LiveChanged, queries: QueryClient): boolean {
  if (pathname === '/' || pathname.includes(change.id)) return true;
  if (change.service === null) return false;
  const id = pathname.split('/')[2] ?? '';
  const deployment = queries.getQueryData<DeploymentView>(getDeploymentViewQueryKey(id));
  const run = queries.getQueryData<RunView>(getRunViewQueryKey(id));
  const service = deployment?.deployment.service ?? run?.run.service;
  return service === change.service || pathname === `/services/${change.service}`;
}
