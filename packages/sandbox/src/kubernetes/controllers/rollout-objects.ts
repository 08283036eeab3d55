import { DEPLOYMENTS } from '../kinds/deployment-kind.ts';
import { setPodTemplateDefaults } from '../kinds/pod-template.ts';
import type {
  Deployment,
  JsonObject,
  KubeObject,
  LabelSelector,
  PodTemplate,
  ReplicaSet,
} from '../objects.ts';
import { canonicalJson } from '../seeded-names.ts';
import type { Storage } from '../storage.ts';

/** What Argo Rollouts tells ReplicaSets apart by. */
export const ROLLOUT_HASH = 'rollouts-pod-template-hash';
export const ROLLOUT_REVISION = 'rollout.argoproj.io/revision';

export interface RolloutStep {
  setWeight?: number;
  /** Without a duration until somebody resumes. */
  pause?: { duration?: number };
}

export interface Rollout extends KubeObject {
  spec: {
    replicas?: number;
    selector?: LabelSelector;
    template?: PodTemplate;
    workloadRef?: { kind: string; name: string };
    strategy?: { canary?: { steps?: RolloutStep[]; trafficRouting?: object } };
    paused?: boolean;
  };
  status?: RolloutStatus;
}

export interface RolloutStatus {
  abort?: boolean;
  promoteFull?: boolean;
  phase?: string;
  message?: string;
  /** A text, unlike everywhere else. */
  observedGeneration?: string;
  stableRS?: string;
  currentPodHash?: string;
  currentStepIndex?: number;
  pauseConditions?: { reason: string; startTime: string }[];
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  canary?: { weights?: Record<'canary' | 'stable', { weight: number; podTemplateHash: string }> };
}

/** Its own, or that of the Deployment it refers to. */
export function templateOf(
  storage: Storage,
  { metadata, spec }: Rollout,
): { template: PodTemplate; selector: LabelSelector } | null {
  if (spec.template && spec.selector) return { template: spec.template, selector: spec.selector };
  const { name = '' } = spec.workloadRef ?? {};
  const deployment = storage.get(DEPLOYMENTS.plural, metadata.namespace, name) as Deployment | undefined;
  return deployment ? deployment.spec : null;
}

export const hashOf = (set: ReplicaSet): string => set.metadata.labels?.[ROLLOUT_HASH] ?? '';
export const revisionOf = (set: ReplicaSet): number =>
  Number(set.metadata.annotations?.[ROLLOUT_REVISION] ?? 0);

/** A ReplicaSet is served with defaults, a Rollout is not: they are the same template all the same. */
export function isTemplateOf(template: PodTemplate, set: ReplicaSet): boolean {
  const { [ROLLOUT_HASH]: _hash, ...labels } = set.spec.template.metadata?.labels ?? {};
  const bare = { ...set.spec.template, metadata: { ...set.spec.template.metadata, labels } };
  return canonicalJson(withDefaults(template)) === canonicalJson(bare);
}

function withDefaults(template: PodTemplate): JsonObject {
  return setPodTemplateDefaults(structuredClone(template) as unknown as JsonObject);
}
