import { given } from '@lastgood/api-client';
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData, spotlight } from '@mantine/spotlight';
import '@mantine/spotlight/styles.layer.css';
import { useListServices } from '@lastgood/api-client/queries';
import { useDebouncedValue } from '@mantine/hooks';
import {
  IconActivity,
  IconBrightnessAuto,
  IconHeartRateMonitor,
  IconHistory,
  IconKeyboard,
  IconListDetails,
  IconSearch,
  IconStack2,
} from '@tabler/icons-react';
import { keepPreviousData } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useNavigate } from 'react-router';
import { usePaletteActs } from './command-palette-acts.tsx';
import { usePaletteFinds } from './command-palette-finds.tsx';

interface CommandPaletteProps {
  /** Grows with every wish to open it. */
  request: number;
  onHelp: () => void;
}

/** Every page, service and command by name. Loaded when it is first wanted. */
export default function CommandPalette({ request, onHelp }: CommandPaletteProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: every request opens it
  useEffect(() => spotlight.open(), [request]);
  const [query, setQuery] = useState('');
  const pages = usePages(onHelp);
  const services = useServices(query);
  const act = { group: 'Act', actions: usePaletteActs(query) };
  // A name and Enter lead to the service; only who begins with the verb has the act under the finger.
  const wantsAct = /^\s*roll/i.test(query);
  const found = usePaletteFinds(query);
  return (
    <Spotlight
      actions={[
        ...(wantsAct ? [act] : []),
        { group: 'Go to', actions: pages },
        { group: 'Services', actions: services },
        ...(wantsAct ? [] : [act]),
        { group: 'Releases and rollbacks', actions: found },
      ]}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      limit={12}
      overlayProps={{ blur: 0, backgroundOpacity: 0.55 }}
      attributes={{ content: { 'aria-label': 'Search services, pages and commands' } }}
      scrollable
      maxHeight={420}
      nothingFound="Nothing of that name."
      searchProps={{
        leftSection: <IconSearch size="1.125rem" />,
        placeholder: 'Service, version, commit, page, or roll back …',
        'aria-label': 'Search services, pages and commands',
      }}
    />
  );
}

function usePages(onHelp: () => void): SpotlightActionData[] {
  const navigate = useNavigate();
  const { setColorScheme, colorScheme } = useMantineColorScheme();
  const dark = colorScheme === 'dark';
  const go = (to: string) => () => void navigate(to);
  return [
    { id: 'now', label: 'Now', leftSection: <IconActivity size="1.125rem" />, onClick: go('/') },
    {
      id: 'services',
      label: 'Services',
      leftSection: <IconStack2 size="1.125rem" />,
      onClick: go('/services'),
    },
    {
      id: 'history',
      label: 'History',
      leftSection: <IconHistory size="1.125rem" />,
      onClick: go('/history'),
    },
    { id: 'log', label: 'Log', leftSection: <IconListDetails size="1.125rem" />, onClick: go('/log') },
    {
      id: 'status',
      label: 'Status',
      leftSection: <IconHeartRateMonitor size="1.125rem" />,
      onClick: go('/status'),
    },
    {
      id: 'help',
      label: 'Keys and meanings',
      leftSection: <IconKeyboard size="1.125rem" />,
      onClick: onHelp,
    },
    {
      id: 'colours',
      label: dark ? 'Light colours' : 'Dark colours',
      leftSection: <IconBrightnessAuto size="1.125rem" />,
      onClick: () => setColorScheme(dark ? 'light' : 'dark'),
    },
  ];
}

/** As many as fit. */
const shownServices = 12;

/** The server looks among all of them, once the typing rests. */
function useServices(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const [search] = useDebouncedValue(query.trim(), 150);
  const { data } = useListServices(
    { limit: shownServices, ...given({ search }) },
    { query: { placeholderData: keepPreviousData } },
  );
  return useMemo(
    () =>
      (data?.items ?? []).map((service) => ({
        id: service.key,
        label: service.name,
        description: `${service.key} · ${service.standing.sentence}`,
        // What the server found by its team is not to be left out here for its name.
        keywords: [service.environment, service.team ?? ''],
        onClick: () => void navigate(`/services/${service.key}`),
      })),
    [data, navigate],
  );
}
