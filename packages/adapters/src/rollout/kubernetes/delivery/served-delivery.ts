import type { PodTemplate } from '@lastgood/domain/workload/workload';
import type { ServedMeta } from '../../../kubernetes/served-meta.ts';

/** https://argo-rollouts.readthedocs.io/en/stable/features/specification/ */
export interface ServedRollout {
  metadata: ServedMeta;
  spec: {
    replicas?: number;
    paused?: boolean;
    template?: PodTemplate | null;
    workloadRef?: { kind?: string; name?: string } | null;
    strategy?: { canary?: object | null; blueGreen?: object | null };
  };
  status?: {
    abort?: boolean;
    promoteFull?: boolean;
    phase?: string;
    message?: string;
    /** A text. */
    observedGeneration?: string;
    stableRS?: string;
    currentPodHash?: string;
    replicas?: number;
    updatedReplicas?: number;
    canary?: { weights?: { canary?: { weight?: number } } | null } | null;
    blueGreen?: { activeSelector?: string } | null;
  };
}

/** https://docs.flagger.app/usage/how-it-works */
export interface ServedCanary {
  metadata: ServedMeta;
  spec: {
    targetRef?: { kind?: string; name?: string };
    skipAnalysis?: boolean | null;
    suspend?: boolean;
    analysis?: CanaryAnalysis;
    /** As it was called before. */
    canaryAnalysis?: CanaryAnalysis;
  };
  status?: {
    phase?: string;
    canaryWeight?: number;
    lastAppliedSpec?: string;
    lastPromotedSpec?: string;
    trackedConfigs?: Record<string, string> | null;
  };
}

interface CanaryAnalysis {
  interval?: string;
  webhooks?: { type?: string; url?: string }[] | null;
}
