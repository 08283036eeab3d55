import type { Notice } from '../../deployment/notice.ts';
import { blueGreen } from '../ways/blue-green/blue-green.ts';
import { switchesOf } from '../ways/blue-green/switches.ts';
import { canary } from '../ways/canary/canary.ts';
import { routesOf } from '../ways/canary/routes.ts';
import { isDelivered } from '../ways/delivered.ts';
import { isProgressive } from '../ways/progressive/declares.ts';
import { leadsToSeveral, selectorInWords, splitInWords } from '../ways/progressive/not-staged.ts';
import { trafficObjectName } from '../ways/traffic-object.ts';
import { declaredFor } from '../ways/way.ts';
import type { RegisteredRelease } from './registered-release.ts';

type Release = Pick<RegisteredRelease, 'service' | 'deployment'>;

/** Of traffic that would go back at once although the service declares stages: before somebody relies on them. */
export function stagesNotices(release: Release): Notice[] {
  if (!isProgressive(release.service) || isDelivered(release.service)) return [];
  return [...selectors(release), ...splits(release)].map((words) => ({ code: 'not-in-stages', words }));
}

function selectors({ service, deployment }: Release): string[] {
  // Of a release of another strategy only what was registered is switched back.
  const declared = deployment.strategy === 'blue-green' ? declaredFor(blueGreen, service) : null;
  return switchesOf({ service, declared, changes: deployment.changes })
    .filter(({ by }) => 'key' in by)
    .map(({ object }) => selectorInWords(trafficObjectName(object, service)));
}

function splits({ service, deployment }: Release): string[] {
  // Blue-green leads all traffic of its route to one slot.
  if (deployment.strategy === 'blue-green') return [];
  const { changes } = deployment;
  return routesOf({ service, declared: declaredFor(canary, service), changes })
    .filter(({ to }) => 'weights' in to && leadsToSeveral(to.weights))
    .map(({ route, rule }) => splitInWords(trafficObjectName(route, service, rule)));
}
