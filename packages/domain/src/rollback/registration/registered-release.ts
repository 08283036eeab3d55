import type { ObservedWorkload } from '../../deployment/capture.ts';
import type { Deployment, OtherChange } from '../../deployment/deployment.ts';
import type { Notice } from '../../deployment/notice.ts';
import type { Service } from '../../service/service.ts';
import type { ScalerResult } from '../../workload/scaler.ts';
import type { WorkloadRef } from '../../workload/workload.ts';
import type { Fact } from '../need.ts';
import type { StepKind } from '../step.ts';
import type { Way } from '../ways/way.ts';

/** A registered change with what was read of its way back; null where nothing was to be read. */
export interface ReadChange {
  change: OtherChange;
  fact: Fact | null;
}

/** A release as it is registered or detected, before anybody needs its way back. */
export interface RegisteredRelease {
  service: Service;
  deployment: Pick<Deployment, 'changes' | 'commit' | 'origin' | 'strategy'>;
  /** The workloads that could be seen; empty where the cluster did not answer. */
  seen: readonly ObservedWorkload[];
  /** What scales them; empty where that was not asked. */
  scaled?: readonly { workload: WorkloadRef; answer: ScalerResult }[];
  /** What else it changes, with what was read of its way back; empty where nobody looked. */
  read?: readonly ReadChange[];
  /** The kinds of steps that this installation can do; absent where that is not known. */
  available?: ReadonlySet<StepKind>;
}

/** Judge: what is to be told of a release when it is registered. Each is pure, and knows one thing. */
export type RegistrationJudge = (release: RegisteredRelease, ways: readonly Way[]) => Notice[];
