import type { ObservedWorkload } from '../../deployment/capture.ts';
import type { Deployment } from '../../deployment/deployment.ts';
import { inOrder, type Notice } from '../../deployment/notice.ts';
import type { Service } from '../../service/service.ts';

/** A release as it is registered or detected, before anybody needs its way back. */
export interface RegisteredRelease {
  service: Service;
  deployment: Pick<Deployment, 'changes'>;
  /** The workloads that could be seen; empty where the cluster did not answer. */
  seen: readonly ObservedWorkload[];
}

/** Judge: what is to be told of a release when it is registered. Each is pure, and knows one thing. */
export type RegistrationJudge = (release: RegisteredRelease) => Notice[];

const judges: readonly RegistrationJudge[] = [];

/** What can be said of its way back before it is needed; `known` is what was noticed while its changes were captured. */
export function registrationNotices(release: RegisteredRelease, known: readonly Notice[] = []): Notice[] {
  return inOrder([...known, ...judges.flatMap((judge) => judge(release))]);
}
