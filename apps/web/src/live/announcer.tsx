import { VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useAnnouncement } from './live-provider.tsx';

/** Reads out what happens: politely what is to be watched, at once what needs an act. Shows the latter as a note too. */
export function Announcer() {
  const announcement = useAnnouncement();
  const change = announcement?.change;
  const text = change?.text ?? '';
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
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per announcement, not again after a navigation
  useEffect(() => {
    const change = announcement?.change;
    if (change?.urgency !== 'act' || pathname === '/' || pathname.includes(change.id)) return;
    const page = change.resource === 'run' ? `/runs/${change.id}` : `/deployments/${change.id}`;
    const leads = change.resource === 'run' || change.resource === 'deployment';
    notifications.show({
      id: `act ${change.service ?? change.id}`,
      message: change.text,
      color: 'red',
      withBorder: true,
      autoClose: 10_000,
      // The announcer has read it out already.
      role: 'presentation',
      onClick: leads ? () => void navigate(page) : undefined,
      style: leads ? { cursor: 'pointer' } : undefined,
    });
  }, [announcement]);
}
