import { useListDeployments, useListRuns } from '@lastgood/api-client/queries';
import { useDebouncedValue } from '@mantine/hooks';
import type { SpotlightActionData } from '@mantine/spotlight';
import { IconArrowBackUp, IconTag } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import { moveName, releaseTitle } from '../run/release-names.ts';

const shortest = 2;
const mostOfEach = 5;
const settleMs = 150;

/** Releases whose version or commit begins with what is searched, and the rollbacks of late that name it. */
export function usePaletteFinds(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const [search] = useDebouncedValue(query.trim(), settleMs);
  const enabled = search.length >= shortest;
  const deployments = useListDeployments({ search, limit: mostOfEach }, { query: { enabled } });
  const runs = useListRuns({ limit: 100 }, { query: { enabled } });
  if (!enabled) return [];
  const words = search.toLowerCase().split(/\s+/);
  const named = (runs.data?.items ?? []).filter(({ id, serviceName, from, target }) => {
    const text = `rollback ${serviceName} ${moveName(from, target)} ${id}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return [
    ...(deployments.data?.items ?? []).map((one) => ({
      id: one.id,
      keywords: query,
      label: `${one.service.split('/').at(-1)} ${releaseTitle(one)}`,
      description: [one.service, one.commit?.slice(0, 10), one.author].filter(Boolean).join(' · '),
      leftSection: <IconTag size="1.125rem" />,
      onClick: () => void navigate(`/deployments/${one.id}`),
    })),
    ...named.slice(0, mostOfEach).map((run) => ({
      id: run.id,
      keywords: query,
      label: `Rollback of ${run.serviceName} ${moveName(run.from, run.target)}`,
      description: run.sentence,
      leftSection: <IconArrowBackUp size="1.125rem" />,
      onClick: () => void navigate(`/runs/${run.id}`),
    })),
  ];
}
