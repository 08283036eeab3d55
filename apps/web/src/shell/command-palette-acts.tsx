import type { DeploymentView, PlanPreview, ServiceSummary } from '@lastgood/api-client';
import { getDeploymentViewQueryOptions, getPlanPreviewQueryOptions } from '@lastgood/api-client/queries';
import type { SpotlightActionData } from '@mantine/spotlight';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { useNow } from '../clock/use-now.ts';
import { presses } from '../rollback/press/use-presses.ts';
import { refusalText } from '../rollback/refusal-text.ts';
import { releaseText } from '../run/release.tsx';
import { moveName, releaseName } from '../run/release-names.ts';
import { allServices } from '../service/all-services.ts';
import { matchingServices } from '../service/matching-services.ts';
import { serviceWords } from './palette-words.ts';

/** Acts are offered when so few services are meant; their plans are asked for. */
const mostMeant = 3;

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
  const words = serviceWords(query);
  const { data } = useQuery({ ...allServices(), enabled: words !== '' });
  if (words === '') return [];
  const meant = matchingServices(data ?? [], words).filter(({ current }) => current !== null);
  return meant.length > mostMeant ? [] : meant;
}
