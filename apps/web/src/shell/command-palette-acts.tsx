import type { DeploymentView, PlanPreview, ServiceSummary } from '@lastgood/api-client';
import {
  getDeploymentViewQueryOptions,
  getPlanPreviewQueryOptions,
  useListServices,
} from '@lastgood/api-client/queries';
import { useDebouncedValue } from '@mantine/hooks';
import type { SpotlightActionData } from '@mantine/spotlight';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { presses } from '../rollback/press/use-presses.ts';
import { refusalText } from '../rollback/refusal-text.ts';
import { releaseText } from '../run/release.tsx';
import { moveName, releaseName } from '../run/release-names.ts';
import { serviceWords } from './palette-words.ts';

/** Acts are offered when so few services are meant; their plans are asked for. */
const mostMeant = 3;
/** How long the typing rests before the server is asked. */
const settleMs = 150;

/** *Roll back checkout to v41* for the services that the search leaves; where it cannot work it says why. */
export function usePaletteActs(query: string): SpotlightActionData[] {
  const now = useNow();
  const navigate = useNavigate();
  const meant = useMeant(query);
  const views = useQueries({
    queries: meant.map(({ current }) => getDeploymentViewQueryOptions(current?.deploymentId ?? '')),
  });
  const plans = useQueries({
    queries: views.map(({ data }) =>
      getPlanPreviewQueryOptions(data?.deployment.id ?? '', undefined, {
        query: { enabled: data?.target != null && data.targetProblem === null, staleTime: 15_000 },
      }),
    ),
  });
  return meant.flatMap((service, index) => {
    const view = views[index]?.data;
    return view ? [actOf(service, view, plans[index]?.data)] : [];
  });

  function actOf(service: ServiceSummary, view: DeploymentView, plan?: PlanPreview): SpotlightActionData {
    const { deployment, target } = view;
    const page = () => void navigate(`/deployments/${deployment.id}`);
    const common = {
      id: `roll back ${service.key}`,
      // What was typed was understood already: it names the service, perhaps among other words.
      keywords: query,
      leftSection: <IconArrowBackUp size="1.125rem" />,
    };
    const problem = view.targetProblem ?? refusalText(plan);
    if (target === null || problem !== null) {
      const description = problem ?? 'No earlier release is known to be good.';
      return { ...common, label: `Cannot roll back ${service.name}`, description, onClick: page };
    }
    const from = { deploymentId: deployment.id, release: deployment.release, version: deployment.version };
    return {
      ...common,
      label: `Roll back ${service.name} to ${releaseName(target)}`,
      description: `${moveName(from, target)}; returns to ${releaseText(target, now)}`,
      onClick() {
        const byHand = plan?.plan?.byHand ?? [];
        presses.press({ deploymentId: deployment.id, serviceName: service.name, from, target, byHand });
        page();
      },
    };
  }
}

function useMeant(query: string): ServiceSummary[] {
  const [words] = useDebouncedValue(serviceWords(query), settleMs);
  const asked = { search: words, limit: mostMeant + 1 };
  const { data } = useListServices(asked, { query: { enabled: words !== '' } });
  if (words === '') return [];
  const meant = (data?.items ?? []).filter(({ current }) => current !== null);
  return meant.length > mostMeant ? [] : meant;
}
