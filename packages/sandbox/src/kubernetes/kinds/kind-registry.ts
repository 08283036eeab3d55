import { AUTOSCALERS, SCALED_OBJECTS } from './autoscaling-kinds.ts';
import { CRON_JOBS, JOBS } from './batch-kinds.ts';
import { CONFIG_MAPS, SECRETS } from './configuration-kinds.ts';
import { CONTROLLER_REVISIONS } from './controller-revision-kind.ts';
import { ENDPOINT_SLICES, EVENTS, NAMESPACES, NODES, PODS, SERVICES } from './core-kinds.ts';
import { DAEMON_SETS } from './daemon-set-kind.ts';
import { CANARIES, ROLLOUTS } from './delivery-kinds.ts';
import { DEPLOYMENTS } from './deployment-kind.ts';
import { DISRUPTION_BUDGETS } from './disruption-budget-kind.ts';
import { APPLICATIONS, GIT_REPOSITORIES, IMAGE_UPDATE_AUTOMATIONS, KUSTOMIZATIONS } from './gitops-kinds.ts';
import { HTTP_ROUTES } from './http-route-kind.ts';
import { INGRESSES } from './ingress-kind.ts';
import { DESTINATION_RULES, VIRTUAL_SERVICES } from './istio-kinds.ts';
import type { KindDefinition } from './kind-definition.ts';
import { REPLICA_SETS } from './replica-set-kind.ts';
import { STATEFUL_SETS } from './stateful-set-kind.ts';

/** Every kind the sandbox serves. Adding one is one definition and one line here. */
export const KINDS: readonly KindDefinition[] = [
  CONFIG_MAPS,
  EVENTS,
  NAMESPACES,
  NODES,
  PODS,
  SECRETS,
  SERVICES,
  CONTROLLER_REVISIONS,
  DAEMON_SETS,
  DEPLOYMENTS,
  REPLICA_SETS,
  STATEFUL_SETS,
  AUTOSCALERS,
  SCALED_OBJECTS,
  CRON_JOBS,
  JOBS,
  ENDPOINT_SLICES,
  DISRUPTION_BUDGETS,
  INGRESSES,
  HTTP_ROUTES,
  DESTINATION_RULES,
  VIRTUAL_SERVICES,
  APPLICATIONS,
  GIT_REPOSITORIES,
  KUSTOMIZATIONS,
  IMAGE_UPDATE_AUTOMATIONS,
  ROLLOUTS,
  CANARIES,
];

export function findKind(group: string, version: string, plural: string): KindDefinition | undefined {
  return KINDS.find((kind) => kind.group === group && kind.version === version && kind.plural === plural);
}

export function findKindByName(apiVersion: string, kind: string): KindDefinition | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return KINDS.find((known) => known.group === group && known.version === version && known.kind === kind);
}

export function knowsGroupVersion(group: string, version: string): boolean {
  return KINDS.some((kind) => kind.group === group && kind.version === version);
}
